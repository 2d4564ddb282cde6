"""Slow requests are left under way: who waits for others is not held up, and nothing is lost."""

import time
from collections.abc import Iterator

import pytest

from graphs import COURTESY
from hostile_server import HostileServer
from newsbeam.transforms.http import under_way
from newsbeam.transforms.http.fetch import Fetcher
from newsbeam.transforms.http.request import Limits, Request, Response

LIMITS = Limits(seconds=4.0, retry_after=())


@pytest.fixture(autouse=True)
def soon_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_way, "SLOW", 0.3)
    monkeypatch.setattr(under_way, "LOOK", 0.05)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    made = Fetcher(COURTESY)
    yield made
    made.close()


def asked(server: HostileServer, *paths: str) -> list[Request]:
    return [Request(path, server.url(path)) for path in paths]


def status(response: Response) -> str:
    return response.status


def leave(fetcher: Fetcher, requests: list[Request], run: str = "r") -> dict[str, str | None]:
    found = fetcher.fetch_all(requests, LIMITS, status, may_leave=lambda: True, run=run)
    return {request.key: said for request, said in found}


def test_what_is_slow_is_left_and_its_answer_comes_to_who_asks_again(
    server: HostileServer, fetcher: Fetcher
):
    requests = asked(server, "/ok", "/drip")
    began = time.monotonic()
    assert leave(fetcher, requests) == {"/ok": "ok", "/drip": None}
    assert time.monotonic() - began < 2
    assert fetcher.is_left("r", "/drip")
    ((_, said),) = fetcher.fetch_all(requests[1:], LIMITS, status, run="r")
    assert said == "timeout"
    assert server.paths().count("/drip") == 1
    assert not fetcher.is_left("r", "/drip")


def test_what_is_waited_for_is_not_left(server: HostileServer, fetcher: Fetcher):
    found = fetcher.fetch_all(asked(server, "/ok", "/drip"), LIMITS, status, run="r")
    assert sorted(said or "" for _, said in found) == ["ok", "timeout"]


def test_another_run_does_not_get_the_answer_and_ends_what_was_left(
    server: HostileServer, fetcher: Fetcher
):
    leave(fetcher, asked(server, "/ok", "/drip"))
    assert leave(fetcher, asked(server, "/ok"), run="s") == {"/ok": "ok"}
    assert not fetcher.is_left("r", "/drip")


def test_every_request_is_told_of_once(server: HostileServer, fetcher: Fetcher):
    requests = asked(server, "/ok", "/drip", "/gone", "/hang", "/news")
    seen: list[str] = []
    while requests:
        found = leave(fetcher, requests)
        assert len(found) == len(requests)
        seen += [key for key, said in found.items() if said]
        requests = [one for one in requests if found[one.key] is None]
    assert sorted(seen) == ["/drip", "/gone", "/hang", "/news", "/ok"]
