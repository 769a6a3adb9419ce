"""Which code goes under which exhibit, where Python binds names in its many ways."""

from __future__ import annotations

import pytest

from cvi_analysis.export.code_names import SETUP_PLACE, CodeFold, HiddenCode, code_folds


@pytest.mark.parametrize(
    ("before", "exhibit"),
    [
        ("x = 1", "table(x)"),
        ("x, *y = z", "table(y)"),
        ("frame['x'] = 1", "table(frame)"),
        ("frame.columns = names", "table(frame)"),
        ("x: int = 1", "table(x)"),
        ("x += 1", "table(x)"),
        ("if True:\n    x = 1", "table(x)"),
        ("for x in range(3):\n    pass", "table(x)"),
        ("with open(path) as x:\n    pass", "table(x)"),
        ("(x := 1)", "table(x)"),
        ("def f(a):\n    return a", "table(f(1))"),
        ("class A:\n    b = 1", "table(A)"),
        ("import a.b as c", "table(c.d)"),
        ("x = 1", "table([x for y in [1]])"),
        ("x = 1", "table((lambda y: x + y)(1))"),
        ("x = 1", "def g():\n    return x\ntable(g())"),
        ("x = 1", "x = x + 1\ntable(x)"),
        ("x = 1", "table(f'{x:,}')"),
        ("rows.append(1)", "table(rows)"),
        ("plt.rcParams.update({})", "table(plt)"),
    ],
)
def test_what_an_exhibit_needs_stands_with_it(before, exhibit):
    cells = [HiddenCode(before, silent=True), HiddenCode(exhibit, exhibit=True)]
    assert code_folds(cells) == {1: CodeFold([0, 1], {})}


@pytest.mark.parametrize(
    ("before", "exhibit"),
    [
        ("x = 1", "table([x for x in range(3)])"),
        ("x = 1", "table((lambda x: x)(1))"),
        ("x = 1", "x = 2\ntable(x)"),
        ("x = 1", "def g(x):\n    return x\ntable(g(1))"),
        ("x = 1", "for x in range(3):\n    table(x)"),
        ("[x for x in range(3)]", "table(x)"),
        ("print(x)", "table(x)"),
    ],
)
def test_what_it_does_not_need_is_left_out(before, exhibit):
    cells = [HiddenCode(before, silent=True), HiddenCode(exhibit, exhibit=True)]
    assert code_folds(cells) == {1: CodeFold([1], {})}


def test_code_stands_with_the_first_exhibit_that_it_leads_to_and_is_named_after():
    sources = ["a = 1", "b = a", "c = 2", "table(c)", "table(b)", "table(a, b)"]
    cells = [HiddenCode(source, exhibit="table" in source, silent=True) for source in sources]
    assert code_folds(cells, begins=1) == {
        SETUP_PLACE: CodeFold([0], {}),
        3: CodeFold([2, 3], {}),
        4: CodeFold([1, 4], {"a": SETUP_PLACE}),
        5: CodeFold([5], {"a": SETUP_PLACE, "b": 4}),
    }


def test_no_code_no_folds():
    assert code_folds([]) == {}
    assert code_folds([HiddenCode()]) == {}
