from __future__ import annotations

import io

import pytest
import requests

from cvi_analysis.census.api_answer import BadAnswerError, NotPublishedError
from cvi_analysis.census.api_key import ApiKey
from cvi_analysis.census.api_session import CensusSession, checked_base_url, is_unencrypted
from cvi_analysis.census.api_wire import described
from cvi_analysis.census.client import CensusClient, candidate_years
from cvi_analysis.census.queries import DATASETS, Geography
from cvi_analysis.errors import InputError
from tests.census.census_loopback import KEY, Loopback, text
from tests.census.census_world import QUICK

ACS5 = DATASETS["acs5"]
US = Geography()


def client(api: Loopback) -> CensusClient:
    return CensusClient(ApiKey(KEY), api.url, QUICK)


def test_a_pull_is_the_exact_bytes_and_the_query_without_the_key(api: Loopback) -> None:
    with client(api) as census:
        pull = census.pull(ACS5, 2023, Geography(state="17"))
    assert pull.answer.body.startswith(b'[["NAME", "B01003_001E", "B01003_001M", "state", "place"]')
    assert pull.answer.query == "get=NAME,B01003_001E,B01003_001M&for=place:*&in=state:17"
    assert pull.answer.endpoint == f"{api.url}/2023/acs/acs5"
    chicago = pull.rows["1714000"]
    assert (chicago.name, chicago.population) == ("Chicago city, Illinois", 2707648)
    assert KEY not in repr(pull.answer)
    assert f"key={KEY}" in api.log[0], "the key does go out on the wire"


@pytest.mark.parametrize("dataset", ["acs5", "acs1", "pl"])
def test_fifty_cities_take_a_request_and_one_for_a_year_not_published(
    api: Loopback, dataset: str
) -> None:
    with client(api) as census:
        pull = census.newest(DATASETS[dataset], US, 2025)
        assert len(api.log) == census.requests_sent == (1 if dataset == "pl" else 2)
    assert len(pull.rows) >= 50
    assert pull.year == (2020 if dataset == "pl" else 2024)


def test_a_pull_is_one_request(api: Loopback) -> None:
    with client(api) as census:
        census.pull(ACS5, 2023, US)
        census.pull(DATASETS["pl"], 2020, US)
        assert len(api.log) == census.requests_sent == 2, "none about the columns"


def test_the_newest_year_is_the_first_that_answers_going_down(api: Loopback) -> None:
    with client(api) as census:
        assert census.newest(ACS5, US, 2027).year == 2024
    asked = [path.split("/")[2] for path in api.log]
    assert asked == ["2027", "2026", "2025", "2024"]


def test_no_year_at_all_is_said_so(api: Loopback) -> None:
    api.world.clear()
    with client(api) as census, pytest.raises(BadAnswerError, match="from 2020 to 2025"):
        census.newest(ACS5, US, 2025)
    with client(api) as census, pytest.raises(NotPublishedError, match="HTTP 404"):
        census.pull(ACS5, 2023, US)


def test_a_year_that_was_never_published_is_not_asked_for() -> None:
    assert candidate_years(DATASETS["acs1"], 2022) == [2022, 2021, 2019, 2018, 2017]
    with pytest.raises(InputError, match="not 2020"):
        DATASETS["acs1"].check_year(2020)
    with pytest.raises(InputError, match="allowed: 2020"):
        DATASETS["pl"].check_year(2010)


def test_a_passing_failure_passes(api: Loopback) -> None:
    api.play(text(503, "busy"), times=2)
    with client(api) as census:
        assert census.pull(ACS5, 2023, US).rows
    assert len(api.log) == 3


@pytest.mark.parametrize(
    ("given", "used"),
    [
        (None, "https://api.census.gov/data"),
        ("  ", "https://api.census.gov/data"),
        ("http://127.0.0.1:8000/data/", "http://127.0.0.1:8000/data"),
    ],
)
def test_the_address_of_the_api_can_be_set(given: str | None, used: str) -> None:
    assert checked_base_url(given) == used


@pytest.mark.parametrize(
    "bad",
    [
        *("ftp://x/data", "api.census.gov", "http://", "http://[x/", "http://a:99999999/"),
        *("http://x/data?key=0", "http://x/data#places"),
    ],
)
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(InputError, match="CENSUS_API_URL"):
        checked_base_url(bad)


def test_plain_http_is_remarked_on_beyond_this_machine() -> None:
    assert is_unencrypted("http://census.example/data")
    assert not is_unencrypted("http://127.0.0.1:8000/data")
    assert not is_unencrypted("https://api.census.gov/data")


@pytest.mark.parametrize(
    "target",
    [
        "http://census.example/data/2023/acs/acs5?key=x",  # the same host, but for all to read
        "https://census.example:8443/data",
        "https://other.example/data",
        "//other.example/data",
    ],
)
def test_a_redirect_stays_on_the_same_server_and_encrypted(target: str) -> None:
    base = "https://census.example/data"
    response = requests.Response()
    response.status_code, response.url = 302, f"{base}/2023/acs/acs5"
    response.request = requests.Request("GET", response.url).prepare()
    response.headers["Location"] = target
    response.raw = io.BytesIO()
    session = CensusSession(ApiKey(KEY), base)
    with pytest.raises(BadAnswerError, match="the key is not sent there"):
        session.get_redirect_target(response)
    for there in (f"{base}/2024?key={KEY}", "/data/2024", "2024"):
        response.headers["Location"] = there
        followed = session.get_redirect_target(response)
        assert followed is not None
        assert followed.startswith("https://census.example/data/20")
        assert KEY not in followed


@pytest.mark.parametrize(
    ("error", "says", "never_connected"),
    [
        (requests.exceptions.ProxyError(), "proxy", True),
        (requests.exceptions.SSLError(), "certificate", True),
        (requests.exceptions.ConnectTimeout(), "accept a connection in time", True),
        (requests.ConnectionError(ConnectionRefusedError()), "refused the connection", True),
        (requests.ConnectionError(ConnectionResetError()), "broke the connection off", False),
        (requests.exceptions.ReadTimeout(), "silent", False),
    ],
)
def test_whether_a_fault_came_before_any_connection(
    error: Exception, says: str, never_connected: bool
) -> None:
    happened, before = described(error)
    assert says in happened
    assert before is never_connected
