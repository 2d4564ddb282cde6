"""Bytes as they came → text, so that one bad byte costs one character and not the document.

Labels lie often: what the bytes are is asked first, what the label says second. The names of
encodings are read as browsers read them (WHATWG Encoding Standard, retrieved 2026-11).
"""

import codecs
import re
import zlib

MAX_UNPACKED = 15 << 20  # bytes: the cap of a decoded body, see docs

_DECLARED = re.compile(
    r"""(?:<\?xml[^>]{0,200}?encoding|<meta[^>]{0,300}?charset|^[^<]{0,300}?charset)"""
    r"""\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I,
)  # fmt: skip
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with that one's mark
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00", "utf-16-le"),  # no mark, but the markup's first character is as good as one
    (b"\x00<", "utf-16-be"),
)
_SUPERSETS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949",
}  # fmt: skip
# Codecs of Python that are no encodings of documents: some raise on harmless text.
_NO_CHARSETS = {"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "utf_7"}
_CYRILLIC = ("cp1251", "koi8-u", "iso8859-5", "cp866")
_FREQUENT = frozenset("оеаинтсрвлкмдпуяызбгчйхжіїєўѝѓќ")
_MULTIBYTE = re.compile(r"[\u0080-\ufffc\ufffe-\U0010ffff]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")


def unpacked(body: bytes) -> bytes:
    """The content of a gzip that nobody labelled, at most MAX_UNPACKED bytes; else `body`.

    >>> import gzip
    >>> unpacked(gzip.compress(b"<rss/>")), unpacked(b"<rss/>")
    (b'<rss/>', b'<rss/>')
    """
    if not body.startswith(b"\x1f\x8b"):
        return body
    reader = zlib.decompressobj(31)
    try:
        return reader.decompress(body, MAX_UNPACKED)
    except zlib.error:
        return body


def codec_of(label: str) -> str:
    """The codec for a label as browsers read it, or "" for none that a document may use.

    >>> codec_of("ISO-8859-1"), codec_of("windows-1251"), codec_of("punycode"), codec_of("x")
    ('cp1252', 'cp1251', '', '')
    """
    try:
        found = codecs.lookup(label.strip().strip("\"'").lower())
    except (LookupError, ValueError):
        return ""
    if not found._is_text_encoding or found.name.replace("-", "_") in _NO_CHARSETS:
        return ""
    return _SUPERSETS.get(found.name, found.name)


def declared(body: bytes, content_type: str) -> list[str]:
    """The codecs that the HTTP header and the document name, in this order.

    >>> declared(b'<?xml version="1.0" encoding="koi8-r"?>', "text/xml; charset=windows-1251")
    ['cp1251', 'koi8-r']
    """
    head = body[:4096].decode("latin-1")
    labels = _DECLARED.findall(content_type) + _DECLARED.findall(head)
    return [codec for label in labels if (codec := codec_of(label))]


def _unlabelled(body: bytes) -> str:
    """Cyrillic by its frequent small letters, else Western European."""
    high = b" ".join(_HIGH_RUN.findall(body[:100_000]))
    if len(high) < 12:
        return "cp1252"

    def likeness(codec: str) -> float:
        text = high.decode(codec, "replace")
        return sum(letter in _FREQUENT for letter in text) / len(text)

    best = max(_CYRILLIC, key=likeness)
    return best if likeness(best) > 0.5 else "cp1252"


def decoded(body: bytes, content_type: str = "") -> str:
    """The text of a document, whatever its label says; never raises.

    >>> decoded("თბილისი".encode() * 40 + b"\\xff")[-3:]
    'სი\\ufffd'
    >>> decoded("Новости дня сегодня".encode("cp1251"), "text/xml; charset=utf-8")
    'Новости дня сегодня'
    """
    body = unpacked(body)
    wide = next((codec for mark, codec in _WIDE if body.startswith(mark)), "")
    if wide and b"\x00" in body[:200]:  # as wide markup has: "<" is one and a zero
        return body.decode(wide, "replace").lstrip("\ufeff")
    body = body.removeprefix(codecs.BOM_UTF8).lstrip(b"\xff\xfe")  # else the mark lies
    named = declared(body, content_type)
    if b"\x1b" in body and (shifting := [name for name in named if name.startswith("iso2022")]):
        return body.decode(shifting[0], "replace")
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if bad == 0 or len(_MULTIBYTE.findall(text)) >= 9 * bad:
        return text.lstrip("\ufeff")
    others = [name for name in named if not name.startswith("utf")]
    return body.decode(others[0] if others else _unlabelled(body), "replace")
