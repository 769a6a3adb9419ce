"""How numbers are written for people, and text made safe for the format it goes into."""

from __future__ import annotations

import csv
import html as _html
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"


def rounded(x: float, digits: int = 0) -> Decimal:
    """`x` rounded half away from zero at `digits` decimals.

    Of its shortest decimal form, so that 0.285 at two digits is 0.29 although the float lies a
    little lower.
    """
    return Decimal(repr(float(x))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def number(x: float, digits: int = 0) -> str:
    """`1,234.5`; a true minus sign before negatives, never `-0`."""
    shown = rounded(x, digits)
    text = f"{abs(shown):,.{digits}f}"
    return f"{MINUS}{text}" if shown < 0 else text


def dollars(x: float, digits: int = 0) -> str:
    """`$1,234`; `−$1,234` for negatives."""
    text = number(x, digits)
    return f"{MINUS}${text[1:]}" if text.startswith(MINUS) else f"${text}"


def short_dollars(x: float) -> str:
    """Three figures a reader can say: `$20.0 million`, `$1.23 billion`, `$640,000`.

    >>> short_dollars(20028864), short_dollars(999_960), short_dollars(204_400_000)
    ('$20.0 million', '$1.0 million', '$204 million')
    """
    sign, size = (MINUS, -x) if x < 0 else ("", x)
    if rounded(size / 1e6, 1) >= 1000:
        return f"{sign}${number(size / 1e9, 2)} billion"
    if rounded(size / 1e6, 1) >= 100:
        return f"{sign}${number(size / 1e6)} million"
    if rounded(size / 1e6, 1) >= 1:
        return f"{sign}${number(size / 1e6, 1)} million"
    if size >= 1000:
        return f"{sign}${number(float(rounded(size / 1000)) * 1000)}"
    return sign + dollars(size)


def percent(x: float, digits: int = 0) -> str:
    """`25%` of a fraction 0.25."""
    return f"{number(x * 100, digits)}%"


def share(x: float) -> str:
    """A fraction as a percentage with as many decimals as it needs, at most three: `0.1%`."""
    return f"{_trim(number(x * 100, 3))}%"


def plain(x: float, digits: int = 4) -> str:
    """A number without trailing zeros: `0.286`, `14`, `2,000`."""
    return _trim(number(x, digits))


def one_decimal(x: float) -> str:
    """`13.4`, `14` of 14.0."""
    return plain(x, 1)


def change(x: float, text: str) -> str:
    """`text` of the size of a change with its sign: `+$5`, `−3`, or `no change` for zero."""
    if x == 0:
        return "no change"
    return f"{'+' if x > 0 else MINUS}{text}"


def signed(x: float, write: Callable[[float], str]) -> str:
    """A change with its sign, unless what is written is zero.

    >>> signed(1234, dollars), signed(-0.074, percent), signed(0.0001, percent)
    ('+$1,234', '−7%', '0%')
    """
    text = write(abs(x))
    return change(x, text) if any(digit in "123456789" for digit in text) else text


def signed_percent(x: float) -> str:
    """`+1.3%` of a change by 0.013; `none` and `under 0.1%` where one decimal would say zero.

    >>> signed_percent(0.0132), signed_percent(-0.005), signed_percent(0.0004), signed_percent(0)
    ('+1.3%', '−0.5%', 'under 0.1%', 'none')
    """
    if x == 0:
        return "none"
    size = percent(abs(x), 1)
    return "under 0.1%" if size == "0.0%" else change(x, size)


def span(low: str, high: str) -> str:
    """`117 to 467`."""
    return f"{low} to {high}"


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """`1 mediator`, `17 mediators`."""
    return f"{number(count)} {singular if count == 1 else plural or singular + 's'}"


def sentence(text: str) -> str:
    """`text` with a full stop, unless it ends as a sentence already."""
    clean = text.strip()
    return clean if clean.endswith((".", "!", "?")) else f"{clean}."


def at_the_head(text: str) -> str:
    """`text` as a sentence or a cell begins: its first letter a capital.

    >>> at_the_head("homicides a year")
    'Homicides a year'
    """
    return text[:1].upper() + text[1:]


def within(text: str) -> str:
    """A title as it stands inside a sentence: its first letter small, unless it abbreviates.

    >>> within("Wages"), within("OVP directors")
    ('wages', 'OVP directors')
    """
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def joined(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def told_apart(old: Any, new: Any, *ways: Callable[[Any], str]) -> tuple[str, str]:
    """Both values in the first of these ways of writing in which they differ, else in the last.

    >>> told_apart(19_790_232, 19_793_000, short_dollars, dollars)
    ('$19,790,232', '$19,793,000')
    """
    for way in ways:
        texts = way(old), way(new)
        if texts[0] != texts[1]:
            break
    return texts


def assumption_values(old: Any, new: Any, unit: str = "") -> tuple[str, str]:
    """Two values of an assumption as a reader sees them, with more digits where they need them.

    >>> assumption_values(0.286, 0.286001, "share of pay")
    ('28.6%', '28.6001%')
    """
    return told_apart(
        old, new, lambda x: assumption_value(x, unit), lambda x: assumption_value(x, unit, 10)
    )


def assumption_value(x: Any, unit: str = "", digits: int | None = None) -> str:
    """Any assumption's value as a reader sees it: dollars, shares, switches, lists, empty.

    Args:
        x: the value.
        unit: as in the register.
        digits: decimals that are kept where they say something; None: as many as usual.
    """
    if x is None:
        return "not set"
    if isinstance(x, bool):
        return "yes" if x else "no"
    if isinstance(x, str):
        return x
    if isinstance(x, Sequence):
        return ", ".join(assumption_value(item, unit, digits) for item in x)
    if unit == "year":
        return str(x)
    if unit.startswith("dollars"):
        return dollars(x) if digits is None else _trim(dollars(x, digits))
    if unit.startswith("share"):
        return share(x) if digits is None else f"{_trim(number(x * 100, digits))}%"
    return plain(x) if digits is None else plain(x, digits)


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


_DOLLARS = re.compile(r"\$(?:[\d,.]*\d)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def html(text: str) -> str:
    """`text` for a quoted attribute of HTML or for `code`, without control characters."""
    return _html.escape(_CONTROL.sub("", text), quote=True)


def text(words: str) -> str:
    """`words` for an HTML element, with every amount of dollars in an element of its own.

    JupyterLab, GitHub and stock nbconvert have MathJax set what stands between two dollar signs
    of one text as math. Signs in different elements do not pair.
    """
    return signs_apart(html(words))


def signs_apart(html: str) -> str:
    """HTML without tags, with each dollar sign and its amount in an element of its own."""
    return _DOLLARS.sub(lambda found: apart(found[0]), html)


def apart(html: str) -> str:
    """HTML text in an element of its own, so that MathJax pairs no dollar sign in it with another.

    For front ends that load MathJax; the exporters, whose pages do not, take the text alone.
    """
    return f'<span class="mathjax_ignore">{html}</span>'


def typst(text: str) -> str:
    """`text` for Typst markup, as a string expression, in which no character is markup."""
    return f"#{typst_string(text)};" if text else ""


def typst_string(text: str) -> str:
    r"""`text` as a quoted Typst string, in which only the backslash and the quote mean anything."""
    body = text.replace("\r\n", "\n").replace("\\", "\\\\").replace('"', '\\"')
    return '"' + body.replace("\n", "\\n").replace("\t", "    ") + '"'


def spreadsheet(cell: Any) -> Any:
    """A value for a CSV file: text that a spreadsheet would run as a formula begins with `'`."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{cell}"
    return cell


def csv_file(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A table for a spreadsheet: UTF-8, comma-separated, LF, plain numbers, no formula."""
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: spreadsheet(cell) for name, cell in row.items()} for row in rows)
    return text.getvalue().encode()


def value(number: Any) -> str:
    """A number as JSON writes it, for `data-value`: `20028864`, `233.424`."""
    return json.dumps(number)


def web_address(url: str) -> str | None:
    """`url` if it is an http(s) address without spaces, else None: no other scheme is linked."""
    return url if re.fullmatch(r"https?://[^\s\"<>\\]+", url) else None
