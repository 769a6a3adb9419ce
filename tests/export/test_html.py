"""The page as a browser, a search engine and a screen reader find it."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from lxml.html import document_fromstring
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from traitlets.config import Config

from cvi_analysis.batch.house_style import CviHtmlExporter
from cvi_analysis.batch.rendering import render_html
from tests.accessibility.browser import chromium, watched

from ..links import Links
from .conftest import HOSTILE

VOID = {"meta", "img", "input", "br", "hr", "link", "col", "wbr", "source", "track", "embed"}
ENDED_BY = {
    "td": {"td", "th", "tr", "/tr", "/tbody", "/thead", "/tfoot", "/table"},
    "th": {"td", "th", "tr", "/tr", "/tbody", "/thead", "/tfoot", "/table"},
    "tr": {"tr", "/tbody", "/thead", "/tfoot", "/table"},
    "li": {"li", "/ul", "/ol"},
}
"""Elements whose end tags may be left out, by what may stand in place of them."""
FETCHING = {"src", "srcset", "data", "poster", "background", "action", "formaction"}


class Page(HTMLParser):
    """Every element with its attributes and the text inside it, and whether tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.open: list[int] = []
        self.stack: list[str] = []
        self.errors: list[str] = []
        self.feed(html)
        self.close()

    def end_others(self, tag):
        while self.stack and tag in ENDED_BY.get(self.stack[-1], ()):
            self.stack.pop()
            self.open.pop()

    def handle_starttag(self, tag, attrs):
        self.end_others(tag)
        self.elements.append((tag, {k: v or "" for k, v in attrs}))
        self.texts.append("")
        if tag not in VOID:
            self.stack.append(tag)
            self.open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, {k: v or "" for k, v in attrs}))
        self.texts.append("")

    def handle_endtag(self, tag):
        self.end_others(f"/{tag}")
        if not self.stack or self.stack[-1] != tag:
            self.errors.append(f"</{tag}> closes {self.stack[-1:]}")
            return
        self.stack.pop()
        self.open.pop()

    def handle_data(self, data):
        for index in self.open:
            self.texts[index] += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self, tag: str) -> list[str]:
        pairs = zip(self.elements, self.texts, strict=True)
        return [" ".join(text.split()) for (name, _), text in pairs if name == tag]


@pytest.fixture(scope="module")
def page(report):
    return Page(report.html)


def test_elements_are_balanced(page):
    assert page.errors == []
    assert page.stack == []


def test_language_title_and_metadata(page):
    assert page.all("html") == [{"lang": "en-US"}]
    assert page.text("title") == ["Norfolk, Virginia"]
    metas = {m.get("name") or m.get("http-equiv"): m.get("content", "") for m in page.all("meta")}
    assert metas["generator"].startswith("cvi-analysis ")
    assert metas["description"] == "People at risk, staff and budget"
    assert metas["keywords"].startswith("community violence intervention")


def test_landmarks_and_skip_link(page):
    assert Counter(tag for tag, _ in page.elements)["main"] == 1
    assert page.all("main")[0]["id"] == "main"
    first_link = page.all("a")[0]
    assert first_link["href"] == "#main"
    assert len(page.all("nav")) == 1


def test_one_h1_and_no_skipped_levels(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.text("h1") == ["Norfolk, Virginia"]
    assert "Community violence intervention profile" in page.text("p")


def test_ids_are_unique_and_local_links_resolve(page):
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    targets = {a["href"][1:] for a in page.all("a") if a.get("href", "").startswith("#")}
    assert targets <= set(ids)
    assert "methodology" in targets


def test_contents_name_the_sections(page, report):
    contents = re.search(r'<nav class="contents".*?</nav>', report.html, re.S)[0]
    assert [*Page(contents).text("a")] == [
        "People at risk", "Money", "A skipped level", "Methodology", "Norfolk"
    ]  # fmt: skip


def test_nothing_is_fetched(report, hostile_report):
    for html in (report.html, hostile_report.html):
        for tag, attributes in Page(html).elements:
            for name in FETCHING & set(attributes):
                assert attributes[name].startswith("data:"), (tag, name, attributes[name][:80])
            if tag in {"link", "iframe", "object", "embed", "base"}:
                pytest.fail(f"<{tag}> {attributes}")
            if tag in {"use", "image", "pattern"}:
                for name in ("href", "xlink:href"):
                    assert attributes.get(name, "#").startswith(("#", "data:"))
        assert not re.search(r"url\(\s*['\"]?(?!#|data:)", html)
        assert "@import" not in html


def test_policy_allows_exactly_the_scripts_of_the_page(page, report):
    policy = page.all("meta")[1]["content"]
    assert policy.startswith("default-src 'none'")
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", report.html, re.S)
    assert scripts[0] == "let calculator = 1;"
    assert ["Copied" in script for script in scripts[1:]] == [True]
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    assert f"script-src {allowed};" in policy
    assert "img-src data:" in policy


def test_formulas_are_mathml(page):
    assert len(page.all("math")) == 4
    assert "MathJax" not in "".join(page.texts)


def test_figures_have_text_and_ids_of_their_own(page):
    drawings = page.all("svg")
    assert [d["role"] for d in drawings] == ["img", "img"]
    assert {d["aria-label"] for d in drawings} == {"Bars: 16 and 17."}
    assert [d["id"] for d in drawings] == ["fig-1", "fig-2"]
    assert all("alt" in image for image in page.all("img"))
    assert page.text("figcaption") == ["Staff of Norfolk", "Staff of Norfolk"]


def test_missing_alternative_text_is_said_and_logged(make_notebook, caplog):
    cell = new_code_cell("f", outputs=[new_output("display_data", {"image/svg+xml": "<svg/>"})])
    html = render_html(make_notebook(cell)).decode()
    assert 'aria-label="Figure without a description"' in html
    assert "cell 1 (cell-0): a figure has no alternative text" in caplog.text


def test_tables_scroll_by_themselves_and_name_their_headers(page):
    containers = [a for tag, a in page.elements if tag == "div" and a.get("class") == "scroll"]
    assert len(containers) == len(page.all("table"))
    names = [c["aria-label"] for c in containers]
    assert len(set(names)) == len(names)
    assert "Table 2: Annual budget" in names
    assert all(c["tabindex"] == "0" for c in containers)
    assert all(h.get("scope") or h.get("style") for h in page.all("th"))


def test_pandas_figures_are_right_aligned(report):
    assert '<td class="num">1234567.5</td>' in report.html
    assert "<td>Mediator</td>" in report.html
    assert '<th class="num" scope="col">Cost</th>' in report.html
    assert "border=" not in report.html


def test_code_is_folded_or_left_out_and_shown_where_asked_for(report):
    assert "SECRET_SOURCE" in report.html
    without = render_html(report.notebook, with_code=False).decode()
    assert "SECRET_SOURCE" not in without
    assert "How this was computed" not in without
    for html in (report.html, without):
        assert "HIDDEN_SOURCE" not in html
        assert "HIDDEN_OUTPUT" not in html
        assert html.count("shown_source = 1") == 1


SHOWN = [new_output("stream", text="shown")]


def folds(html: str) -> list[tuple[str, str, str]]:
    """Of each fold: the cell it stands in, what is to be clicked, the code as it is copied."""
    cells = document_fromstring(html).xpath("//main/div")
    found = [(cell.get("id"), fold) for cell in cells for fold in cell.iter("details")]
    return [(cell, fold[0].text, fold[1].text_content()) for cell, fold in found]


def test_code_stands_under_the_exhibit_that_it_leads_to(make_notebook):
    table = [new_output("display_data", {"text/html": "<table><tr><td>1</td></tr></table>"})]
    words = [new_output("display_data", {"text/html": "<p>Words.</p>"})]
    cells = [
        new_markdown_cell("# Title"),
        new_code_cell("import this\nunused = 1"),
        new_code_cell("city = 'here'", metadata={"tags": ["injected-parameters"]}),
        new_markdown_cell("## Results"),
        new_code_cell("for_later = city"),
        new_code_cell("people = 7", outputs=words),
        new_code_cell("say(people)", outputs=words),
        new_code_cell("frame = this.of(people)\nframe", outputs=table),
        new_code_cell("quiet()", outputs=table, metadata={"tags": ["hide-input"]}),
        new_code_cell("in_full()", outputs=table, metadata={"tags": ["show-input"]}),
        new_code_cell("rows = []"),
        new_code_cell("rows.append(frame)"),
        new_code_cell("assert for_later"),
        new_code_cell("for_later, rows", outputs=SHOWN),
        new_code_cell("leads_to = 'nothing'"),
    ]
    html = render_html(make_notebook(*cells)).decode()
    assert folds(html) == [
        ("cell-8", "How this was computed", "people = 7\n\nframe = this.of(people)\nframe"),
        (
            "cell-14",
            "How this was computed",
            "for_later = city\n\nrows = []\n\nrows.append(frame)\n\nassert for_later\n\n"
            "for_later, rows",
        ),
        (
            "cell-16",
            "Setup: what the code above begins with",
            "import this\nunused = 1\n\ncity = 'here'",
        ),
    ]
    # What it takes from other folds is named, and leads there.
    links = document_fromstring(html).xpath("//details//a")
    assert [(link.text, link.get("href")) for link in links] == [
        ("city", "#code-16"),
        ("frame", "#code-8"),
    ]
    in_full, _ = CviHtmlExporter(exclude_input=False).from_notebook_node(make_notebook(*cells))
    assert "import this" in in_full
    for page in (html, in_full):
        assert "quiet()" not in page
        assert Page(page).errors == []


def test_code_that_is_not_python_goes_with_the_next_exhibit(make_notebook):
    cells = [new_code_cell(code) for code in ("a <- 1", "b <- 2", "a + b")]
    cells[2]["outputs"] = SHOWN
    made = make_notebook(*cells)
    made.metadata["kernelspec"] = {"language": "R", "name": "ir"}
    assert [code for _, _, code in folds(render_html(made).decode())] == [
        "a <- 1\n\nb <- 2\n\na + b"
    ]
    with_magic = [new_code_cell("%time x = 1"), new_code_cell("x", outputs=SHOWN)]
    found = folds(render_html(make_notebook(*with_magic)).decode())
    assert [code for _, _, code in found] == ["%time x = 1\n\nx"]


def test_folded_code_is_colored_and_any_text_is_code(make_notebook):
    source = 'for name in f"a {b} & c":  # <b>\n    %magic ` \x00 </pre>'
    html = render_html(make_notebook(new_code_cell(source, outputs=SHOWN))).decode()
    (found,) = folds(html)
    assert found[2] == source.replace("\x00", "")
    assert "<b>for</b> name <b>in</b> f&quot;a " in html.replace('"', "&quot;")
    assert "<i># &lt;b&gt;</i>" in html
    other = make_notebook(new_code_cell("x <- 1", outputs=SHOWN))
    other.metadata["kernelspec"] = {"language": "no such language", "name": "x"}
    assert folds(render_html(other).decode())[0][2] == "x <- 1"


def test_inputs_can_be_shown(report):
    text, _ = CviHtmlExporter(exclude_input=False).from_notebook_node(report.notebook)
    assert "SECRET_SOURCE" in text
    assert "HIDDEN_SOURCE" not in text


def test_a_page_leads_to_others_where_it_is_told(make_notebook):
    beside = [("Up & out", "a.html"), ("Data", "b.json")]
    rows = {"R&D": "r.html", "2": "no.html"}
    cell = new_code_cell(
        "x",
        outputs=[
            new_output(
                "display_data",
                {
                    "text/html": '<table><tr><th scope="row">R&amp;D</th><td>2</td></tr>'
                    '<tr><th scope="row">Other</th><td>R&amp;D</td></tr></table>'
                    '<script>"<th scope=row>R&amp;D</th>"</script>',
                    "text/plain": "?",
                },
            )
        ],
    )
    html = render_html(make_notebook(cell), links=beside, row_links=rows).decode()
    assert [words for words in Links(html).beside if words[1] != "r.html"] == beside
    assert '<th scope="row"><a href="r.html">R&amp;D</a><td>2' in html
    assert html.count("r.html") == 1
    assert "no.html" not in html
    assert 'aria-label="Other pages and files"' in html
    # The next page of the same warm exporter is told nothing; options last.
    assert "Other pages" not in render_html(make_notebook(cell)).decode()
    config = Config({"CviHtmlExporter": {"links": beside, "row_links": rows}})
    assert CviHtmlExporter(config=config).from_notebook_node(make_notebook(cell))[0] == html


def test_streams_errors_and_other_outputs(page):
    everything = " ".join(page.texts[0].split())
    assert "printed Norfolk" in everything
    assert "careful now" in everything
    assert "This cell stopped with an error. ValueError: bad <value> #x" in everything
    assert "{'a': 1}" in everything
    assert "strong output" in page.text("strong")
    assert "raw <text>" in everything
    assert "\x1b" not in everything


def test_footnotes_keep_apart(page):
    notes = [a["id"] for a in page.all("li") if "fn" in a.get("id", "")]
    assert len(notes) == len(set(notes)) == 2


def test_a_name_full_of_markup_is_text(hostile_report):
    page = Page(hostile_report.html)
    assert page.errors == []
    assert page.text("h1") == [" ".join(f"{HOSTILE}, Virginia".split())]
    assert page.text("title") == page.text("h1")
    assert " ".join(HOSTILE.split()) in page.text("h3")
    assert "alert" not in "".join(page.text("script"))


def test_markdown_scripts_are_text_not_programs(page):
    assert any("<script>alert(2)</script>" in text for text in page.text("p"))


def test_notebook_without_metadata(make_notebook):
    made = make_notebook(new_markdown_cell("Words first.\n\n# A title of its own\n\n# Another"))
    page = Page(render_html(made).decode())
    assert page.text("h1") == ["A title of its own"]
    assert page.text("h2") == ["Another"]
    assert Page(render_html(make_notebook(), name="field-notes").decode()).text("h1") == [
        "field-notes"
    ]


def test_relative_images_are_held(make_notebook, tmp_path):
    (tmp_path / "a b.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    made = make_notebook(new_markdown_cell("![drawing](a%20b.svg)"))
    assert "data:image/svg+xml;base64," in render_html(made, folder=tmp_path).decode()


def test_damaged_svg_falls_back(make_notebook):
    output = new_output("display_data", {"image/svg+xml": "not a drawing", "text/plain": "words"})
    html = render_html(make_notebook(new_code_cell("x", outputs=[output]))).decode()
    assert "words</pre>" in html


def test_damaged_image_falls_back(make_notebook):
    output = new_output("display_data", {"image/png": "iVBORw0KGgo=", "text/plain": "words"})
    html = render_html(make_notebook(new_code_cell("x", outputs=[output]))).decode()
    assert "words</pre>" in html
    assert "<img" not in html


@pytest.mark.slow
@pytest.mark.chromium
def test_folded_code_is_opened_and_copied_by_keyboard_and_a_name_leads_to_its_fold(
    make_notebook, tmp_path
):
    made = make_notebook(
        new_code_cell("a = 1 < 2\na", outputs=SHOWN), new_code_cell("b = a\nb", outputs=SHOWN)
    )
    path = tmp_path / "page.html"
    path.write_bytes(render_html(made))
    with chromium() as browser:
        tab, problems = watched(browser)
        tab.goto(path.as_uri())
        first = "document.querySelectorAll('.how')[0]"
        tab.evaluate("document.querySelectorAll('summary')[1].focus()")
        tab.keyboard.press("Enter")
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.textContent") == "Copied"
        assert tab.evaluate("getSelection().toString()").strip() == "b = a\nb"
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.textContent") == "a"
        assert not tab.evaluate(f"{first}.open")
        tab.keyboard.press("Enter")
        tab.wait_for_function(f"{first}.open")
        assert problems == []
        tab.close()
