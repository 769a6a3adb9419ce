"""What the loopback API holds: near the shipped figures, with a few more places."""

from __future__ import annotations

import csv
from pathlib import Path

from cvi_analysis.census.api_wire import Limits
from tests.census.census_loopback import Loopback

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "data" / "raw"

#: Seconds become fractions of one, so that a test of waiting does not wait.
QUICK = Limits(
    connect=1.0,
    read=0.4,
    total=2.0,
    retries=3,
    connect_retries=1,
    backoff=0.01,
    backoff_max=0.05,
    jitter=0.01,
    max_bytes=2_000_000,
)

#: Places outside the 50, as the Bureau writes them.
OTHERS = [
    ("3719000", "Durham city, North Carolina", 288465),
    ("3774440", "Wilmington city, North Carolina", 118578),
    ("0639003", "La Cañada Flintridge city, California", 20094),
    ("2036000", "Kansas City city, Kansas", 154776),
    ("2970000", "Springfield city, Missouri", 169432),
    ("2567000", "Springfield city, Massachusetts", 154751),
    ("1772000", "Springfield city, Illinois", 113273),
    ("4744382", "Lynchburg, Moore County metropolitan government, Tennessee", 6625),
    ("2148000", "Louisville city, Kentucky", 246161),
    ("1304204", "Augusta-Richmond County consolidated government (balance), Georgia", 200884),
    ("53033", "King County, Washington", 2262713),
    ("53061", "Snohomish County, Washington", 836221),
]


def shipped(name: str) -> dict[str, tuple[str, int]]:
    """GEOID -> (NAME, population) of one of the project's own raw files."""
    with (SHIPPED / name).open(encoding="utf-8", newline="") as file:
        return {
            row["geoid"]: (row["census_name"], int(row["population"]))
            for row in csv.DictReader(file)
            if "sum" not in row["variable"]
        }


def fill(server: Loopback, newest: int = 2024) -> None:
    """Give the server ACS for several years and the 2020 census, near the shipped figures."""
    acs = {**shipped("acs5_2023.csv"), **{g: (n, p) for g, n, p in OTHERS}}
    for year in range(2009, newest + 1):
        growth = 1 + 0.004 * (year - 2023)
        places: list[dict[str, object]] = []
        for geoid, (name, people) in sorted(acs.items()):
            if geoid == "2148000":
                continue
            controlled = geoid in ("5157000", "2404000", "53033")
            places.append(
                {
                    "geoid": geoid,
                    "NAME": name,
                    "B01003_001E": str(round(people * growth)),
                    "B01003_001M": "-555555555" if controlled else "53",
                }
            )
        server.world["acs/acs5", year] = places
        if year != 2020:
            server.world["acs/acs1", year] = [
                place for place in places if int(str(place["B01003_001E"])) >= 65_000
            ]
    counts = {**{g: (n, p) for g, n, p in OTHERS}, **shipped("dec_2020.csv")}
    counts["2148000"] = ("Louisville city, Kentucky", 246161)
    server.world["dec/pl", 2020] = [
        {"geoid": geoid, "NAME": name, "P1_001N": str(people)}
        for geoid, (name, people) in sorted(counts.items())
    ]
