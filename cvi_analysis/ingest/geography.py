"""Which places one request asks for: all of the country, all of a state, or a state's counties."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Geography:
    """The `for` and `in` of a request.

    One request for many places keeps the number of requests small: 50 cities lie in 27 states,
    so they are asked for together with every other place of the country.

    Attributes:
        level: `place` or `county`.
        state: two-digit FIPS code, or None for the whole country.
    """

    level: str = "place"
    state: str | None = None

    @property
    def query(self) -> dict[str, str]:
        """As the `census` package wants it."""
        asked = {"for": f"{self.level}:*"}
        if self.state is not None:
            asked["in"] = f"state:{self.state}"
        return asked

    @property
    def columns(self) -> tuple[str, str]:
        """The columns of the answer that make up a GEOID."""
        return ("state", self.level)

    @property
    def local_digits(self) -> int:
        """Digits of a GEOID after the state's two."""
        return 5 if self.level == "place" else 3

    @property
    def label(self) -> str:
        """For file names: `us-places`, `37-places`, `53-counties`."""
        noun = "places" if self.level == "place" else "counties"
        return f"{self.state or 'us'}-{noun}"

    def covers(self, geoid: str) -> bool:
        """Whether the answer can hold `geoid`."""
        return len(geoid) == 2 + self.local_digits and (
            self.state is None or geoid.startswith(self.state)
        )
