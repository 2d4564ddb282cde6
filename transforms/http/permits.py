"""Permits to have a body in memory, shared out so that no feed takes them all.

Twelve pages of one feed that drip for half a minute each would otherwise hold up all other feeds.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MOST = 0.75  # of all permits, for one holder while it is alone: the rest is for who comes then


class Permits:
    """So many permits; whoever waits and holds the fewest gets the next one, of several the first.

    Those without a name (a feed's own document, robots.txt) are holders like others, but without a
    bound. For the tasks of one event loop.
    """

    def __init__(self, number: int) -> None:
        self.free = number
        self.most = max(int(number * MOST), 1)
        self.held: Counter[str] = Counter()
        self.waiting: list[tuple[str, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def one(self, holder: str) -> AsyncIterator[None]:
        """Hold a permit on behalf of `holder`."""
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((holder, granted))
        self._grant()
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():  # at the same moment
                self._release(holder)
            else:
                self.waiting = [one for one in self.waiting if one[1] is not granted]
            raise
        try:
            yield
        finally:
            self._release(holder)

    def _may_have(self, holder: str) -> bool:
        return not holder or self.held[holder] < self.most

    def _release(self, holder: str) -> None:
        self.free += 1
        self.held[holder] -= 1
        self.held += Counter()  # forgets those who hold none
        self._grant()

    def _grant(self) -> None:
        while self.free and (fit := [w for w in self.waiting if self._may_have(w[0])]):
            next_one = min(fit, key=lambda waiter: self.held[waiter[0]])  # of equals the first
            self.waiting.remove(next_one)
            holder, granted = next_one
            if not granted.done():
                self.free -= 1
                self.held[holder] += 1
                granted.set_result(None)
