"""What the workers wait for before the first report."""

import subprocess
import sys

from cvi_analysis.batch.pool import WORKER_PRELOAD


def test_workers_load_nothing_that_only_kernels_need() -> None:
    names = ("matplotlib", "pandas", "IPython", "rfc3987_syntax", "cvi_analysis.report.city_report")
    program = (
        f"import sys, {WORKER_PRELOAD}\n"
        f"print([name for name in {names!r} if sys.modules.get(name)])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert shown.stdout.strip() == "[]"


def test_the_servers_start_before_the_rest_is_imported() -> None:
    program = (
        "import sys, cvi_analysis.batch.pool\n"
        "print([name for name in ('numpy', 'pydantic', 'rich', 'jinja2') if name in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert shown.stdout.strip() == "[]"
