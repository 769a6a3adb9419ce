"""How often the printed range of people holds what others counted: a check, not a tuning.

Prints, for the baseline: of the listed cities with a published count of people at the highest risk,
in how many that count lies inside the range that the two rules of thumb give there (a city's own
count never checks itself); and in how many cities each rule's estimate lies inside.
"""

from __future__ import annotations

from dataclasses import replace

from cvi_analysis.model.intervals import intervals
from cvi_analysis.model.sizing_case import RULES
from cvi_analysis.report.library import Library


def main() -> None:
    """Print the three counts, and which published counts lie outside."""
    library = Library.load()
    dossiers = [library.dossier(slug) for slug in library.params.cities]
    cases = [
        replace(d.case, known=replace(d.case.known, local=None, at_one_time=None)) for d in dossiers
    ]
    ranges = intervals(cases)
    counts = inside = 0
    outside = []
    for dossier, found in zip(dossiers, ranges, strict=True):
        low, high = found.people_at_risk.low, found.people_at_risk.high
        for row in dossier.evidence.estimates:
            people = row.people
            if row.place != dossier.city.city or people is None:
                continue
            counts += 1
            if low <= people <= high:
                inside += 1
            else:
                outside.append(
                    f"{row.place} {row.year}: {people:,.0f}, range {low:,.0f} to {high:,.0f}"
                )
    print(f"Published counts inside the range of people: {inside} of {counts}")
    for rule in RULES:
        held = [(case, found.people_at_risk) for case, found in zip(cases, ranges, strict=True)]
        known = [(case, span) for case, span in held if rule in case.rules()]
        within = sum(span.low <= case.by(rule).people.estimate <= span.high for case, span in known)
        print(f"Estimate by {rule} inside the range: {within} of {len(known)} cities")
    print("Outside:", *outside, sep="\n  ")


if __name__ == "__main__":
    main()
