"""Whether a page is the article that its feed announced, or something that stands in its way.

A site answers 200 with a bot wall, a consent notice, a login, its front page or another article.
Words tell them apart: an article has those of its title, and of what the feed says of it. Measured
on 672 pages, each with its own title and description and with those of another page of its site:
docs/measurements.md.
"""

import re
import unicodedata
from urllib.parse import urlsplit

from newsbeam.schemas.article import Page

SHORT_WORDS = 120  # a wall, a notice or a brief: its own words have to tell, for a wall may stand
# under the article's title
SAME_TITLE = 0.25  # of the words of one title: editors shorten and rephrase for the feed
IN_TEXT = 0.5  # of the title's words: of other articles, one in fourteen has so many
TOLD = 0.6  # of the feed's words: of other articles, one in thirty has so many
LETTERS = 4  # of a word that tells something: shorter ones are in every text
STEM = 5  # letters of a word that stay when it is inflected

_WORD = re.compile(r"\w+")
# Scripts that write no spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff가-힣]")


def stems(text: str) -> set[str]:
    """The beginnings of the words that tell what a text is about; letter pairs where no space is.

    >>> sorted(stems("Georgian and Georgia's talks, 東京"))
    ['georg', 'talks', '東京']
    """
    found: set[str] = set()
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if _UNSPACED.search(word):
            found.update(word[at : at + 2] for at in range(max(len(word) - 1, 1)))
        elif len(word) >= LETTERS or word.isdigit():
            found.add(word[:STEM])
    return found


def share(words: set[str], others: set[str]) -> float:
    """How much of some words is among others; all of it where there are none.

    >>> share({"talks", "resum"}, {"talks"}), share(set(), {"talks"})
    (0.5, 1.0)
    """
    return len(words & others) / len(words) if words else 1.0


def is_same_title(one: str, other: str) -> bool:
    """Whether two titles may be those of one article, which feed and page word differently.

    >>> is_same_title("Talks resume in Geneva", "Geneva: parties resume their talks")
    True
    >>> is_same_title("Talks resume in Geneva", "Checking that you are human")
    False
    """
    fewer, more = sorted((stems(one), stems(other)), key=len)
    return share(fewer, more) >= SAME_TITLE


def why_another(title: str, words: str, page: Page, asked: str) -> str:
    """Why a page is not taken for the article whose title and words its feed carried; "" if it is.

    `asked` is the address in the feed, `page.url` the one that answered.
    """
    if is_front(page.url) and not is_front(asked):
        return "another_page: the site sent its front page instead"
    text = stems(page.text)
    if share(stems(title), text) >= IN_TEXT or (words and share(stems(words), text) >= TOLD):
        return ""
    is_long = len(page.text.split()) >= SHORT_WORDS or _UNSPACED.search(page.text)
    if is_long and is_same_title(title, page.title):
        return ""
    shown = page.title or page.text
    return f"another_page: it says “{shown[:80]}”, not what the feed announced" if shown else ""


def is_front(url: str) -> bool:
    """Whether an address is that of a site's front page, or of one of its languages.

    >>> is_front("https://a.example/en/"), is_front("https://a.example/?p=7")
    (True, False)
    """
    parts = urlsplit(url)
    return not parts.query and len(parts.path.strip("/")) <= len("en")
