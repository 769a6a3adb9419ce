"""`index.html`: the way into a scenario's reports."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from cvi_analysis import __version__
from cvi_analysis.params.scenario import Scenario


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("cvi_analysis.build"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def index_html(
    documents: Sequence[Mapping[str, Any]],
    name: str,
    scenario: Scenario,
    overrides: Mapping[str, Any],
    *,
    compared: bool = False,
) -> bytes:
    """The index page of these documents: self-contained, readable without JavaScript.

    Args:
        documents: parsed `<slug>.json`, in the order of the page.
        name: the scenario folder's name.
        scenario: its file.
        overrides: assumptions given beside it.
        compared: `comparison.html` lies beside the page.
    """
    page = (
        _environment()
        .get_template("index.html.j2")
        .render(
            documents=documents,
            name=name,
            scenario=scenario,
            overrides=overrides,
            compared=compared,
            version=__version__,
            people=sum(document["people_at_risk"]["rounded"] for document in documents),
            staff=sum(post["count"] for document in documents for post in document["staffing"]),
            total=sum(document["budget"]["total"] for document in documents),
        )
    )
    return _with_policy(page).encode()


def _with_policy(page: str) -> str:
    """`page` with a Content-Security-Policy that allows its own inline style and nothing else."""
    hashes = " ".join(
        "'sha256-" + base64.b64encode(hashlib.sha256(block.encode()).digest()).decode() + "'"
        for block in re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    )
    policy = f"default-src 'none'; style-src {hashes}; base-uri 'none'; form-action 'none'"
    return page.replace("CONTENT-SECURITY-POLICY", policy, 1)
