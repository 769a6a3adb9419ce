"""`cvi why`: what has changed since a city's report was made."""

from __future__ import annotations

from collections.abc import Iterator

from cvi_analysis.batch import manifest
from cvi_analysis.batch.answers import print_json
from cvi_analysis.batch.commands import CommandOptions
from cvi_analysis.batch.fingerprint import file_sha256
from cvi_analysis.batch.opening import opened
from cvi_analysis.batch.plan import RunPlan
from cvi_analysis.params.cities import City

WORDS = {
    "code": "the package's code changed",
    "page": "the page is to have its code, or no longer",
    "lock": "the lock file changed, or what is installed otherwise than it says",
    "notebook": "the notebook changed",
    "city": "the city's row in params/cities.csv changed",
    "population": "the city's population figure changed",
    "series": "the city's population series changed",
    "peers": "the figures of the cities it is compared with changed",
    "scenario": "the scenario's text or changes changed",
    "roles": "params/roles.yaml changed",
    "strategies": "params/strategies.yaml changed",
    "check": "the published profile or the figures it is checked against changed",
    "evidence": "a published program, count, cost or need that the report shows changed",
    "facts": "what is published on the city's spending, payers or people shot changed",
    "measures": "params/measures.yaml changed",
    "studies": "params/studies.yaml changed",
    "unreleased": "which wages BLS released for the city's metropolitan area changed",
    "version": "the package's version changed",
}


def why(options: CommandOptions) -> int:
    """Print what changed since a city's report was made. Exit status 0."""
    library, request, inputs = opened(options)
    plan = RunPlan.make(request, library, inputs)
    (city,) = request.cities or ()
    found = list(reasons(plan, city))
    if options.as_json:
        print_json(
            {
                "city": city.slug,
                "scenario": request.name,
                "up_to_date": not found,
                "reasons": found,
            }
        )
        return 0
    for reason in found or ["up to date, nothing changed"]:
        print(f"{city.slug}: {reason}.")
    return 0


def reasons(plan: RunPlan, city: City) -> Iterator[str]:
    """Why a city would be built again, without a full stop; nothing where it would not."""
    folder = plan.request.folder
    known = manifest.load(folder, plan.request.name).cities.get(city.slug)
    if known is None:
        yield f"has not been built yet under {plan.request.name}"
        return
    now = plan.spec(city).ingredients()
    for name in sorted({*known.ingredients, *now}):
        before, after = known.ingredients.get(name), now.get(name)
        if before != after:
            yield _sentence(name, before, after)
    for name, digest in known.files.items():
        found = file_sha256(folder / name)
        if found != digest:
            yield f"{name} {'is missing or unreadable' if found is None else 'was changed'}"


def _sentence(name: str, before: str | None, after: str | None) -> str:
    if not name.startswith("assumption "):
        return WORDS.get(name, f"{name} changed")
    short = name.removeprefix("assumption ")
    if before is None:
        return f"the assumption {short} is new ({_value(after)})"
    if after is None:
        return f"the assumption {short} is gone (it was {_value(before)})"
    if _value(before) != _value(after):
        return f"{short}: {_value(before)} -> {_value(after)}"
    return f"{short}: its range, source or note changed"


def _value(ingredient: str | None) -> str:
    return (ingredient or "").rsplit(" (", 1)[0]
