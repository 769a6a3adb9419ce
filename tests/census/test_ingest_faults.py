"""Every fault the API is known for: a clear message, the right status, data as it was, no key."""

from __future__ import annotations

import gzip
import json
import socket
from dataclasses import dataclass

import pytest

from tests.census import census_loopback as play
from tests.census.census_loopback import INVALID_PAGE, KEY, MISSING_PAGE
from tests.census.census_run import Ingest, Outcome

SORRY = (
    "Sorry, the system is currently undergoing maintenance or is busy.  Please try again later. "
)
QUERY_ERROR = (
    "There was an error while running your query.  We've logged the error and we'll correct it "
    "ASAP.  Sorry for the inconvenience."
)
CHICAGO = "1714000"


@dataclass(frozen=True)
class Case:
    fault: play.Fault
    says: str
    status: int = 1
    accept: bool = False


def row_of(table: list[play.Row], geoid: str) -> play.Row:
    return next(row for row in table[1:] if f"{row[-2]}{row[-1]}" == geoid)


def put(geoid: str, **cells: object) -> play.Fault:
    """The right answer with some cells of one row replaced."""

    def change(table: list[play.Row]) -> None:
        row = row_of(table, geoid)
        for name, value in cells.items():
            row[table[0].index(name)] = value

    return play.changed(change)


def without(geoid: str) -> play.Fault:
    return play.changed(lambda table: table.remove(row_of(table, geoid)))


def doubled(geoid: str) -> play.Fault:
    return play.changed(lambda table: table.append(list(row_of(table, geoid))))


CASES = {
    "missing key, redirect then page": Case(play.key_page("missing"), "no key arrived", 2),
    "invalid key, redirect then page": Case(play.key_page("invalid"), "does not accept the key", 2),
    "missing key page at once": Case(play.page(200, MISSING_PAGE), "no key arrived", 2),
    "invalid key page at once": Case(play.page(200, INVALID_PAGE), "does not accept the key", 2),
    "key error header alone": Case(
        play.page(302, "", Location="/elsewhere", X_DataWebAPI_KeyError="1"),
        "does not accept the key",
        2,
    ),
    "empty 200": Case(play.data(b""), "an empty body"),
    "empty 204": Case(lambda handler: handler.reply(204, ""), "has no rows"),
    "400 unknown variable": Case(
        play.text(400, "error: unknown variable 'B01003_001E'"), "error: unknown variable"
    ),
    "400 geography, old spelling": Case(
        play.text(400, "error: unknown/unsupported geography heirarchy"), "heirarchy"
    ),
    "400 that repeats the key": Case(play.echo_key, "refused the request"),
    "404 year": Case(
        play.page(404, "<html><head><title>Error report</title></head><body><h1>HTTP Status 404"),
        "HTTP 404",
        2,
    ),
    "429": Case(play.text(429, "Too Many Requests"), "HTTP 429"),
    "429 with a short Retry-After": Case(play.text(429, "", Retry_After="0"), "HTTP 429"),
    "429 with a long Retry-After": Case(
        play.text(429, "", Retry_After="3600"), "asks to wait 3600 seconds"
    ),
    "429 with a bad Retry-After": Case(play.text(429, "", Retry_After="soon"), "HTTP 429"),
    "500": Case(play.text(500, "Internal Server Error"), "HTTP 500"),
    "500 query error": Case(play.text(500, QUERY_ERROR), "HTTP 500"),
    "503 maintenance": Case(play.text(503, SORRY), "undergoing maintenance"),
    "403": Case(play.text(403, "Forbidden"), "HTTP 403"),
    "truncated JSON": Case(play.truncated, "breaks off"),
    "HTML for JSON": Case(play.page(200, "<html><body>Welcome</body></html>"), "web page"),
    "HTML named JSON": Case(play.data("<!DOCTYPE html><html></html>"), "web page"),
    "empty list": Case(play.data("[]"), "not a table"),
    "an object": Case(play.data('{"error": "x"}'), "not a table"),
    "a string": Case(play.data('"hello"'), "not a table"),
    "header only": Case(
        play.data('[["NAME","B01003_001E","B01003_001M","state","place"]]'), "has no rows"
    ),
    "rows that are not rows": Case(play.data('[["NAME"], 3]'), "not rows"),
    "nested without end": Case(play.data("[" * 100_000), "JSON"),
    "not UTF-8": Case(play.data(b'[["NAME","\xff\xfe"]]'), "UTF-8"),
    "a column missing": Case(
        play.changed(lambda table: [[*row[:1], *row[2:]] for row in table]), "no column B01003_001E"
    ),
    "a column twice": Case(
        play.changed(lambda table: [[*row[:2], *row[1:]] for row in table]),
        "more than one column B01003_001E",
    ),
    "a short row": Case(play.changed(lambda table: table[7].pop()), "row 8 has 4 cells"),
    "a short row elsewhere": Case(
        play.changed(lambda table: table.append(["Nowhere CDP, Alaska", "7"])), "has 2 cells"
    ),
    "a doubled row": Case(doubled(CHICAGO), "repeats the GEOID 1714000"),
    "a null cell": Case(put(CHICAGO, B01003_001E=None), "has no figure (no value)"),
    "asterisks": Case(put(CHICAGO, B01003_001E="*****"), "has no figure (*****)"),
    "zero": Case(put(CHICAGO, B01003_001E="0"), "has no figure (no residents)"),
    "negative": Case(put(CHICAGO, B01003_001E="-5"), "negative", accept=True),
    "a fraction": Case(put(CHICAGO, B01003_001E="2707648.5"), "no whole number", accept=True),
    "words": Case(put(CHICAGO, B01003_001E="many"), "no whole number", accept=True),
    "a list": Case(put(CHICAGO, B01003_001E=["1"]), "which is no number", accept=True),
    "a header that is no text": Case(
        play.changed(lambda table: table[0].__setitem__(1, {})), "could not read"
    ),
    "true": Case(put(CHICAGO, B01003_001E=True), "no number", accept=True),
    "a renamed place": Case(
        put(CHICAGO, NAME="New Chicago city, Illinois"), "now called 'New Chicago city, Illinois'"
    ),
    "another place under its GEOID": Case(put(CHICAGO, place="14001"), "GEOID 1714001 instead"),
    "a GEOID not asked for": Case(
        play.changed(lambda table: table.append(["Atlantis city, Ohio", "5", "1", "99", "00001"])),
        "of a state that is none",
        accept=True,
    ),
    "a GEOID that is none": Case(put(CHICAGO, place="14x00"), "no GEOID", accept=True),
    "a place left out": Case(without(CHICAGO), "is not in the ACS 5-year estimate 2023"),
    "reset halfway": Case(play.reset_halfway, "broke the connection off"),
    "closed halfway": Case(play.closed_halfway, "ended halfway"),
    "silence": Case(play.silent, "silent"),
    "a slow drip": Case(play.drip, "within the 2 seconds"),
    "a slow drip in the header": Case(play.drip_headers, "within the 2 seconds"),
    "a redirect loop": Case(play.redirect_loop, "redirects in circles"),
    "a redirect elsewhere": Case(play.redirect_elsewhere, "redirects to another server"),
    "an endless body": Case(play.endless, "went past 2,000,000 bytes"),
    **{
        f"sentinel {value}": Case(put(CHICAGO, B01003_001E=value), "has no figure")
        for value in (
            "-666666666",
            "-999999999",
            "-888888888",
            "-222222222",
            "-333333333",
            "-555555555",
            -666666666,
            "-666666666.0",
        )
    },
}


def no_key_anywhere(run: Ingest, outcome: Outcome) -> None:
    assert KEY not in outcome.text
    assert KEY not in outcome.leaks
    for path in run.folder.rglob("*"):
        assert KEY not in path.name
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("name", CASES)
def test_after_a_fault(storing_nothing: Ingest, name: str) -> None:
    case, ingest = CASES[name], storing_nothing
    ingest.api.play(case.fault)
    outcome = ingest(year=2023, accept=case.accept)
    assert outcome.status == case.status
    assert case.says in str(outcome.error)
    assert "Nothing was stored; the figures in data/ are as they were." in str(outcome.error)
    assert str(outcome.error).rstrip().endswith("."), "and says what to do next"
    assert any(f"key={KEY}" in path for path in ingest.api.log), "the key was in play"
    no_key_anywhere(ingest, outcome)


def test_the_key_pages_are_reached_through_the_real_redirects(storing_nothing: Ingest) -> None:
    storing_nothing.key = "f" * 40
    assert "does not accept the key" in str(storing_nothing(year=2023).error)


def test_nobody_listens(storing_nothing: Ingest) -> None:
    ingest = storing_nothing
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ingest.environ["CENSUS_API_URL"] = f"http://127.0.0.1:{port}/data"
    outcome = ingest(year=2023)
    assert outcome.status == 1
    assert "refused the connection" in str(outcome.error)
    assert "work offline" in str(outcome.error)
    no_key_anywhere(ingest, outcome)


def test_a_name_that_does_not_resolve(storing_nothing: Ingest) -> None:
    ingest = storing_nothing
    ingest.environ["CENSUS_API_URL"] = "http://no-such-host.invalid/data"
    outcome = ingest(year=2023)
    assert outcome.status == 1
    assert "is this machine online?" in str(outcome.error)
    no_key_anywhere(ingest, outcome)


@pytest.mark.parametrize(
    "fault",
    [
        play.text(429, "", Retry_After="0"),
        play.text(503, SORRY),
        play.text(500, QUERY_ERROR),
        play.reset_halfway,
        play.closed_halfway,
        play.truncated,
        play.page(200, "<html><body>maintenance</body></html>"),
    ],
)
def test_a_fault_that_passes_is_waited_out(ingest: Ingest, fault: play.Fault) -> None:
    ingest.api.play(fault, times=2)
    outcome = ingest(year=2023)
    assert outcome.status == 0
    assert len(ingest.api.log) == 3
    no_key_anywhere(ingest, outcome)


@pytest.mark.parametrize("fault", [play.page(200, INVALID_PAGE), play.text(400, "error: x")])
def test_what_will_not_pass_is_asked_once(storing_nothing: Ingest, fault: play.Fault) -> None:
    storing_nothing.api.play(fault)
    storing_nothing(year=2023)
    assert len(storing_nothing.api.log) == 1


def test_retry_after_is_honored(ingest: Ingest) -> None:
    times: list[float] = []

    def busy(handler: play.Handler) -> None:
        times.append(play.time.monotonic())
        handler.reply(429, "", "text/plain", {"Retry-After": "1"})

    ingest.api.play(busy, times=1)
    assert ingest(year=2023).status == 0
    assert play.time.monotonic() - times[0] >= 1.0


def test_what_is_stored_before_a_fault_stays_and_is_named(ingest: Ingest) -> None:
    def fails_later(handler: play.Handler) -> None:
        if handler.segments[1] in ("2022",):
            handler.reply(503, SORRY, "text/plain")
        else:
            handler.answer()

    ingest.api.play(fails_later)
    before = ingest.data()
    outcome = ingest(since=2021)
    assert outcome.status == 1
    assert "Stored before that: acs5 2021; all else in data/ is as it was." in str(outcome.error)
    assert len(ingest.pulled()) == 1
    assert ingest.table().get(CHICAGO, "acs5", 2021).raw_file == ingest.pulled()[0]
    kept = ingest.data()
    for name, content in before.items():
        if not name.endswith(("registry.csv", "populations.csv")):
            assert kept[name] == content
    assert kept["raw/registry.csv"].startswith(before["raw/registry.csv"])


ESCAPED = "".join(f"\\u00{ord(letter):02x}" for letter in KEY)
ENCODED = "".join(f"%{ord(letter):02X}" for letter in KEY)


@pytest.mark.parametrize("spelling", [KEY, ESCAPED, ENCODED, f"x={ENCODED}&"])
def test_an_answer_that_repeats_the_key_is_not_stored(
    storing_nothing: Ingest, spelling: str
) -> None:
    ingest = storing_nothing

    def repeat(handler: play.Handler) -> None:
        table = handler.body()
        assert isinstance(table, list)
        body = play.as_json([[*row, "" if number else "SPOT"] for number, row in enumerate(table)])
        handler.reply(200, body.replace("SPOT", spelling), play.JSON)

    ingest.api.play(repeat)
    outcome = ingest(year=2023)
    assert outcome.status == 1
    assert "repeated the key" in str(outcome.error)
    no_key_anywhere(ingest, outcome)


def test_a_message_does_not_quote_what_repeats_the_key_in_another_spelling(
    storing_nothing: Ingest,
) -> None:
    storing_nothing.api.play(play.text(400, f"error: {ENCODED}"))
    error = str(storing_nothing(year=2023).error)
    assert "refused the request" in error
    assert ENCODED not in error


def test_a_compressed_answer_is_stored_as_the_table_it_is(ingest: Ingest) -> None:
    """Nobody asked for it, but some proxies compress all the same."""
    sent: list[bytes] = []

    def compressed(handler: play.Handler) -> None:
        table = handler.body()
        assert isinstance(table, list)
        sent.append(play.as_json(table).encode())
        handler.reply(200, gzip.compress(sent[0]), play.JSON, {"Content-Encoding": "gzip"})

    ingest.api.play(compressed)
    assert ingest(year=2023).status == 0
    assert (ingest.raw / ingest.pulled()[0]).read_bytes() == sent[0]


def test_a_bomb_is_cut_off(storing_nothing: Ingest) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    storing_nothing.api.play(
        lambda handler: handler.reply(200, bomb, play.JSON, {"Content-Encoding": "gzip"})
    )
    assert "went past 2,000,000 bytes" in str(storing_nothing(year=2023).error)


def test_success_leaves_no_key_either(ingest: Ingest) -> None:
    outcome = ingest()
    assert outcome.status == 0
    no_key_anywhere(ingest, outcome)
    assert json.loads((ingest.raw / ingest.pulled()[0]).read_bytes())


def test_a_row_of_another_state_was_not_asked_for(storing_nothing: Ingest) -> None:
    ingest = storing_nothing
    ingest.api.play(
        play.changed(
            lambda table: table.append(["Fresno city, California", "9", "1", "06", "27000"])
        )
    )
    outcome = ingest(year=2023, cities=("norfolk-va",), accept=True)
    assert outcome.status == 1
    assert "GEOID 0627000 (Fresno city, California) was not asked for" in str(outcome.error)
