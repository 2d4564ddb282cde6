"""Ten thousand addresses as an attacker writes them: which connections would have been made.

Names are resolved and connections are made by stand-ins, so nothing leaves this process.
"""

import asyncio
import ipaddress
import random
import socket
from typing import Any

import pytest

from newsbeam.transforms.http.exchange import exchange, open_session
from newsbeam.transforms.http.guard import why_blocked
from newsbeam.transforms.http.permits import Permits
from newsbeam.transforms.http.request import Courtesy, Limits, Request

from .test_guard import SPECIAL

ADDRESSES = 10_000
WRAPPED = [
    "::ffff:{v4}",
    "::ffff:0:{v4}",
    "64:ff9b::{v4}",
    "::{v4}",
    "2002:{hex}::1",
    "2001::{hex}",
]
# How some resolvers read a number as an address; %d, 0x… and 0… of the whole and of its parts.
SPELLINGS = ["{whole}", "0x{whole:x}", "0{whole:o}", "0x{a:x}.{b}.{c}.{d}", "0{a:o}.{b}.{c}.{d}",
             "{a}.{rest}", "{a}.{b}.{c}.{d}.", "%31{a}.{b}.{c}.{d}"]  # fmt: skip
AROUND = ["http://{}/", "https://{}/feed", "http://{}:80/", "http://{}:22/", "http://{}:6379/x",
          "http://news.example@{}/", "http://{}#@news.example/", "http://{}\\@news.example/",
          "HTTP://{}/", "http://{}./", "gopher://{}/", "//{}/"]  # fmt: skip


def a_special(
    dice: random.Random, version: int = 0
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    network = dice.choice([one for one in SPECIAL if version in (0, one.version)])
    return network[dice.randrange(network.num_addresses)]


def a_host(dice: random.Random) -> tuple[str, str]:
    """A host as written, and what its name resolves to where it is a name."""
    v4 = a_special(dice, 4)
    whole, (a, b, c, d) = int(v4), v4.packed
    number = f"{whole:08x}"
    kind = dice.randrange(5)
    if kind == 0:
        found = a_special(dice)
        return (f"[{found}]" if found.version == 6 else str(found)), ""
    if kind == 1:
        inner = dice.choice(WRAPPED).format(v4=v4, hex=f"{number[:4]}:{number[4:]}")
        return f"[{ipaddress.ip_address(inner)}]", ""
    if kind == 2:
        spelled = dice.choice(SPELLINGS)
        return spelled.format(whole=whole, a=a, b=b, c=c, d=d, rest=whole & 0xFFFFFF), ""
    if kind == 3:
        return (
            f"{dice.choice(['localhost', 'metadata.google.internal', f'{v4}.nip.example'])}",
            str(v4),
        )
    inner = dice.choice([*WRAPPED, str(a_special(dice, 6))])
    resolved = inner.format(v4=v4, hex=f"{number[:4]}:{number[4:]}")
    return f"n{dice.randrange(10**6)}.example", str(ipaddress.ip_address(resolved))


def is_forbidden(address: str) -> bool:
    """Whether an address is in a special range, or wraps one that is: counted by itself."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if any(found in network for network in SPECIAL):
        return True
    last = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    wraps = found.version == 6 and int(found) >> 32 in (0xFFFF, 0xFFFF_0000, 0x64FF9B << 64)
    return wraps and any(last in network for network in SPECIAL)


def test_no_forbidden_connection_is_made(monkeypatch: pytest.MonkeyPatch):
    dialled: list[str] = []
    answers: dict[str, list[str]] = {}

    async def resolve(self: Any, host: str, port: int, **kinds: Any) -> list[Any]:
        found = answers.get(host.rstrip(".")) or answers.get(host)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        six = [":" in one for one in found]
        family = [socket.AF_INET6 if one else socket.AF_INET for one in six]
        ends = [
            (one, port, 0, 0) if v6 else (one, port) for one, v6 in zip(found, six, strict=True)
        ]
        return [
            (kind, socket.SOCK_STREAM, 6, "", end) for kind, end in zip(family, ends, strict=True)
        ]

    async def connect(self: Any, made: socket.socket, end: tuple[Any, ...]) -> None:
        dialled.append(str(end[0]))
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    loops = asyncio.SelectorEventLoop
    monkeypatch.setattr(loops, "sock_connect", connect)
    dice, ended = random.Random(11), {"refused": 0, "not dialled": 0, "dialled": 0}

    async def ask_all() -> None:
        limits = Limits(seconds=5)
        async with (
            open_session(Courtesy("newsbeam/0"), limits) as session,
            Permits(1).one("") as permit,
        ):
            for _ in range(ADDRESSES):
                host, resolved = a_host(dice)
                if resolved:
                    # Every third name changes its answer, or has a public address beside.
                    answers[host] = [
                        resolved,
                        *(["93.184.216.34"] if dice.randrange(3) == 0 else []),
                    ]
                url = dice.choice(AROUND).format(host)
                if why_blocked(url):
                    ended["refused"] += 1
                    continue
                before = len(dialled)
                response = await exchange(session, Request("", url), url, limits, 5.0, {}, permit)
                assert response.status != "ok"
                ended["dialled" if len(dialled) > before else "not dialled"] += 1

    with asyncio.Runner(loop_factory=loops) as runner:
        runner.run(ask_all())
    assert sum(ended.values()) == ADDRESSES
    assert [one for one in dialled if is_forbidden(one)] == []
    assert set(dialled) == {"93.184.216.34"}  # and the public address beside them was dialled
    assert min(ended.values()) > ADDRESSES / 50
