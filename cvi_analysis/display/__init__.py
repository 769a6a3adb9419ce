"""What a cell shows: text, tables and charts; nothing of violence or money."""
