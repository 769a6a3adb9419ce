"""What a run says while it works."""

from cvi_analysis.batch.orders import CityResult
from cvi_analysis.batch.progress import Display


def test_a_failing_page_on_all_cities_is_not_counted_as_a_city(capsys):
    with Display(2) as display:
        display.tell("comparison", CityResult("comparison", error="comparison: no room"))
        display.tell("norfolk-va", CityResult("norfolk-va"))
        display.tell("chicago-il", CityResult("chicago-il"))
    said = capsys.readouterr().err
    assert "✗ comparison: no room" in said
    assert "[1/2] norfolk-va" in said
    assert "[2/2] chicago-il" in said
