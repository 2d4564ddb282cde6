"""Politeness towards hosts, on a clock that the test turns."""

import asyncio
from math import inf

import pytest

from newsbeam.transforms.http import hosts
from newsbeam.transforms.http.hosts import AT_ONCE_WITHOUT_DELAY, Host, Hosts, host_of

NOW = 1000.0


def known(name: str, among: Hosts | None = None, delay: float = 5.0, now: float = NOW) -> Host:
    return (among or Hosts(delay)).at(f"http://{name}/feed", now)


async def turns_to_be_had(host: Host) -> int:
    """How many may ask the host at the same time."""
    taken = 0
    while not host.turns.locked():
        await host.turns.acquire()
        taken += 1
    return taken


def test_only_one_request_is_under_way_per_host() -> None:
    everyone = Hosts(5.0)
    host = known("news.example", everyone)
    assert asyncio.run(turns_to_be_had(host)) == 1
    assert known("www.news.example", everyone) is host
    assert not known("other.example", everyone).turns.locked()


def test_without_delay_four_run_at_once() -> None:
    assert asyncio.run(turns_to_be_had(known("127.0.0.1", delay=0.0))) == AT_ONCE_WITHOUT_DELAY


def test_starts_are_the_delay_apart() -> None:
    host = known("news.example")
    assert host.wait(5.0, NOW) == -inf
    host.started = NOW
    assert (host.wait(5.0, NOW + 2), host.wait(5.0, NOW + 5)) == (3.0, 0.0)


def test_a_longer_delay_asked_for_by_robots_counts() -> None:
    host = known("news.example")
    host.started = NOW
    assert host.wait(60.0, NOW + 5) == 55.0


def test_a_pause_stops_the_host_and_no_other() -> None:
    everyone = Hosts(5.0)
    host = known("news.example", everyone)
    host.pause(120.0, NOW)
    host.pause(30.0, NOW)  # a shorter one does not end it
    assert host.wait(0.0, NOW) == 120.0
    assert host.wait(0.0, NOW + 120) == 0
    assert known("other.example", everyone).wait(0.0, NOW) == -inf


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:1.2.3.4]", "localhost", ""])
def test_hosts_that_many_services_share_are_not_paused(host: str) -> None:
    shared = known(host)
    shared.pause(120.0, NOW)
    assert shared.wait(0.0, NOW) == -inf


def test_idle_hosts_are_forgotten_busy_and_paused_ones_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hosts, "REMEMBERED", 10)
    everyone = Hosts(5.0)
    busy, paused = known("busy.example", everyone), known("paused.example", everyone)
    asyncio.run(turns_to_be_had(busy))
    paused.pause(9999.0, NOW)
    idle = [known(f"{number}.example", everyone) for number in range(8)]
    for host in idle:
        host.started = NOW
    known("new.example", everyone, now=NOW + 1000)
    assert known("busy.example", everyone) is busy
    assert known("paused.example", everyone) is paused
    assert known("0.example", everyone) is not idle[0]


def test_one_host_has_many_spellings() -> None:
    spellings = ["http://NEWS.example/a", "https://www.news.example:443/", "http://news.example./"]
    assert {host_of(url) for url in spellings} == {"news.example"}
    assert host_of("http://[bad") == ""
