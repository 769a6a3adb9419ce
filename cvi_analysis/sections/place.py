"""The city's name and the base that several sections share."""

from __future__ import annotations

from cvi_analysis.dossier import Dossier


def place_name(dossier: Dossier) -> str:
    """`Norfolk, VA`, or the name alone where no state is known."""
    city = dossier.city
    return f"{city.city}, {city.state}" if city.state else city.city


def possessive(name: str) -> str:
    """`Norfolk’s`, `St. Louis’s`."""
    return f"{name}\N{RIGHT SINGLE QUOTATION MARK}s"


def listed(dossier: Dossier) -> int | None:
    """Position of the city among the peers, or None for a place outside the list."""
    for index, peer in enumerate(dossier.peers):
        if peer.geoid == dossier.city.geoid:
            return index
    return None
