"""A table that readers can sort by a click, and that is a plain table without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass

from cvi_analysis.blocks import Table
from cvi_analysis.blocks.bundle import Block

# Reads the text of the cells: figures with $ , % * and signs are numbers, all else is words, and
# what is not known goes last. The page's policy allows exactly this text, by its hash.
SCRIPT = """
for (const table of document.querySelectorAll(".sortable table")) {
  if (table.dataset.ready) continue;
  table.dataset.ready = "yes";
  const body = table.tBodies[0];
  const value = (row, index) => {
    const text = row.cells[index].textContent.trim();
    const plain = text.replace("\\u2212", "-").replace(/[$,%+*]/g, "");
    return plain !== "" && !isNaN(plain) ? Number(plain) : text;
  };
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.style.cssText = "all:unset;cursor:pointer;text-decoration:underline dotted;" +
      "text-underline-offset:.25em";
    button.addEventListener("focus", () => {
      if (button.matches(":focus-visible")) button.style.outline = "3px solid";
    });
    button.addEventListener("blur", () => { button.style.outline = ""; });
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const rows = [...body.rows].filter((row) => !row.classList.contains("total"));
      const rest = [...body.rows].filter((row) => row.classList.contains("total"));
      const figures = rows.some((row) => typeof value(row, index) === "number");
      const now = head.getAttribute("aria-sort");
      const down = now ? now === "ascending" : figures;
      rows.sort((one, other) => {
        const a = value(one, index), b = value(other, index);
        if (figures && typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
        const order = typeof a === "number" ? a - b : String(a).localeCompare(String(b));
        return down ? -order : order;
      });
      body.replaceChildren(...rows, ...rest);
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
  });
}
"""


@dataclass(frozen=True, slots=True)
class Sortable(Block):
    """A table with headings that sort it: figures from the largest, words from A, first.

    Attributes:
        table: a table whose rows are `body` and `total` rows.
    """

    table: Table

    def html(self) -> str:
        """The table in a `div` of class `sortable`, and the script that sorts it."""
        return f'<div class="sortable">{self.table.html()}</div>\n<script>{SCRIPT}</script>'

    def typst(self) -> str:
        """The table as it is."""
        return self.table.typst()

    def plain(self) -> str:
        """The table as it is."""
        return self.table.plain()
