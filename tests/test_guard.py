"""The guard refuses every address that is not public, however it is spelt or wrapped."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.http.guard import (
    REFUSED,
    BlockedAddress,
    guarded_sockets,
    may_dial,
    networks,
    why_blocked,
)

LOOPBACK = networks(["127.0.0.0/8"])
# IANA's special-purpose registries, as of 2025, without the few that are globally reachable.
SPECIAL = networks(
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
        "::1/128", "::/128", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32",
        "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ]
)  # fmt: skip


def inside(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> st.SearchStrategy[str]:
    size = network.num_addresses - 1
    return st.integers(0, size).map(lambda offset: str(network[offset]))


special = st.sampled_from(SPECIAL).flatmap(inside)
special_v4 = st.sampled_from([found for found in SPECIAL if found.version == 4]).flatmap(inside)


@given(special)
def test_no_special_address_is_dialled(address: str) -> None:
    assert not may_dial(address)


@given(
    special_v4, st.sampled_from(["::ffff:{}", "::ffff:0:{}", "64:ff9b::{}", "::{}", "2002:{hex}::"])
)
def test_a_wrapped_address_is_what_it_wraps(address: str, wrapping: str) -> None:
    number = f"{int(ipaddress.ip_address(address)):08x}"
    assert not may_dial(wrapping.format(address, hex=f"{number[:4]}:{number[4:]}"))


@given(st.ip_addresses(v=4).map(str))
def test_mapped_and_plain_forms_agree(address: str) -> None:
    assert may_dial(address) == may_dial(f"::ffff:{address}") == may_dial(f"64:ff9b::{address}")


@pytest.mark.parametrize("address", ["168.63.129.16", "192.0.0.192", "fe80::1%eth0", "224.0.0.1"])
def test_addresses_that_the_standard_library_gets_wrong_are_refused(address: str) -> None:
    assert not may_dial(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1"])
def test_public_addresses_are_open(address: str) -> None:
    assert may_dial(address)


@given(special)
def test_an_opened_range_opens_nothing_else(address: str) -> None:
    found = ipaddress.ip_address(address)
    assert may_dial(address, LOOPBACK) == (found in LOOPBACK[0])


def test_a_refused_range_can_be_opened_by_name() -> None:
    assert all(
        may_dial(str(network[1]), (network,)) for network in REFUSED if network[0] != network[-1]
    )


def dial(address: str, port: int, family: socket.AddressFamily = socket.AF_INET) -> None:
    make = guarded_sockets(LOOPBACK)
    make((family, socket.SOCK_STREAM, 6, "", (address, port))).close()


def test_the_socket_sees_address_and_port() -> None:
    dial("8.8.8.8", 443)
    dial("127.0.0.1", 8080)  # in an opened range every port is open
    dial("::ffff:127.0.0.1", 8080, socket.AF_INET6)
    with pytest.raises(BlockedAddress, match="port 8080"):
        dial("8.8.8.8", 8080)
    with pytest.raises(BlockedAddress, match="not at a public address"):
        dial("10.0.0.1", 80)


def test_a_range_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0/33"):
        networks(["10.0.0/33"])


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://news.example:8443/feed?a=b", ""),
        ("http://[2606:2800:220:1::1]/", ""),
        ("ftp://news.example/", "only http"),
        ("file:///etc/passwd", "only http"),
        ("javascript:alert(1)", "only http"),
        ("/feed", "only http"),
        ("", "only http"),
        ("http://", "no host"),
        ("http:///feed", "no host"),
        ("http://user@news.example/", "user name"),
        ("http://news.example@127.0.0.1/", "user name"),
        ("http://2130706433/", "odd spelling"),
        ("http://0x7f000001/", "odd spelling"),
        ("http://127.1/", "odd spelling"),
        ("http://0177.0.0.1/", "odd spelling"),
        ("http://[bad", "not a usable"),
        ("http://news.example:99999/", "not a usable"),
        ("http://news.example/" + "a" * 2048, "longer than"),
    ],
)
def test_what_may_be_fetched(url: str, why: str) -> None:
    assert (why in why_blocked(url)) if why else why_blocked(url) == ""


def test_a_redirect_may_not_drop_the_encryption() -> None:
    assert "https to http" in why_blocked("http://news.example/", before="https://news.example/")
    assert why_blocked("https://news.example/", before="http://news.example/") == ""


@given(st.text())
def test_no_text_upsets_the_check(text: str) -> None:
    assert isinstance(why_blocked(text), str)
    assert isinstance(why_blocked(f"http://{text}/"), str)
