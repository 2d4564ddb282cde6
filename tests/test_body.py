"""Bodies under caps: whole or an error, never a cut one that looks whole."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.collect.body import Body, Refused, TooLarge, Truncated

TEXT = b"All the news that is fit to read. " * 300
CAP = 5_000_000


def packed(data: bytes, wbits: int = 31) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, wbits)
    return packer.compress(data) + packer.flush()


def read(data: bytes, encoding: str = "gzip", step: int = 1000, cap: int = CAP) -> bytes:
    body = Body(encoding, cap, cap)
    for start in range(0, len(data), step):
        body.add(data[start : start + step])
    return body.finish()


@given(st.binary(max_size=3000), st.integers(1, 400), st.sampled_from([31, 15, -15]))
def test_what_was_packed_comes_back_in_chunks_of_any_size(
    data: bytes, step: int, wbits: int
) -> None:
    encoding = "gzip" if wbits == 31 else "deflate"
    assert read(packed(data, wbits), encoding, step) == data


@given(st.integers(2, len(packed(TEXT)) - 1), st.integers(1, 100))
def test_no_cut_of_a_gzip_body_passes_for_the_whole(length: int, step: int) -> None:
    with pytest.raises(Truncated):
        read(packed(TEXT)[:length], step=step)


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=5), st.integers(1, 40))
def test_members_are_joined_wherever_the_chunks_break(members: list[bytes], step: int) -> None:
    stream = b"".join(packed(member) for member in members)
    assert read(stream, step=step) == b"".join(members)
    assert read(stream + b"\0" * 7, step=step) == b"".join(members)


@given(st.binary(), st.sampled_from(["", "gzip", "deflate", "identity"]), st.integers(1, 9))
def test_no_bytes_upset_the_reader(data: bytes, encoding: str, step: int) -> None:
    try:
        read(data, encoding, step)
    except (Refused, Truncated):
        assert data


def test_the_first_bytes_decide_not_the_label() -> None:
    assert read(TEXT, "gzip") == TEXT
    assert read(packed(TEXT), "") == TEXT
    assert read(b"x", "gzip") == b"x"
    assert read(b"", "gzip") == b""


def test_only_one_layer_is_opened() -> None:
    assert read(packed(packed(TEXT))) == packed(TEXT)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "x" * 9999])
def test_encodings_nobody_asked_for_are_refused(encoding: str) -> None:
    with pytest.raises(Refused) as refused:
        Body(encoding, CAP, CAP)
    assert len(str(refused.value)) < 100


def test_a_broken_stream_is_refused() -> None:
    damaged = bytearray(packed(TEXT))
    damaged[-6] ^= 0xFF  # in the check sum
    with pytest.raises(Refused):
        read(bytes(damaged))


def test_sizes_are_capped_before_and_after_decoding() -> None:
    with pytest.raises(TooLarge, match="sent"):
        read(b"x" * 1001, "", cap=1000)
    with pytest.raises(TooLarge, match="decoded"):
        read(packed(TEXT), cap=len(TEXT) - 1)
    assert read(packed(TEXT), cap=len(TEXT)) == TEXT


def test_text_packed_too_tightly_is_a_bomb() -> None:
    with pytest.raises(TooLarge, match="200 times"):
        read(packed(bytes(3_000_000)))


def test_output_that_fills_the_last_step_exactly_is_not_taken_for_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for step in range(1, 70):
        monkeypatch.setattr("newsbeam.transforms.collect.body.STEP", step)
        assert read(packed(b"a" * 64)) == b"a" * 64
