"""The first cell of a table's row as its heading, for whoever hears a PDF's tables read.

Typst tags the cells of a header as headings of their columns; it has no cell yet that is the
heading of its row. Every table of a report has its rows named in the first column.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

_ABOVE_ROWS = frozenset({"/Document", "/Part", "/Sect", "/Div", "/NonStruct", "/Table", "/TBody"})
"""What a table or its rows can stand in; to look into other tags takes longer than all else."""


def name_rows(document: pikepdf.Pdf) -> None:
    """Tag the first cell of every row of data as the heading of its row (`TH`, scope `Row`)."""
    tree = document.Root.get("/StructTreeRoot")
    for row in () if tree is None else _rows(tree):
        first, *others = _within(row)
        # In a row that heads columns, all are headings already.
        if others and _tag(first) == "/TD":
            first.S = pikepdf.Name.TH
            first.A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)


def _rows(node: Any) -> Iterator[Any]:
    for child in _within(node):
        if _tag(child) == "/TR":
            yield child
        elif _tag(child) in _ABOVE_ROWS:
            yield from _rows(child)


def _within(node: Any) -> list[Any]:
    found: Any = node.get("/K")
    many: bool = isinstance(found, pikepdf.Array)
    return list(found) if many else [found]


def _tag(node: Any) -> str:
    """The tag of an element; none of what is no element, such as the number of a mark."""
    is_element: bool = isinstance(node, pikepdf.Dictionary)
    return str(node.get("/S", "")) if is_element else ""
