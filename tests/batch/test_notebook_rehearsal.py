"""What the server does beforehand leaves nothing that a program could notice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _run(code: str, cwd: Path) -> str:
    """What a fresh interpreter prints; the rehearsal depends on what it has imported."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "CVI_ROOT": str(cwd)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_rehearsed_report_leaves_no_trace() -> None:
    code = """if True:
        import warnings
        import numpy as np
        import matplotlib.pyplot as plt
        import pandas as pd
        import cvi_analysis.report.city_report

        def seen():
            return (
                {k: str(v) for k, v in plt.rcParams.items() if k != "backend"},
                plt.get_fignums(), pd.options.display.max_rows, np.geterr(), warnings.filters[:],
            )

        before = seen()
        from cvi_analysis.batch.notebook_rehearsal import show_everything
        show_everything()  # Nothing is wrong in it that the import hides.
        assert seen() == before
        shown = [name for name, module in __import__("sys").modules.items()
                 if {k for k in vars(module).get("__warningregistry__") or () if k != "version"}]
        print("clean", [name for name in shown if name.startswith("cvi_analysis")])
    """
    assert _run(code, ROOT) == "clean []\n"


def test_a_broken_project_does_not_stop_the_server(tmp_path: Path) -> None:
    code = """if True:
        import cvi_analysis.report.city_report, matplotlib
        import cvi_analysis.batch.notebook_rehearsal
        print("still here")
    """
    assert _run(code, tmp_path) == "still here\n"
