"""What a notebook imports: one city's dossier, its figures by name, its sections in words."""
