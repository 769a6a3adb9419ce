"""The base of all blocks: one object, one bundle of MIME types."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

Data = dict[str, Any]


class Block(ABC):
    """Something a cell displays."""

    __slots__ = ()

    @abstractmethod
    def html(self) -> str:
        """An HTML fragment."""

    @abstractmethod
    def typst(self) -> str:
        """Typst markup that needs only the PDF template's prelude."""

    @abstractmethod
    def plain(self) -> str:
        """Plain text."""

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> Data | tuple[Data, Data]:
        """What Jupyter asks for. Front ends choose the richest form they know."""
        return {
            "text/html": self.html(),
            "text/x-typst": self.typst(),
            "text/plain": self.plain(),
        }
