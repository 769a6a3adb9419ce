"""Code that a page folds away under what it shows: colored, in few bytes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from itertools import groupby

from pygments import lex
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Operator
from pygments.util import ClassNotFound

_MARKS = {Comment: "i", Keyword: "b", Operator.Word: "b"}
"""What stands out, by the element around it: a class each would double a page's code, and to mark
texts too takes 6 KB of a page."""


def folded(
    source: str, title: str, language: str, number: int, uses: Sequence[tuple[str, int]] = ()
) -> str:
    """A fold with code inside, which can be opened by keyboard and copied.

    Args:
        source: the code.
        title: what opens the fold.
        language: of the code.
        number: the fold's own; it can be linked to by `#code-` and this.
        uses: names that the code takes from other folds, with the numbers of these.
    """
    links = ", ".join(f'<a href="#code-{there}">{escape(name)}</a>' for name, there in uses)
    named = f"\n<p>Names from elsewhere: {links}</p>" if links else ""
    # The id is inside, because a browser opens a fold for what it is led to in it.
    return (
        f'<details class="how"><summary>{escape(title)}</summary>\n'
        f'<pre class="code" id="code-{number}"><code>{highlighted(source, language)}</code></pre>'
        f"{named}\n</details>"
    )


@lru_cache(maxsize=512)
def highlighted(source: str, language: str) -> str:
    """The code as markup; in a language that pygments does not know, as it stands.

    It is kept: most cells are the same in every notebook of a batch, and to read them takes
    longest of all.
    """
    try:
        lexer = get_lexer_by_name(language, ensurenl=False, stripnl=False)
    except ClassNotFound:
        return escape(source, quote=False)
    tokens = ((_mark(kind), text) for kind, text in lex(source, lexer))
    found = []
    for mark, run in groupby(tokens, key=lambda token: token[0]):
        code = escape("".join(text for _, text in run), quote=False)
        found.append(f"<{mark}>{code}</{mark}>" if mark and code.strip() else code)
    return "".join(found)


def _mark(kind: object) -> str:
    """The element for the nearest kind of token that has one."""
    while kind is not None:
        if kind in _MARKS:
            return _MARKS[kind]
        kind = getattr(kind, "parent", None)
    return ""
