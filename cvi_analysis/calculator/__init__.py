"""The same model for people without Python: the page's calculator and the workbook."""
