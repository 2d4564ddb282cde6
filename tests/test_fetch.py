"""The fetcher against servers that misbehave: a deadline, a cap and one answer for each."""

import asyncio
import pickle
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from newsbeam.transforms.http import fetch as fetching
from newsbeam.transforms.http.fetch import Fetcher, fetcher
from newsbeam.transforms.http.reasons import why_no_address
from newsbeam.transforms.http.request import FEED_LIMITS, Courtesy, Limits, Request, Response

from .hostile_server import FEED, HostileServer, answer

Made = TypeVar("Made")
COURTESY = Courtesy("newsbeam/0 (+https://news.test/bot)", ("127.0.0.0/8",), per_host_delay=0.0)
LIMITS = replace(FEED_LIMITS, seconds=1.0, connect_seconds=1.0, retry_after=(0.05, 0.1))

EXPECTED = {
    "/ok": "ok", "/gzip": "ok", "/gzip-members": "ok", "/gzip-unlabelled": "ok", "/gzip-fake": "ok",
    "/gzip-padded": "ok", "/deflate": "ok", "/deflate-raw": "ok", "/to-ok": "ok",
    "/bomb-in-redirect": "ok", "/recovering": "ok",
    "/empty": "empty", "/blank": "empty", "/no-content": "empty",
    "/gone": "gone", "/missing": "http_error", "/not-modified": "http_error",
    "/challenge": "challenge", "/busy-long": "http_error", "/bomb-in-error": "http_error",
    "/cut-length": "truncated", "/cut-chunks": "truncated", "/cut-gzip": "truncated",
    "/reset": "truncated", "/endless-trailers": "truncated", "/huge-chunk": "truncated",
    "/part": "truncated", "/gzip-broken": "http_error", "/switching": "http_error",
    "/bomb": "too_large", "/endless": "too_large",
    "/bomb-inside": "ok",  # one layer is opened, and only one
    "/bomb-twice": "http_error", "/brotli": "http_error",
    "/long-header": "too_large", "/many-headers": "too_large", "/much-header": "too_large",
    "/endless-extension": "timeout", "/drip": "timeout",
    "/header-drip": "timeout", "/early-hints": "timeout", "/hang": "timeout",
    "/no-http": "connection", "/nothing": "connection", "/long-body": "connection",
    "/no-length": "connection", "/two-lengths": "connection",
    "/to-metadata": "blocked_address", "/to-mapped": "blocked_address",
    "/to-nat64": "blocked_address", "/to-decimal": "blocked_address", "/to-file": "blocked_address",
    "/to-user": "blocked_address", "/to-bad": "blocked_address",
    "/loop": "http_error", "/to-nowhere": "http_error",
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _nothing_is_known_from_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    made: dict[Courtesy, Fetcher] = {}
    monkeypatch.setattr(fetching, "_fetchers", made)
    yield
    for one in made.values():
        one.close()


def fetch_all(
    requests: Sequence[Request], courtesy: Courtesy = COURTESY, limits: Limits = LIMITS
) -> Iterator[Response]:
    """The answers as they come."""
    for request, found in fetcher(courtesy).fetch_all(requests, limits, use=lambda found: found):
        assert found
        assert found.request is request
        yield found


def fetch(
    url: str, courtesy: Courtesy = COURTESY, limits: Limits = LIMITS, **asked: object
) -> Response:
    (response,) = fetch_all([Request("key", url, **asked)], courtesy, limits)  # type: ignore[arg-type]
    return response


@pytest.fixture(scope="module")
def hostile() -> dict[str, Response]:
    with HostileServer() as running:
        requests = [Request(path, running.url(path)) for path in EXPECTED]
        started = time.monotonic()
        answers = {found.request.key: found for found in fetch_all(requests)}
        assert time.monotonic() - started < 15
        return answers


@pytest.mark.parametrize(("path", "status"), EXPECTED.items())
def test_each_misbehaviour_has_its_name(
    hostile: dict[str, Response], path: str, status: str
) -> None:
    assert (hostile[path].status, hostile[path].detail) == (status, hostile[path].detail)
    assert bool(hostile[path].detail) == (status != "ok")
    assert len(hostile[path].detail.splitlines()) <= 1
    assert not re.search(r"[Ee]rrno|Error|Exception|\bNone\b|\\|0x", hostile[path].detail)


def test_a_request_never_outlives_its_deadline(hostile: dict[str, Response]) -> None:
    assert max(found.seconds for found in hostile.values()) < LIMITS.seconds + 0.6


@pytest.mark.parametrize("path", ["/gzip", "/gzip-unlabelled", "/gzip-fake", "/gzip-padded"])
def test_compressed_feeds_arrive_whole(hostile: dict[str, Response], path: str) -> None:
    assert hostile[path].body == FEED


def test_deflate_comes_in_two_kinds(hostile: dict[str, Response]) -> None:
    assert hostile["/deflate"].body == hostile["/deflate-raw"].body == FEED


def test_gzip_members_are_joined(hostile: dict[str, Response]) -> None:
    assert hostile["/gzip-members"].body == FEED * 2


def test_of_a_cut_body_the_part_is_kept(hostile: dict[str, Response]) -> None:
    assert hostile["/cut-length"].body == b"short"
    assert FEED.startswith(hostile["/cut-gzip"].body)


def test_the_final_address_is_told(hostile: dict[str, Response]) -> None:
    assert hostile["/to-ok"].final_url.endswith("/ok")


def test_every_request_gets_exactly_one_answer(server: HostileServer) -> None:
    requests = [Request(str(number), server.url("/ok")) for number in range(100)]
    keys = [found.request.key for found in fetch_all(requests)]
    assert sorted(keys, key=int) == [str(number) for number in range(100)]


def test_nothing_to_fetch_is_no_work() -> None:
    assert list(fetch_all([])) == []


def test_loopback_is_closed_unless_it_is_opened(server: HostileServer) -> None:
    closed = replace(COURTESY, allow_networks=())
    for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "0x7f000001"):
        found = fetch(f"http://{host}:{server.port}/ok", closed)
        assert (host, found.status) == (host, "blocked_address")
    assert server.requests == []


def test_a_name_that_changes_its_address_is_caught_at_the_socket(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolve(monkeypatch, "127.0.0.1")
    closed = replace(COURTESY, allow_networks=())
    assert fetch(f"http://news.test:{server.port}/ok", closed).status == "blocked_address"
    assert server.requests == []


def test_validators_go_out_word_for_word_and_304_is_understood(server: HostileServer) -> None:
    found = fetch(server.url("/not-modified"), etag='W/"x y"', last_modified="some day")
    assert found.status == "not_modified"
    assert found.headers["last-modified"] == "later"
    _, headers = server.requests[0]
    assert headers["if-none-match"] == 'w/"x y"'
    assert headers["if-modified-since"] == "some day"


def test_what_is_sent_is_honest_and_short(server: HostileServer) -> None:
    fetch(server.url("/ok"))
    _, headers = server.requests[0]
    assert headers["user-agent"] == COURTESY.user_agent
    assert headers["accept-encoding"] == "gzip"
    assert not {"cookie", "referer", "if-none-match", "if-modified-since"} & set(headers)


def test_no_proxy_of_the_surroundings_is_used(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert fetch(server.url("/ok")).status == "ok"


def test_a_server_error_is_tried_twice_again(server: HostileServer) -> None:
    assert fetch(server.url("/recovering")).status == "ok"
    assert server.paths() == ["/recovering"] * 3


def test_a_short_retry_after_is_waited_for(server: HostileServer) -> None:
    started = time.monotonic()
    assert fetch(server.url("/recovering-soon")).status == "ok"
    assert time.monotonic() - started >= 1.0


def test_a_long_retry_after_is_not_waited_for(server: HostileServer) -> None:
    found = fetch(server.url("/busy-long"))
    assert (found.http_status, found.retry_after_seconds) == (429, 3600.0)
    assert len(server.requests) == 1


@pytest.mark.parametrize("path", ["/missing", "/gone", "/hang", "/cut-gzip"])
def test_what_will_not_pass_is_not_tried_again(server: HostileServer, path: str) -> None:
    fetch(server.url(path))
    assert server.paths() == [path]


def test_a_busy_public_host_is_left_alone_as_a_whole(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolve(monkeypatch, "127.0.0.1")
    fetch(f"http://busy.test:{server.port}/busy-long")
    found = fetch(f"http://www.busy.test:{server.port}/ok")
    assert (found.status, found.http_status) == ("http_error", None)
    assert found.retry_after_seconds == pytest.approx(3600, abs=5)
    assert server.paths() == ["/busy-long"]


def test_pages_obey_robots_and_feeds_do_not_ask(server: HostileServer) -> None:
    assert fetch(server.url("/private")).status == "ok"
    assert fetch(server.url("/private"), obey_robots=True).status == "robots"
    assert fetch(server.url("/ok"), obey_robots=True).status == "ok"
    assert server.paths() == ["/private", "/robots.txt", "/ok"]


@pytest.mark.parametrize(
    ("asked", "clean", "fetched"),
    [
        ("/ok?utm_source=rss", "/ok", "/ok"),  # robots.txt forbids addresses with parameters
        ("/ok?utm_source=rss", "/private", ""),
        ("/ok", "/ok-elsewhere", "/ok"),
        ("/ok?utm_source=rss", "https://other.example/ok", ""),
    ],
)
def test_the_clean_address_is_asked_where_robots_allow_that_alone(
    server: HostileServer, asked: str, clean: str, fetched: str
) -> None:
    server.robots = answer(b"User-agent: *\nDisallow: /private\nDisallow: /*?\n")
    stated = clean if "//" in clean else server.url(clean)
    found = fetch(server.url(asked), obey_robots=True, clean_url=stated)
    assert (found.status == "ok") is bool(fetched)
    assert [path for path in server.paths() if path != "/robots.txt"] == [fetched] * bool(fetched)


def test_a_page_whose_robots_cannot_be_read_is_not_fetched(server: HostileServer) -> None:
    server.robots = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
    found = fetch(server.url("/ok"), obey_robots=True)
    assert (found.status, "/ok" in server.paths()) == ("robots", False)


def test_robots_are_asked_once_for_many_pages(server: HostileServer) -> None:
    pages = [Request(str(number), server.url("/ok"), obey_robots=True) for number in range(20)]
    assert all(found.status == "ok" for found in fetch_all(pages))
    assert server.paths().count("/robots.txt") == 1


def test_names_and_doors_that_do_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:  # bound but not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        found = fetch(f"http://127.0.0.1:{port}/")
    assert (found.status, found.detail) == (
        "connection",
        f"nobody answers at 127.0.0.1, port {port}",
    )
    _resolve(monkeypatch, None)
    found = fetch("http://no-such-name.test/")
    assert (found.status, found.detail) == ("dns", "there is no host of the name no-such-name.test")
    assert fetch("http://a..b/").status == "dns"


def test_a_server_without_tls_and_a_name_server_that_is_away_are_told_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def greet() -> None:
            with plain.accept()[0] as line:
                line.recv(65_536)
                line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=greet, daemon=True).start()
        found = fetch(f"https://127.0.0.1:{plain.getsockname()[1]}/")
    assert found.status == "tls"
    assert found.detail.startswith("the server and newsbeam know no secure connection in common")
    away = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    assert why_no_address(away, "n.example") == "the name n.example cannot be looked up just now"


def test_a_private_address_says_what_would_open_it_and_a_clouds_own_does_not() -> None:
    closed = replace(COURTESY, allow_networks=())
    hints = {
        "127.0.0.1": "--allow-network 127.0.0.0/8", "10.1.2.3": "--allow-network 10.1.2.3/32",
        "[::1]": "--allow-network ::1/128", "169.254.169.254": "", "168.63.129.16": "",
    }  # fmt: skip
    for host, hint in hints.items():
        found = fetch(f"http://{host}/feed", closed)
        assert found.status == "blocked_address"
        assert found.detail.partition("if it is yours, add ")[2] == hint


def test_who_was_not_asked_is_not_owed_a_pause() -> None:
    closed = replace(COURTESY, allow_networks=(), per_host_delay=20.0)
    requests = [Request(str(n), f"http://127.0.0.1/{n}") for n in range(4)]
    began = time.monotonic()
    assert {found.status for found in fetch_all(requests, closed)} == {"blocked_address"}
    assert time.monotonic() - began < 15


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_a_certificate_that_cannot_be_trusted_is_tls(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [*command, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with HostileServer(context=context) as server:
        found = fetch(server.url("/ok").replace("http:", "https:"))
        assert (found.status, server.requests) == ("tls", [])
        assert found.detail == ("the server's certificate is not trusted: self-signed certificate")


def test_one_host_is_asked_one_thing_at_a_time_and_slowly(server: HostileServer) -> None:
    polite = replace(COURTESY, per_host_delay=0.3)
    started = time.monotonic()
    requests = [Request(str(number), server.url("/slow")) for number in range(4)]
    assert len(list(fetch_all(requests, polite))) == 4
    assert time.monotonic() - started >= 0.9
    assert server.most_slow == 1


def test_four_threads_share_one_politeness(server: HostileServer) -> None:
    polite = replace(COURTESY, per_host_delay=0.1)
    url = server.url("/slow")
    threads = [threading.Thread(target=fetch, args=(url, polite)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(server.requests), server.most_slow) == (4, 1)


def test_a_host_with_too_much_to_do_does_not_hold_up_the_pass(server: HostileServer) -> None:
    polite, short = replace(COURTESY, per_host_delay=0.2), replace(LIMITS, queue_seconds=0.5)
    requests = [Request(str(number), server.url("/ok")) for number in range(20)]
    statuses = [found.status for found in fetch_all(requests, polite, short)]
    assert sorted(statuses) == ["ok"] * 3 + ["timeout"] * 17


def test_many_hosts_that_hang_hold_up_a_pass_no_longer_than_its_queue(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolve(monkeypatch, "127.0.0.1")
    narrow, short = replace(COURTESY, connections=2), replace(LIMITS, queue_seconds=0.5)
    hanging = [Request(str(n), f"http://h{n}.test:{server.port}/hang") for n in range(20)]
    started = time.monotonic()
    assert {found.status for found in fetch_all(hanging, narrow, short)} == {"timeout"}
    assert time.monotonic() - started < 3


def test_dead_names_do_not_hold_up_others(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def look_up(host: str, *args: object, **more: object) -> object:
        if host.endswith(".dead"):
            time.sleep(2)
        return real("127.0.0.1", *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    limits = replace(LIMITS, connect_seconds=0.2)
    dead = [Request("dead", f"http://n{n}.dead/") for n in range(40)]
    live = Request("live", f"http://news.test:{server.port}/ok")
    answers = [
        (found.request.key, found.status) for found in fetch_all([*dead, live], COURTESY, limits)
    ]
    assert ("live", "ok") in answers
    assert answers.count(("dead", "timeout")) == 40


def test_slow_hosts_do_not_hold_up_others() -> None:
    with HostileServer() as bad, HostileServer("127.0.0.2") as good:
        requests = [Request("bad", bad.url("/hang")) for _ in range(4)]
        requests += [Request("good", good.url("/ok")) for _ in range(50)]
        order = [found.request.key for found in fetch_all(requests)]
    assert order == ["good"] * 50 + ["bad"] * 4


def test_a_body_is_used_in_a_thread_and_bounds_what_is_fetched(server: HostileServer) -> None:
    narrow, let_go = replace(COURTESY, connections=3), threading.Event()
    requests = [Request(str(number), server.url("/ok")) for number in range(30)]
    everything = fetcher(narrow).fetch_all(requests, LIMITS, use=lambda _: let_go.wait(10))
    collected = in_thread(lambda: list(everything))
    time.sleep(0.5)
    assert len(server.requests) == 3
    let_go.set()
    assert len(collected()) == 30


def test_answers_without_a_body_need_no_permit(server: HostileServer) -> None:
    narrow, let_go = replace(COURTESY, connections=1), threading.Event()
    requests = [Request(str(number), server.url("/missing")) for number in range(8)]
    everything = fetcher(narrow).fetch_all(requests, LIMITS, use=lambda _: let_go.wait(10))
    collected = in_thread(lambda: list(everything))
    until(lambda: len(server.requests) == 8)
    let_go.set()
    assert len(collected()) == 8


def test_answers_are_used_though_nobody_comes_for_them(server: HostileServer) -> None:
    used: list[Response] = []
    requests = [Request(str(number), server.url("/ok")) for number in range(30)]
    everything = fetcher(COURTESY).fetch_all(requests, LIMITS, use=used.append)
    next(everything)
    until(lambda: len(used) == 30)


def test_failures_are_used_as_well(server: HostileServer) -> None:
    requests = [Request("key", server.url("/hang")), Request("key", "file:///etc/passwd")]
    found = fetcher(COURTESY).fetch_all(requests, LIMITS, use=lambda found: found.status)
    assert {status for _, status in found} == {"timeout", "blocked_address"}


def test_who_says_stop_gets_the_rest_back_at_once(server: HostileServer) -> None:
    polite, used = replace(COURTESY, per_host_delay=0.3), []
    requests = [Request(str(number), server.url("/slow")) for number in range(9)]
    started = time.monotonic()
    found = fetcher(polite).fetch_all(
        requests, LIMITS, use=lambda found: used.append(found) or "used", go_on=lambda: not used
    )
    results = dict(found)
    assert time.monotonic() - started < 1
    assert [*results.values()].count("used") == len(used) == len(server.requests) == 1
    assert len(results) == 9


def test_what_is_under_way_is_finished_after_a_stop(server: HostileServer) -> None:
    asked: list[bool] = []

    def go_on() -> bool:
        asked.append(True)
        return len(asked) <= 3

    with HostileServer("127.0.0.2") as other:
        requests = [Request("slow", server.url("/slow")) for _ in range(3)]
        requests += [Request("other", other.url("/ok")) for _ in range(20)]
        found = list(fetcher(COURTESY).fetch_all(requests, LIMITS, lambda _: "used", go_on))
    assert [result for _, result in found].count("used") == 3
    assert len(server.requests) + len(other.requests) == 3
    assert (len(found), len(asked)) == (23, 4)


def test_a_failure_that_is_being_used_is_not_stopped(server: HostileServer) -> None:
    one = replace(COURTESY, per_host_delay=5.0, connections=1)
    used: list[str] = []

    def use(found: Response) -> str:
        time.sleep(0.2 if found.body else 0.5)
        used.append(found.request.key)
        return found.status

    requests = [Request("first", server.url("/ok")), Request("late", server.url("/ok"))]
    requests += [Request("left", "http://127.0.0.2/")]  # waits until the first body was used
    short = replace(LIMITS, queue_seconds=1.0)
    found = fetcher(one).fetch_all(requests, short, use, go_on=lambda: not used)
    results = {request.key: result for request, result in found}
    assert results == {"first": "ok", "late": "timeout", "left": None}
    assert used == ["first", "late"]


def test_nothing_goes_out_when_the_first_answer_is_no(server: HostileServer) -> None:
    requests = [Request("key", server.url("/ok"), obey_robots=True) for _ in range(9)]
    found = fetcher(COURTESY).fetch_all(requests, LIMITS, lambda _: "used", go_on=lambda: False)
    assert [result for _, result in found] == [None] * 9
    assert server.requests == []


def test_what_the_use_of_an_answer_raises_is_raised_when_all_has_ended(
    server: HostileServer,
) -> None:
    ended: list[str] = []

    def use(found: Response) -> None:
        time.sleep(0.3 if found.request.key == "last" else 0.1)
        ended.append(found.request.key)
        if found.request.key == "first":
            raise OSError("the disk is full")

    requests = [Request(key, server.url("/ok")) for key in ("first", "last")]
    requests += [Request("hangs", server.url("/hang"))]
    started = time.monotonic()
    with pytest.raises(OSError, match="the disk is full"):
        list(fetcher(COURTESY).fetch_all(requests, LIMITS, use))
    assert ended == ["first", "last"]
    assert time.monotonic() - started < 0.9
    assert fetch(server.url("/ok")).status == "ok"


def test_feeds_are_asked_and_used_at_two_thousand_a_minute(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolve(monkeypatch, "127.0.0.1")
    polite = replace(COURTESY, per_host_delay=5.0)
    requests = [Request(str(n), f"http://h{n}.test:{server.port}/ok") for n in range(500)]
    started = time.monotonic()
    found = list(fetcher(polite).fetch_all(requests, FEED_LIMITS, lambda _: time.sleep(0.15)))
    assert (len(found), len(server.requests)) == (500, 500)
    assert time.monotonic() - started < 15, "a quarter of a minute for a quarter of the feeds"


def test_a_reader_that_stops_ends_the_work(server: HostileServer) -> None:
    requests = [Request(str(number), server.url("/hang")) for number in range(8)]
    requests.insert(0, Request("first", server.url("/ok")))
    answers = fetcher(COURTESY).fetch_all(requests, LIMITS, use=lambda _: None)
    next(answers)
    started = time.monotonic()
    answers.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 0.5
    assert fetch(server.url("/ok")).status == "ok"
    loop = fetcher(COURTESY)._loop
    until(lambda: not asyncio.all_tasks(loop))
    assert time.monotonic() - started < 0.8, "long before the hangs would"


def test_a_closed_fetcher_has_ended_its_work_and_another_takes_its_place(
    server: HostileServer,
) -> None:
    first = fetcher(COURTESY)
    assert fetcher(COURTESY) is first
    everything = first.fetch_all([Request("key", server.url("/hang"))], LIMITS, lambda _: None)
    collected = in_thread(lambda: list(everything))
    until(lambda: bool(server.requests))
    first.close()
    with pytest.raises(CancelledError):
        collected()
    assert fetch(server.url("/ok")).status == "ok"


def test_settings_can_be_sent_to_workers() -> None:
    sent = (COURTESY, LIMITS, Request("key", "http://news.test/"))
    assert pickle.loads(pickle.dumps(sent)) == sent


MEASURE = """
import re, sys
from dataclasses import replace
from pathlib import Path
from newsbeam.transforms.http.fetch import fetcher
from newsbeam.transforms.http.reasons import why_no_address
from newsbeam.transforms.http.request import FEED_LIMITS, Courtesy, Request
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
before = peak()
courtesy = Courtesy("newsbeam/0", ("127.0.0.0/8",), 0.0)
limits = replace(FEED_LIMITS, seconds=1.0, retry_after=())
requests = [Request(url, url) for url in sys.argv[1:]]
for _ in fetcher(courtesy).fetch_all(requests, limits, use=lambda found: found.status): pass
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="/proc tells the peak memory")
def test_bombs_do_not_fill_the_memory(server: HostileServer) -> None:
    bombs = [url for url in EXPECTED if "bomb" in url or url in ("/endless", "/long-header")]
    command = [sys.executable, "-c", MEASURE, *(server.url(path) for path in bombs * 4)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert int(done.stdout) < 120, "megabytes more than before"


def until(it_is_so: Callable[[], bool]) -> None:
    """Wait for what must come within moments."""
    deadline = time.monotonic() + 5
    while not it_is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def in_thread(work: Callable[[], Made]) -> Callable[[], Made]:
    """The work, begun in a thread; calling what is returned waits for it."""
    done: Future[Made] = Future()

    def do() -> None:
        try:
            done.set_result(work())
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=do, daemon=True).start()
    return lambda: done.result(20)


def _resolve(monkeypatch: pytest.MonkeyPatch, address: str | None) -> None:
    """Names below .test lead to this address, or nowhere."""
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *args: object, **more: object) -> object:
        if not str(host).endswith(".test"):
            return real(host, port, *args, **more)  # type: ignore[arg-type]
        if address is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
