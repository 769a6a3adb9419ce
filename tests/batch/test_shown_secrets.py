"""No report, kept file or message has the Census key or a token that a notebook has shown."""

from __future__ import annotations

import json
import traceback
from base64 import b64encode
from pathlib import Path

import pytest

from cvi_analysis.batch.execution import Engine, NotebookError, run_notebook
from cvi_analysis.batch.shown_secrets import SHAPES, secret_cell, secret_in
from cvi_analysis.census.api_key import held_keys
from tests.checkout import ROOT, Checkout

from .conftest import notebook

KEY = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"

# In pieces, so that no program which looks for tokens takes one of these for real.
_36 = "0aB" * 12
TOKENS = {
    "a GitHub token": ["ghp" + "_" + _36, "token=ghs" + "_" + _36],
    "a GitHub token, fine-grained": ["github" + "_pat_" + _36],
    "an AWS access key": ["AKIA" + "Z7" * 8, "'ASIA" + "Q" * 16 + "'"],
    "a Slack token": ["xoxb" + "-1234567890-abcdef"],
    "a key of OpenAI or Anthropic": ["sk" + "-proj-" + _36, "KEY: sk" + "-ant-api03-" + _36],
    "a Google API key": ["AIza" + "Sy" + "b3_" * 11],
    "a private key": [
        "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
        "x-----BEGIN PRIVATE " + "KEY-----",
    ],
    "a JSON Web Token": ["Bearer eyJ" + "hbGciOiJI." + "eyJ" + "zdWIiOiIx." + "SflKxwRJSM"],
    "an address with a password": ["http://joe:" + "pa55@proxy.example:8080/"],
}
HARMLESS = [
    "ask-for-a-report-of-2023-in-Norfolk and risk-averse-people-of-2023-and-later",
    "3b8f" * 16,
    "sk-SK",
    b64encode(bytes(range(256)) * 40).decode(),
    "https://example.org:8080/a@b, https://example.org/a:b@c, git@example.org:a/b.git",
    "-----BEGIN CERTIFICATE-----",
    "eyJhIjoxfQ==",
]


@pytest.fixture
def key_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder whose `.env` has the key, for notebooks that this very process runs."""
    (tmp_path / ".env").write_text(f"CENSUS_API_KEY={KEY}\n", encoding="utf-8")
    monkeypatch.setenv("CVI_ROOT", str(tmp_path))
    monkeypatch.delenv("CENSUS_API_KEY", raising=False)
    return tmp_path


def test_every_shape_of_a_token_is_known() -> None:
    assert TOKENS.keys() == SHAPES.keys()
    for what, texts in TOKENS.items():
        for text in texts:
            for around in (text, f"<td>{text}</td>", f"{{'a': '{text}'}}", f"a\n{text}\nb"):
                assert secret_in(around, ()) == what, around


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_a_token_is_none(text: str) -> None:
    assert secret_in(text, ()) is None


def test_no_text_of_the_project_is_taken_for_a_secret() -> None:
    for folder in ("params", "notebooks", "docs", "data/processed", "cvi_analysis"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".md", ".csv", ".yaml", ".ipynb", ".py", ".js", ".css", ".j2"):
                assert secret_in(path.read_text(encoding="utf-8"), ()) is None, path


@pytest.mark.parametrize(
    "shown",
    [
        KEY,
        f"https://api.census.gov/data?get=NAME&key={KEY}&for=us",
        "".join(f"%{ord(letter):02X}" for letter in KEY),
        "".join(f"\\u{ord(letter):04x}" for letter in KEY),
        *(b64encode(b"joe"[:before] + KEY.encode() + b"!").decode() for before in range(3)),
    ],
)
def test_the_key_is_known_in_any_spelling(key_of_a_file: Path, shown: str) -> None:
    assert secret_in(f"<pre>{shown}</pre>") == "the Census API key"


def test_keys_of_the_environment_and_of_the_file_are_both_looked_for(key_of_a_file: Path) -> None:
    keys = held_keys(key_of_a_file, {"CENSUS_API_KEY": "another-key"})
    assert [secret_in(text, keys) is None for text in (KEY, "another-key", "else")] == [
        False,
        False,
        True,
    ]
    (key_of_a_file / ".env").write_bytes(b"CENSUS_API_KEY=\xff\n")
    assert held_keys(key_of_a_file, {}) == (), "what cannot be read stops no report"


READ = "import pathlib\nfound = pathlib.Path('.env').read_text()[15:-1]\n"


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("engine", "code"),
    [
        ("warm", "print(found)"),
        ("warm", "from IPython.display import JSON\nJSON({'found': [found]})"),
        ("warm", "raise SystemExit(found)"),
        ("warm", "raise ValueError(found)"),
        ("standard", "raise ValueError(found)"),
    ],
)
def test_a_notebook_that_shows_the_key_is_refused(
    engine: Engine, code: str, key_of_a_file: Path
) -> None:
    nb = notebook("# Head", "1", f"{READ}{code}", "2")
    with pytest.raises(NotebookError) as refused:
        run_notebook(nb, {}, engine=engine, cwd=key_of_a_file)
    assert str(refused.value).startswith(
        'cell 3 under "Head" (import pathlib): it has or shows the'
    )
    told = [*map(str, refused.value.args), "".join(traceback.format_exception(refused.value))]
    assert KEY not in "".join(told)
    assert refused.value.executed == ""


@pytest.mark.usefixtures("server")
def test_a_cell_that_has_a_secret_itself_is_named_without_its_line() -> None:
    token = TOKENS["a GitHub token"][0]
    with pytest.raises(NotebookError, match=r"^cell 2: it has or shows a GitHub token") as refused:
        run_notebook(notebook("1", f"token = '{token}'"), {})
    assert "ghp" not in str(refused.value)


def test_what_is_said_of_the_whole_notebook_is_looked_at() -> None:
    nb = notebook("1")
    nb.metadata["author"] = TOKENS["a Slack token"][0]
    assert secret_cell(nb) == (None, "a Slack token")


LEAK = """\
import pathlib, psutil
for process in psutil.Process().parents():
    try:
        print(pathlib.Path(f'/proc/{process.pid}/environ').read_text())
    except OSError:
        pass
"""


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")
def test_a_build_keeps_and_tells_nothing_of_the_key(checkout: Checkout) -> None:
    """A notebook may read the variables of the command that its user has started."""
    path = checkout.folder / "notebooks" / "city_profile.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    cell = {"cell_type": "code", "execution_count": None, "id": "leak", "metadata": {}}
    content["cells"].append({**cell, "outputs": [], "source": LEAK})
    path.write_text(json.dumps(content), encoding="utf-8")
    folder = checkout.reports / "baseline"
    folder.mkdir(parents=True)
    (folder / "norfolk-va.html").write_text("the last good one", encoding="utf-8")
    result = checkout.run("reports", "--cities", "norfolk-va", "--json", CENSUS_API_KEY=KEY)
    assert result.returncode == 1
    assert f"norfolk-va: cell {len(content['cells'])} under" in result.stderr
    assert "the Census API key, so nothing of this notebook is kept or told" in result.stderr
    assert KEY not in result.stdout + result.stderr
    written = [each for each in checkout.folder.rglob("*") if each.is_file()]
    assert folder / "annex.pdf" in written
    assert not [each for each in written if KEY.encode() in each.read_bytes()]
    assert (folder / "norfolk-va.html").read_text(encoding="utf-8") == "the last good one"
