"""The grammar of one English sentence, asked who does what to whom, and whether it is done.

Words are spaCy's tokens: Penn tags, dependencies of the ClearNLP kind.
"""

from collections.abc import Iterator, Sequence

from newsbeam.transforms.text.event_verbs import EventVerb, event_nouns, event_verbs
from newsbeam.transforms.text.speech_verbs import Token, inflected_verb, speech_verbs, verb_of

LONGEST_CHAIN = 4  # verbs that share a subject
_PLANS = frozenset(
    "plan plans planned decide decides decided intend intends agreed agree vow vowed promise "
    "promised pledge pledged prepare prepares preparing".split()
)
_DONE = frozenset(
    "begin begins began begun start starts started continue continues continued manage managed "
    "help helped come came go went".split()
)
NOT_DONE = frozenset(  # the event is the refusal or the threat
    form for verb in ("refuse", "decline", "threaten") for form in inflected_verb(verb)
)
_CONFLICT = frozenset(("ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "COERCE", "ASSAULT"))
_FUTURE = frozenset(("will", "'ll", "shall", "going"))
_UNREAL = frozenset("would could should may might can must 'd".split())
_SOON = frozenset(("going", "due", "set"))
_IF = frozenset(("if", "unless", "whether"))


def objects_of(verb: Token) -> list[Token]:
    """What the verb is done to, as grammar has it: its object, or the subject of a passive."""
    return _with_conjoined([one for one in verb.children if one.dep_ in ("dobj", "nsubjpass")])


def _with_conjoined(words: Sequence[Token]) -> list[Token]:
    """The words with those joined to them by "and"."""
    return [one for word in words for one in (word, *_conjoined(word))]


def _conjoined(word: Token) -> Iterator[Token]:
    for one in word.children:
        if one.dep_ == "conj":
            yield one
            yield from _conjoined(one)


def _is_passive(verb: Token) -> bool:
    return any(one.dep_ in ("nsubjpass", "auxpass") for one in verb.children)


def doers(verb: Token) -> list[Token]:
    """Who does it: the subject, the agent of a passive ("by X"), or who shares his subject."""
    if _is_passive(verb):
        agents = (one for one in verb.children if one.dep_ == "agent")
        return _with_conjoined(
            [far for one in agents for far in one.children if far.dep_ == "pobj"]
        )
    for _ in range(LONGEST_CHAIN):
        subjects = [one for one in verb.children if one.dep_ == "nsubj"]
        if subjects:
            is_relative = subjects[0].lower_ in ("who", "which", "that")
            return (
                [verb.head] if is_relative and verb.dep_ == "relcl" else _with_conjoined(subjects)
            )
        head = verb.head
        if verb.dep_ == "xcomp" and (given := [o for o in head.children if o.dep_ == "dobj"]):
            return _with_conjoined(given)  # whom X urges to do it
        if verb.dep_ not in ("xcomp", "conj", "advcl") or head is verb or _is_passive(head):
            return []
        verb = head
    return []


def reached(verb: Token, reach: str, rule: EventVerb) -> list[Token]:
    """The words that may name to whom it was done."""
    if reach == "object":
        return objects_of(verb)
    if reach == "subject":
        beside = (one for word in (verb, *objects_of(verb)) for one in word.children)
        if any(one.lower_ in ("with", "between") for one in beside):
            return []  # with somebody else, who is not known
        return [far for one in verb.children if one.dep_ == "nsubj" for far in _conjoined(one)]
    if reach == "receiver":
        return [one for one in verb.children if one.dep_ == "dative" and one.pos_ != "ADP"]
    if reach == "possessor":
        return [far for one in objects_of(verb) for far in one.children if far.dep_ == "poss"]
    if reach == "owner":
        # Who kills or arrests somebody's trooper has not done it to the state.
        is_bodily = rule.type in ("ASSAULT", "COERCE")
        owned = [one for one in objects_of(verb) if not is_bodily or one.lower_ in event_nouns()]
        return [far for one in owned for far in _owners(one)]
    if reach == "that":
        clauses = (one for one in verb.children if one.dep_ == "ccomp")
        return [far for one in clauses for far in one.children if far.dep_ == "nsubj"]
    if reach == "infinitive":
        inner = [one for one in verb.children if one.dep_ == "xcomp"]
        if rule.type == "REJECT":  # who declines to attack somebody rejects him not
            inner = [one for one in inner if not _CONFLICT & _types(one)]
        behind = (far for one in inner for far in _behind(one, "with", "to", "on"))
        return [*(far for one in inner for far in objects_of(one)), *behind]
    heads = [verb, *(one for one in objects_of(verb) if one.lower_ in rule.nouns)]
    return [far for one in heads for far in _behind(one, reach)]


def _types(verb: Token) -> set[str]:
    return {rule.type for rule in event_verbs().get(verb.lower_, ())}


def _owners(word: Token) -> Iterator[Token]:
    """Whose it is: “the Turkish plan”, “Turkey's plan”, “the plan of Turkey”."""
    for one in word.children:
        if one.dep_ in ("poss", "amod", "nmod", "compound"):
            yield one
    yield from _behind(word, "of", "by")


def _behind(word: Token, *prepositions: str) -> Iterator[Token]:
    for one in word.children:
        if one.dep_ in ("prep", "dative") and one.lower_ in prepositions:
            yield from _with_conjoined([far for far in one.children if far.dep_ == "pobj"])


def is_negated(verb: Token) -> bool:
    """Whether the sentence says that it was not done."""
    return any(one.dep_ == "neg" or one.lower_ == "never" for one in verb.children)


def _auxiliaries(verb: Token) -> set[str]:
    return {one.lower_ for one in verb.children if one.dep_ in ("aux", "auxpass")}


def governor_of(verb: Token) -> str:
    """The verb on which an infinitive hangs: "plans to meet"."""
    return verb.head.lower_ if verb.dep_ == "xcomp" and verb.head is not verb else ""


def is_future(verb: Token) -> bool:
    """Whether it is still to be done; "will meet and thank": the second verb as the first."""
    if verb.dep_ == "conj" and not _own_subject(verb):
        return is_future(verb.head)
    return bool(_auxiliaries(verb) & _FUTURE) or governor_of(verb) in _PLANS | _SOON


def _own_subject(verb: Token) -> bool:
    return any(one.dep_ in ("nsubj", "nsubjpass") for one in verb.children)


def is_hypothetical(verb: Token) -> bool:
    """Whether it may, should or would be done, or is only wished for."""
    if verb.dep_ == "conj" and not _own_subject(verb):
        return is_hypothetical(verb.head)
    marks = {one.lower_ for one in verb.children if one.dep_ == "mark"}
    governor = governor_of(verb)
    is_wished = bool(governor) and governor not in _PLANS | _DONE | _SOON
    return bool(_auxiliaries(verb) & _UNREAL or marks & _IF) or is_wished


def is_reported(verb: Token) -> bool:
    """Whether the verb stands in what somebody says: “X said that Y attacked Z”."""
    for _ in range(LONGEST_CHAIN):
        head = verb.head
        if verb.dep_ in ("ccomp", "parataxis") and verb_of(head) in speech_verbs("en"):
            return True
        if head is verb:
            return False
        said = (one for one in verb.children if one.dep_ in ("ccomp", "parataxis"))
        if any(verb_of(one) in speech_verbs("en") for one in said):
            return True
        verb = head
    return False
