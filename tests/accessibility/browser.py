"""A real Chromium on a page from disk, without network, that hears every complaint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from ..conftest import tool

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; skips, or fails in CI, where there is none."""
    path = tool("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(path: Path, browser: Any = None, **options: Any) -> Iterator[tuple[Page, list[str]]]:
    """A tab with the page, and the list that collects errors and addresses it asks for.

    Args:
        path: the page's file.
        browser: one that runs already, for a tab of its own; without it one is started.
        **options: of the tab, such as its viewport.
    """
    with nullcontext(browser) if browser else chromium() as found:
        tab, problems = watched(found, **options)
        tab.goto(path.as_uri())
        yield tab, problems
        tab.close()


def watched(browser: Any, **options: Any) -> tuple[Page, list[str]]:
    """A new tab, and the list that collects its errors and any request but for the page itself."""
    problems: list[str] = []
    tab = browser.new_page(**options)
    tab.on("console", lambda m: problems.append(m.text) if m.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.on(
        "request",
        lambda request: (
            None
            if request.is_navigation_request() or request.url.startswith("data:")
            else problems.append(request.url)
        ),
    )
    return tab, problems
