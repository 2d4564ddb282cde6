"""`python -m newsbeam.pipeline.newsroom`: the sample newsroom, for people to look at."""

import sys
from threading import Event

from newsbeam.pipeline.newsroom import Newsroom

with Newsroom() as room:
    print(room.feeds_toml())
    print(f"The sample newsroom is at {room.url}/ (Enter: the next day; Ctrl-C: the end)")
    try:
        sys.stdin.readline()
        room.publish(day=2)
        print("Day 2 is published.")
        Event().wait()
    except KeyboardInterrupt:
        print()
