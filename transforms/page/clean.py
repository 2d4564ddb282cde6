"""Markup that no parser chokes on, and plain text without markup.

One control character makes trafilatura return nothing, one `&#x110000;` makes feedparser raise:
both are gone before either sees the document.
"""

import html
import re
from unicodedata import normalize

# Characters. The longest of 2,125 captured entries: title 206, address 225, author 64, summary
# 28,295, text 126,396; so only hostile ones are cut.
TITLE_LIMIT = 1_000
URL_LIMIT = 2_048
AUTHOR_LIMIT = 500
SUMMARY_LIMIT = 100_000
TEXT_LIMIT = 1_000_000

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r"))
_REFERENCE = re.compile(r"&(?:amp;)?#(?:[xX]([0-9a-fA-F]{1,12})|([0-9]{1,12}));?")
# Soft hyphens, zero-width spaces and marks of direction: nobody sees them, and they part a name.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
# (Non-)joiners shape Persian, Hindi and emoji; between letters of these scripts they do nothing.
_JOINER = re.compile("(?<=[A-Za-z\u00aa-\u058f\u10a0-\u10ff\u1e00-\u1fff])[\u200c\u200d]+")
# Quoted values may hold ">"; no "<" anywhere, so that each character is looked at twice at most.
_TAG = re.compile(
    r"""<(/?)([a-zA-Z][a-zA-Z0-9:]*)(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>|<(/?)([a-zA-Z][\w:]*)[^<>]*+>"""
    r"""|<[!?][^<>]*+>"""
)
_BLOCKS = frozenset(
    "address article aside blockquote center dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul".split()
)
_UNREAD = ("script", "style", "template", "svg", "noscript", "figcaption")


def _reference(match: re.Match[str]) -> str:
    point = int(match[1], 16) if match[1] else int(match[2])
    if 0x80 <= point <= 0x9F:  # written as Windows-1252, and so read by every browser
        return bytes([point]).decode("cp1252", "ignore")
    if 0xD800 <= point <= 0xDFFF:
        return chr(point)  # half of a pair; the pair is joined after
    if point < 0x20 or point in (0xFFFE, 0xFFFF) or point > 0x10FFFF:
        return " " if point in (9, 10, 11, 12, 13) else ""
    return match[0]


def clean_markup(text: str) -> str:
    """Markup without characters and character references that XML forbids.

    >>> clean_markup("a\\x00b&#1;c&#x110000;d&#38;e&#146;s &#55357;&#56832;")
    'abcd&#38;e’s 😀'
    """
    text = text.replace("\x0b", " ").replace("\x0c", " ")
    text = _REFERENCE.sub(_reference, text)
    # Two halves make a character in UTF-16; a half that stands alone goes.
    return clean_text(text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore"))


def clean_text(text: str) -> str:
    """Plain text without the characters that XML 1.0 (section 2.2) and UTF-8 forbid.

    >>> clean_text("a\\x00b\\ud800c &#1;")
    'abc &#1;'
    """
    allowed = text.encode("utf-8", "ignore").translate(None, _CONTROLS).decode()
    return allowed.replace("\ufffe", "").replace("\uffff", "")


def without_element(markup: str, opening: str, closing: str) -> str:
    """The markup without every stretch from `opening` to `closing` (lower case, e.g. "<!--").

    What is never closed stays, but for its opening: an open comment must not eat an article.

    >>> without_element("a<!-- b -->c<!-- d", "<!--", "-->")
    'ac d'
    """
    last = re.match(f".*{closing}", markup, re.I | re.S)
    end = last.end() if last else 0  # all before it is closed, so nothing is searched twice
    closed = re.sub(f"{opening}.*?{closing}", "", markup[:end], flags=re.I | re.S)
    return closed + re.sub(opening, "", markup[end:], flags=re.I)


def _break(match: re.Match[str]) -> str:
    name = (match[2] or match[4] or "").lower()
    if name == "br":
        return "\n"
    return "\n\n" if name in _BLOCKS else ""


def readable(text: str) -> str:
    """The text without signs that nobody sees, each letter with its marks as one (NFC).

    >>> readable("Ma\u00adcron in Tbi\u200blisi, Mu\u0308ller"), len(readable("می\u200cخواهم"))
    ('Macron in Tbilisi, Müller', 8)
    """
    if text.isascii():
        return text
    return normalize("NFC", _JOINER.sub("", _UNSEEN.sub("", text)))


def paragraphs(text: str) -> str:
    """The text with white space folded and paragraphs parted by exactly one blank line.

    A single line break stays one: it parts lines of a poem or an address, not paragraphs.

    >>> paragraphs(" a  b \\n c \\n \\n\\n d ")
    'a b\\nc\\n\\nd'
    """
    lines = [" ".join(line.split()) for line in text.replace("\r\n", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def plain_text(markup: str, limit: int = SUMMARY_LIMIT) -> str:
    """HTML as plain text: no tags, entities resolved, paragraphs kept; at most `limit` characters.

    Linear in the length of the markup, whatever is in it.

    >>> plain_text("<p>Tom &amp; Jerry</p><p>a &lt; b<br>c</p><script>x</script>")
    'Tom & Jerry\\n\\na < b\\nc'
    >>> plain_text("1 < 2 <b title='>'>bold</b>")
    '1 < 2 bold'
    """
    markup = markup[: limit * 10]  # markup around a text is seldom more than nine times as long
    if "<" in markup:
        markup = without_element(markup, "<!--", "-->")
        folded = markup.lower()
        for name in _UNREAD:
            if f"<{name}" in folded:
                markup = without_element(markup, f"<{name}", f"</{name}>")
        # Line breaks of the source mean nothing in HTML.
        markup = _TAG.sub(_break, markup.replace("\r", " ").replace("\n", " "))
    text = html.unescape(markup) if "&" in markup else markup
    return paragraphs(readable(clean_markup(text)))[:limit].strip()


def one_line(markup: str, limit: int = TITLE_LIMIT) -> str:
    """HTML as one line of plain text: for titles and names.

    >>> one_line("A <i>new</i>\\n&laquo;law&raquo;")
    'A new «law»'
    """
    return " ".join(plain_text(markup, limit).split())
