"""Reading a workbook's named cells, changing its inputs, and recalculating in LibreOffice.

Either LibreOffice opens a changed file and saves it again (`recalculated`), or values are typed
into the cells of an open file (`typed`), which takes a tenth of the time.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape
from pathlib import Path
from typing import Any

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""
_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"((?: [^>/]*)?)(?:/>|>(.*?)</c>)', re.S)
_VALUE = re.compile(r"<v>(.*?)</v>", re.S)
_NAME = re.compile(
    r'<definedName [^>]*?name="(\w+)"[^>]*>([^!]+)!\$([A-Z]+)\$(\d+)(?::[^<]*)?</definedName>'
)


@dataclass(frozen=True)
class Spreadsheet:
    """An .xlsx file, read without any spreadsheet library: values and formulas as they are."""

    content: bytes

    @cached_property
    def parts(self) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(self.content)) as file:
            return {name: file.read(name) for name in file.namelist()}

    def text(self, part: str) -> str:
        return self.parts[part].decode()

    @cached_property
    def sheets(self) -> dict[str, str]:
        names = re.findall(r'<sheet name="([^"]+)"', self.text("xl/workbook.xml"))
        return {name: f"xl/worksheets/sheet{n}.xml" for n, name in enumerate(names, 1)}

    @cached_property
    def names(self) -> dict[str, tuple[str, str]]:
        """Sheet and first cell of every defined name."""
        found = _NAME.findall(self.text("xl/workbook.xml"))
        return {
            name: (unescape(sheet).strip("'"), f"{column}{row}")
            for name, sheet, column, row in found
        }

    @cached_property
    def cells(self) -> dict[str, dict[str, tuple[str, str]]]:
        """Attributes and content of each cell, by sheet and address."""
        return {
            name: {
                address: (attributes, content)
                for address, attributes, content in _CELL.findall(self.text(part))
            }
            for name, part in self.sheets.items()
        }

    @cached_property
    def strings(self) -> list[str]:
        """The texts that cells refer to by number."""
        items = re.findall(r"<si>(.*?)</si>", self.text("xl/sharedStrings.xml"), re.S)
        return [unescape("".join(re.findall(r"<t[^>]*>(.*?)</t>", x, re.S))) for x in items]

    def value(self, name: str) -> Any:
        """The stored value of a named cell: number, boolean, text, or None where it shows none."""
        sheet, address = self.names[name]
        attributes, content = self.cells[sheet][address]
        found = _VALUE.search(content)
        if found is None or not found[1]:  # A formula's empty text is stored so too.
            return None
        if 't="s"' in attributes:
            return self.strings[int(found[1])]
        if 't="e"' in attributes or 't="str"' in attributes:
            raise AssertionError(f"{name} holds {content}")
        return bool(int(found[1])) if 't="b"' in attributes else float(found[1])

    def formula(self, name: str) -> str | None:
        sheet, address = self.names[name]
        found = re.search(r"<f[^>]*>(.*?)</f>", self.cells[sheet][address][1], re.S)
        return found[1] if found else None

    def changed(self, inputs: dict[str, Any]) -> Spreadsheet:
        """The same file with other values typed into named input cells."""
        text = self.text(self.sheets["Inputs"])
        for name, value in inputs.items():
            sheet, address = self.names[name.replace(".", "_")]
            assert sheet == "Inputs"
            match = re.search(
                rf'<c r="{address}" s="(\d+)"[^>]*?(?:/>|>(?:<v>[^<]*</v>)</c>)', text
            )
            assert match is not None, name
            if value is None:
                cell = f'<c r="{address}" s="{match[1]}"/>'
            elif isinstance(value, bool):
                cell = f'<c r="{address}" s="{match[1]}" t="b"><v>{int(value)}</v></c>'
            elif isinstance(value, str):
                inline = f"<is><t>{value}</t></is>"
                cell = f'<c r="{address}" s="{match[1]}" t="inlineStr">{inline}</c>'
            else:
                cell = f'<c r="{address}" s="{match[1]}"><v>{value!r}</v></c>'
            text = text[: match.start()] + cell + text[match.end() :]
        # No cached value may pass for a computed one.
        parts = {
            part: re.sub(rb"(<f>[^<]*</f>)<v>[^<]*</v>", rb"\1", content)
            if part.startswith("xl/worksheets/")
            else content
            for part, content in {**self.parts, self.sheets["Inputs"]: text.encode()}.items()
        }
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            for part, content in parts.items():
                file.writestr(part, content)
        return Spreadsheet(buffer.getvalue())


def recalculated(office: str, sheets: list[Spreadsheet], folder: Path) -> list[Spreadsheet]:
    """The spreadsheets as LibreOffice saves them after recalculating everything, in one run."""
    profile, before, after = folder / "profile", folder / "before", folder / "after"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS)
    before.mkdir()
    names = [f"{number:04d}.xlsx" for number in range(len(sheets))]
    for name, sheet in zip(names, sheets, strict=True):
        (before / name).write_bytes(sheet.content)
    subprocess.run(
        [
            office,
            f"-env:UserInstallation={profile.as_uri()}",
            *("--headless", "--norestore", "--convert-to", "xlsx", "--outdir", str(after)),
            *(str(before / name) for name in names),
        ],
        check=True,
        capture_output=True,
        timeout=600,
    )
    found = [Spreadsheet((after / name).read_bytes()) for name in names]
    shutil.rmtree(folder)
    return found


_MACRO = """
Sub Main()
  Dim order As String, place As String, word As String, book As Object, cell As Object
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Open Environ("ORDERS") For Input As #1
  Open Environ("ANSWERS") For Output As #2
  Do While Not EOF(1)
    Line Input #1, order
    Line Input #1, place
    Line Input #1, word
    If order = "open" Then
      book = StarDesktop.loadComponentFromURL(place, "_blank", 0, hidden())
    ElseIf order = "calculate" Then
      book.calculateAll()
    Else
      cell = book.NamedRanges.getByName(place).getReferredCells().getCellByPosition(0, 0)
      If order = "text" Then
        cell.setString(word)
      ElseIf order = "type" Then
        cell.setFormula(word)
      ElseIf cell.getError() Then
        Print #2, "error " & cell.getError()
      ElseIf cell.FormulaResultType2 = com.sun.star.sheet.FormulaResult.STRING Then
        Print #2, "text " & cell.getString()
      Else
        Print #2, cell.getValue()
      End If
    End If
  Loop
  Close #2
  StarDesktop.terminate()
End Sub
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Typing"
 script:language="StarBasic">{}</script:module>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
<library:element library:name="Typing"/></library:library>
"""


@dataclass(frozen=True)
class Typing:
    """A workbook, what is typed into its inputs case after case, and the cells to read then."""

    sheet: Spreadsheet
    cases: list[dict[str, Any]]
    names: list[str]

    def orders(self, place: str) -> list[tuple[str, str, str]]:
        """Lines for the macro. Before each case the one before is taken back."""
        found = [("open", place, "")]
        before: dict[str, Any] = {}
        for case in self.cases:
            changes = {name.replace(".", "_"): value for name, value in case.items()}
            found += [_typed(name, value) for name, value in {**before, **changes}.items()]
            found.append(("calculate", "", ""))
            found += [("read", name, "") for name in self.names]
            before = {name: self.sheet.value(name) for name in changes}
        return found


def _typed(name: str, value: Any) -> tuple[str, str, str]:
    if isinstance(value, bool):
        return "type", name, str(value).upper()
    if isinstance(value, str):
        return "text", name, value
    return "type", name, "" if value is None else repr(value)


def typed(office: str, books: list[Typing], folder: Path) -> list[list[dict[str, Any]]]:
    """What the named cells show in LibreOffice, by book and case: numbers, or None for none."""
    folder.mkdir()
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS)
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    # Its first start brings the folder of macros along.
    subprocess.run([*command, "--terminate_after_init"], check=True, capture_output=True)
    macros = profile / "user" / "basic" / "Standard"
    (macros / "script.xlb").write_text(_LIBRARY)
    (macros / "Typing.xba").write_text(_MODULE.format(escape(_MACRO)))
    orders = []
    for number, book in enumerate(books):
        path = folder / f"{number}.xlsx"
        path.write_bytes(book.sheet.content)
        orders += [line for order in book.orders(path.as_uri()) for line in order]
    answers = folder / "answers"
    (folder / "orders").write_text("\n".join(orders) + "\n")
    subprocess.run(
        [*command, "macro:///Standard.Typing.Main"],
        env={**os.environ, "ORDERS": str(folder / "orders"), "ANSWERS": str(answers)},
        check=True,
        capture_output=True,
        timeout=600,
    )
    said = iter(answers.read_text().splitlines())
    found = [[{n: _number(n, next(said)) for n in b.names} for _ in b.cases] for b in books]
    assert next(said, None) is None
    return found


def _number(name: str, said: str) -> float | None:
    if said.startswith(("error", "text")):
        assert said.split() == ["text"], (name, said)
        return None
    return float(said)
