"""Each answer quoted in docs/hard-questions.md stands in that section of that city's report."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache

import pytest

from tests.checkout import ROOT
from tests.report.reading import CALL, NOTEBOOK, annex, shown, words

PAGE = ROOT / "docs" / "hard-questions.md"
FEWEST = 40
HEADING = re.compile(r"#{2,3} (.+)")
COLUMNS = 4


@dataclass(frozen=True)
class Row:
    """One question, where its answer stands, and the words of it."""

    line: int
    question: str
    section: str
    city: str
    quote: str


def rows(text: str) -> list[Row]:
    """Every row of every table; a line that is not one of four cells is an error."""
    found = []
    for line, written in enumerate(text.splitlines(), start=1):
        if not written.startswith("|"):
            continue
        cells = [cell.strip() for cell in written.strip().strip("|").split("|")]
        cells = [cell.replace(r"\$", "$") for cell in cells]  # GitHub takes a bare pair for math
        assert len(cells) == COLUMNS, f"line {line}: {len(cells)} cells"
        if cells[0] == "Question" or set(cells[0]) <= {"-", ":"}:
            continue
        found.append(Row(line, *cells))
    return found


ROWS = rows(PAGE.read_text(encoding="utf-8"))


def one_line(text: str) -> str:
    """The words of a text, however it is broken into lines, without Markdown's stars."""
    return " ".join(words(text).replace("**", "").split())


@cache
def parts() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Of every heading of the notebook, its own words and the cells that show under it."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    heading = ""
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            if heading:
                text, cells = found[heading]
                call = CALL.fullmatch(source.strip())
                found[heading] = (text, (*cells, call[1] if call else cell["id"]))
            continue
        for line in source.splitlines():
            if title := HEADING.fullmatch(line.strip()):
                heading = title[1]
                found[heading] = ("", ())
            elif heading:
                text, cells = found[heading]
                found[heading] = (f"{text}\n{line}", cells)
    return found


@pytest.fixture(scope="module")
def read(library):
    """The text of a section in the report of a city, with the words above its figures."""

    @cache
    def report(city: str) -> dict[str, list]:
        return shown(library.dossier(city))

    @cache
    def shared() -> str:
        return one_line("\n".join(b.plain() for blocks in annex().values() for b in blocks))

    @cache
    def section(city: str, heading: str) -> str:
        if city == "annex":
            return shared()
        text, cells = parts()[heading]
        blocks = [block for name in cells for block in report(city).get(name, ())]
        return one_line("\n".join([text, *(block.plain() for block in blocks)]))

    return section


def test_the_page_asks_enough_and_nothing_twice():
    assert len(ROWS) >= FEWEST
    questions = [row.question for row in ROWS]
    assert len(set(questions)) == len(questions)
    assert all(question.endswith("?") for question in questions)


def test_no_row_is_lost_on_the_way():
    assert PAGE.read_text(encoding="utf-8").count("? |") == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"line {row.line}")
def test_the_answer_stands_where_the_page_says(row, read):
    assert 4 <= len(row.quote.split()) <= 15, row.quote
    assert one_line(row.quote) in read(row.city, row.section)


def test_words_that_no_report_holds_are_noticed(read):
    assert "235" in read("norfolk-va", "At a glance")
    assert "The budget pays for police" not in read("norfolk-va", "At a glance")
