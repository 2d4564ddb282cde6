"""Permits are shared out by feed: one that holds many waits for one that holds few."""

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

import made
from graphs import COURTESY
from newsbeam.transforms import read_articles
from newsbeam.transforms.http import permits as module
from newsbeam.transforms.http.permits import SMALL, Permits
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.page.answer import PageAnswer
from newsbeam.transforms.read_articles import _place, _Read


async def hold(permits: Permits, holder: str, end: asyncio.Event, log: list[str]) -> None:
    async with permits.one(holder):
        log.append(holder)
        await end.wait()


def run(scene: Any) -> Any:
    return asyncio.run(asyncio.wait_for(scene, 10))


def test_one_feed_alone_does_not_take_all_and_another_need_not_wait():
    async def scene() -> list[str]:
        permits, end, log = Permits(4), asyncio.Event(), []
        tasks = [asyncio.create_task(hold(permits, "slow", end, log)) for _ in range(60)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        tasks.append(asyncio.create_task(hold(permits, "good", end, log)))
        await asyncio.sleep(0.01)
        seen = list(log)
        end.set()
        await asyncio.gather(*tasks)
        assert Counter(log) == {"slow": 60, "good": 1}
        assert (permits.free, permits.waiting, dict(permits.held)) == (4, [], {})
        return seen

    assert run(scene()) == ["slow", "slow", "slow", "good"]


def test_the_next_permit_goes_to_whoever_holds_the_fewest():
    async def scene() -> list[str]:
        permits, ends, log = Permits(2), [asyncio.Event() for _ in range(4)], []
        who = ["a", "", "", "b"]
        tasks = [
            asyncio.create_task(hold(permits, name, end, log))
            for name, end in zip(who, ends, strict=True)
        ]
        await asyncio.sleep(0.01)
        assert log == ["a", ""]
        ends[0].set()
        await asyncio.sleep(0.01)
        first = log[2]
        for end in ends:
            end.set()
        await asyncio.gather(*tasks)
        return [first]

    assert run(scene()) == ["b"]


@pytest.mark.parametrize("has_one", [True, False])
def test_who_is_told_to_stop_leaves_no_permit_behind(has_one: bool):
    async def scene() -> int:
        permits, end, log = Permits(1), asyncio.Event(), []
        other = asyncio.create_task(hold(permits, "a", end, log))
        await asyncio.sleep(0.01)
        mine = asyncio.create_task(hold(permits, "b", end, log))
        await asyncio.sleep(0.01)
        (other if has_one else mine).cancel()
        await asyncio.sleep(0.01)
        end.set()
        await asyncio.gather(other, mine, return_exceptions=True)
        return permits.free

    assert run(scene()) == 1


def test_an_answer_that_is_slow_and_small_lends_its_permit_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LEND", 0.02)

    async def scene() -> list[str]:
        permits, log = Permits(1), []

        async def slow() -> None:
            async with permits.one("slow") as permit:
                await permit.grow(500)
                await asyncio.sleep(0.1)
                log.append("slow has had little")
                await permit.take_back()
                log.append("slow is whole")

        async def good() -> None:
            async with permits.one("good") as permit:
                await permit.take_back()
                log.append("good")
                await end.wait()

        end = asyncio.Event()
        tasks = [asyncio.create_task(one()) for one in (slow, good)]
        await asyncio.sleep(0.2)
        assert log == ["good", "slow has had little"]  # it waits for the permit that it lent
        end.set()
        await asyncio.gather(*tasks)
        assert (permits.free, permits.slow, dict(permits.held)) == (1, 0, {})
        return log

    assert run(scene())[-1] == "slow is whole"


@pytest.mark.parametrize("size", [0, SMALL + 1])
def test_a_body_that_is_large_or_whole_keeps_its_permit(monkeypatch, size: int):
    monkeypatch.setattr(module, "LEND", 0.01)

    async def scene() -> int:
        permits = Permits(1)
        async with permits.one("a") as permit:
            await (permit.grow(size) if size else permit.take_back())
            await asyncio.sleep(0.05)
            return permits.free

    assert run(scene()) == 0


def test_who_is_told_to_stop_while_the_permit_is_lent_leaves_none_behind(monkeypatch):
    monkeypatch.setattr(module, "LEND", 0.01)

    async def scene() -> tuple[int, int]:
        permits, end, log = Permits(1), asyncio.Event(), []
        mine = asyncio.create_task(hold(permits, "a", asyncio.Event(), log))
        await asyncio.sleep(0.05)
        other = asyncio.create_task(hold(permits, "b", end, log))
        await asyncio.sleep(0.01)
        mine.cancel()
        end.set()
        await asyncio.gather(mine, other, return_exceptions=True)
        assert log == ["a", "b"]
        return permits.free, permits.slow

    assert run(scene()) == (1, 0)


def test_a_sites_own_feed_comes_first_at_its_host_and_feeds_take_turns():
    def new(feed: str, position: int, foreign: bool) -> Any:
        one = made.new_entry(position, url=f"https://a.example/{feed}/{position}")
        sighting = replace(one.origin.sighting, position=position, is_foreign=foreign or None)
        return replace(one, origin=replace(one.origin, sighting=sighting))

    entries = [
        new(*said)
        for said in (("x", 0, True), ("own", 1, False), ("x", 1, True), ("own", 0, False))
    ]
    assert [one.entry.url[18:] for one in sorted(entries, key=_place)] == [
        "own/0", "own/1", "x/0", "x/1",
    ]  # fmt: skip


def test_a_feed_whose_pages_take_all_the_time_costs_itself_alone(
    local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    clock = [0.0]
    real = read_articles.sandbox.run

    def slow(pool: str, call: Any, html: bytes, *rest: Any, seconds: float) -> Any:
        if html:
            clock[0] += seconds
            raise TimeoutError("the reader was killed")
        return real(pool, call, html, *rest, seconds=seconds)

    monkeypatch.setattr(read_articles.sandbox, "run", slow)
    monkeypatch.setattr(read_articles.time, "monotonic", lambda: clock[0])
    worker = _Read(read_articles.ReadArticles(local_lake, COURTESY, "r"))
    worker.start_bundle()
    hostile = [made.new_entry(n) for n in range(16)]
    good = replace(made.new_entry(99), feed=replace(made.FEED, feed_id="good"))
    page = PageAnswer(html=b"<p>x</p>", url="https://a.example")
    problems = [worker._reading(one, page).article.page_problem for one in [*hostile, good]]
    assert clock[0] == 10.0 * (4 + 1)  # four of them, and the good one's: no time is taken from it
    assert ["too_slow" in problem or "all the time" in problem for problem in problems].count(
        True
    ) == 12
    assert "all the time" not in problems[-1]
