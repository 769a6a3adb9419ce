"""Formulas in words, worked through with a city's numbers.

One description gives MathML (read natively by browsers and screen readers), Typst math with the
spoken words as its alternative text, and plain text. No script and no image is needed for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from cvi_analysis.display import formats
from cvi_analysis.display.prose import Block

_SIGNS = {
    "+": "plus",
    "\N{MINUS SIGN}": "minus",
    "\N{MULTIPLICATION SIGN}": "times",
    "=": "equals",
    "(": "(",
    ")": ")",
    ",": ",",
}


_BINARY = frozenset("+\N{MINUS SIGN}\N{MULTIPLICATION SIGN}=")


@dataclass(frozen=True, slots=True)
class Word:
    """A named quantity, `people at risk`."""

    text: str


@dataclass(frozen=True, slots=True)
class Num:
    """A number as it is written, `233,424`."""

    text: str


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator, a parenthesis or a comma: one of + − × = ( ) ,."""

    text: str


@dataclass(frozen=True, slots=True)
class Fraction:
    """A fraction."""

    over: Expression
    under: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A function of expressions, `max(1, …)` or `round(…)`."""

    name: str
    arguments: tuple[Expression, ...]


Term: TypeAlias = Word | Num | Sign | Fraction | Call
Expression: TypeAlias = tuple[Term, ...]


def expression(*parts: str | Term) -> Expression:
    """Terms from strings: a sign stands for itself, digits make a number, anything else a name.

    >>> expression("residents", "×", "0.001")
    (Word(text='residents'), Sign(text='×'), Num(text='0.001'))
    """
    return tuple(part if not isinstance(part, str) else _term(part) for part in parts)


def fraction(over: str | Term, under: str | Term) -> Fraction:
    """A fraction of two terms."""
    return Fraction(expression(over), expression(under))


def call(name: str, *arguments: str | Term | Expression) -> Call:
    """A function call."""
    return Call(name, tuple(a if isinstance(a, tuple) else expression(a) for a in arguments))


@dataclass(frozen=True, slots=True)
class Formula(Block):
    """An equation with one or more right-hand sides, one a line.

    Attributes:
        left: what is computed.
        right: the formula, then the same with numbers, then the result.
    """

    left: Expression
    right: tuple[Expression, ...]

    def words(self) -> str:
        """The equation as a person would say it."""
        said = [_words(side) for side in self.right]
        return f"{_words(self.left)} equals {', equals '.join(said)}"

    def html(self) -> str:
        """MathML, aligned at the equal signs."""
        rows = "".join(
            f'<mtr><mtd style="text-align:right">{_mathml(self.left) if first else ""}</mtd>'
            f'<mtd><mo>=</mo></mtd><mtd style="text-align:left">{_mathml(side)}</mtd></mtr>'
            for first, side in zip(_first_only(len(self.right)), self.right, strict=True)
        )
        alt = formats.html(self.words())
        return (
            f'<math display="block" alttext="{alt}"><mtable displaystyle="true">{rows}</mtable>'
            "</math>"
        )

    def typst(self) -> str:
        """A display equation with alternative text."""
        rows = r" \ ".join(
            f"{_typst(self.left) if first else ''} &= {_typst(side)}"
            for first, side in zip(_first_only(len(self.right)), self.right, strict=True)
        )
        alt = formats.typst_string(self.words())
        return f"#math.equation(block: true, alt: {alt}, $ {rows} $)\n"

    def plain(self) -> str:
        """The equation on one line."""
        return " = ".join([_plain(self.left), *(_plain(side) for side in self.right)])


def _first_only(count: int) -> list[bool]:
    return [index == 0 for index in range(count)]


def _term(text: str) -> Term:
    if text in _SIGNS:
        return Sign(text)
    bare = text.lstrip("$\N{MINUS SIGN}")
    return Num(text) if bare[:1].isdigit() else Word(text)


def _words(terms: Expression) -> str:
    said = []
    for term in terms:
        if isinstance(term, Sign):
            said.append(_SIGNS[term.text])
        elif isinstance(term, Fraction):
            said.append(f"{_words(term.over)} divided by {_words(term.under)}")
        elif isinstance(term, Call):
            said.append(f"{term.name} of {' and '.join(_words(a) for a in term.arguments)}")
        else:
            said.append(term.text)
    return " ".join(said).replace("( ", "(").replace(" )", ")").replace(" ,", ",")


def _plain(terms: Expression) -> str:
    shown = []
    for term in terms:
        if isinstance(term, Fraction):
            shown.append(f"{_plain(term.over)} / {_plain(term.under)}")
        elif isinstance(term, Call):
            shown.append(f"{term.name}({', '.join(_plain(a) for a in term.arguments)})")
        else:
            shown.append(term.text)
    return " ".join(shown).replace("( ", "(").replace(" )", ")").replace(" ,", ",")


def _mathml(terms: Expression) -> str:
    shown = []
    for term in terms:
        if isinstance(term, Word):
            # Not `mtext`, which counts as space: operators between two of them lose theirs.
            shown.append(f"<mi>{formats.html(term.text)}</mi>")
        elif isinstance(term, Num):
            shown.append(f"<mn>{_number(term.text)}</mn>")
        elif isinstance(term, Sign):
            space = "0.3em" if term.text in _BINARY else "0"
            sign = formats.html(term.text)
            shown.append(f'<mo lspace="{space}" rspace="{space}">{sign}</mo>')
        elif isinstance(term, Fraction):
            shown.append(
                f"<mfrac><mrow>{_mathml(term.over)}</mrow><mrow>{_mathml(term.under)}</mrow></mfrac>"
            )
        else:
            inner = "<mo>,</mo>".join(_mathml(a) for a in term.arguments)
            shown.append(
                f"<mi>{formats.html(term.name)}</mi><mo>(</mo><mrow>{inner}</mrow><mo>)</mo>"
            )
    return "".join(shown)


def _number(text: str) -> str:
    """A number, as one element if it holds a dollar sign: two would be set one above the other.

    One stands in each `mn` alone, but JupyterLab takes the MathML tags out of a notebook that it
    does not trust.
    """
    return formats.apart(formats.html(text)) if "$" in text else formats.html(text)


_TYPST_SIGNS = {"\N{MULTIPLICATION SIGN}": "times", "\N{MINUS SIGN}": "minus", ",": r"\,"}


def _typst(terms: Expression) -> str:
    shown = []
    for term in terms:
        if isinstance(term, Word | Num):
            shown.append(formats.typst_string(term.text))
        elif isinstance(term, Sign):
            shown.append(_TYPST_SIGNS.get(term.text, term.text))
        elif isinstance(term, Fraction):
            shown.append(f"frac({_typst(term.over)}, {_typst(term.under)})")
        else:
            inner = r" \, ".join(_typst(a) for a in term.arguments)
            shown.append(f"op({formats.typst_string(term.name)}) lr(( {inner} ))")
    return " ".join(shown)
