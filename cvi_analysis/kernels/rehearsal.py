"""What the warm server does once so that no kernel has to do it for the first time."""

from __future__ import annotations

import contextlib
import inspect
import io
import sys
import warnings

from cvi_analysis.kernels.environment import BACKEND


def rehearse() -> None:
    """Draw a chart and, if the server has imported what reports need, one whole report.

    It leaves loaded modules and glyphs, and the caches of pure functions, such as widths of
    texts. Nothing stays that a program could notice: no figure is open, no warning counts as
    shown, and the only setting made is that of every kernel.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if "matplotlib" in sys.modules:
            _draw()
        if "cvi_analysis.notebook" in sys.modules:
            # What is wrong with the project's files is for the build to say.
            with contextlib.suppress(Exception):
                _report()


def _draw() -> None:
    """What matplotlib is slow to do the first time, such as finding backends and fonts."""
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams["backend"] = BACKEND
    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 1], label="label")
    axes.legend()
    axes.set_title("Title", weight="bold")
    for kind in ("svg", "png"):
        figure.savefig(io.BytesIO(), format=kind)


def _report() -> None:
    """Everything that a report can show, of the first listed city.

    Raises:
        Exception: the project's files are wrong.
    """
    from cvi_analysis.blocks import Block, Stack
    from cvi_analysis.charts.letters import learn_letters
    from cvi_analysis.dossier import Dossier, Library
    from cvi_analysis.notebook import Report

    learn_letters()
    library = Library.load()
    dossier = library.dossier(next(iter(library.params.cities)))
    report = Report(Dossier.model_validate_json(dossier.to_json()))
    for name, show in inspect.getmembers(Report, inspect.isfunction):
        if name.startswith("_"):
            continue
        shown = show(report)
        for block in shown.outputs() if isinstance(shown, Stack) else (shown,):
            if isinstance(block, Block):
                block._repr_mimebundle_()
