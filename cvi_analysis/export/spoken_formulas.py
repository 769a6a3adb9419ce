r"""Formulas: found where they stand bare in Markdown, and said in words.

PDF/UA wants alternative text for every formula, and a listener wants to hear the formula, not its
markup. Pandoc reads the LaTeX; what is said is made from the MathML that it writes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from lxml import etree

from cvi_analysis.export.images import XmlElement

_WORDS = {
    "+": "plus", "-": "minus", "−": "minus", "=": "equals", "/": "divided by", "*": "times",
    "∗": "times", "×": "times", "⋅": "times", "·": "times", "÷": "divided by", "!": "factorial",
    "±": "plus or minus", "∓": "minus or plus", "<": "is less than", ">": "is greater than",
    "≤": "is at most", "⩽": "is at most", "≥": "is at least", "⩾": "is at least",
    "≪": "is much less than", "≫": "is much greater than", "≠": "is not equal to",
    "≈": "is approximately", "≃": "is approximately", "∼": "is distributed as",
    "≡": "is equivalent to", "∝": "is proportional to", "∈": "in", "∉": "not in",
    "⊂": "is a subset of", "⊆": "is a subset of", "→": "to", ":": "to", "∣": "given",
    "⇒": "implies", "⟹": "implies", "⇔": "if and only if", "⟺": "if and only if",
    "…": "and so on", "⋯": "and so on", "⋮": "and so on", "∧": "and", "∨": "or", "¬": "not",
    "∂": "partial", "′": "prime", "⊤": "transposed", "|": "vertical bar", "%": "percent",
    "$": "dollars", "#": "number", "_": "underscore", "&": "and", "{": "open brace",
    "}": "close brace", ")": "close parenthesis", "]": "close bracket", "~": "", "\u2061": "",
}  # fmt: skip
_ACCENTS = {
    "‾": "bar", "¯": "bar", "\u0304": "bar", "\u0302": "hat", "^": "hat", "\u0303": "tilde",
    "~": "tilde", "\u20d7": "vector", "→": "vector", "\u0307": "dot", "˙": "dot",
    "_": "underlined", "\u0332": "underlined", "⎯": "underlined",
}  # fmt: skip
_BIG = {
    "∑": "the sum", "∏": "the product", "∫": "the integral", "⋃": "the union",
    "⋂": "the intersection", "lim": "the limit",
}  # fmt: skip
_FUNCTIONS = {
    "max": "the maximum", "min": "the minimum", "log": "the logarithm", "sup": "the supremum",
    "ln": "the natural logarithm", "exp": "the exponential", "sin": "the sine",
    "cos": "the cosine", "tan": "the tangent", "arg": "the argument", "inf": "the infimum",
    "Pr": "the probability", "det": "the determinant", "gcd": "the greatest common divisor",
}  # fmt: skip
_FENCES = {"⌊": ("⌋", "floor"), "⌈": ("⌉", "ceiling")}
_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}
_BRACKETS = {"(": "parenthesis", "[": "bracket"}
_POWERS = {"2": "squared", "3": "cubed", "prime": "prime", "transposed": "transposed"}
_UNNAMED = re.compile(r"\b(greek|small|capital|letter|symbol|lunate|final)\b ?")


@lru_cache(maxsize=4096)
def say(mathml: str) -> str:
    """A formula in MathML as a person would read it aloud, on one line, never empty.

    >>> say("<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>")
    'a over b'
    """
    root = etree.fromstring(mathml, etree.XMLParser(recover=True, huge_tree=True))
    try:
        words = "" if root is None else _said(root)
    except RecursionError:  # hundreds of nested braces: nothing that can be said
        words = ""
    text = re.sub(r"\s+([,;.:])", r"\1", " ".join(words.split()))
    return re.sub(r"[,;]+([,;])", r"\1", text).strip(" ;,") or "formula"


def _said(*elements: XmlElement) -> str:
    return _Reader([part for one in elements for part in _flat(one)]).sequence(lambda mark: False)


def _flat(element: XmlElement) -> Iterator[XmlElement]:
    """The parts of a formula in a row: groups that only hold others are left."""
    match _tag(element):
        case "math" | "mrow" | "mstyle" | "mpadded" | "menclose":
            for child in element:
                yield from _flat(child)
        case "semantics":
            yield from _flat(element[0])
        case _:
            yield element


def _tag(element: XmlElement | None) -> str:
    return "" if element is None else etree.QName(element).localname


def _text(element: XmlElement | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


def _mark(element: XmlElement | None) -> str:
    """What stands in an operator or a name."""
    return _text(element) if _tag(element) in {"mo", "mi"} else ""


class _Reader:
    def __init__(self, parts: list[XmlElement]) -> None:
        self.parts = parts
        self.at = 0

    def peek(self) -> XmlElement | None:
        return self.parts[self.at] if self.at < len(self.parts) else None

    def take(self) -> XmlElement:
        self.at += 1
        return self.parts[self.at - 1]

    def sequence(self, ends: Callable[[str], bool]) -> str:
        """Words up to a mark that `ends` the sequence; that mark is left in place."""
        words: list[str] = []
        while (part := self.peek()) is not None and not ends(_mark(part)):
            if _mark(part) in {"-", "−"} and (not words or words[-1] in {",", "equals"}):
                self.take()
                words.append("negative")
            elif word := self.word():
                words.append(word)
        return " ".join(words)

    def until(self, close: str) -> str:
        """Words up to `close`, which is dropped."""
        words = self.sequence(lambda mark: mark == close)
        self.at = min(self.at + 1, len(self.parts))
        return words

    def word(self) -> str:
        part = self.take()
        match _tag(part):
            case "mn":
                return self.number(_text(part))
            case "mi" | "mo":
                return self.token(part)
            case "mtext":
                return self.applied(_text(part))
            case "mspace":
                return "," if _wide(part) else ""
            case "mfrac":
                above, below = _said(part[0]), _said(part[1])
                choose = part.get("linethickness") == "0"
                return f"{above} choose {below}" if choose else _fraction(above, below)
            case "msqrt" | "mroot":
                return _root(part)
            case "msub" | "msup" | "msubsup" | "munder" | "mover" | "munderover":
                return self.scripted(part)
            case "mtable":
                return " ; ".join(" ".join(_said(*cell) for cell in row) for row in part)
            case _:
                return ""

    def number(self, text: str) -> str:
        while _tag(self.peek()) == "mtext" and _text(self.peek()) == ",":  # 45{,}000
            self.take()
            text += "," + (_text(self.take()) if _tag(self.peek()) == "mn" else "")
        return text

    def token(self, part: XmlElement) -> str:
        text = _text(part)
        following = self.peek()
        if text in _BIG:
            return self.big(text, "", "")
        if text in _FUNCTIONS:
            return self.function(_FUNCTIONS[text])
        if text in _FENCES:
            close, name = _FENCES[text]
            inside = self.until(close)
            return f"the {name} of {inside}" + (f", end {name}" if " " in inside else "")
        if text in _BRACKETS:
            return self.bracket(text)
        if text == "{" and _tag(following) == "mtable":
            rows = [row.strip(" ,") for row in self.word().split(";") if row.strip(" ,")]
            return "either " + "; or ".join(rows)
        if text == "$" and _tag(following) == "mn":
            return f"{self.number(_text(self.take()))} dollars"
        if _tag(part) != "mi" or not text[:1].isalpha():
            return _named(text)
        while _upright(part) and _upright(self.peek()):  # the letters of a word
            text += _text(self.take())
        return self.applied(text if len(text) > 1 else _named(text))

    def bracket(self, opener: str) -> str:
        binomial = self.peek()
        if binomial is not None and binomial.get("linethickness") == "0":
            return self.until(")")
        inside = self.sequence(lambda mark: mark in {")", "]"})
        close = _mark(self.peek())
        self.at = min(self.at + 1, len(self.parts))
        return f"open {_BRACKETS[opener]} {inside} {_WORDS.get(close, _WORDS[')'])}"

    def applied(self, word: str) -> str:
        """`f(x)` is "f of x" when what stands in the parentheses has no operator before it."""
        self.skip_silent()
        if _mark(self.peek()) != "(":
            return word
        self.take()
        return f"{word} of {_listed(self.until(')'))}"

    def function(self, words: str) -> str:
        self.skip_silent()
        if (opener := _mark(self.peek())) in _CLOSED_BY:
            self.take()
            return f"{words} of {_listed(self.until(_CLOSED_BY[opener]))}"
        return f"{words} of {self.word() if self.peek() is not None else ''}"

    def skip_silent(self) -> None:
        while (part := self.peek()) is not None and (
            _text(part) == "\u2061" or (_tag(part) == "mspace" and not _wide(part))
        ):
            self.take()

    def scripted(self, part: XmlElement) -> str:
        """One thing with what stands below and above it."""
        tag, base = _tag(part), next(_flat(part[0]), part[0])
        low = "" if tag in {"msup", "mover"} else _said(part[1])
        high = _said(part[-1]) if tag not in {"msub", "munder"} else ""
        accent = _ACCENTS.get(_text(part[1]), "") if tag in {"mover", "munder"} else ""
        if accent:
            return f"{_said(part[0])} {accent}"
        if _text(base) in _BIG:
            return self.big(_text(base), low, high)
        if _text(base) in _FUNCTIONS:
            over = f" over {low}" if low else ""
            return self.function(_FUNCTIONS[_text(base)] + over)
        word = _said(part[0]) + (f" sub {low}" if low else "")
        if tag == "msub" and low[-1:].isalpha():
            return self.applied(word)
        if high in _POWERS:
            return f"{word} {_POWERS[high]}"
        return f"{word} to the power {high}" if high else word

    def big(self, name: str, lower: str, upper: str) -> str:
        words = _BIG[name]
        if name == "lim":
            return f"{words} as {lower} of" if lower else f"{words} of"
        if lower and upper:
            return f"{words} from {lower} to {upper} of"
        return f"{words} over {lower} of" if lower else f"{words} of"


def _wide(space: XmlElement) -> bool:
    """Whether a space is one that its author set between two things, at least an em."""
    return space.get("width", "")[:1] in set("123456789")


def _upright(part: XmlElement | None) -> bool:
    return part is not None and part.get("mathvariant") == "normal" and len(_text(part)) == 1


def _named(text: str) -> str:
    """A character's word: ours, or what Unicode calls it; Greek letters by their plain names."""
    text = unicodedata.normalize("NFKC", text) if text not in _WORDS else text
    if text in _WORDS or len(text) != 1 or text.isascii():
        return _WORDS.get(text, text)
    name = unicodedata.name(text, text).lower()
    plain = _UNNAMED.sub("", name).strip() if name.startswith("greek") else name
    return plain.capitalize() if text.isupper() else plain


def _fraction(above: str, below: str) -> str:
    if " " not in above and " " not in below:
        return f"{above} over {below}"
    if " plus " not in f"{above}{below}" and " minus " not in f"{above}{below}":
        return f"{above} over {below}"
    return f"the fraction with numerator {above} and denominator {below}, end fraction"


def _root(part: XmlElement) -> str:
    if _tag(part) == "msqrt":
        inside, degree = _said(*part), "2"
    else:
        inside, degree = _said(part[0]), _said(part[1])
    name = {"2": "square root", "3": "cube root"}.get(degree, f"{degree}th root")
    return f"the {name} of {inside}" + (", end root" if " " in inside else "")


def _listed(words: str) -> str:
    """`a , b , c` of a parenthesis as "a, b and c"."""
    parts = [part.strip() for part in re.split(r"\s,\s", words)]
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else words


_ENVIRONMENTS = (
    r"align(?:at|ed|edat)?|gather(?:ed)?|multline|flalign|eqnarray|equation|displaymath|math|split"
    r"|cases|array|subequations|smallmatrix|[pbvBV]?matrix"
)
# Left as it is: code, and what has its dollar signs already.
_BARE = re.compile(
    r"(?P<kept>^[ \t>]*(?P<fence>`{3,}|~{3,})[\s\S]*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>(?<!`)`+(?!`))[\s\S]*?(?<!`)(?P=ticks)(?!`)"
    r"|\$\$[\s\S]*?\$\$|(?<![\\$])\$(?![\s$])(?:\\.|[^$\\\n])*?(?<!\s)\$(?!\d))"
    rf"|(?<!\\)\\begin\{{(?P<name>(?:{_ENVIRONMENTS})\*?)\}}(?P<body>(?:(?!\n[ \t>]*\n)[\s\S])*?)"
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

    return _BARE.sub(dressed, markdown)
