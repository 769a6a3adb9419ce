"""What a build shows while it works and when it ends."""

from __future__ import annotations

import json
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cvi_analysis.batch.orders import CityResult
from cvi_analysis.batch.report_formats import PAGES
from cvi_analysis.batch.run import Summary
from cvi_analysis.report.document import staff_of


class Display:
    """A progress bar on a terminal, one line a city elsewhere."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self.console = Console(stderr=True, highlight=False)
        self.quiet = quiet
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            disable=not self.console.is_terminal or quiet,
            transient=True,
        )
        self._task = self._bar.add_task("Building reports", total=total)
        self._done, self._total = 0, total
        self._noted: set[str] = set()

    def __enter__(self) -> Display:
        """Start the bar."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the bar."""
        self._bar.stop()

    def say(self, text: str) -> None:
        """One line, above the bar; never cut into several where a program reads it."""
        self.console.print(text, markup=False, soft_wrap=not self.console.is_terminal)

    def tell(self, slug: str, result: CityResult | None) -> None:
        """A city is done, failed, or was up to date (None); or a page beside them failed."""
        if slug not in PAGES:
            self._done += 1
            self._bar.update(self._task, advance=1)
        if result is not None and result.error is not None:
            name = "" if result.error.startswith(slug) else f"{slug}: "
            self.console.print(f"✗ {name}{result.error}", style="red", markup=False, soft_wrap=True)
        elif not self.console.is_terminal and not self.quiet and result is not None:
            seconds = sum(result.seconds.values())
            self.say(f"[{self._done}/{self._total}] {slug} ({seconds:.2f} s)")
        # What one notebook makes of every city is said once.
        for note in () if result is None else result.notes:
            if note not in self._noted:
                self._noted.add(note)
                self.say(f"{slug}: {note}")


def summary_table(summary: Summary, limit: int = 60) -> Table:
    """People, staff and money of every report that a run built or kept, failures in red."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("city")
    for name in ("people", "staff", "annual budget"):
        table.add_column(name, justify="right")
    table.add_column("")
    for slug in [*summary.built, *summary.kept][:limit]:
        document = json.loads((summary.folder / f"{slug}.json").read_bytes())
        staff = staff_of(document)
        table.add_row(
            slug,
            f"{document['people_at_risk']['rounded']:,}",
            f"{staff:,}",
            f"${document['budget']['total']:,}",
            "built" if slug in summary.built else "up to date",
        )
    for slug in summary.failed:
        table.add_row(slug, "", "", "", "failed", style="red")
    return table
