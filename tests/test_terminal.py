"""The terminal that other tests look at shows what a real one would."""

import sys

from terminal import terminal

COUNTS = r"""import time
for n in range(3):
    print(n, end='\r', flush=True); time.sleep(0.2)
print("done")"""


def test_a_line_that_is_written_over_is_seen_as_it_stands_at_that_moment():
    with terminal(sys.executable, "-c", COUNTS) as screen:
        seen = [screen.watch(0.1) for _ in range(5)]
        assert screen.end() == 0
    assert ["0"] in seen
    assert screen.lines() == ["done"]


def test_long_lines_are_folded_at_the_edge_and_what_scrolls_away_is_kept():
    code = "print('x' * 50); [print(n) for n in range(20)]"
    with terminal(sys.executable, "-c", code, columns=40, rows=5) as screen:
        assert screen.end() == 0
    assert screen.lines() == ["x" * 40, "x" * 10, *map(str, range(20))]
