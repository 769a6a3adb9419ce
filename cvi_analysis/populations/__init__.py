"""Populations: raw files of the Census Bureau, the tidy table made from them, and look-ups."""
