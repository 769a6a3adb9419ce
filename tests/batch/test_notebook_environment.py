"""What a notebook's process sees: no secret, and nothing that an earlier notebook has left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cvi_analysis.batch.execution import Engine, run_notebook
from cvi_analysis.batch.notebook_server import NotebookServer

from .conftest import linux, notebook, printed

both_engines = pytest.mark.parametrize("engine", ["warm", "standard"])
pytestmark = pytest.mark.usefixtures("server")

SECRETS = {
    "CENSUS_API_KEY": "s3cret-1",
    "CENSUS_API_URL": "http://joe:s3cret-2@localhost/data",
    "GITHUB_TOKEN": "s3cret-3",
    "AWS_SECRET_ACCESS_KEY": "s3cret-4",
    "HTTPS_PROXY": "http://joe:s3cret-5@proxy",
    "LC_SECRET": "s3cret-6",
    "PYTHON_TOKEN": "s3cret-7",
    "CVI_TOKEN": "s3cret-8",
}
LOOK = """
import os, pathlib, subprocess
print(dict(os.environ), pathlib.Path("/proc/self/environ").read_text())
print(subprocess.run(["env"], capture_output=True, text=True).stdout)
"""


@linux
@both_engines
def test_no_secret_reaches_a_notebook(
    engine: Engine, server: NotebookServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    done = run_notebook(notebook(LOOK), {}, engine=engine, env={"CVI_INPUTS": "given"})
    shown = printed(done.nb)
    assert "s3cret" not in shown
    assert not any(name in shown for name in SECRETS)
    assert "CVI_INPUTS" in shown
    assert "PATH" in shown
    assert "HOME" in shown


@linux
def test_no_secret_reaches_a_notebook_of_papermills_command(tmp_path: Path) -> None:
    import nbformat

    nbformat.write(notebook(LOOK), tmp_path / "in.ipynb")
    command = ["-m", "papermill", "--engine", "cvi", "--no-progress-bar", "in.ipynb", "out.ipynb"]
    environment = {**os.environ, **SECRETS, "CVI_ROOT": str(tmp_path)}
    subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        timeout=120,
    )
    shown = (tmp_path / "out.ipynb").read_text(encoding="utf-8")
    assert "s3cret" not in shown
    assert "PATH" in shown


LEAVE = """
import pathlib
from IPython.paths import get_ipython_dir
import matplotlib
startup = pathlib.Path(get_ipython_dir(), "profile_default", "startup")
startup.mkdir(parents=True, exist_ok=True)
(startup / "00-left.py").write_text("left = 'by startup'; print('left')")
(startup.parent / "ipython_config.py").write_text("c.InteractiveShellApp.exec_lines = ['left=1']")
kept = 'by %store'
%store kept
config = pathlib.Path(matplotlib.get_configdir())
config.mkdir(parents=True, exist_ok=True)
(config / "matplotlibrc").write_text("font.size: 33")
(pathlib.Path(matplotlib.get_cachedir()) / "left").touch()
import tempfile
(pathlib.Path(tempfile.gettempdir()) / "left").touch()
"""
FIND = """
import pathlib, tempfile
import matplotlib
%store -r
print([name for name in ("left", "kept") if name in globals()], matplotlib.rcParams["font.size"])
folders = (tempfile.gettempdir(), matplotlib.get_configdir(), matplotlib.get_cachedir())
print([name for name in folders if (pathlib.Path(name) / "left").exists()])
"""


def test_nothing_that_a_notebook_leaves_reaches_the_next() -> None:
    for engine in ("warm", "standard"):
        run_notebook(notebook(LEAVE), {}, engine=engine)
    for engine in ("warm", "standard"):
        assert printed(run_notebook(notebook(FIND), {}, engine=engine).nb) == "[] 10.0\n[]\n"


@both_engines
def test_a_variable_of_the_language_is_kept_and_the_list_of_fonts_not_made_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    language = "import os, time\nprint(os.environ['LC_ALL'], time.strftime('%z'))"
    fonts = """
import logging
logging.basicConfig(level=logging.DEBUG)
import matplotlib.font_manager as fonts
print(len(fonts.fontManager.ttflist) > 10)
"""
    nb = run_notebook(notebook(language, fonts), {}, engine=engine).nb
    assert printed(nb, 0) == "C.UTF-8 +0545\n"
    assert printed(nb) == "True\n"
    assert "generated new fontManager" not in json.dumps(nb.cells[1].outputs)


@linux
def test_processes_above_a_notebook_have_no_secret(tmp_path: Path) -> None:
    """All but the program that has asked for the server, whose variables are its user's."""
    code = """if True:
        import psutil
        from cvi_analysis.batch import notebook_server
        from cvi_analysis.batch.execution import run_notebook
        import nbformat
        server = notebook_server.start_server([])
        cell = nbformat.v4.new_code_cell(
            "import psutil\\nfor process in psutil.Process().parents()[:3]:"
            "\\n    print(process.pid, 's3cret' in str(process.environ()))"
        )
        shown = run_notebook(nbformat.v4.new_notebook(cells=[cell]), {}).nb.cells[0].outputs[0].text
        above = dict(line.split() for line in shown.splitlines())
        print(above[str(server.pid)], list(above.values())[:2], above[str(psutil.Process().pid)])
    """
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **SECRETS, "CVI_ROOT": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout == "False ['False', 'False'] True\n", done.stderr
