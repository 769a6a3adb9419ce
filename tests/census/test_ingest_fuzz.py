"""Whatever the API answers, it is a sound table or it is refused; the key is in neither."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import strategies as st

from cvi_analysis.census.api_answer import Answer, IngestError
from cvi_analysis.census.api_key import ApiKey
from cvi_analysis.census.client import CensusClient
from cvi_analysis.census.queries import DATASETS, Geography
from cvi_analysis.census.raw_figures import AnswerRow, MalformedTableError, answer_rows, read_table
from tests.census.census_loopback import KEY, Loopback, data
from tests.census.census_world import QUICK
from tests.reliability.fuzzing import PLAIN, SCALAR, fuzz, sizes

ACS5 = DATASETS["acs5"]
HEADER = ["NAME", "B01003_001E", "B01003_001M", "state", "place"]
ROWS = [
    ["Norfolk city, Virginia", "235037", "64", "51", "57000"],
    ["La Cañada Flintridge city, California", "20094", "-555555555", "06", "39003"],
    ["Nowhere CDP, Ohio", None, None, "39", "00001"],
]
CELLS = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    SCALAR,
    PLAIN,
    st.sampled_from(
        [-666666666, "-222222222", "*****", "(X)", "1.0", "51", 51, "\ud800", "x" * 999]
    ),
)
SPOTS = st.tuples(st.integers(0, 3), st.integers(0, 4), CELLS)
CUTS = st.none() | st.integers(0, 200)


def table_with(drawn: tuple[list[tuple[int, int, Any]], list[Any], int | None]) -> bytes:
    """The API's table with other cells, more rows, and its end cut off."""
    spots, more, cut = drawn
    table: list[Any] = copy.deepcopy([HEADER, *ROWS])
    for row, column, cell in spots:
        table[row][column] = cell
    return json.dumps([*table, *more]).encode()[:cut]


BODIES = st.one_of(
    st.tuples(st.lists(SPOTS, max_size=3), st.lists(PLAIN | st.lists(CELLS), max_size=1), CUTS).map(
        table_with
    ),
    PLAIN.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=60),
    st.sampled_from(
        [b"[" * 100_000, b'{"a":' * 50_000, b"<html>", b"\xff\xfe[]", b"[[]]", b"null"]
    ),
)


def sound(rows: dict[str, AnswerRow]) -> None:
    for geoid, figure in rows.items():
        assert len(geoid) == 7
        assert geoid.isascii()
        assert geoid.isdigit()
        assert figure.population is None or 0 < figure.population < 10**10
        assert figure.moe is None or figure.moe >= 0
        assert figure.population is not None or figure.note
        assert 0 < len(figure.name.encode()) <= 800


def told(message: str) -> None:
    assert message.isprintable(), ascii(message)
    assert KEY not in message


@sizes(300, 5000)
def test_any_body(record_property, examples):
    def check(body: bytes) -> None:
        answer = Answer("http://x/data", 200, "application/json", body, received=None)  # type: ignore[arg-type]
        fault = answer.fault()
        assert answer.words().isprintable()
        try:
            rows = answer_rows(read_table(body), variable=HEADER[1], moe_variable=HEADER[2])
        except MalformedTableError as error:
            told(str(error))
        else:
            assert fault is None
            sound(rows)

    fuzz(record_property, examples, BODIES, check)


@sizes(20, 400)
def test_any_body_over_the_wire(record_property, examples, api: Loopback):
    def check(body: bytes) -> None:
        api.play(data(body))
        with CensusClient(ApiKey(KEY), api.url, QUICK) as census:
            try:
                pull = census.pull(ACS5, 2023, Geography())
            except IngestError as error:
                told(str(error))
            else:
                assert pull.answer.body == body
                sound(pull.rows)

    fuzz(record_property, examples, BODIES, check)
