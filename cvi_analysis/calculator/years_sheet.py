"""The sheet Five years: from the staff at work today to the full program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cvi_analysis.calculator.budget_sheet import LINES, TITLES
from cvi_analysis.calculator.sheets import Book, Sheet, cell
from cvi_analysis.model.budget import Budget
from cvi_analysis.model.hiring_plan import HiringPlan, Year, plan
from cvi_analysis.model.staffing import FRONTLINE, OVP, ROLES
from cvi_analysis.report.dossier import Dossier

YEARS = 5
TODAY, FIRST = 1, 2
"""Columns: staff at work today, then the years."""

Write = Callable[[int, Year], tuple[str, Any]]
"""Of a column and a year: the formula and its value."""


def write_years(book: Book, dossier: Dossier) -> None:
    """Fill the sheet. The years' results are named `year_1_budget_total` and so on."""
    _Years(book.sheets["Five years"], dossier).write()


class _Years:
    def __init__(self, sheet: Sheet, dossier: Dossier) -> None:
        self.sheet = sheet
        self.dossier = dossier
        self.plan: HiringPlan = plan(dossier.case, horizon=YEARS)
        self.rows: dict[str, int] = {}

    def write(self) -> None:
        sheet = self.sheet
        sheet.title(
            "Five years",
            "Posts are added evenly until the program is complete, those of the city office at "
            "once; pace, growth of prices and staff at work today are on the sheet Inputs.",
            "In the dollars of the full program unless prices grow there; then pay and services "
            "grow alike.",
        )
        sheet.header("", "Today", *(f"Year {number}" for number in range(1, YEARS + 1)))
        top = sheet.row
        self.line("step", "Years of hiring done", "count", self.step)
        self.line("growth", "Prices, compared with the first year", "factor", self.growth)
        self.posts("planned", "Planned posts", self.planned)
        self.line("people", "People served by the planned staff", "people", self.reach("planned"))
        self.pay("pay", "Pay and benefits of the planned posts", "planned")
        self.budget("budget", "Budget: every planned post filled all year", "pay", "people")
        self.money()
        self.posts("filled", "Posts likely to have someone in them", self.filled)
        self.line("reached", "People likely to be reached", "people", self.reach("filled"))
        self.pay("spent", "Pay and benefits of the posts that are filled", "filled")
        self.budget("expected", "Likely spending, with some posts empty", "spent", "reached")
        look = sheet.sheet
        look.freeze_panes(top, 1)
        look.repeat_rows(top - 1)
        sheet.widths(52, 12, *(17 for _ in range(YEARS)))

    def at(self, key: str, column: int) -> str:
        """Address of a line in a column."""
        return cell(self.rows[key], column)

    def line(
        self, key: str, title: str, shape: str, of: Write, look: str = "row", name: str = ""
    ) -> None:
        sheet = self.sheet
        self.rows[key] = sheet.row
        sheet.text(0, title, look)
        sheet.text(TODAY, "", look)
        for index, year in enumerate(self.plan.years):
            formula, value = of(FIRST + index, year)
            named = f"year.{year.number}.{name}" if name else None
            sheet.formula(FIRST + index, formula, value, look, shape, name=named)
        sheet.row += 1

    def step(self, column: int, year: Year) -> tuple[str, Any]:
        return f"MIN({year.number},phasing_years)", min(year.number, self.plan.hiring.years)

    def growth(self, column: int, year: Year) -> tuple[str, Any]:
        return f"(1+phasing_price_growth)^{year.number - 1}", year.prices

    def posts(self, key: str, title: str, of: Callable[[str, int, int, Year], Any]) -> None:
        """A block of posts by role with their sum."""
        sheet = self.sheet
        sheet.row += 1
        sheet.heading(title)
        first = sheet.row
        for index, role in enumerate(ROLES):
            row_key = f"{key}.{role}"

            def write(
                column: int, year: Year, role: str = role, index: int = index
            ) -> tuple[str, Any]:
                found: tuple[str, Any] = of(role, index, column, year)
                return found

            self.line(row_key, self.dossier.roles[role].plural, "count", write)
            if key == "planned":
                self.today(row_key, role)
        rows = range(first, sheet.row)
        self.line(
            key,
            "All posts",
            "count",
            lambda column, year: (
                _plus(rows, column),
                getattr(year.posts_in(), key),
            ),
            "total",
            f"staff_{key}",
        )
        if key == "planned":
            value = self.plan.years[0].posts_in().existing
            sheet.sheet.write_formula(
                self.rows[key], TODAY, f"={_plus(rows, TODAY)}",
                sheet.book.format("total", "count"), value,
            )  # fmt: skip

    def today(self, key: str, role: str) -> None:
        existing = self.plan.years[0].posts[ROLES.index(role)].existing
        self.sheet.sheet.write_formula(
            self.rows[key],
            TODAY,
            f"=MIN(roles_{role}_existing,staffing_{role}_count)",
            self.sheet.book.format("row", "count"),
            existing,
        )

    def planned(self, role: str, index: int, column: int, year: Year) -> tuple[str, Any]:
        if role in OVP:
            return f"staffing_{role}_count", year.posts[index].planned
        now = cell(self.sheet.row, TODAY)
        gap = f"(staffing_{role}_count-{now})*{self.at('step', column)}/phasing_years"
        return f"{now}+ROUND({gap},0)", year.posts[index].planned

    def filled(self, role: str, index: int, column: int, year: Year) -> tuple[str, Any]:
        key = f"planned.{role}"
        likely = f"ROUND({self.at(key, column)}*phasing_fill_rate,0)"
        return f"MAX({self.at(key, TODAY)},{likely})", year.posts[index].filled

    def reach(self, key: str) -> Write:
        needed = "+".join(f"staffing_{role}_count" for role in FRONTLINE)

        def write(column: int, year: Year) -> tuple[str, Any]:
            have = "+".join(self.at(f"{key}.{role}", column) for role in FRONTLINE)
            step = f"{self.at('step', column)}/phasing_years"
            share = f"IF({needed}=0,{step},({have})/({needed}))"
            return (
                f"people_at_risk_served*{share}",
                year.people if key == "planned" else year.reached,
            )

        return write

    def pay(self, key: str, title: str, posts: str) -> None:
        self.sheet.row += 1
        self.sheet.heading(title)
        for index, role in enumerate(ROLES):

            def write(
                column: int, year: Year, role: str = role, index: int = index
            ) -> tuple[str, Any]:
                post = self.dossier.profile.posts[index]
                count = getattr(year.posts[index], posts)
                value = count * (post.wage * year.prices) * (1.0 + post.benefits_load)
                return self.cost(role, self.at(f"{posts}.{role}", column), column), value

            self.line(f"{key}.{role}", self.dossier.roles[role].plural, "exact", write)

    def cost(self, role: str, count: str, column: int) -> str:
        growth = self.at("growth", column)
        return f"{count}*(staffing_{role}_wage*{growth})*(1+staffing_{role}_benefits_load)"

    def budget(self, key: str, title: str, pay: str, people: str) -> None:
        """The lines of a year's budget, by the rules of the full budget."""
        self.sheet.row += 1
        self.sheet.heading(title)
        attribute = "budget" if key == "budget" else "expected"

        def of(year: Year) -> Budget:
            found: Budget = getattr(year, attribute)
            return found

        def both(column: int) -> str:
            lines = (self.at(f"{key}.{line}", column) for line in LINES[:2])
            return f"({_added(lines)})"

        formulas: dict[str, Callable[[int], str]] = {
            "frontline": lambda c: _added(self.at(f"{pay}.{role}", c) for role in FRONTLINE),
            "supervision_ovp": lambda c: _added(
                self.at(f"{pay}.{role}", c) for role in ROLES if role not in FRONTLINE
            ),
            "training": lambda c: f"budget_training_share*{both(c)}",
            "evaluation": lambda c: f"budget_evaluation_share*{both(c)}",
            "indirect": lambda c: f"budget_indirect_share*{both(c)}",
            "wraparound": lambda c: (
                f"(budget_wraparound_per_person*{self.at('growth', c)})*{self.at(people, c)}"
            ),
        }
        for line in LINES:
            formula = formulas[line]
            self.line(
                f"{key}.{line}",
                TITLES[line],
                "dollars",
                lambda column, year, line=line, formula=formula: (  # type: ignore[misc]
                    f"ROUND({formula(column)},0)",
                    int(getattr(of(year), line)),
                ),
                name=f"{key}_{line}",
            )
        self.line(
            f"{key}.total",
            TITLES["total"],
            "dollars",
            lambda column, year: (
                "+".join(self.at(f"{key}.{line}", column) for line in LINES),
                int(of(year).total),
            ),
            "total",
            f"{key}_total",
        )

    def money(self) -> None:
        """What of the budget is paid today, and what has to be found."""
        self.sheet.row += 1
        self.sheet.heading("Where the money comes from")

        def existing(column: int) -> str:
            parts = [
                self.cost(role, cell(self.rows[f"planned.{role}"], TODAY), column) for role in ROLES
            ]
            return f"ROUND({'+'.join(parts)},0)"

        self.line(
            "existing",
            "Pay and benefits of posts filled today",
            "dollars",
            lambda c, year: (existing(c), year.lasting + year.expiring),
        )
        self.line(
            "expiring",
            "of which on one-off money, which ends",
            "dollars",
            lambda c, year: (f"ROUND({self.at('existing', c)}*phasing_one_off_share,0)",
                             year.expiring),
        )  # fmt: skip
        self.line(
            "new_money",
            "New money",
            "dollars",
            lambda c, year: (
                f"{self.at('budget.total', c)}-{self.at('existing', c)}",
                year.new_money,
            ),
            name="new_money",
        )
        self.line(
            "recurring",
            "Money to find for good: new, and in place of one-off money",
            "dollars",
            lambda c, year: (
                f"{self.at('new_money', c)}+{self.at('expiring', c)}",
                year.recurring_needed,
            ),
            "total",
            "recurring_needed",
        )


def _plus(rows: Sequence[int], column: int) -> str:
    return _added(cell(row, column) for row in rows)


def _added(parts: Any) -> str:
    return "+".join(parts)
