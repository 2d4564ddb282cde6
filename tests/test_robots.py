"""robots.txt: what each kind of answer means, and how long it is believed."""

import time

import pytest

from newsbeam.schemas.ledger import PollStatus
from newsbeam.transforms.http.request import Request, Response
from newsbeam.transforms.http.robots import (
    KEPT,
    KEPT_UNREACHABLE,
    READ_BYTES,
    REMEMBERED_BYTES,
    RobotsCache,
    for_robot,
    robots_url,
    rules_from,
)

PAGE = "https://news.example/private/page.html"
RULES = b"User-agent: *\nDisallow: /private\nCrawl-delay: 7\n"


def answer(
    body: bytes = b"", status: PollStatus = "ok", code: int | None = 200, detail: str = ""
) -> Response:
    request = Request("robots.txt", "https://news.example/robots.txt")
    return Response(request, status, code, {}, body, detail=detail)


def allows(body: bytes, url: str = PAGE, robot: str = "newsbeam") -> bool:
    return rules_from(answer(body), robot, 0.0).allows(url, robot)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410, 451])
def test_without_a_robots_file_everything_is_allowed(code: int) -> None:
    status: PollStatus = "gone" if code == 410 else "http_error"
    rules = rules_from(answer(status=status, code=code), "newsbeam", 0.0)
    assert rules.allows(PAGE, "newsbeam")
    assert rules.good_until == KEPT


@pytest.mark.parametrize("code", [500, 503, 599, 429, None])
def test_a_server_in_trouble_allows_nothing_for_a_while(code: int | None) -> None:
    rules = rules_from(answer(status="http_error", code=code, detail="busy"), "newsbeam", 0.0)
    assert (rules.allows(PAGE, "newsbeam"), rules.closed) == (False, "robots")
    assert rules.good_until == KEPT_UNREACHABLE
    assert "busy" in rules.detail


@pytest.mark.parametrize("status", ["dns", "tls", "connection", "timeout", "blocked_address"])
def test_a_site_that_cannot_be_reached_is_called_so(status: PollStatus) -> None:
    rules = rules_from(answer(status=status, code=None), "newsbeam", 0.0)
    assert (rules.allows(PAGE, "newsbeam"), rules.closed) == (False, status)


def test_the_more_specific_group_and_the_longest_match_win() -> None:
    body = (
        b"User-agent: *\nDisallow: /\n\nUser-agent: newsbeam\nDisallow: /p*e\nAllow: /private/page"
    )
    assert allows(body)
    assert not allows(body, "https://news.example/private/e")
    assert not allows(body, robot="otherbot")


def test_names_are_compared_whole_and_in_any_case() -> None:
    assert not allows(b"USER-AGENT: NewsBeam/2.0 # us\nDisallow: /")
    assert allows(b"User-agent: news\nDisallow: /")
    assert allows(b"User-agent: othernewsbeam\nDisallow: /")


def test_an_empty_file_and_a_page_in_its_place_forbid_nothing() -> None:
    assert rules_from(answer(status="empty"), "newsbeam", 0.0).allows(PAGE, "newsbeam")
    assert allows(b"<!doctype html><title>News</title><p>Disallow: /")
    assert allows(b"\xff\xfe\x00 no text")


def test_a_byte_order_mark_hides_no_rule() -> None:
    assert not allows(b"\xef\xbb\xbf" + RULES)


def test_the_beginning_of_a_huge_file_counts() -> None:
    padding = b"# nothing\n" * (READ_BYTES // 10)
    huge = answer(RULES + padding + b"Disallow: /late\n", status="too_large")
    rules = rules_from(huge, "newsbeam", 0.0)
    assert not rules.allows(PAGE, "newsbeam")
    assert rules.allows("https://news.example/late", "newsbeam")


@pytest.mark.parametrize(
    ("asked", "kept"), [("7", 7), ("0.5", 0.5), ("9999", 120), ("-1", 0), ("x", 0)]
)
def test_the_crawl_delay_is_heeded_up_to_two_minutes(asked: str, kept: float) -> None:
    body = f"User-agent: *\nCrawl-delay: {asked}\n".encode()
    assert rules_from(answer(body), "newsbeam", 0.0).crawl_delay == kept


def test_groups_keep_their_shape_when_other_robots_are_merged() -> None:
    text = "User-agent: a\nUser-agent: b\nDisallow: /x\nUser-agent: *\nDisallow: /y"
    body = for_robot(text, "newsbeam").encode()
    assert not allows(body, "https://news.example/y")
    assert allows(body, "https://news.example/x")


def test_thousands_of_robots_and_rules_are_read_quickly() -> None:
    names = "".join(f"User-agent: a{number}\n" for number in range(15_000))
    rules = "".join(f"Disallow: /{number}\n" for number in range(15_000))
    started = time.monotonic()
    assert allows((names + rules).encode())
    assert time.monotonic() - started < 5  # unmerged it takes minutes


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


ADDRESS = "https://news.example/robots.txt"


def test_rules_are_kept_for_a_day_and_an_old_copy_serves_while_the_server_is_down() -> None:
    clock = Clock()
    cache = RobotsCache(clock)
    assert cache.known(ADDRESS) is None

    cache.learn(ADDRESS, rules_from(answer(RULES), "newsbeam", clock.now))
    clock.now = KEPT - 1
    rules = cache.known(ADDRESS)
    assert rules
    assert rules.crawl_delay == 7

    clock.now = KEPT + 1
    assert cache.known(ADDRESS) is None
    down = rules_from(answer(status="http_error", code=500), "newsbeam", clock.now)
    kept = cache.learn(ADDRESS, down)
    assert (kept.crawl_delay, kept.allows("https://news.example/", "newsbeam")) == (7, True)
    assert cache.known(ADDRESS) == kept

    clock.now += KEPT_UNREACHABLE + 1
    assert cache.known(ADDRESS) is None
    empty = rules_from(answer(b""), "newsbeam", clock.now)
    assert cache.learn(ADDRESS, empty).allows(PAGE, "newsbeam")


def test_each_site_has_rules_of_its_own() -> None:
    assert robots_url("http://a.example/x") == robots_url("http://a.example/y?z")
    assert robots_url("http://a.example:8080/x") != robots_url("http://a.example/x")
    cache = RobotsCache()
    cache.learn(ADDRESS, rules_from(answer(RULES), "newsbeam", time.monotonic()))
    assert cache.known("https://news.example:8080/robots.txt") is None


def test_many_sites_with_huge_files_do_not_fill_the_memory() -> None:
    cache = RobotsCache()
    huge = rules_from(answer(b"# nothing\n" * (READ_BYTES // 10)), "newsbeam", time.monotonic())
    for number in range(20):
        cache.learn(f"http://{number}.example/robots.txt", huge)
    assert len(cache._rules) == REMEMBERED_BYTES // READ_BYTES
    assert cache.known("http://19.example/robots.txt")


def test_a_site_that_is_asked_again_and_again_counts_once() -> None:
    cache = RobotsCache()
    for _ in range(2 * REMEMBERED_BYTES // READ_BYTES):
        huge = rules_from(answer(b"# nothing\n" * (READ_BYTES // 10)), "newsbeam", time.monotonic())
        cache.learn(ADDRESS, huge)
    cache.learn("http://other.example/robots.txt", huge)
    assert cache.known(ADDRESS)
