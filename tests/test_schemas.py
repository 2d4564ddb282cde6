"""Ids, JSON and tables: what must never change between two runs."""

import json
from datetime import UTC, datetime, timedelta, timezone

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import made
from newsbeam.schemas import ids
from newsbeam.schemas.article import Article, Entry
from newsbeam.schemas.memory import FeedMemory, Seen
from newsbeam.schemas.tables import TABLES, json_schema
from newsbeam.schemas.wire import from_dict, from_json, iso, to_dict, to_json

moments = st.datetimes(
    min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)
)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@given(texts, texts)
def test_a_revision_does_not_depend_on_white_space_or_invisible_characters(title, text):
    spaced = " ".join(text.split())
    assert ids.revision(title, spaced) == ids.revision(f" {title}\n", f"\u200b{spaced}  ")


@given(texts, texts)
def test_title_and_text_are_not_mixed_up_in_a_revision(title, text):
    if ids.normalised(title) != ids.normalised(text):
        assert ids.revision(title, text) != ids.revision(text, title)


@given(st.text(max_size=300))
def test_a_slug_is_safe_in_a_path_whatever_the_text(text):
    name = ids.slug(text)
    assert name.isascii()
    assert 0 < len(name) <= ids.SLUG_LIMIT
    assert not set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789.-")
    assert name[0] not in ".-"


@given(st.text(max_size=60), st.text(max_size=60))
def test_different_texts_have_different_slugs_unless_only_case_differs(one, other):
    if one.lower() != other.lower():
        assert ids.slug(one) != ids.slug(other) or "unknown" in (one, other)


def test_an_article_id_is_a_function_of_the_canonical_url_alone():
    assert ids.article_id("https://civil.ge/archives/1") == "eb15d883-8f44-5933-8d0c-e3d444d70814"


def test_a_failure_is_named_by_its_step_and_by_each_part_of_what_names_its_element():
    assert ids.failure_id("Parse", "a", "b") == ids.failure_id("Parse", "a", "b")
    others = [("Extract", "a", "b"), ("Parse", "ab"), ("Parse", "b", "a"), ("Parsea", "b")]
    assert ids.failure_id("Parse", "a", "b") not in {ids.failure_id(*other) for other in others}


@given(
    st.builds(Entry, title=texts, authors=st.lists(texts).map(tuple), published=st.none() | moments)
)
def test_an_entry_survives_json(entry):
    assert from_json(Entry, to_json(entry)) == entry


@given(st.dictionaries(texts, st.builds(Seen, hash=texts, first_seen_at=moments), max_size=3))
def test_a_feed_memory_survives_json(entries):
    memory = FeedMemory("f", "u", entries=entries, unfinished=made.unfinished())
    assert from_json(FeedMemory, to_json(memory)) == memory


@pytest.mark.parametrize(
    "row", [made.article(1), made.poll(), made.run(), made.annotated(1).annotations["actors"][0]]
)
def test_every_row_survives_json(row):
    assert from_json(type(row), to_json(row)) == row


def test_times_are_written_in_utc():
    tbilisi = timezone(timedelta(hours=4))
    assert iso(datetime(2026, 3, 1, 16, tzinfo=tbilisi)) == "2026-03-01T12:00:00Z"


@pytest.mark.parametrize("wrong", [[1], "x", {"article_id": 5}, {"published_at": "yesterday"}])
def test_what_is_no_record_is_refused_with_a_reason(wrong):
    with pytest.raises((TypeError, ValueError)):
        from_dict(Article, wrong)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_table_has_a_valid_schema_with_words_for_every_column(table):
    schema = json_schema(table)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert all("description" in column for column in schema["properties"].values())
    json.dumps(schema)


def test_a_row_in_json_obeys_its_schema():
    for table, row in (
        ("articles", made.article(1)),
        ("actors", made.annotated(1).annotations["actors"][0]),
    ):
        jsonschema.validate(to_dict(row), json_schema(table))


def test_the_columns_of_the_contract_are_there():
    named = {
        "sightings": "article_id feed_id seen_at position revision is_foreign",
        "failures": "failure_id step error message element feed_id url failed_at attempts run_id "
        "article_id",
        "polls": "feed_id feed_url source polled_at seconds status http_status bytes items "
        "new_items known_items rejected_items conditional next_due_at gap_suspected detail run_id "
        "raw_sha256",
        "topics": "article_id revision published_at source language scheme code label level score "
        "rank evidence method model pipeline_version annotated_at",
    }
    for table, columns in named.items():
        assert list(json_schema(table)["properties"]) == columns.split()
