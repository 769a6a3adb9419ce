r"""LaTeX environments that stand bare in Markdown, as Jupyter shows them: as formulas.

JupyterLab and stock nbconvert hand `\begin{align} … \end{align}` to MathJax even without dollar
signs around it; pandoc takes it for text. Here it gets its dollar signs before pandoc sees it.
"""

from __future__ import annotations

import re

_NAMES = (
    r"align(?:at|ed|edat)?|gather(?:ed)?|multline|flalign|eqnarray|equation|displaymath|math|split"
    r"|cases|array|subequations|smallmatrix|[pbvBV]?matrix"
)
# Left as it is: code, and what has its dollar signs already.
_FOUND = re.compile(
    r"(?P<kept>^[ \t>]*(?P<fence>`{3,}|~{3,})[\s\S]*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>(?<!`)`+(?!`))[\s\S]*?(?<!`)(?P=ticks)(?!`)"
    r"|\$\$[\s\S]*?\$\$|(?<![\\$])\$(?![\s$])(?:\\.|[^$\\\n])*?(?<!\s)\$(?!\d))"
    rf"|(?<!\\)\\begin\{{(?P<name>(?:{_NAMES})\*?)\}}(?P<body>(?:(?!\n[ \t>]*\n)[\s\S])*?)"
    r"\\end\{(?P=name)\}",
    re.M,
)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_LABEL = re.compile(r"\\label\s*\{[^{}]*\}")
_FRAMES = {"equation", "displaymath", "math", "subequations"}


def delimited(markdown: str) -> str:
    r"""`markdown` with `$$` around its bare environments, each of them on one line.

    >>> delimited(r"\begin{align} a &= b \end{align}")
    '$$\\begin{align}a &= b\\end{align}$$'
    """
    if "\\begin{" not in markdown:
        return markdown

    def dressed(match: re.Match[str]) -> str:
        if match["kept"] is not None:
            return match["kept"]
        # On one line, or a line that starts with `+` or `=` would begin a list or end a heading.
        body = " ".join(_LABEL.sub("", _COMMENT.sub("", match["body"])).split())
        name = match["name"]
        if name.rstrip("*") in _FRAMES:
            return f"$${body}$$" if body else match[0]
        if name.startswith("alignat"):  # its number of columns, which changes nothing here
            name, body = name.replace("alignat", "align"), re.sub(r"^\{\d+\}\s*", "", body)
        return f"$$\\begin{{{name}}}{body}\\end{{{name}}}$$"

    return _FOUND.sub(dressed, markdown)
