"""`jupyter nbconvert --to cvi-html`, `cvi-pdf` and `cvi-docx`: the same bytes everywhere."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pytest

from cvi_analysis.batch.rendering import render_word


def nbconvert(folder, kind, *options, **environment):
    command = [sys.executable, "-m", "nbconvert", "--to", kind, "report.ipynb", *options]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["html", "pdf", "docx"])
def test_same_bytes_in_any_process_and_folder(report, tmp_path, suffix):
    here = {
        "html": lambda: report.html.encode(),
        "pdf": lambda: report.pdf,
        "docx": lambda: render_word(report.notebook),
    }[suffix]()
    folder = tmp_path / "two words"
    folder.mkdir()
    nbformat.write(report.notebook, folder / "report.ipynb")
    nbconvert(folder, f"cvi-{suffix}", PYTHONHASHSEED="2", TZ="Asia/Tokyo", HOME=str(tmp_path))
    assert (folder / f"report.{suffix}").read_bytes() == here


@pytest.mark.slow
def test_code_can_be_shown_from_the_command_line(report, tmp_path):
    nbformat.write(report.notebook, tmp_path / "report.ipynb")
    nbconvert(tmp_path, "cvi-html", "--CviHtmlExporter.exclude_input=False")
    assert "SECRET_SOURCE" in (tmp_path / "report.html").read_text()
