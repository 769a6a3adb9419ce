from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cvi_analysis.census.api_answer import Answer, without_key
from cvi_analysis.census.api_key import STAND_IN, ApiKey, find_key, redact
from cvi_analysis.census.api_session import seconds_to_wait
from cvi_analysis.errors import InputError
from tests.census.census_loopback import KEY

ODD = "a+b/c&d=e%41 f"


def test_a_key_does_not_show_itself() -> None:
    key = ApiKey(KEY)
    assert KEY not in f"{key} {key!r} {[key]} {vars(type(key))}"


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CENSUS_API_KEY='fromfile'\n")
    assert find_key(tmp_path, {"CENSUS_API_KEY": KEY}).occurs_in(KEY.encode())  # type: ignore[union-attr]
    assert find_key(tmp_path, {}).occurs_in(b"fromfile")  # type: ignore[union-attr]
    assert find_key(tmp_path, {"CENSUS_API_KEY": "  "}).occurs_in(b"fromfile")  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["", "CENSUS_API_KEY=\n", "OTHER=1\n", "CENSUS_API_KEY\n"])
def test_no_key(tmp_path: Path, text: str) -> None:
    assert find_key(tmp_path, {}) is None
    (tmp_path / ".env").write_text(text)
    assert find_key(tmp_path, {}) is None


@pytest.mark.parametrize("bad", [f"{KEY} {KEY}", f"{KEY}\x00", f"{KEY}\nX: y", "schlüssel"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(tmp_path: Path, bad: str) -> None:
    with pytest.raises(InputError) as caught:
        find_key(tmp_path, {"CENSUS_API_KEY": bad})
    assert KEY not in str(caught.value)
    assert "CENSUS_API_KEY" in str(caught.value)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"CENSUS_API_KEY=\xff\xfe\n")
    with pytest.raises(InputError, match=r"\.env"):
        find_key(tmp_path, {})


@pytest.mark.parametrize("secret", [KEY, ODD])
def test_no_spelling_of_the_key_survives(secret: str) -> None:
    key = ApiKey(secret)
    signed = key.sign(f"http://h/data?get=NAME&key={STAND_IN}&in=state:37")
    assert STAND_IN not in signed
    assert STAND_IN in key.unsign(signed)
    for text in (signed, f"HTTPError({signed!r})", f"KEY={secret}", f"x{secret}x"):
        assert secret not in key.redact(text)
    assert "in=state:37" in key.redact(signed)
    assert redact(f"?Key={KEY}&x=1") == "?Key=[key hidden]&x=1"


@pytest.mark.parametrize("escape", ["{}", "%{:02x}", "%{:02X}", "\\u{:04x}", "\\u{:04X}"])
def test_an_answer_that_repeats_the_key_is_known_however_it_spells_it(escape: str) -> None:
    spelt = "".join(
        letter if escape == "{}" else escape.format(ord(letter)) for letter in f'["{KEY}"]'
    )
    assert ApiKey(KEY).occurs_in(spelt.encode())
    assert not ApiKey(f"{KEY}0").occurs_in(spelt.encode())
    assert not ApiKey("ab1").occurs_in(b"ab1"), "so short a word is in many answers"


def test_the_address_without_its_key() -> None:
    url = f"https://me:secret@h/data/2023?get=NAME%2CB01003_001E&for=place%3A%2A&key={KEY}&in=state%3A37"
    assert without_key(url) == "https://h/data/2023?get=NAME,B01003_001E&for=place:*&in=state:37"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("7", 7), (" 7 ", 7), ("soon", None), ("", None), ("-3", None)],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert seconds_to_wait(header) == seconds


def test_retry_after_as_a_date_in_the_past() -> None:
    assert seconds_to_wait("Wed, 21 Oct 2015 07:28:00 GMT") == 0


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_status_that_may_pass(status: int) -> None:
    later = Answer("http://h/", status, "text/html", b"", datetime.now(UTC))
    assert later.is_transient()
    assert not replace(later, status=409).is_transient()


def test_words_of_a_page_are_one_line_of_text() -> None:
    page = b"<html><style>p{}</style><body>\n <p>Busy\x1b[31m</p>\n later</body>" + b" x" * 500
    answer = Answer("http://h/", 503, "text/html", page, datetime.now(UTC))
    assert answer.words(30).startswith("Busy [31m later")
    assert len(answer.words(30)) == 30
