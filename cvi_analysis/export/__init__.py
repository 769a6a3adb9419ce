"""nbconvert exporters for any executed notebook: an accessible page, and a tagged PDF.

Nothing here knows what a notebook is about. What a house adds to it (fonts, colors, author, the
name of its metadata) comes in as options of the two exporters.
"""
