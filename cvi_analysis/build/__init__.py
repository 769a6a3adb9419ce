"""The batch: which reports are out of date, building them, and the files around them."""
