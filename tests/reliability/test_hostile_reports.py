"""`cvi check` and `--params` on files from anybody: refused in a line, in bounded memory and time.

The files are made here, small, from a report's own data and workbook; unpacked they are gigabytes.
"""

from __future__ import annotations

import csv
import io
import json
import re
import resource
import socket
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, AttachedFileSpec, Dictionary, Name

from cvi_analysis.batch.check_file import check
from cvi_analysis.batch.convert_case import case_of
from cvi_analysis.batch.edited_workbook import edited_case
from cvi_analysis.calculator.case_file import properties
from cvi_analysis.calculator.workbook import workbook
from cvi_analysis.errors import InputError
from cvi_analysis.report.document import document

FOREIGN = "this is no report of a city"
TOO_LARGE = "this file is too large when unpacked; allowed: at most 50,000,000 bytes"
LOCKED = "this file is encrypted with a password. Save it without a password"
DOCTYPE = "this file declares a document type"
MACROS = "this file holds macros"
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Parts = dict[str, bytes]


@pytest.fixture(scope="module")
def norfolk(library):
    return library.dossier("norfolk-va")


@pytest.fixture(scope="module")
def data(norfolk) -> bytes:
    return document(norfolk).to_bytes()


@pytest.fixture(scope="module")
def book(norfolk) -> Parts:
    content = workbook(norfolk, document(norfolk))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


@cache
def zeros(size: int) -> bytes:
    """So many megabytes of nothing, deflated: the same block again and again."""
    piece = bytes(1_000_000)
    packer = zlib.compressobj(9)
    first = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = 1
    for _ in range(size):
        checksum = zlib.adler32(piece, checksum)
    return first + again * (size - 1) + b"\x03\x00" + checksum.to_bytes(4, "big")


def declared(entities: bytes, used: bytes = b"") -> Callable[[Parts], bytes]:
    """A workbook whose strings declare a document type, and use what it declares."""

    def make(book: Parts) -> bytes:
        head, _, rest = book["xl/sharedStrings.xml"].partition(b"?>")
        text = head + b"?><!DOCTYPE sst [" + entities + b"]>" + rest
        text = text.replace(b"<si><t>", b"<si><t>" + used, 1)
        return packed({**book, "xl/sharedStrings.xml": text})

    return make


def sheet(cells: bytes) -> bytes:
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN.encode(), cells)


def many_sheets(book: Parts) -> bytes:
    """Two thousand sheets that are one part of 20,000 cells."""
    text = book["xl/workbook.xml"]
    (one,) = re.findall(rb'<sheet name="Summary"[^>]*/>', text)
    more = b"".join(one.replace(b"Summary", b"S%d" % number) for number in range(2000))
    cells = b"".join(b'<c r="A%d"><v>1</v></c>' % row for row in range(1, 20_001))
    return packed({**book, "xl/workbook.xml": text.replace(one, more), SHEET: sheet(cells)})


def one_long_string(book: Parts) -> bytes:
    """100,000 cells that show the same megabyte."""
    strings = book["xl/sharedStrings.xml"]
    last = strings.count(b"<si>")
    strings = strings.replace(b"</sst>", b"<si><t>%s</t></si></sst>" % (b"9 " * 500_000))
    cells = b"".join(b'<c r="A%d" t="s"><v>%d</v></c>' % (row, last) for row in range(1, 100_001))
    return packed({**book, "xl/sharedStrings.xml": strings, SHEET: sheet(cells)})


def encrypted_parts(book: Parts) -> bytes:
    """As a program packs parts with a password: by a flag of each."""
    content = bytearray(packed(book))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 1)
    return bytes(content)


def damaged(book: Parts) -> bytes:
    content = bytearray(packed(book))
    at = content.index(b"sharedStrings.xml") + 400
    content[at : at + 200] = b"\xff" * 200
    return bytes(content)


def with_cell(old: bytes, new: bytes) -> Callable[[Parts], bytes]:
    def make(book: Parts) -> bytes:
        assert old in book[SHEET]
        return packed({**book, SHEET: book[SHEET].replace(old, new, 1)})

    return make


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4000)
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
BOOKS: dict[str, tuple[Callable[[Parts], bytes], str]] = {
    "many large parts": (
        lambda book: packed({**book, **{f"xl/{n}.xml": b" " * 20_000_000 for n in range(4)}}),
        TOO_LARGE,
    ),
    "a million elements": (
        lambda book: packed({**book, SHEET: sheet(b"<a/>" * 1_000_001)}),
        TOO_LARGE,
    ),
    "another file as an entity": (
        declared(b'<!ENTITY a SYSTEM "file:///etc/passwd">', b"&a;"),
        DOCTYPE,
    ),
    "a billion laughs": (declared(b'<!ENTITY l0 "ha">' + LAUGHS, b"&l11;"), DOCTYPE),
    "macros": (lambda book: packed({**book, "xl/vbaProject.bin": b"x"}), MACROS),
    "2,000 sheets of one part": (many_sheets, FOREIGN),
    "one string in 100,000 cells": (one_long_string, TOO_LARGE),
    "encrypted": (lambda book: OLE, LOCKED),
    "encrypted parts": (encrypted_parts, LOCKED),
    "damaged": (damaged, FOREIGN),
    "a cell without a place": (with_cell(b'<c r="B6"', b"<c"), FOREIGN),
    "a cell in no row": (with_cell(b'<c r="B6"', '<c r="B²"'.encode()), FOREIGN),
    "a string that is not there": (with_cell(b't="s"><v>', b't="s"><v>99999'), FOREIGN),
}


@pytest.mark.parametrize("attack", BOOKS)
@pytest.mark.parametrize("reader", [check, edited_case])
def test_a_workbook(book, tmp_path, attack, reader):
    make, told = BOOKS[attack]
    refused(reader, tmp_path / "norfolk-va.xlsx", make(book), told)


def refused(reader: Callable[[Path], object], path: Path, content: bytes, told: str) -> None:
    path.write_bytes(content)
    assert len(content) < 10_000_000
    with pytest.raises(InputError) as found:
        reader(path)
    said = str(found.value)
    assert said.startswith(f"{path}: {told}"), said
    assert "\n" not in said
    assert "root:" not in said
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        ("encrypted", LOCKED),
        ("large", TOO_LARGE),
        ("macros", MACROS),
        ("entity", DOCTYPE),
        ("nested", TOO_LARGE),
    ],
)
def test_a_word_document(norfolk, tmp_path, attack, told):
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    told_of = "".join(
        f'<property name="{name}">{text.replace("&", "&amp;")}</property>'
        for name, text in properties(norfolk).items()
    )
    text, more = b"<w:p/>", {}
    if attack == "nested":  # each word stands in two hundred paragraphs
        text = b"<w:p>" * 200 + b"<w:t>%s</w:t>" % (b"1 " * 200_000) + b"</w:p>" * 200
    elif attack == "large":
        more = {f"word/{number}.xml": b" " * 20_000_000 for number in range(4)}
    elif attack == "macros":
        more = {"word/vbaProject.bin": b"x"}
    dtd = b"<!DOCTYPE x []>" if attack == "entity" else b""
    content = packed(
        {
            "docProps/custom.xml": f"<Properties>{told_of}</Properties>".encode(),
            "word/document.xml": dtd + b'<w:x xmlns:w="%s">%s</w:x>' % (w.encode(), text),
            **more,
        }
    )
    content = OLE if attack == "encrypted" else content
    refused(check, tmp_path / "norfolk-va.docx", content, told)


def with_attachment(pdf: pikepdf.Pdf) -> None:
    stream = pdf.attachments["norfolk-va.json"].get_file().obj
    stream.write(zeros(1500), filter=Name.FlateDecode)


def with_page(pdf: pikepdf.Pdf) -> None:
    stream = pdf.make_stream(b"")
    stream.write(zeros(1500), filter=Name.FlateDecode)
    pdf.pages[0].Contents = stream


def with_instructions(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(b"q " * 5_000_000)


def with_forms(pdf: pikepdf.Pdf) -> None:
    """A form that draws a form 300 times, which draws another 300 times, and so on."""
    inner = pdf.make_stream(b"()Tj", Subtype=Name.Form)
    for _ in range(5):
        held = Dictionary(XObject=Dictionary(F=inner))
        inner = pdf.make_stream(b"/F Do " * 300, Subtype=Name.Form, Resources=held)
    pdf.pages[0].Resources = Dictionary(XObject=Dictionary(F=inner))
    pdf.pages[0].Contents = pdf.make_stream(b"/F Do " * 300)


def with_letters(pdf: pikepdf.Pdf) -> None:
    table = b"beginbfrange " + b"<0000> <ffff> <0020>\n" * 100_000 + b"endbfrange"
    font = Dictionary(Type=Name.Font, Subtype=Name.Type0, ToUnicode=pdf.make_stream(table))
    pdf.pages[0].Resources = Dictionary(Font=Dictionary(F=font))
    pdf.pages[0].Contents = pdf.make_stream(b"/F 1 Tf")


def with_pages(pdf: pikepdf.Pdf) -> None:
    """Pages that are twenty times ten times themselves."""
    kid = pdf.make_indirect(Dictionary(Type=Name.Page, MediaBox=[0, 0, 1, 1]))
    for _ in range(20):
        kid = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([kid] * 10), Count=10))
    pdf.Root.Pages = kid


def made(data: bytes, change: Callable[[pikepdf.Pdf], None], **how: object) -> bytes:
    """A PDF that carries a report's data, changed."""
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["norfolk-va.json"] = AttachedFileSpec(pdf, data, filename="norfolk-va.json")
        change(pdf)
        pdf.save(target, **how)
    return target.getvalue()


PDFS: dict[str, tuple[Callable[[pikepdf.Pdf], None], str]] = {
    "an attachment of 1.5 GB": (with_attachment, ""),
    "a page of 1.5 GB": (with_page, ""),
    "five million instructions": (with_instructions, TOO_LARGE),
    "forms within forms": (with_forms, TOO_LARGE),
    "a font of six billion letters": (with_letters, TOO_LARGE),
    "pages of pages": (with_pages, FOREIGN),
}


SLOW = {"forms within forms", "five million instructions"}


@pytest.mark.parametrize(
    "attack",
    [pytest.param(one, marks=[pytest.mark.reliability] * (one in SLOW)) for one in PDFS],
)
def test_a_pdf(data, tmp_path, attack):
    change, told = PDFS[attack]
    refused(check, tmp_path / "norfolk-va.pdf", made(data, change), told)


def test_an_encrypted_pdf_is_called_so(data, tmp_path):
    lock = pikepdf.Encryption(owner="owner", user="user")
    content = made(data, lambda pdf: None, encryption=lock)
    refused(check, tmp_path / "norfolk-va.pdf", content, LOCKED)


def test_a_page_and_data_of_many_parts(data, tmp_path):
    page = b"<html><body>" + b"<i></i>" * 600_000
    refused(check, tmp_path / "norfolk-va.html", page, TOO_LARGE)
    (tmp_path / "norfolk-va.html").unlink()
    deep = data.replace(b"{", b'{"deep": ' + b"[" * 100_000 + b"]" * 100_000 + b",", 1)
    refused(check, tmp_path / "norfolk-va.json", deep, FOREIGN)


def index_of_gigabytes(data: bytes) -> bytes:
    """A PDF whose index, read before all else, unpacks to 1.5 GB."""
    content, index = made(data, lambda pdf: None), zeros(1500)
    head = b"9999 0 obj\n<</Type/XRef/Size 9/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length %d>>\n"
    stream = head % len(index) + b"stream\n" + index + b"\nendstream endobj\n"
    return content + stream + b"startxref\n%d\n%%%%EOF\n" % len(content)


USED = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([done.returncode, done.stdout, done.stderr, used]))
"""
"""Runs a command; prints its exit status, what it said, and the most memory that it took."""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited as on Linux")
@pytest.mark.parametrize(
    "attack", [pytest.param("index", marks=pytest.mark.reliability), "attachment"]
)
def test_the_command_takes_bounded_memory_and_writes_nothing(shared, data, tmp_path, attack):
    path = tmp_path / "norfolk-va.pdf"
    path.write_bytes(index_of_gigabytes(data) if attack == "index" else made(data, with_attachment))
    before = sorted(one for one in shared.folder.rglob("*") if "__pycache__" not in one.parts)
    # From a small process: what a process has taken counts what its parent had when it was forked.
    told = subprocess.run(
        [sys.executable, "-c", USED, *shared.command("check", str(path))],
        cwd=shared.folder,
        env=shared.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    status, said, problems, used = json.loads(told.stdout)
    assert "Traceback" not in problems
    if attack == "attachment":
        assert status == 2, problems
        assert problems.startswith(f"cvi: {path}: this ")
        assert problems.count("\n") == 1
        assert said == ""
    assert used < 900_000  # kilobytes
    after = sorted(one for one in shared.folder.rglob("*") if "__pycache__" not in one.parts)
    assert [one for one in after if ".cache" not in one.parts] == before


def test_the_limit_of_memory_is_gone_afterwards(book, tmp_path):
    before = resource.getrlimit(resource.RLIMIT_DATA)
    refused(check, tmp_path / "norfolk-va.xlsx", BOOKS["a million elements"][0](book), TOO_LARGE)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_what_a_file_names_is_not_fetched(book, data, tmp_path, monkeypatch):
    """Neither a workbook that its cell leads to, nor figures of a place that it names."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setenv("CENSUS_API_KEY", "0" * 40)
        monkeypatch.setenv("CENSUS_API_URL", address)
        link = f'<externalLink xmlns="{MAIN}"><externalBook id="rId1"/></externalLink>'
        to = f'<Relationships><Relationship Id="rId1" Target="{address}" TargetMode="External"/>'
        more = {
            "xl/externalLinks/externalLink1.xml": link.encode(),
            "xl/externalLinks/_rels/externalLink1.xml.rels": f"{to}</Relationships>".encode(),
        }
        path = tmp_path / "norfolk-va.xlsx"
        cell = re.search(rb'<c r="B6"[^>]*>.*?</c>', book[SHEET])
        assert cell
        led = re.sub(rb"<f>.*?</f>", b"<f>[1]Sheet1!A1</f>", cell[0])
        path.write_bytes(packed({**book, **more, SHEET: book[SHEET].replace(cell[0], led)}))
        assert edited_case(path).changes == {}
        assert check(path) == 1
        other = json.loads(data)
        other["city"]["geoid"] = "1234567"
        path = tmp_path / "nowhere.json"
        path.write_text(json.dumps(other), encoding="utf-8")
        with pytest.raises(InputError, match="can not be recomputed with the inputs"):
            check(path)
        with pytest.raises(TimeoutError):
            listening.accept()


@pytest.mark.parametrize(
    ("limit", "first"), [(131_072, "outreach_worker"), (sys.maxsize, "case_manager")]
)
def test_a_table_that_is_none_is_one_that_lacks_its_figures(limit, first, data, tmp_path, capsys):
    """Whatever limit of a field a library has set for the whole process (frictionless does)."""

    def change(pdf: pikepdf.Pdf) -> None:
        table = b"role,count\n" + b"x" * 200_000 + b',1\n"'
        pdf.attachments["staffing.csv"] = AttachedFileSpec(pdf, table, filename="staffing.csv")

    path = tmp_path / "norfolk-va.pdf"
    path.write_bytes(made(data, change))
    before = csv.field_size_limit(limit)
    try:
        assert check(path) == 1
    finally:
        csv.field_size_limit(before)
    assert f"staffing.csv.{first}: shown nothing" in capsys.readouterr().out


@pytest.mark.parametrize("link", ["http://[x.html", "http://[::1.html#a=b", "//[/a.html"])
def test_what_is_no_address_is_no_link(link):
    with pytest.raises(InputError, match="this is no link"):
        case_of(link)
