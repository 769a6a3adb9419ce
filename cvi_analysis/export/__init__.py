"""nbconvert exporters for any executed notebook: an accessible page, a tagged PDF, and Word.

Nothing here knows what a notebook is about. What a house adds to it (fonts, colors, author, the
name of its metadata) comes in as options of the exporters.
"""
