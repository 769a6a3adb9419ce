"""What is done once so that no notebook has to do it for the first time.

Importing this draws a chart and shows a whole report; the notebooks' fork server does so. It leaves
loaded modules and glyphs, and the caches of pure functions, such as widths of texts. Nothing stays
that a program could notice: no figure is open and no warning counts as shown.
"""

from __future__ import annotations

import inspect
import io
import warnings
from contextlib import suppress

import numpy as np
import pandas as pd
from matplotlib import style
from matplotlib.figure import Figure

from cvi_analysis.display import charts
from cvi_analysis.display.in_cells import FrameTable
from cvi_analysis.display.lettering import learn_letters
from cvi_analysis.display.markdown import markdown
from cvi_analysis.display.prose import Block
from cvi_analysis.display.svg_chart import svg_of
from cvi_analysis.report.city_report import CityReport
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.library import Library


def draw() -> None:
    """What matplotlib is slow to do the first time, such as finding backends and fonts."""
    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 1], label="label")
    axes.legend()
    axes.set_title("Title", weight="bold")
    for kind in ("svg", "png"):
        figure.savefig(io.BytesIO(), format=kind)


def calculate(report: CityReport) -> None:
    """What pandas is slow to do the first time; a table, a sentence and a chart of its numbers."""
    frame = report.table()
    posts = pd.Series(1.5, index=frame.index).clip(lower=1).fillna(frame["count"])
    frame["cost"] = np.floor(posts.astype(int) * frame["wage"] + 0.5)
    frame.loc[["mediator"], "cost"] = frame.drop(index="mediator")["cost"].sum()
    FrameTable(frame.rename(index=report.titles), "", total="Total", sums=["cost"]).block().html()
    markdown("**{budget.total:dollars}**", report.figures).html()
    with style.context(charts.STYLE):
        figure = Figure()
        axes = figure.subplots()
        charts.tornado(report.effects(), ax=axes)
        charts.headline(axes, "Title")
        charts.trend(report.populations(), ax=figure.add_subplot())
        figure.add_subplot().set_xscale("log")
        svg_of(figure, "rehearsal")


def show_everything() -> None:
    """Everything that a report can show, of the first listed city.

    Raises:
        Exception: the project's files are wrong.
    """
    learn_letters()
    library = Library.load()
    dossier = library.dossier(next(iter(library.params.cities)))
    report = CityReport(Dossier.model_validate_json(dossier.to_json()))
    for name, show in inspect.getmembers(CityReport, inspect.isfunction):
        if name.startswith("_") or len(inspect.signature(show).parameters) > 1:
            continue
        shown = show(report)
        if isinstance(shown, Block):
            shown._repr_mimebundle_()
    calculate(report)


with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    draw()
    with suppress(Exception):  # What is wrong with the project's files is for the build to say.
        show_everything()
