"""A table that is said to fit on a page does, whatever it holds."""

from __future__ import annotations

import random
import string
from functools import partial

import pytest

from cvi_analysis.display.tables import HEIGHT, WIDTH, Column, Row, Table, fits
from cvi_analysis.export.pdf_exporter import TEMPLATE
from cvi_analysis.export.typst_compiler import compile_pdf

WORDS = (
    "mediators", "$12,345,678", "of", "the", "WWWWWWWW", "2019–2023", "0.1%", "people at risk",
    "https://example.org/a/very/long/address/that/goes/on?and=on", "北京市的公共卫生", "ǻ",
)  # fmt: skip


def made(seed: int) -> Table:
    """Some table: few or many columns and rows, figures or sentences."""
    chance = random.Random(seed)

    def words(most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(0, most)))

    columns = tuple(
        Column(words(3) or "x", width=chance.choice((None, None, 1, 3)))
        for _ in range(chance.randint(1, 8))
    )
    long = chance.choice((1, 3, 12))
    rows = [
        Row.of(*(words(chance.choice((1, long))) for _ in columns))
        for _ in range(chance.randint(1, 24))
    ]
    if chance.random() < 0.5:
        rows.insert(0, Row.of(words(4) or "group", kind="group"))
    return Table(words(30), columns, tuple(rows), small=chance.random() < 0.4)


def test_what_is_said_to_fit_fits() -> None:
    said = [table for table in map(made, range(400)) if fits(table)]
    assert len(said) > 60
    parts = "\n".join(
        f"#context {{ let high = measure(block(width: {WIDTH}pt)[{table.typst()}]).height\n"
        f'if high > {HEIGHT}pt {{ panic("table {number} is " + repr(high)) }} }}'
        for number, table in enumerate(said)
    )
    main = f'#import "report.typ": *\n#show: report.with(title: "Tables")\n{parts}\n'

    compile_pdf({"main.typ": main.encode(), "report.typ": TEMPLATE.read_bytes()}, {})


@pytest.mark.parametrize(("rows", "answer"), [(10, True), (25, None), (60, False)])
def test_by_the_number_of_rows(rows: int, answer: bool | None) -> None:
    columns = (Column("Year"), Column("Dollars"))
    table = Table("Dollars by year", columns, tuple(Row.of(str(n), "$1") for n in range(rows)))

    assert fits(table) is answer


def test_the_pdf_is_told() -> None:
    row = partial(Row.of, string.ascii_letters)
    table = Table("Letters", (Column("Letters", width=1),), tuple(row() for _ in range(20)))

    assert "short: true" in table.typst()
    assert (
        "short: false" in Table("Letters", table.columns, tuple(row() for _ in range(80))).typst()
    )
