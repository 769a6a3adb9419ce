"""Splitting a batch over machines that share nothing: `--shard 3/8`, then `cvi merge`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from cvi_analysis.errors import InputError


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` of `of`, counted from 1; a city's part follows from its slug alone."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """`3/8` as a shard.

        Raises:
            InputError: it is not two whole numbers with 1 <= first <= second.
        """
        match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text.strip())
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise InputError(
                "this is not a part of a whole",
                parameter="--shard",
                found=text,
                allowed="i/n with i from 1 to n, such as 3/8",
            )
        return cls(int(match[1]), int(match[2]))

    def holds(self, slug: str) -> bool:
        """Whether this part builds the city."""
        digest = hashlib.sha256(slug.encode()).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1

    @property
    def manifest_name(self) -> str:
        """The file that lists this part's reports."""
        return f"manifest-{self.number}-of-{self.of}.json"
