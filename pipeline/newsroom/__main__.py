"""`python -m newsbeam.pipeline.newsroom`: the sample newsroom, for people to look at."""

from contextlib import suppress

from newsbeam.pipeline.newsroom import Newsroom

with Newsroom() as room, suppress(KeyboardInterrupt, EOFError):
    print(room.feeds_toml())
    input(f"The sample newsroom is at {room.url}/ (Enter: the next day) ")
    room.publish(day=2)
    input("Day 2 is published (Enter: the end) ")
