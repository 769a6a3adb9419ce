"""`cvi check`: a report's own files pass, a changed digit is named, other files are refused."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from cvi_analysis.batch.check_file import Made, check
from cvi_analysis.batch.read_back import ENDINGS
from cvi_analysis.errors import InputError

pytestmark = pytest.mark.slow
NORFOLK = "norfolk-va"


@pytest.fixture(scope="module")
def folder(shared) -> Path:
    """The files of a report, made by the command that a user types."""
    result = shared.invoke("report", NORFOLK)
    assert result.returncode == 0, result.stderr
    return shared.reports / "baseline"


@pytest.fixture(scope="module")
def made_once() -> Callable[..., bytes]:
    """The report made again, each file of it once for all tests here."""
    make = Made.file

    @cache
    def kept(slug: str, kind: str, with_code: bool) -> bytes:
        return make(kept_for[slug], kind, with_code=with_code)

    kept_for: dict[str, Made] = {}

    def file(self: Made, kind: str, *, with_code: bool) -> bytes:
        kept_for.setdefault(self.plan.request.name, self)
        return kept(self.plan.request.name, kind, with_code)

    return file


@pytest.fixture(scope="module")
def case_once() -> Callable[..., Made]:
    """What a case gives here and now, each once for all tests here."""
    of, kept = Made.of, dict[str, Made]()

    def once(case: Mapping[str, Any], file: Path) -> Made:
        named = json.dumps(case, sort_keys=True)
        if named not in kept:
            kept[named] = of(case, file)
        return kept[named]

    return once


@pytest.fixture
def checked(folder, made_once, case_once, monkeypatch, tmp_path, capsys):
    """Checks a report's file with its content changed: exit status and what is printed."""
    monkeypatch.setattr(Made, "file", made_once)
    monkeypatch.setattr(Made, "of", case_once)

    def run(ending: str, change: Callable[[bytes], bytes] = bytes) -> tuple[int, str]:
        path = tmp_path / f"{NORFOLK}{ending}"
        before = (folder / path.name).read_bytes()
        after = change(before)
        assert after != before or change is bytes, "nothing was changed"
        path.write_bytes(after)
        return check(path), capsys.readouterr().out

    return run


def replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    """Changes the first place of a text."""
    return lambda content: content.replace(old.encode(), new.encode(), 1)


def in_part(part: str, old: str, new: str) -> Callable[[bytes], bytes]:
    """Changes a part of an office document."""

    def change(content: bytes) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(target, "w") as after:
            for name in before.namelist():
                data = before.read(name)
                after.writestr(name, replaced(old, new)(data) if name == part else data)
        return target.getvalue()

    return change


def attached(name: str, changed: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Changes a file that a PDF carries."""

    def change(content: bytes) -> bytes:
        target = io.BytesIO()
        with pikepdf.open(io.BytesIO(content)) as pdf:
            stream = pdf.attachments[name].get_file().obj
            stream.write(changed(stream.read_bytes()))
            pdf.save(target)
        return target.getvalue()

    return change


def printed(old: str, new: str) -> Callable[[bytes], bytes]:
    """Sets other letters of the same font on a PDF's first page."""

    def change(content: bytes) -> bytes:
        target = io.BytesIO()
        with pikepdf.open(io.BytesIO(content)) as pdf:
            page = pdf.pages[0]
            instructions = list(pikepdf.parse_content_stream(page))
            letters: dict[int, str] = {}
            for number, (operands, operator) in enumerate(instructions):
                if str(operator) == "Tf":
                    table = page.Resources.Font[str(operands[0])].ToUnicode.read_bytes().decode()
                    pairs = re.findall(r"<(\w{4})>\s*<(\w{4})>$", table, re.M)
                    letters = {int(code, 16): chr(int(letter, 16)) for code, letter in pairs}
                if str(operator) in ("TJ", "Tj"):
                    parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                    raw = b"".join(bytes(one) for one in parts if isinstance(one, pikepdf.String))
                    codes = [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
                    text = "".join(letters.get(code, "?") for code in codes)
                    if old in text:
                        known = {letter: code for code, letter in letters.items()}
                        told = (known[letter].to_bytes(2) for letter in text.replace(old, new))
                        set_ = pikepdf.Array([pikepdf.String(b"".join(told))])
                        instructions[number] = ([set_], pikepdf.Operator("TJ"))
                        break
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(instructions))
            pdf.save(target)
        return target.getvalue()

    return change


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_reports_own_file_passes_and_says_whose_it_is(checked, folder, ending):
    status, told = checked(ending)
    assert status == 0, told
    data = json.loads((folder / f"{NORFOLK}.json").read_bytes())
    digest = data["provenance"]["params_sha256"][:12]
    assert f"Norfolk, VA, edition {data['edition']}, scenario baseline, no changes" in told
    assert f"parameters {digest}" in told
    assert "Checked: " in told
    assert "Every figure checked is the model's." in told


CHANGES = {
    "data": (".json", replaced('"total": 19', '"total": 18'), "methods.residents.total"),
    "page": (".html", replaced(">235,037</strong>", ">235,038</strong>"), "population.value"),
    "page, in words": (".html", replaced(">$19.9</strong>", ">$18.9</strong>"), "budget.total"),
    "page, its script": (".html", replaced("<script>", "<script>//"), "a script of the page"),
    "Word": (".docx", in_part("word/document.xml", "235,037", "235,038"), "population.value"),
    "a cell": (
        ".xlsx",
        in_part("xl/worksheets/sheet1.xml", "<v>235037</v>", "<v>235038</v>"),
        "Summary!B6 (Residents)",
    ),
    "a formula": (
        ".xlsx",
        in_part("xl/worksheets/sheet1.xml", "<f>budget_total</f>", "<f>budget_total+1</f>"),
        "Summary!B10 (Total budget, dollars a year)",
    ),
    "PDF, a page": (".pdf", printed("235,037", "235,038"), "population.value"),
    "PDF, its data": (
        ".pdf",
        attached(f"{NORFOLK}.json", replaced('"value": 235037', '"value": 235038')),
        "population.value",
    ),
    "PDF, its table": (
        ".pdf",
        attached("staffing.csv", replaced(",16,", ",17,")),
        "staffing.csv.outreach_worker.count",
    ),
    "PDF, its workbook": (
        ".pdf",
        attached(
            f"{NORFOLK}.xlsx",
            in_part("xl/worksheets/sheet1.xml", "<v>235037</v>", "<v>235038</v>"),
        ),
        "Summary!B6 (Residents)",
    ),
}


@pytest.mark.parametrize(("ending", "change", "name"), CHANGES.values(), ids=CHANGES)
def test_a_changed_digit_is_named_with_what_it_should_be(checked, ending, change, name):
    status, told = checked(ending, change)
    assert status == 1, told
    assert f"  {name}: shown " in told
    assert "not the model's" in told
    assert "\n1 figure not the model's." in told
    if "235,03" in told:
        assert f"  {name}: shown 235,038, expected 235,037" in told


def test_a_cell_of_a_users_own_input_is_named_by_its_assumption(checked):
    def other(content: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            sheet = book.read("xl/worksheets/sheet2.xml").decode()
        (cell,) = re.findall(r'<c r="B17"[^>]*><v>[^<]*</v>', sheet)
        return in_part("xl/worksheets/sheet2.xml", cell, re.sub("<v>.*", "<v>0.5</v>", cell))(
            content
        )

    status, told = checked(".xlsx", other)
    assert status == 1
    assert "(budget.training_share): 0.25 in the report, 0.5 here" in told
    assert "Inputs!B17 (budget_training_share): shown" not in told
    assert "  Budget!D8 (budget_training): shown " in told, "the file was not calculated again"
    assert "Beside the inputs changed, " in told


def test_words_alone_are_no_figures_and_another_text_is_checked_for_what_stands_in_it(checked):
    status, told = checked(".html", replaced("keep conflicts from turning", "stop turning"))
    assert status == 0
    assert "Words differ in 1 place; they are no figures." in told

    def short(content: bytes) -> bytes:
        """Without the sections after the calculator, as somebody's own notebook has them."""
        text = content.decode()
        cells = re.split(r'(?=<div class="cell")', text)
        return "".join([*cells[: len(cells) // 2], cells[-1]]).encode()

    status, told = checked(".html", short)
    assert "Its text is not that of the project's notebook" in told
    assert status == 0, told
    status, told = checked(".html", lambda page: short(page).replace(b"235,037", b"235,038"))
    assert status == 1
    assert "  population.value: shown nothing, expected 235,037" in told


def test_changes_of_ones_own_are_in_the_file_and_in_what_is_said(shared, folder, capsys):
    words = ("-P", "budget.training_share=0.3", "--formats", "xlsx")
    assert shared.invoke("report", NORFOLK, *words).returncode == 0
    (other,) = shared.reports.glob("baseline-with-*")
    for ending in (".xlsx", ".json"):
        assert check(other / f"{NORFOLK}{ending}") == 0
        assert "with budget.training_share = 0.3" in capsys.readouterr().out


def test_of_other_inputs_it_says_so_and_calls_nothing_wrong(folder, project, monkeypatch, capsys):
    assumptions = project / "params" / "assumptions.yaml"
    text = assumptions.read_text(encoding="utf-8")
    changed, count = re.subn(r"(\nbudget\.training_share:\n.*\n  value: )0\.25", r"\g<1>0.26", text)
    assert count == 1
    assumptions.write_text(changed, encoding="utf-8")
    monkeypatch.setenv("CVI_ROOT", str(project))
    for ending in ENDINGS:
        assert check(folder / f"{NORFOLK}{ending}") == 1
        told = capsys.readouterr().out
        assert "Made from other inputs than this project's" in told, ending
        assert "which does not make them wrong" in told
        assert "expected" not in told


def blank() -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target)
    return target.getvalue()


FOREIGN = {
    "a blank page.pdf": blank(),
    "no pdf.pdf": b"words",
    "a page.html": b"<p>235,037 residents</p>",
    "empty.html": b"",
    "no zip.docx": b"words",
    "other.json": b'{"total": 1}',
    "a list.json": b"[1]",
    "no json.json": b"{",
    "words.txt": b"words",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_report_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(FOREIGN[name])
    with pytest.raises(InputError, match=r"this is no report of a city") as refused:
        check(path)
    assert name in str(refused.value)


def test_a_page_of_ours_that_is_no_citys_and_a_missing_file_are_refused(folder, tmp_path):
    with pytest.raises(InputError, match="no report of a city"):
        check(folder / "index.html")
    with pytest.raises(InputError, match="does not exist"):
        check(tmp_path / "missing.pdf")


def test_the_command_refuses_a_foreign_pdf_with_one_message(shared, tmp_path):
    path = tmp_path / "plan.pdf"
    path.write_bytes(blank())
    result = shared.invoke("check", str(path))
    assert result.returncode == 2
    assert result.stderr.startswith(f"cvi: {path}: this is no report of a city")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
