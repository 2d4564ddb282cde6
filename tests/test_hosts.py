"""Politeness towards hosts, on a clock that the test turns."""

import threading
from collections import defaultdict

import pytest

from newsbeam.transforms.collect.hosts import AT_ONCE_WITHOUT_DELAY, LOOK_AGAIN, Hosts, host_of


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hosts(clock: Clock) -> Hosts:
    return Hosts(clock)


def test_only_one_request_is_under_way_per_host(hosts: Hosts, clock: Clock) -> None:
    assert hosts.begin("news.example", 5.0) == 0
    clock.now += 60
    assert hosts.begin("news.example", 5.0) == LOOK_AGAIN
    assert hosts.begin("other.example", 5.0) == 0
    hosts.end("news.example")
    assert hosts.begin("news.example", 5.0) == 0


def test_starts_are_the_delay_apart(hosts: Hosts, clock: Clock) -> None:
    hosts.begin("news.example", 5.0)
    hosts.end("news.example")
    clock.now += 2
    assert hosts.begin("news.example", 5.0) == 3.0
    clock.now += 3
    assert hosts.begin("news.example", 5.0) == 0


def test_without_delay_four_run_at_once(hosts: Hosts) -> None:
    turns = [hosts.begin("127.0.0.1", 0.0) for _ in range(AT_ONCE_WITHOUT_DELAY + 1)]
    assert turns == [0, 0, 0, 0, LOOK_AGAIN]


def test_a_longer_delay_asked_for_by_robots_counts(hosts: Hosts, clock: Clock) -> None:
    hosts.begin("news.example", 5.0)
    hosts.end("news.example")
    clock.now += 5
    assert hosts.begin("news.example", 60.0) == 55.0


def test_a_pause_stops_the_host_and_no_other(hosts: Hosts, clock: Clock) -> None:
    hosts.pause("news.example", 120.0)
    hosts.pause("news.example", 30.0)  # a shorter one does not end it
    assert hosts.begin("news.example", 0.0) == hosts.paused_for("news.example") == 120.0
    assert hosts.begin("other.example", 0.0) == 0
    clock.now += 120
    assert hosts.begin("news.example", 0.0) == hosts.paused_for("news.example") == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", ""])
def test_hosts_that_many_services_share_are_not_paused(hosts: Hosts, host: str) -> None:
    hosts.pause(host, 120.0)
    assert hosts.paused_for(host) == 0


def test_idle_hosts_are_forgotten_busy_and_paused_ones_are_not(
    hosts: Hosts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsbeam.transforms.collect.hosts.REMEMBERED", 10)
    hosts.begin("busy.example", 5.0)
    hosts.pause("paused.example", 9999.0)
    for number in range(8):
        hosts.begin(f"{number}.example", 5.0)
        hosts.end(f"{number}.example")
    clock.now += 1000
    hosts.begin("new.example", 5.0)
    assert set(hosts._hosts) == {"busy.example", "paused.example", "new.example"}


def test_one_host_has_many_spellings() -> None:
    spellings = ["http://NEWS.example/a", "https://www.news.example:443/", "http://news.example./"]
    assert {host_of(url) for url in spellings} == {"news.example"}
    assert host_of("http://[bad") == ""


def test_threads_never_share_a_turn() -> None:
    hosts, running, most = Hosts(), defaultdict(int), defaultdict(int)

    def ask(name: str) -> None:
        for _ in range(300):
            while hosts.begin(name, 1e-9):
                pass
            running[name] += 1
            most[name] = max(most[name], running[name])
            running[name] -= 1
            hosts.end(name)

    threads = [threading.Thread(target=ask, args=(name,)) for name in "aabb"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dict(most) == {"a": 1, "b": 1}
