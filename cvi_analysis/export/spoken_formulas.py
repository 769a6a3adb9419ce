r"""Formulas in words: `H = p \times 0.001` becomes "H equals p times 0.001".

PDF/UA wants alternative text for every formula, and a listener wants to hear the formula, not its
markup. Covers what a methodology needs (fractions, sub- and superscripts, sums, roots, floor and
ceiling, functions, relations, Greek letters, cases); an unknown command is said by its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_TOKEN = re.compile(
    r"\\begin\s*\{(?P<begin>[^}]*)\}(?:\{[lcr| ]*\})?|\\end\s*\{(?P<end>[^}]*)\}"
    r"|\\(?P<command>[A-Za-z]+)\*?|\\(?P<symbol>.)|(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<char>[^\s\\])",
    re.DOTALL,
)

_WORDS = {
    "+": "plus", "-": "minus", "−": "minus", "=": "equals", "/": "divided by", "*": "times",
    "<": "is less than", ">": "is greater than", "|": "vertical bar", "!": "factorial",
    "'": "prime", "~": "", "&": "", ":": "to", "≤": "is at most", "≥": "is at least",
    "×": "times", "∑": "the sum of", "·": "times", "∞": "infinity",
    "times": "times", "cdot": "times", "ast": "times", "div": "divided by",
    "pm": "plus or minus", "mp": "minus or plus",
    "le": "is at most", "leq": "is at most", "leqslant": "is at most",
    "ge": "is at least", "geq": "is at least", "geqslant": "is at least",
    "lt": "is less than", "gt": "is greater than", "ll": "is much less than",
    "gg": "is much greater than", "ne": "is not equal to", "neq": "is not equal to",
    "approx": "is approximately", "sim": "is distributed as", "simeq": "is approximately",
    "equiv": "is equivalent to", "propto": "is proportional to", "in": "in", "notin": "not in",
    "subset": "is a subset of", "subseteq": "is a subset of", "cup": "union",
    "cap": "intersection", "to": "to", "rightarrow": "to", "Rightarrow": "implies",
    "implies": "implies", "iff": "if and only if", "mid": "given", "forall": "for all",
    "exists": "there exists", "infty": "infinity", "partial": "partial", "nabla": "nabla",
    "ldots": "and so on", "dots": "and so on", "cdots": "and so on", "vdots": "and so on",
    "prime": "prime", "land": "and", "lor": "or", "neg": "not", "colon": ":",
    "varepsilon": "epsilon", "varphi": "phi", "vartheta": "theta",
    "vert": "vertical bar", "lbrace": "open brace", "rbrace": "close brace",
    "%": "percent", "$": "dollars", "#": "number", "_": "underscore", "{": "open brace",
    "}": "close brace", "&amp": "and",
}  # fmt: skip
_SILENT = {
    "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "big", "Big", "bigg",
    "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "nonumber", "notag", "hline",
    "middle", "left", "right", "hspace", "vspace",
}  # fmt: skip
_SPACES = {"quad", "qquad"}
_TEXT = {"text", "textrm", "textit", "textbf", "textsf", "texttt", "mbox", "operatorname"}
_PLAIN = {"mathrm", "mathbf", "mathit", "mathsf", "mathcal", "mathbb", "mathtt", "boldsymbol"}
_ACCENTS = {
    "bar": "bar", "overline": "bar", "hat": "hat", "widehat": "hat", "tilde": "tilde",
    "widetilde": "tilde", "vec": "vector", "dot": "dot", "underline": "underlined",
}  # fmt: skip
_BIG = {
    "sum": "the sum", "prod": "the product", "int": "the integral", "bigcup": "the union",
    "bigcap": "the intersection", "lim": "the limit",
}  # fmt: skip
_FUNCTIONS = {
    "max": "the maximum of", "min": "the minimum of", "log": "the logarithm of",
    "ln": "the natural logarithm of", "exp": "the exponential of", "sin": "the sine of",
    "cos": "the cosine of", "tan": "the tangent of", "arg": "the argument of",
    "sup": "the supremum of", "inf": "the infimum of", "Pr": "the probability of",
    "det": "the determinant of", "gcd": "the greatest common divisor of",
}  # fmt: skip
_FENCES = {"lfloor": ("rfloor", "the floor of"), "lceil": ("rceil", "the ceiling of")}
_BRACKETS = {"(": "parenthesis", "[": "bracket"}
_THIN_SPACES = set(",;:!> ")
_POWERS = {"2": "squared", "3": "cubed", "prime": "prime", "transposed": "transposed"}

Token = tuple[str, str]


@lru_cache(maxsize=4096)
def say(tex: str) -> str:
    r"""The formula `tex` as a person would read it aloud, on one line, never empty.

    >>> say(r"\frac{a}{b}")
    'a over b'
    >>> say(r"\max\left(1, \left\lfloor \frac{E}{15} + 0.5 \right\rfloor\right)")
    'the maximum of 1 and the floor of E over 15 plus 0.5, end floor'
    """
    try:
        words = _Reader(tex).sequence(lambda token: False)
    except RecursionError:  # hundreds of nested braces: nothing that can be said
        words = ""
    text = re.sub(r"\s+([,;.:])", r"\1", re.sub(r"\s+", " ", words))
    text = re.sub(r"[,;]+([,;])", r"\1", text).strip(" ;,")
    return text or "formula"


class _Reader:
    def __init__(self, tex: str) -> None:
        self.tex = tex = tex.replace("{,}", ",")
        self.tokens: list[tuple[Token, int]] = []
        for match in _TOKEN.finditer(tex):
            kind = match.lastgroup or "char"
            self.tokens.append(((kind, match[kind]), match.end()))
        self.at = 0

    def peek(self) -> Token | None:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else None

    def take(self) -> Token:
        token = self.tokens[self.at][0]
        self.at += 1
        return token

    def sequence(self, ends: Callable[[Token], bool]) -> str:
        """Words up to a token that `ends` the sequence; that token is left in place."""
        words: list[str] = []
        while (token := self.peek()) is not None and not ends(token):
            if token == ("char", "-") and (not words or words[-1] in {",", "equals", ""}):
                self.take()
                words.append("negative")
                continue
            words.append(self.scripted())
        return " ".join(word for word in words if word)

    def scripted(self) -> str:
        """One thing with its subscript and superscript."""
        word = self.atom()
        while (token := self.peek()) in {("char", "_"), ("char", "^")}:
            assert token is not None
            self.take()
            script = self.atom()
            if token[1] == "_":
                word = f"{word} sub {script}"
            elif script in _POWERS:
                word = f"{word} {_POWERS[script]}"
            else:
                word = f"{word} to the power {script}"
        return word

    def atom(self) -> str:
        if self.peek() is None:
            return ""
        kind, value = self.take()
        if kind == "char" and value == "{":
            return self.until(("char", "}"))
        if kind == "char" and value in _BRACKETS:
            inside = self.until(("char", ")"), ("char", "]"))
            return f"open {_BRACKETS[value]} {inside} close {self.closed()}"
        if kind == "command":
            return self.command(value)
        if kind == "begin":
            return self.environment(value)
        if kind == "symbol":
            return self.symbol(value)
        if kind == "end":
            return ""
        if kind == "char" and value.isalpha():
            return self.applied(value)
        return value if kind == "number" else _WORDS.get(value, value)

    def closed(self) -> str:
        """The name of the bracket that was just closed: an interval may end with another kind."""
        value = self.tokens[self.at - 1][0][1]
        return "bracket" if value == "]" else "parenthesis"

    def symbol(self, value: str) -> str:
        r"""`\%`, `\$`, `\\` (a new line) and the like; spacing commands are silent."""
        token = self.peek()
        if value == "$" and token is not None and token[0] == "number":
            self.take()
            return f"{token[1]} dollars"
        if value in _THIN_SPACES:
            return ""
        return ";" if value == "\\" else _WORDS.get(value, value)

    def until(self, *closes: Token) -> str:
        """Words up to one of `closes`, which is dropped."""
        words = self.sequence(lambda token: token in closes)
        if self.peek() is not None:
            self.take()
        return words

    def command(self, name: str) -> str:
        if name in _TEXT:
            text = self.verbatim()
            return self.applied(text.strip()) if name == "operatorname" else self.applied(text)
        if name in _PLAIN:
            return self.applied(self.atom().replace(" ", ""))
        if name in {"frac", "dfrac", "tfrac", "cfrac"}:
            return _fraction(self.atom(), self.atom())
        if name == "binom":
            return f"{self.atom()} choose {self.atom()}"
        if name == "sqrt":
            return self.root()
        if name in _ACCENTS:
            return f"{self.atom()} {_ACCENTS[name]}"
        if name in _BIG:
            return self.big(_BIG[name])
        if name in _FUNCTIONS:
            return self.function(_FUNCTIONS[name])
        if name in _FENCES:
            close, words = _FENCES[name]
            inside = self.until(("command", close))
            ending = "" if " " not in inside else f", end {words.split()[1]}"
            return f"{words} {inside}{ending}"
        if name in _SPACES:
            return ","
        if name in _SILENT:
            return ""
        return _WORDS.get(name, name)

    def verbatim(self) -> str:
        """The text of a braced group as written, for words inside a formula."""
        if self.peek() != ("char", "{"):
            return self.atom()
        start = self.tokens[self.at][1]
        depth = 0
        while self.peek() is not None:
            token = self.take()
            depth += (token == ("char", "{")) - (token == ("char", "}"))
            if depth == 0:
                break
        raw = self.tex[start : self.tokens[self.at - 1][1] - 1]
        return re.sub(r"\\([_%$#&{} ,])", r"\1", raw)

    def skip_silent(self) -> None:
        while (token := self.peek()) is not None and (
            (token[0] == "command" and token[1] in _SILENT)
            or (token[0] == "symbol" and token[1] in _THIN_SPACES)
        ):
            self.take()

    def applied(self, word: str) -> str:
        """`f(x)` is "f of x" when what stands in the parentheses has no operator before it."""
        if self.peek() != ("char", "("):
            return word
        self.take()
        return f"{word} of {_listed(self.until(('char', ')')))}"

    def function(self, words: str) -> str:
        scripts = ""
        while self.peek() == ("char", "_"):
            self.take()
            scripts += f" over {self.atom()}"
        self.skip_silent()
        opener = self.peek()
        if opener in {("char", "("), ("char", "["), ("char", "{"), ("symbol", "{")}:
            assert opener is not None
            self.take()
            close = {"(": ")", "[": "]", "{": "}"}[opener[1]]
            inside = _listed(self.until((opener[0], close)))
        else:
            inside = self.scripted()
        return f"{words.removesuffix(' of')}{scripts} of {inside}"

    def big(self, words: str) -> str:
        lower = upper = ""
        while (token := self.peek()) is not None and (
            token in {("char", "_"), ("char", "^")} or token == ("command", "limits")
        ):
            self.take()
            if token[1] == "_":
                lower = self.atom()
            elif token[1] == "^":
                upper = self.atom()
        if words == "the limit":
            return f"the limit as {lower} of" if lower else "the limit of"
        if lower and upper:
            return f"{words} from {lower} to {upper} of"
        return f"{words} over {lower} of" if lower else f"{words} of"

    def root(self) -> str:
        degree = ""
        if self.peek() == ("char", "["):
            self.take()
            degree = self.until(("char", "]"))
        inside = self.atom()
        name = {"": "square root", "2": "square root", "3": "cube root"}.get(
            degree, f"{degree}th root"
        )
        return f"the {name} of {inside}" + (", end root" if " " in inside else "")

    def environment(self, name: str) -> str:
        words = self.sequence(lambda token: token[0] == "end")
        if self.peek() is not None:
            self.take()
        if name.startswith("cases"):
            rows = [row.strip(" ,") for row in words.split(";") if row.strip(" ,")]
            return "either " + "; or ".join(rows)
        return words


def _fraction(above: str, below: str) -> str:
    if " " not in above and " " not in below:
        return f"{above} over {below}"
    if " plus " not in f"{above}{below}" and " minus " not in f"{above}{below}":
        return f"{above} over {below}"
    return f"the fraction with numerator {above} and denominator {below}, end fraction"


def _listed(words: str) -> str:
    """`a , b , c` of a parenthesis as "a, b and c"."""
    parts = [part.strip() for part in re.split(r"\s,\s", words)]
    if len(parts) < 2:
        return words
    return ", ".join(parts[:-1]) + " and " + parts[-1]


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
