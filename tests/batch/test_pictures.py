"""Images beside the notebook: inside the reports, and part of what they are made from."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from cvi_analysis.batch.fingerprint import fingerprint, with_pictures

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def notebook(text: str) -> dict:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": text}]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a picture.png").write_bytes(PNG)
    return tmp_path


@pytest.mark.parametrize(
    "text",
    [
        "See ![the [map] of us](a%20picture.png) here",
        '![map](<a picture.png> "A title")',
        '<img alt="map" src="a picture.png" width="10">',
        "![map](../{name}/a%20picture.png)",
    ],
)
def test_an_image_beside_the_notebook_becomes_an_attachment(folder, text):
    book = notebook(text.format(name=folder.name))
    assert with_pictures(book, folder)
    (cell,) = book["cells"]
    ((name, content),) = cell["attachments"].items()
    assert f"attachment:{name}" in cell["source"]
    assert "picture.png" not in cell["source"]
    assert base64.b64decode(content["image/png"]) == PNG


@pytest.mark.parametrize(
    "text",
    [
        "![gone](missing.png)",
        "![far](https://example.org/a.png)",
        "![absolute](/etc/a.png)",
        "![attached](attachment:a.png)",
        "![data](data:image/png;base64,AAAA)",
        "![no image](notes.txt)",
        "[a link](a%20picture.png)",
        "plain",
    ],
)
def test_everything_else_stays_as_it_is(folder, text):
    (folder / "notes.txt").write_text("private")
    book = notebook(text)
    assert not with_pictures(book, folder)
    assert book == notebook(text)


def test_a_changed_image_changes_the_inputs(folder):
    books = folder / "notebooks"
    books.mkdir()
    (books / "city_profile.ipynb").write_text(json.dumps(notebook("![x](../a%20picture.png)")))
    (folder / "params").mkdir()
    before = fingerprint(folder)
    assert before == fingerprint(folder)
    (folder / "a picture.png").write_bytes(PNG + b"x")
    assert before != fingerprint(folder)


def test_an_image_is_in_the_page_and_what_is_missing_is_said_once(checkout):
    (checkout.folder / "notebooks" / "map.png").write_bytes(PNG)
    path = checkout.folder / "notebooks" / "city_profile.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    shown = notebook("![A map of us](map.png) and ![Nothing](gone.png)")["cells"][0]
    book["cells"].append({**shown, "id": "mine"})
    path.write_text(json.dumps(book), encoding="utf-8")
    result = checkout.run("reports", "--cities", "norfolk-va chicago-il", "--jobs", "1")
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("image file not found: gone.png") == 1
    page = (checkout.reports / "baseline" / "norfolk-va.html").read_text(encoding="utf-8")
    assert 'alt="A map of us"' in page
    assert base64.b64encode(PNG).decode() in page
