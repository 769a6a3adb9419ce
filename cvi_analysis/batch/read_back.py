"""What a finished file of a report says: its case, its data, its words and numbers, its cells.

Nothing here knows what the figures should be. A PDF's text is read through the tables from which
any reader copies text; a picture of a number is not text and is not read.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
from lxml import etree, html

from cvi_analysis.batch.unpacking import (
    LARGEST,
    Room,
    UnreadableError,
    bounded_memory,
    few_tags,
    locked,
    office_parts,
    tree,
)
from cvi_analysis.calculator.case_file import FORMAT, PROPERTY
from cvi_analysis.errors import InputError
from cvi_analysis.params.text_files import read_bounded

ENDINGS = (".pdf", ".html", ".docx", ".xlsx", ".json")
_TOKEN = re.compile(r"[-−]?\$?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?%?|[^\W\d]+")
_STAMP = re.compile(r"parameters\W*([0-9a-f]{64}|[0-9a-f]{12})\b")
_BESIDE = "beside no-print"
"""What leads from a page to the files that were made with it."""
_ATTRIBUTES = ("data-value", "aria-label", "alt", "title")
_DRAWN = re.compile(rb"[/\[(<]|[A-Za-z'\"*]+|[-+.\d]+")
"""What becomes an object when a page is read; `parse_content_stream` crashes for want of memory."""
_WORK = 50
"""Bytes that each counts for: a million of them, five times a report's, take some seconds."""
_ADDRESS = re.compile("[A-Z]{1,3}[1-9][0-9]{0,6}")
_CONSTANT = re.compile(r"\b(TRUE|FALSE)\(\)")
_QUOTED = re.compile(r"'([A-Za-z_]\w*)'!")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class Word(NamedTuple):
    """A word or number of a text; `name` is the figure's dotted name where the file says it."""

    text: str
    name: str = ""

    @property
    def is_number(self) -> bool:
        """Whether there is a digit in it."""
        return any(letter.isdigit() for letter in self.text)


class Cell(NamedTuple):
    """A cell of a workbook: what it shows, the formula behind it, and its name if it has one."""

    value: str | float
    formula: str = ""
    name: str = ""


def same_formula(shown: str, ours: str) -> bool:
    """Equal but for how programs write: spaces, `TRUE()`, quotes that a sheet's name needs not."""
    one, other = (
        _CONSTANT.sub(r"\1", _QUOTED.sub(r"\1!", text).replace(" ", "")) for text in (shown, ours)
    )
    return one == other


def same(shown: str | float, ours: str | float) -> bool:
    """Equal but for the last digits, which another spreadsheet program may compute otherwise."""
    if isinstance(shown, float) and isinstance(ours, float):
        return abs(shown - ours) <= 1e-9 * max(1.0, abs(ours))
    return shown == ours


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file of a report says.

    Attributes:
        kind: its ending.
        case: city, scenario and changes.
        data: its data document, if it carries it.
        words: its text in the order in which it is written.
        cells: of a workbook, by sheet and address.
        carried: attached files by name.
        stamp: the beginning of the SHA-256 of the parameters that it names, or "".
        edition: year and month of the edition that it names, or "".
        with_code: whether it has the code of its notebook.
    """

    kind: str
    case: Mapping[str, Any]
    data: Mapping[str, Any] | None = None
    words: tuple[Word, ...] = ()
    cells: Mapping[str, Cell] = field(default_factory=dict)
    carried: Mapping[str, bytes] = field(default_factory=dict)
    stamp: str = ""
    edition: str = ""
    with_code: bool = True


def content_of(path: Path) -> bytes:
    """The bytes of a file that may be one of a report.

    Raises:
        InputError: it is missing, too large, or of no kind that a report has.
    """
    if path.suffix.lower() not in ENDINGS:
        raise _foreign(path)
    return read_bounded(path, LARGEST)


def read(kind: str, content: bytes, path: Path) -> ReadFile:
    """What `content` says; `path` is named in messages.

    Raises:
        InputError: it is no file of a city's report.
    """
    readers = {".pdf": _pdf, ".html": _html, ".docx": _docx, ".xlsx": _xlsx, ".json": _json}
    try:
        with bounded_memory():
            return readers[kind](content)
    except pikepdf.PasswordError:
        raise locked().of(path) from None
    except UnreadableError as error:
        raise error.of(path) from error
    except (
        *(pikepdf.PdfError, zipfile.BadZipFile, zlib.error, etree.LxmlError, RecursionError),
        *(LookupError, TypeError, ValueError, AttributeError, EOFError, OSError, RuntimeError),
    ) as error:
        raise _foreign(path) from error


def _foreign(path: Path) -> InputError:
    return InputError(
        "this is no report of a city that `cvi` has made",
        file=path,
        allowed="a report's " + ", ".join(ENDINGS),
        hint="Files of an edition before this one carry nothing that leads back to their inputs.",
    )


def tokens(text: str, name: str = "") -> Iterator[Word]:
    """The words and numbers of a text."""
    return (Word(found, name) for found in _TOKEN.findall(text))


def case_of_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """The case that a data document names."""
    city, changes = data["city"], data["overrides"]
    name = data["scenario"].rpartition("-with-")[0] if changes else data["scenario"]
    data["budget"]["total"], data["provenance"]["params_sha256"]  # else it is no such document
    return {
        "format": FORMAT,
        "city": city["geoid"] or city["name"],
        "scenario": name,
        "changes": changes,
    }


def _checked(case: Any) -> dict[str, Any]:
    if case["format"] != FORMAT or not isinstance(case["changes"], dict):
        raise ValueError("no case")
    if not isinstance(case["city"], str) or not isinstance(case["scenario"], str):
        raise TypeError("no case")
    return dict(case)


def _of_data(data: Any) -> dict[str, Any]:
    return {
        "case": _checked(case_of_data(data)),
        "data": data,
        "stamp": str(data["provenance"]["params_sha256"]),
        "edition": str(data["edition"]),
    }


def _stamp(text: str) -> str:
    found = _STAMP.search(text)
    return found[1] if found else ""


def _json(content: bytes) -> ReadFile:
    return ReadFile(".json", **_of_data(json.loads(content)))


def _pdf(content: bytes) -> ReadFile:
    room = Room()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        carried = {
            name: _unpacked(file.get_file().obj, room) for name, file in pdf.attachments.items()
        }
        (name,) = (name for name in carried if name.endswith(".json"))
        words = [word for page in pdf.pages for word in tokens(" ".join(_page(page, room)))]
    found = _of_data(json.loads(carried[name]))
    return ReadFile(".pdf", words=tuple(words), carried=carried, **found)


def _unpacked(stream: Any, room: Room) -> bytes:
    content: bytes = stream.read_bytes()
    room.take(len(content))
    return content


def _page(page: Any, room: Room) -> Iterator[str]:
    page.contents_coalesce()
    yield from _drawn(page.obj.Contents, page.obj.get("/Resources", pikepdf.Dictionary()), room)
    for note in page.obj.get("/Annots", ()):
        yield str(note.get("/Contents", ""))


def _drawn(stream: Any, resources: Any, room: Room, deep: int = 0) -> Iterator[str]:
    """The text that a page or a form in it draws, one piece for each line that it sets."""
    letters: dict[str, tuple[int, dict[int, str]]] = {}
    width, known = 1, dict[int, str]()
    room.take(_WORK * sum(1 for _ in _DRAWN.finditer(_unpacked(stream, room))))
    instruction: Any
    for instruction in pikepdf.parse_content_stream(stream):
        operands, operator = instruction
        match str(operator):
            case "Tf":
                font = str(operands[0])
                if font not in letters:
                    letters[font] = _letters(resources["/Font"][font], room)
                width, known = letters[font]
            case "Tj" | "'" | '"':
                yield _decoded(bytes(operands[-1]), width, known)
            case "TJ":
                strings = (bytes(one) for one in operands[0] if isinstance(one, pikepdf.String))
                yield "".join(_decoded(one, width, known) for one in strings)
            case "Do" if deep < 5:
                form = resources["/XObject"][str(operands[0])]
                if form.get("/Subtype") == "/Form":
                    yield from _drawn(form, form.get("/Resources", resources), room, deep + 1)


def _letters(font: Any, room: Room) -> tuple[int, dict[int, str]]:
    """Bytes a letter in a font, and the letter of each number."""
    width = 2 if font.get("/Subtype") == "/Type0" else 1
    if "/ToUnicode" not in font:
        return width, {}
    table = _unpacked(font["/ToUnicode"], room).decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        for code, letter in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            found[int(code, 16)] = bytes.fromhex(letter).decode("utf-16-be", "replace")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for low, high, first in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            many = min(int(high, 16) - int(low, 16), 65535) + 1
            room.take(_WORK * many)
            for place in range(many):
                found[int(low, 16) + place] = chr(int(first, 16) + place)
    return width, found


def _decoded(text: bytes, width: int, known: Mapping[int, str]) -> str:
    codes = (int.from_bytes(text[at : at + width]) for at in range(0, len(text), width))
    return "".join(known.get(code, chr(code) if width == 1 else "\ufffd") for code in codes)


def _html(content: bytes) -> ReadFile:
    few_tags(content)
    root = html.document_fromstring(content.decode("utf-8"))
    held = (json.loads(one.text) for one in root.iterfind(".//script[@type='application/json']"))
    (case, *_) = (one["case"] for one in held if isinstance(one, dict) and "case" in one)
    text = " ".join(" ".join(root.itertext()).split())
    told = re.search(r"\bedition of ([A-Z][a-z]+ \d{4})", text)
    return ReadFile(
        ".html",
        _checked(case),
        words=tuple(_element(root, "")),
        stamp=_stamp(text),
        edition=datetime.strptime(told[1], "%B %Y").strftime("%Y-%m") if told else "",
        with_code=root.find(".//pre[@class='code']") is not None,
    )


def _element(element: Any, name: str) -> Iterator[Word]:
    """The words of an element in reading order, with those of its alternative texts."""
    name = element.get("data-output", name) if isinstance(element.tag, str) else name
    if element.tag in ("script", "style") and "json" not in element.get("type", ""):
        digest = hashlib.sha256((element.text or "").encode()).hexdigest()[:12]
        yield Word(f"{element.tag} {digest}", f"a {element.tag} of the page")
    elif isinstance(element.tag, str) and element.get("class") != _BESIDE:
        for attribute in _ATTRIBUTES:
            yield from tokens(element.get(attribute, ""), name)
        yield from tokens(element.text or "", name)
        for child in element:
            yield from _element(child, name)
            yield from tokens(child.tail or "", name)


def _case_in(parts: Mapping[str, bytes]) -> dict[str, Any]:
    """The case in an office document's own properties."""
    own = {
        one.get("name", ""): "".join(one.itertext()) for one in tree(parts, "docProps/custom.xml")
    }
    names = (name for name in own if re.fullmatch(rf"{PROPERTY} \d+", name))
    ordered = sorted(names, key=lambda name: int(name.rpartition(" ")[2]))
    return _checked(json.loads("".join(own[name] for name in ordered)))


def _docx(content: bytes) -> ReadFile:
    parts = office_parts(content)
    words: list[Word] = []
    text = ""
    room = Room()
    for name in sorted(parts):
        if re.fullmatch(r"word/(document|footnotes|footer\d*|header\d*)\.xml", name):
            for paragraph in tree(parts, name).iter(f"{_W}p"):
                said = "".join(one.text or "" for one in paragraph.iter(f"{_W}t"))
                room.take(10 * len(said))  # Its words take more than its letters.
                words += tokens(said)
                text += f"{said} "
                for picture in paragraph.iter("{*}docPr"):
                    words += tokens(picture.get("descr", ""))
    return ReadFile(
        ".docx", _case_in(parts), words=tuple(words), stamp=_stamp(text), edition=_month(parts)
    )


def _month(parts: Mapping[str, bytes]) -> str:
    """The edition that an office document is dated with."""
    return (tree(parts, "docProps/core.xml").findtext("{*}created") or "")[:7]


def _xlsx(content: bytes) -> ReadFile:
    parts = office_parts(content)
    book = tree(parts, "xl/workbook.xml")
    names = {
        (one.text or "").replace("'", "").replace("$", ""): one.get("name", "")
        for one in book.iter(f"{_S}definedName")
    }
    shared: list[str] = []
    if "xl/sharedStrings.xml" in parts:
        strings = tree(parts, "xl/sharedStrings.xml").iter(f"{_S}si")
        shared = ["".join(text.text or "" for text in one.iter(f"{_S}t")) for one in strings]
    links = {one.get("Id"): one.get("Target") for one in tree(parts, "xl/_rels/workbook.xml.rels")}
    cells: dict[str, Cell] = {}
    room = Room()
    for sheet in book.iter(f"{_S}sheet"):
        target = links[sheet.get(f"{_R}id")].removeprefix("/xl/")
        part = f"xl/{target}"
        for one in tree(parts, part).iter(f"{_S}c"):
            if not _ADDRESS.fullmatch(one.get("r", "")):
                raise ValueError("a cell without a place")
            place = f"{sheet.get('name')}!{one.get('r')}"
            cells[place] = _cell(one, shared, names.get(place, ""))
            room.take(len(str(cells[place].value)))
        del parts[part]  # Ten thousand sheets of one part are refused.
    text = " ".join(str(cell.value) for cell in cells.values())
    return ReadFile(
        ".xlsx", _case_in(parts), cells=cells, stamp=_stamp(text), edition=_month(parts)
    )


def _cell(cell: Any, shared: list[str], name: str) -> Cell:
    value, kind = cell.findtext(f"{_S}v") or "", cell.get("t", "n")
    formula = cell.findtext(f"{_S}f") or ""
    if kind == "s":
        return Cell(shared[int(value)], formula, name)
    if kind == "inlineStr":
        return Cell("".join(one.text or "" for one in cell.iter(f"{_S}t")), formula, name)
    return Cell(float(value) if kind in ("n", "b") and value else value, formula, name)
