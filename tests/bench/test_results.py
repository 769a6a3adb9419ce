"""From results to goals, the document and its chart."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from scripts.bench import results as results_module
from scripts.bench.document import document
from scripts.bench.goals import goals
from scripts.bench.picture import alt, picture
from scripts.bench.places import play
from scripts.bench.results import Results


def test_goals_use_the_median_of_the_rounds_ratios(results: Results) -> None:
    found = {goal.wanted: goal for goal in goals(results)}
    assert found["at least 12 times faster"].found == "12.0 (11.0 to 12.0) times"
    assert found["at least 4.5 times faster"].found == "4.5 (3.0 to 4.5) times"
    assert found["at most 2 times as long"].found == "1.90 (1.67 to 2.00) times"
    assert found["under 0.6 s"].met
    assert found["under 2.5 s"].found == "2.10 (2.00 to 3.50) s"
    assert found["within 5% of the cost, or less"].found == "+4.0%"
    assert found["the same, under 1.5 GB"].found == "0.90 and 0.95 GB"
    assert found["under 0.03 s"].found == "0.015 (0.010 to 0.020) s"
    assert found["under 0.15 s"].found == "0.050 (0.040 to 0.200) s"
    assert all(goal.met for goal in found.values())


def test_a_run_played_through_takes_as_long_as_its_bottleneck() -> None:
    """Of 1,000 orders of 2 s: 10 workers need 200 s; one that needs 0.1 s for each, 100 s."""
    found = play(10, 1000, orders=[0.001], work=[2.0], takes=[0.001])
    assert 200 <= found.seconds < 202
    assert found.workers_share > 0.99
    found = play(1000, 1000, orders=[0.06], work=[2.0], takes=[0.04])
    assert 100 <= found.seconds < 103
    assert found.own_share > 0.97


def test_a_missed_goal_is_called_missed(results: Results) -> None:
    assert results.ways is not None
    slower = results.ways.model_copy(update={"ours": results.ways.shell})
    text = document(results.model_copy(update={"ways": slower}))
    assert "| at least 12 times faster | 1.0 (1.0 to 1.0) times | **no** |" in text


def test_the_document_names_machine_commands_and_short_samples(results: Results) -> None:
    text = document(results)
    assert "Some processor, 2 cores, 16 GB of memory, Some system, CPython 3.13.1" in text
    assert "papermill notebooks/city_profile.ipynb" in text
    assert "made 4 cities in each round" in text
    assert "| populations | reading the table of populations | 0.015 (0.010 to 0.020) |" in text
    assert "| workbook | writing one workbook | 0.050 (0.040 to 0.200) |" in text
    assert "Fewer than 5 rounds were run (3)" in text
    assert "1,000 cities were made once only" in text
    assert "| `cvi site` | 10 | 2,133 | 287.0 MB | 600 | 1,080 |" in text
    assert "| Preview: a sentence of the notebook saved, to the new page in the browser | " in text
    assert "| at most 1.5 s | 1.40 s | yes |" in text
    assert "| the 90% ranges | 2 | 21.1 (20.5 to 21.8) |" in text
    assert "Cost at $0.05 a core-hour, **an assumption**" in text
    few, many = text.partition("## All 1,000 places")[2].split("\n| ")[3:5]
    assert "the workers' cores |" in few
    assert "| the process that gives the orders |" in many
    for line in text.splitlines():
        assert line == line.rstrip()


def test_each_part_can_stand_alone(results: Results) -> None:
    for part in ("ways", "scaling", "places"):
        one = results.model_copy(update={part: None})
        assert document(one).startswith("# Performance")
        ElementTree.fromstring(picture(one))


def test_the_chart_is_an_image_with_words_and_the_same_every_time(results: Results) -> None:
    image = ElementTree.fromstring(picture(results))
    assert image.get("role") == "img"
    assert image.get("aria-label") == alt(results)
    assert "papermill and nbconvert, shell 242 s" in alt(results)
    assert picture(results) == picture(results)


def test_parts_are_joined_only_if_code_and_machine_are_the_same(
    results: Results, tmp_path: Path
) -> None:
    file = tmp_path / "cache" / "bench.json"
    results.save(file)
    kept = results_module.load(file)
    assert kept == results
    first = results.model_copy(update={"scaling": None})
    assert first.joined(kept) == results
    other = first.model_copy(update={"code": "other"})
    assert other.joined(kept) == other
    assert first.joined(None) == first


def test_results_that_cannot_be_read_are_no_results(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    assert results_module.load(file) is None
    file.write_text('{"code": 1}')
    assert results_module.load(file) is None
