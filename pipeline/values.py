"""The values that flags take, each read from its text; argparse says which flag a refusal is of."""

import ipaddress
import os
import re
from argparse import ArgumentTypeError
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import TypeVar

from newsbeam.schemas import periods
from newsbeam.transforms.lake.storage import LakeError, open_lake

Value = TypeVar("Value")


def _flag(read: Callable[[str], Value]) -> Callable[[str], Value]:
    """A reader of text as the reader of a flag: what it cannot read is told as argparse does."""

    @wraps(read)
    def value(text: str) -> Value:
        try:
            return read(text)
        except ValueError as error:
            raise ArgumentTypeError(str(error)) from None

    return value


seconds, moment, end_of = _flag(periods.seconds), _flag(periods.moment), _flag(periods.end_of)


def share(text: str) -> float:
    """A number from 0 to 1."""
    with suppress(ValueError):
        if 0 <= float(text) <= 1:
            return float(text)
    raise ArgumentTypeError(f"{text[:40]!r} is no number from 0 to 1")


def network(text: str) -> str:
    """A range of addresses as CIDR."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no range (try 127.0.0.0/8)") from None


def lake_address(text: str) -> str:
    """Where a lake can lie: a local folder or gs://bucket/prefix."""
    scheme = re.match(r"([A-Za-z][A-Za-z0-9]+):/*", text)  # with one slash too, or in capitals
    if scheme and not text.startswith("gs://"):
        meant = {"gs": "gs://", "gcs": "gs://", "file": "/"}.get(scheme[1].lower())
        hint = f"; did you mean {meant}{text[scheme.end() :]}?" if meant else ""
        raise ArgumentTypeError(f"a lake is a folder or gs://bucket/prefix, not {text!r}{hint}")
    if not text.strip() or os.path.isfile(os.path.expanduser(text)):
        raise ArgumentTypeError(f"{text!r} is no folder: a lake is a folder of its own")
    try:
        return open_lake(text).url
    except (ValueError, LakeError) as error:
        raise ArgumentTypeError(str(error).rstrip(".")) from None


def new_file(text: str) -> str:
    """Where a file can be written: its folder is there already."""
    folder, name = os.path.split(text)
    if not text.strip():
        raise ArgumentTypeError("a name is needed, as report.html")
    if os.path.isdir(text):
        raise ArgumentTypeError(f"{text} is a folder: name a file, as {text}/report.html")
    if folder and not os.path.isdir(folder):
        raise ArgumentTypeError(f"{folder} is no folder: make it, or name another place for {name}")
    if not os.access(folder or ".", os.W_OK):
        raise ArgumentTypeError(f"{text} may not be written: name another place for {name}")
    return text


def days(text: str) -> int:
    """A whole number of days, from nought to a hundred years."""
    if not text.isdecimal() or int(text) > 36_525:
        raise ArgumentTypeError(f"{text[:40]!r} is no number of days")
    return int(text)


def size(text: str) -> int:
    """A number of bytes: 500MB, 20GB, 1.5 TB.

    >>> size("500MB"), size("1.5 TB")
    (500000000, 1500000000000)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)B?", text.strip().upper())
    if not found:
        raise ArgumentTypeError(f"{text[:40]!r} is no size (try 500MB or 20GB)")
    return int(float(found[1]) * 1000 ** " KMGT".index(found[2] or " "))


def positive(text: str) -> int:
    """A whole number above nought."""
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)
