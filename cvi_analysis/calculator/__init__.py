"""The budget calculator: the model in the browser, on the report's own resolved assumptions."""
