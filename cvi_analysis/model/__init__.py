"""The arithmetic of a profile and the questions put to it: numbers only, no files, no Jupyter."""
