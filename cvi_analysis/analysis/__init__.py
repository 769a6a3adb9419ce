"""What a result means: why it changed, how to phase it in, what a budget buys, what others did.

Pure functions of `uncertainty.Case` and plain rows; nothing here reads a file.
"""
