"""Permits to have a body in memory, shared out so that no feed takes them all.

Twelve pages of one feed that drip for half a minute each would otherwise hold up all other feeds.
So would sixty feeds that drip: an answer that is slow and small lends its permit out.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MOST = 0.75  # of all permits, for one holder while it is alone: the rest is for who comes then
LEND = 0.2  # seconds after which a permit is lent out: most answers are here by then, or are slow
SMALL = 100_000  # bytes: a body that needs no permit while it is slow; a usual feed has 50 KB
MOST_SLOW = 200  # of these, with 20 MB together


class Permit:
    """One permit while it is held: lent to others as long as an answer is slow and small."""

    def __init__(self, permits: "Permits", holder: str) -> None:
        self.permits, self.holder = permits, holder
        self.size, self.is_whole, self.is_lent = 0, False, False

    def lend(self) -> None:
        """Let another have it, unless the body is large already or here as a whole."""
        permits = self.permits
        if self.is_whole or self.size > SMALL or permits.slow >= MOST_SLOW:
            return
        self.is_lent = True
        permits.slow += 1
        permits.release(self.holder)

    async def grow(self, size: int) -> None:
        """So many bytes have come; who has more than a little waits for the permit again."""
        self.size = size
        if size > SMALL:
            await self.take_back()

    async def take_back(self) -> None:
        """The body is whole, or is not small any more: from now on the permit is held."""
        self.is_whole = True
        if self.is_lent:
            await self.permits.take(self.holder)
            self.is_lent = False
            self.permits.slow -= 1

    def end(self) -> None:
        """The body is used, or will never come."""
        self.is_whole = True
        if self.is_lent:
            self.permits.slow -= 1
        else:
            self.permits.release(self.holder)


class Permits:
    """So many permits; whoever waits and holds the fewest gets the next one, of several the first.

    Those without a name (a feed's own document, robots.txt) are holders like others, but without a
    bound. For the tasks of one event loop.
    """

    def __init__(self, number: int) -> None:
        self.free = number
        self.most = max(int(number * MOST), 1)
        self.slow = 0  # answers that go on without a permit
        self.held: Counter[str] = Counter()
        self.waiting: list[tuple[str, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def one(self, holder: str) -> AsyncIterator[Permit]:
        """Hold a permit on behalf of `holder`."""
        await self.take(holder)
        permit = Permit(self, holder)
        timer = asyncio.get_running_loop().call_later(LEND, permit.lend)
        try:
            yield permit
        finally:
            timer.cancel()
            permit.end()

    async def take(self, holder: str) -> None:
        """Wait for a permit; who is told to stop meanwhile has none."""
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((holder, granted))
        self._grant()
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():  # at the same moment
                self.release(holder)
            else:
                self.waiting = [one for one in self.waiting if one[1] is not granted]
            raise

    def release(self, holder: str) -> None:
        """Give a permit back, to whoever is next."""
        self.free += 1
        self.held[holder] -= 1
        self.held += Counter()  # forgets those who hold none
        self._grant()

    def _may_have(self, holder: str) -> bool:
        return not holder or self.held[holder] < self.most

    def _grant(self) -> None:
        while self.free and (fit := [w for w in self.waiting if self._may_have(w[0])]):
            next_one = min(fit, key=lambda waiter: self.held[waiter[0]])  # of equals the first
            self.waiting.remove(next_one)
            holder, granted = next_one
            if not granted.done():
                self.free -= 1
                self.held[holder] += 1
                granted.set_result(None)
