"""Bytes as they came → text, so that one bad byte costs one character and not the document.

Labels lie often: what the bytes are is asked first, what the label says second. The names of
encodings are read as browsers read them (https://encoding.spec.whatwg.org).
"""

import codecs
import re
import zlib

import webencodings

MAX_UNPACKED = 15 << 20  # bytes; a little more than http lets through decoded

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
# The frequent small letters of scripts that have encodings of one byte a letter. The lists are
# short: Greek, read as Cyrillic, has half of a long one.
_CYRILLIC, _GREEK = frozenset("оеаинтсрвлкмдпуі"), frozenset("αοιετσνηυρπκμλς")
_HEBREW, _ARABIC = frozenset("יוהלאתרמבשנחםד"), frozenset("ايلمنترهوبعدسق")
_LETTERS = {
    **dict.fromkeys(("cp1251", "koi8-u", "koi8-r", "iso8859-5", "cp866"), _CYRILLIC),
    **dict.fromkeys(("cp1253", "iso8859-7"), _GREEK),
    **dict.fromkeys(("cp1255", "iso8859-8"), _HEBREW),
    **dict.fromkeys(("cp1256", "iso8859-6"), _ARABIC),
}
_WESTERN = re.compile(r"cp125[0247]|iso8859-\d+|mac-roman")
_MULTIBYTE = re.compile(r"[\u0080-\ufffc\ufffe-\U0010ffff]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")


def unpack(body: bytes) -> bytes:
    """The content of a gzip without a label, at most MAX_UNPACKED bytes; of anything else, `body`.

    >>> import gzip
    >>> unpack(gzip.compress(b"<rss/>")), unpack(b"<rss/>")
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
    """Python's codec for a label as browsers read it, or "" for none that they read.

    >>> codec_of("ISO-8859-1"), codec_of("windows-1251"), codec_of("gb2312"), codec_of("punycode")
    ('cp1252', 'cp1251', 'gb18030', '')
    """
    found = webencodings.lookup(label)
    if found is None or found.name in ("replacement", "x-user-defined"):  # which hold no text
        return ""
    return "gb18030" if found.name == "gbk" else found.codec_info.name  # its superset


def declared_codecs(body: bytes, content_type: str) -> list[str]:
    """The codecs that the HTTP header and the document name, in this order.

    >>> declared_codecs(b'<?xml version="1.0" encoding="koi8-r"?>', "text/xml; charset=cp1251")
    ['cp1251', 'koi8-r']
    """
    head = body[:4096].decode("latin-1")
    labels = _DECLARED.findall(content_type) + _DECLARED.findall(head)
    return [codec for label in labels if (codec := codec_of(label))]


def _one_byte_codec(body: bytes, named: str) -> str:
    """The codec of bytes that are no UTF-8: the named one, unless they are plainly of another.

    No name is as good as a Western one, which servers give to everything.
    """
    high = b" ".join(_HIGH_RUN.findall(body[:100_000]))
    one_byte = not named or named in _LETTERS or _WESTERN.fullmatch(named)
    if len(high) < 12 or not one_byte:
        return named or "cp1252"

    def likeness(codec: str) -> float:
        text = high.decode(codec, "replace")
        return sum(letter in _LETTERS[codec] for letter in text) / len(text)

    best = max(_LETTERS, key=likeness)
    # Russian text has .75 of its own letters; the nearest wrong reading of six scripts .45.
    if likeness(best) > 0.5 and (named not in _LETTERS or likeness(best) > likeness(named) + 0.2):
        return best
    return named or "cp1252"


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a document, whatever its label says; never raises.

    >>> decode("თბილისი".encode() * 40 + b"\\xff")[-3:]
    'სი\\ufffd'
    >>> decode("Новости дня сегодня".encode("cp1251"), "text/xml; charset=utf-8")
    'Новости дня сегодня'
    """
    body = unpack(body)
    wide = next((codec for mark, codec in _WIDE if body.startswith(mark)), "")
    if wide and b"\x00" in body[:200]:  # as wide markup has: "<" is one and a zero
        return body.decode(wide, "replace").lstrip("\ufeff")
    body = body.removeprefix(codecs.BOM_UTF8).lstrip(b"\xff\xfe")  # else the mark lies
    named = declared_codecs(body, content_type)
    if b"\x1b" in body and (shifting := [name for name in named if name.startswith("iso2022")]):
        return body.decode(shifting[0], "replace")
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if bad == 0 or len(_MULTIBYTE.findall(text)) >= 9 * bad:
        return text.lstrip("\ufeff")
    others = [name for name in named if not name.startswith("utf")]
    return body.decode(_one_byte_codec(body, others[0] if others else ""), "replace")
