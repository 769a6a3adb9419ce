"""Job descriptions, one role after the other."""

from __future__ import annotations

from dataclasses import dataclass

from cvi_analysis.blocks.bundle import Block
from cvi_analysis.blocks.inline import Inline, Line, line, strong
from cvi_analysis.blocks.prose import Bullets, Paragraph, Prose


@dataclass(frozen=True, slots=True)
class JobDescription(Block):
    """One role's job description.

    Attributes:
        title: the role with its number of posts.
        function: its part in the ecosystem, one sentence.
        duties: what the person does, in short phrases.
        facts: label and text pairs, such as who it suits and who it reports to.
    """

    title: Line
    function: str
    duties: tuple[str, ...]
    facts: tuple[tuple[str, Inline | Line], ...]

    @property
    def _body(self) -> Prose:
        return Prose.of(
            self.function,
            Bullets(tuple(line(duty) for duty in self.duties)),
            *(Paragraph(line(strong(f"{label}. "), text)) for label, text in self.facts),
        )

    def html(self) -> str:
        """A `details` element that opens to the description."""
        return (
            f'<details class="job"><summary>{self.title.html()}</summary>\n'
            f"{self._body.html()}</details>"
        )

    def typst(self) -> str:
        """A call of the prelude's `job`."""
        return f"#job(title: [{self.title.typst()}])[\n{self._body.typst()}\n]\n"

    def plain(self) -> str:
        """Title and description."""
        return f"{self.title.plain()}\n\n{self._body.plain()}"


@dataclass(frozen=True, slots=True)
class Jobs(Block):
    """Several job descriptions."""

    jobs: tuple[JobDescription, ...]

    def html(self) -> str:
        """The descriptions, one after the other."""
        return "\n".join(job.html() for job in self.jobs)

    def typst(self) -> str:
        """The descriptions, one after the other."""
        jobs = "\n".join(job.typst() for job in self.jobs)
        return f"#[#set text(size: 9.2pt)\n{jobs}]\n"

    def plain(self) -> str:
        """The descriptions with blank lines between."""
        return "\n\n".join(job.plain() for job in self.jobs)


def title_with_count(title: Inline, count: Inline) -> Line:
    """`Mediator: 17 posts`, where the count is a figure of the JSON."""
    return line(title, ": ", count)


__all__ = ["JobDescription", "Jobs", "title_with_count"]
