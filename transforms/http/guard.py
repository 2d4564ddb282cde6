"""Which addresses may be dialled and which URLs fetched: no feed may reach a private network.

The guard sits at the socket, after name resolution, so redirects, odd spellings of an address and
names that change their answer all meet it. `ipaddress.is_global` alone is not enough: on Python
3.11 it says True for every form in `REFUSED`, and for wrapped IPv4 addresses (measured).
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]

PORTS = (80, 443)  # anything else is more often an internal service than a newspaper
LONGEST_URL = 2048  # rss-fetcher's cap as well


class BlockedAddress(OSError):
    """An address or port that newsbeam does not dial, with the range that would open it.

    Its words do not say the range: of the errors of a host with several addresses one is only
    raised where all read alike.
    """

    def __init__(self, words: str, opened_by: str) -> None:
        super().__init__(words)
        self.opened_by = opened_by

    def in_words(self) -> str:
        """Why nothing was dialled, and what would open it, if anything should."""
        hint = f"; if it is yours, add --allow-network {self.opened_by}"
        return f"{self}{hint if self.opened_by else ''}"


def networks(ranges: Sequence[str]) -> tuple[Network, ...]:
    """The ranges of `--allow-network`; ValueError names the one that is no CIDR range.

    >>> networks(["127.0.0.0/8"])
    (IPv4Network('127.0.0.0/8'),)
    """
    return tuple(ipaddress.ip_network(text) for text in ranges)


# RFC 6052 and RFC 2765 (behind a SIIT translator): the last 32 bits are an IPv4 address.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")
REFUSED = networks(
    [
        "168.63.129.16/32",  # Azure's metadata and DNS service, on a public address
        "192.0.0.0/24",  # IETF protocol assignments
        "224.0.0.0/4",  # multicast
        "64:ff9b:1::/48",  # NAT64 for local use, RFC 8215
        "2002::/16",  # 6to4: wraps any IPv4 address
        "2001::/32",  # Teredo: the same
        "::/96",  # IPv4-compatible, long obsolete: the same
        "fec0::/10",  # site-local, obsolete
        "ff00::/8",  # multicast
    ]
)


def unwrap(address: str) -> Address:
    """The address that packets really go to: mapped and NAT64 forms are opened.

    >>> unwrap("::ffff:127.0.0.1"), unwrap("64:ff9b::a9fe:a9fe")
    (IPv4Address('127.0.0.1'), IPv4Address('169.254.169.254'))
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return found.ipv4_mapped
        if found in NAT64 or found in TRANSLATED:
            return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found


def within(address: Address, ranges: Sequence[Network]) -> bool:
    """Whether one of the ranges holds the address."""
    return any(address in network for network in ranges)


def may_dial(address: str, opened: Sequence[Network] = ()) -> bool:
    """Whether a numeric address may be dialled: it is public, or in a range the user opened.

    >>> may_dial("93.184.216.34"), may_dial("169.254.169.254"), may_dial("2002:a9fe:a9fe::")
    (True, False, False)
    >>> may_dial("127.0.0.1", networks(["127.0.0.0/8"]))
    True
    """
    found = unwrap(address)
    return within(found, opened) or (found.is_global and not within(found, REFUSED))


def range_of(address: str) -> str:
    """What `--allow-network` takes to open this address: it alone, or all of this machine's own.

    Empty where nobody has a feed, but a cloud may have its secrets.

    >>> range_of("127.0.0.1"), range_of("10.1.2.3"), range_of("169.254.169.254")
    ('127.0.0.0/8', '10.1.2.3/32', '')
    """
    found = unwrap(address)
    if found.is_loopback:
        return "127.0.0.0/8" if found.version == 4 else "::1/128"
    if found.is_link_local or within(found, REFUSED):
        return ""
    return str(ipaddress.ip_network(found))


def guarded_sockets(opened: Sequence[Network] = ()) -> Callable[[AddressInfo], socket.socket]:
    """A socket factory that sees each address about to be dialled; raises BlockedAddress."""

    def make(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, target = info
        address, port = str(target[0]), int(target[1])
        if not may_dial(address, opened):
            raise BlockedAddress("the host is not at a public address", range_of(address))
        if port not in PORTS and not within(unwrap(address), opened):
            raise BlockedAddress(f"port {port} is neither 80 nor 443", range_of(address))
        return socket.socket(family, kind, protocol)

    return make


def _odd_address(host: str) -> bool:
    """Whether the host is a number that some resolvers take for an address: 2130706433, 0x7f.1."""
    last = host.rstrip(".").rpartition(".")[2]
    if not last.isdigit() and not last.startswith("0x"):
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def why_blocked(url: str, before: str = "") -> str:
    """Why a URL may not be fetched, in words; empty when it may. `before` redirected to it.

    >>> why_blocked("https://news.example/feed")
    ''
    >>> why_blocked("file:///etc/passwd")
    'only http and https are fetched, not file'
    >>> why_blocked("http://2130706433/")
    'this is an odd spelling of an IP address'
    >>> why_blocked("http://news.example/", before="https://news.example/")
    'a redirect from https to http is not followed'
    """
    if len(url) > LONGEST_URL:
        return f"the address is longer than {LONGEST_URL} characters"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "this is not a usable address"
    if parts.scheme not in ("http", "https"):
        return f"only http and https are fetched, not {parts.scheme[:20] or 'this'}"
    if not host:
        return "the address names no host"
    if _odd_address(host):
        return "this is an odd spelling of an IP address"
    if "@" in parts.netloc:
        return "addresses with a user name or password are not fetched"
    if before.startswith("https:") and parts.scheme == "http":
        return "a redirect from https to http is not followed"
    return ""
