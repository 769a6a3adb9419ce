"""Tables of DataFrames and ordinary figures, as a cell shows them."""

from __future__ import annotations

import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from lxml import html
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cvi_analysis.batch.rendering import render_html, render_pdf
from cvi_analysis.display import in_cells
from cvi_analysis.display.in_cells import say, show, table
from cvi_analysis.display.prose import line, link
from cvi_analysis.errors import InputError

from ..export.test_pdf import tags


@pytest.fixture
def shown(monkeypatch):
    """What was displayed."""
    found = []
    monkeypatch.setattr(in_cells, "display", lambda *blocks: found.extend(blocks))
    return found


@pytest.fixture
def staff():
    frame = pd.DataFrame(
        {
            "title": ["Mediator", "Case manager", "Director"],
            "group": ["Frontline", "Frontline", "Office"],
            "caseload": [14, 25, np.nan],
            "count": [17, 10, 1],
            "cost": [1_234_567.5, 800_000.25, 150_000.0],
        },
        index=pd.Index(["mediator", "case_manager", "ovp_director"], name="role"),
    )
    return frame.set_index("title", append=False).assign(role=frame.index)


def rows(block) -> list[list[str]]:
    found = html.fromstring(f"<div>{block.html()}</div>").xpath("//tr")
    return [[cell.text_content() for cell in row] for row in found]


def test_text_has_its_figures_by_name_and_no_markup_of_theirs(shown):
    say("**{total:dollars}** for {name}.", total=1234.5, name="*A* {b}")
    assert shown[0].plain() == "$1,235 for *A* {b}."
    with pytest.raises(InputError, match="no figure"):
        say("{nothing}")


def test_a_table_that_can_be_sorted_is_the_same_table_with_a_script(shown, staff):
    for sortable in (False, True):
        table(staff[["count"]].reset_index(), caption="Staff", sortable=sortable)
    still, sorts = (block.html() for block in shown)
    assert sorts.startswith(f'<div class="sortable">{still}</div>\n<script>')


def test_a_table_has_caption_headers_groups_total_and_notes(shown, staff):
    table(
        staff.drop(columns="role"),
        caption="Staff from $5 to $6",
        headers={"title": "Role", "count": "Staff", "cost": "Cost a year"},
        groups="group",
        dollars=["cost"],
        total="All staff",
        sums=["count", "cost"],
        notes="Caseloads by [CAPS](https://www.cviecosystem.org/).",
    )
    (block,) = shown
    assert rows(block) == [
        ["Role", "caseload", "Staff", "Cost a year"],
        ["Frontline"],
        ["Mediator", "14", "17", "$1,234,568"],
        ["Case manager", "25", "10", "$800,000"],
        ["Office"],
        ["Director", "", "1", "$150,000"],
        ["All staff", "", "28", "$2,184,568"],
    ]
    text = block.html()
    assert re.search('<th scope="row"[^>]*>Mediator</th>', text)
    assert 'scope="rowgroup"' in text
    assert '<a href="https://www.cviecosystem.org/">CAPS</a>' in text
    assert re.search(r"<caption[^>]*>Staff from <span[^>]*>\$5</span> to <span", text)


def test_figures_carry_their_names_in_the_json(shown, staff):
    frame = staff.set_index("role")[["count", "cost"]]
    names = {"count": "staffing.{row}.count", "cost": "staffing.{row}.cost"}
    table(frame, caption="Staff", figures=names, formats={"cost": ",.1f"})
    assert (
        '<span data-output="staffing.mediator.count" data-value="17">17</span>' in shown[0].html()
    )
    assert 'data-value="1234567.5">1,234,567.5</span>' in shown[0].html()


def test_the_first_column_names_the_rows_where_the_index_only_counts(shown):
    frame = pd.DataFrame({"payer": ["State", "City"], "share": [0.25, 0.5]})
    table(frame, caption="Payers", formats={"share": "percent"})
    assert rows(shown[0]) == [["payer", "share"], ["State", "25%"], ["City", "50%"]]


def test_rows_may_be_named_by_a_column_and_cells_hold_links(shown, staff):
    frame = staff[["role", "count"]].assign(
        source=[line(link("BLS", "https://www.bls.gov")), "", None],
        year=pd.array([2025, pd.NA, 2024], dtype="Int64"),
    )
    table(
        frame, caption="Roles", rows="role", formats={"count": lambda n: f"{n} posts", "year": "d"}
    )
    assert rows(shown[0])[1:] == [
        ["mediator", "17 posts", "BLS", "2025"],
        ["case_manager", "10 posts", "", ""],
        ["ovp_director", "1 posts", "", "2024"],
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"dollars": ["wage"]}, "wage: is no column of the table; allowed: group, caseload"),
        ({"total": "All staff"}, "sums"),
        ({"formats": {"cost": "dollar"}}, "allowed: dollars"),
    ],
)
def test_a_mistake_is_refused_in_one_message(staff, options, says):
    with pytest.raises(InputError, match=re.escape(says)):
        table(staff, caption="Staff", **options)


def figure():
    fig, ax = plt.subplots(figsize=(4, 2))
    ax.bar(["a $5", "b $6"], [1, 2])
    ax.set_title("From $5 to $6", parse_math=False)
    return fig


def test_an_ordinary_figure_is_shown_once_with_its_words(shown):
    fig = figure()
    show(fig, alt="b is twice a: 2 and 1.", caption="Made up.")
    assert not plt.get_fignums()
    data, metadata = shown[0]._repr_mimebundle_()
    assert "From $5 to $6" in data["image/svg+xml"]
    assert metadata["image/svg+xml"] == {"alt": "b is twice a: 2 and 1.", "caption": "Made up."}
    again = figure()
    show(again, alt="b is twice a: 2 and 1.", caption="Made up.")
    assert shown[1].svg() == shown[0].svg()


def test_a_figure_without_words_is_refused():
    with pytest.raises(InputError, match="alt: is missing"):
        show(figure(), alt=" ")
    plt.close("all")


@pytest.mark.slow
def test_both_are_in_the_page_and_in_the_pdf(shown, staff):
    table(staff, caption="Staff of the town", groups="group", dollars=["cost"])
    show(figure(), alt="b is twice a.")
    outputs = []
    for block in shown:
        data = block._repr_mimebundle_()
        data, metadata = data if isinstance(data, tuple) else (data, {})
        outputs.append(new_output("display_data", data=data, metadata=metadata))
    book = new_notebook(cells=[new_code_cell("", outputs=outputs)])
    page = html.fromstring(render_html(book))
    assert page.xpath("//table/caption")[0].text_content() == "Staff of the town"
    assert page.xpath("//figure//*[@role='img']/@aria-label") == ["b is twice a."]
    found = [str(tag.S) for tag in tags(render_pdf(book))]
    assert "/Table" in found
    assert "/Figure" in found


def test_dates_and_numbers_that_are_missing_are_written(shown):
    frame = pd.DataFrame(
        {
            "source": ["City budget", "Grant"],
            "ends": pd.to_datetime(["2027-06-30", None]),
            "posts": pd.array([3, None], dtype="Int64"),
        }
    )
    table(frame, caption="Sources", formats={"posts": "d"})
    say("Until {last}.", last=frame["ends"].max())
    told = "\n".join(block.plain() for block in shown)
    assert "City budget\t2027-06-30\t3" in told
    assert "Grant\t\t" in told
    assert "Until 2027-06-30." in told
