"""Bodies under caps: whole or an error, never a cut one that looks whole."""

import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.http.body import decompress

TEXT = b"All the news that is fit to read. " * 300
CAP = 5_000_000


def packed(data: bytes, wbits: int = 31) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, wbits)
    return packer.compress(data) + packer.flush()


def read(data: bytes, encoding: str = "gzip", cap: int = CAP) -> bytes:
    body, status, detail = decompress(data, encoding, cap)
    assert (status, detail) in (("ok", ""), ("empty", "the server answered with nothing"))
    return body


def problem(data: bytes, cap: int = CAP) -> tuple[str, str]:
    _, status, detail = decompress(data, "gzip", cap)
    return status, detail


@given(st.binary(max_size=3000), st.sampled_from([31, 15, -15]))
def test_what_was_packed_comes_back(data: bytes, wbits: int) -> None:
    told = read(packed(data, wbits), "gzip" if wbits == 31 else "deflate")
    assert told == (b"" if data.isspace() else data)


@given(st.integers(2, len(packed(TEXT)) - 1))
def test_no_cut_of_a_gzip_body_passes_for_the_whole(length: int) -> None:
    body, status, _ = decompress(packed(TEXT)[:length], "gzip", CAP)
    assert (status, TEXT.startswith(body)) == ("truncated", True)


@pytest.mark.parametrize("wbits", [15, -15])
def test_no_cut_of_a_deflated_body_passes_for_the_whole(wbits: int) -> None:
    whole = packed(TEXT, wbits)
    for length in range(2, len(whole)):
        assert decompress(whole[:length], "deflate", CAP)[1] == "truncated"


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=5))
def test_members_are_joined_and_what_follows_them_is_padding(members: list[bytes]) -> None:
    members = [TEXT, *members]
    stream = b"".join(packed(member) for member in members)
    for padding in (b"", b"\0" * 7, b"<!-- 0.02 s -->"):
        assert read(stream + padding) == b"".join(members)


def test_thousands_of_empty_members_are_read_in_seconds() -> None:
    started = time.monotonic()
    assert read(packed(b"") * 100_000 + packed(TEXT)) == TEXT
    assert time.monotonic() - started < 10


@given(st.binary(), st.sampled_from(["", "gzip", "deflate", "identity"]))
def test_no_bytes_upset_the_reader(data: bytes, encoding: str) -> None:
    body, status, _ = decompress(data, encoding, CAP)
    assert status in ("ok", "empty", "truncated", "http_error")
    assert bool(body) or status != "ok"


def test_the_first_bytes_decide_not_the_label() -> None:
    assert read(TEXT, "gzip") == TEXT
    assert read(packed(TEXT), "") == TEXT
    assert read(b"x", "gzip") == b"x"
    assert read(b"", "gzip") == b""


def test_only_one_layer_is_opened() -> None:
    assert read(packed(packed(TEXT))) == packed(TEXT)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "x" * 9999])
def test_encodings_nobody_asked_for_are_refused(encoding: str) -> None:
    body, status, detail = decompress(b"\x0b\x02\x80feed\x03", encoding, CAP)
    assert (body, status) == (b"", "http_error")
    assert len(detail) < 100


@pytest.mark.parametrize("encoding", ["br", "aws-chunked", "none", "utf-8", "gzip, gzip"])
@pytest.mark.parametrize("document", [b"<rss/>", b"\xef\xbb\xbf <rss/>", b'{"items": []}'])
def test_a_document_is_read_whatever_it_is_called(document: bytes, encoding: str) -> None:
    assert read(document, encoding) == document
    assert read(packed(document), encoding) == document


def test_a_broken_stream_is_refused() -> None:
    damaged = bytearray(packed(TEXT))
    damaged[-6] ^= 0xFF  # in the check sum
    assert decompress(bytes(damaged), "gzip", CAP)[:2] == (b"", "http_error")


def test_the_decoded_size_is_capped() -> None:
    assert problem(packed(TEXT), len(TEXT) - 1)[0] == "too_large"
    assert problem(TEXT, len(TEXT) - 1)[0] == "too_large"
    assert read(packed(TEXT), cap=len(TEXT)) == TEXT


def test_text_packed_too_tightly_is_a_bomb() -> None:
    status, detail = problem(packed(bytes(3_000_000)))
    assert (status, "200 times" in detail) == ("too_large", True)


def test_output_that_fills_the_last_step_exactly_is_not_taken_for_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for step in range(1, 70):
        monkeypatch.setattr("newsbeam.transforms.http.body.STEP", step)
        assert read(packed(b"a" * 64)) == read(packed(b"a" * 64, 15), "deflate") == b"a" * 64
