"""What a line says of a document, and what people are told where it is none that can be used."""

from datetime import UTC, datetime

import jsonschema
import pytest

from newsbeam.schemas.document import Document
from newsbeam.schemas.tables import json_schema
from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.page.document_fields import FIELDS, count_fields, meant_by, unknown_fields
from newsbeam.transforms.page.document_lines import document_of, values_of
from newsbeam.transforms.page.documents import article_of, refuse_undated, source_named

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"a": }', 'a value is missing at character 7: "}"'),
        ('{a: 1}', 'a name in double quotes is missing at character 2: "a: 1}"'),
        ('{"a" 1}', 'a colon is missing at character 6: "1}"'),
        ('{"a": 1 "b"}', 'a comma is missing at character 9: ""b"}"'),
        ('{"a": 1', "a comma is missing where the line ends"),
        ('{"a": "b\n', 'a text has no closing quotation mark at character 7: ""b"'),
        ('{"a": "b\tc"}', "a text holds a character that must be written as \\u00"),
        ('{"a": "\\x"}', "a backslash stands before a character that needs none"),
        ('{"a": 1} {"b": 2}', "something follows the object at character 10"),
        ("[" * 100_000, "a number is too long, or too much lies in one another"),
        ('{"a": ' + "1" * 5000 + "}", "a number is too long, or too much lies in one another"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_json_is_told_in_words_with_its_place(line, words):
    with pytest.raises(ValueError, match=r"^not_json: ") as told:
        values_of(line)
    assert words in str(told.value)
    assert "Expecting" not in str(told.value)


@pytest.mark.parametrize("line", ["7", "null", "true", '"a"', "[1]", "1.5"])
def test_a_line_that_is_no_object_is_told_without_the_words_of_python(line):
    with pytest.raises(ValueError, match=r"is needed, not (a|null|true)") as told:
        values_of(line)
    assert "Type" not in str(told.value)


@pytest.mark.parametrize(
    ("stated", "at"),
    [
        ("2020-03-15", "2020-03-15T00:00"),
        ("2020-03-15 10:00", "2020-03-15T10:00"),
        ("2020-03-15T10:00+04", "2020-03-15T06:00"),
        ("20200315", "2020-03-15T00:00"),
        (20200315, "2020-03-15T00:00"),
        (1584230400, "2020-03-15T00:00"),
        (1584230400.5, "2020-03-15T00:00"),
        ("1584230400000", "2020-03-15T00:00"),
        ("Sun, 15 Mar 2020 10:00:00 +0100", "2020-03-15T09:00"),
    ],
)
def test_a_date_that_can_be_read_in_one_way_alone_is_read(stated, at):
    article = article_of(document_of({"title": "Talks", "published": stated}), None, NOW)
    assert article.published_at.isoformat().startswith(at)
    assert article.published_from == "document"
    refuse_undated(article, FIELDS)


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("yesterday", '"published" says "yesterday": no date that can be read'),
        ("03/04/2020", "no date that can be read"),
        ("2020", "no date that can be read"),
        (2020, "no date that can be read"),
        ("1970-01-01", "is before 1990"),
        ("2027-01-01", "more than a day after it was seen"),
        ("", '"published" is missing'),
        (None, '"published" is missing'),
    ],
)
def test_a_date_that_cannot_be_used_is_refused_with_what_was_said(stated, words):
    article = article_of(document_of({"title": "Talks", "published": stated}), None, NOW)
    with pytest.raises(ValueError, match=r"^no_date: ") as told:
        refuse_undated(article, FIELDS)
    assert words in str(told.value)
    assert "--undated now" in str(told.value)


@pytest.mark.parametrize(
    ("source", "url", "slug"),
    [
        ("NPR Online News", "https://www.npr.org/a", "npr.org"),
        ("Politico", "https://www.politico.com/a", "politico.com"),
        ("npr", "https://www.npr.org/a", "npr"),
        ("Civil.ge", "https://archive.example/a", "civil.ge"),
        ("", "https://www.npr.org/a", "npr.org"),
        ("", "", "unknown"),
        ("npr", "", "npr"),
        ("Reuters", "urn:a", "reuters"),
    ],
)
def test_the_slug_of_a_source_is_what_is_stated_as_one_else_the_domain(source, url, slug):
    assert source_named(Document(source=source, url=url)) == slug


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("date", "published"), ("published_at", "published"), ("publishedAt", "published"),
        ("pubDate", "published"), ("datePublished", "published"), ("timestamp", "published"),
        ("link", "url"), ("href", "url"), ("headline", "title"), ("Titel", "title"),
        ("maintext", "text"), ("body", "text"), ("lang", "language"), ("publisher", "source"),
        ("byline", "authors"), ("autor", "authors"), ("TEXT", "text"),
        ("topic", ""), ("bias", ""), ("source_url", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_field_that_was_meant_is_named(name, field):
    assert meant_by(name) == field


def test_a_field_that_the_documents_have_is_not_what_another_name_was_meant_for():
    assert unknown_fields({"published": 9, "timestamp": 9}) == [
        'ignored fields: "timestamp" (9); run --help lists those that are read'
    ]
    assert unknown_fields({"published": 1, "timestamp": 9})[0].endswith('mean "published"?')
    assert unknown_fields(dict.fromkeys(FIELDS, 9)) == []


def test_no_more_names_are_counted_than_a_person_reads():
    counted = count_fields(([f"name {n}"] for n in range(1000)), {"title": 3, "name 7": 2})
    assert len(counted) < 100
    assert list(counted)[:2] == ["title", "name 7"]


def test_the_usual_names_are_of_fields_that_there_are():
    names = packaged("document_fields.csv")
    assert {row["field"] for row in names} <= set(FIELDS)
    assert len({row["name"] for row in names}) == len(names)


def test_a_document_as_it_should_be_obeys_the_schema_and_one_without_words_does_not():
    schema = json_schema("documents")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert all("description" in field for field in schema["properties"].values())
    jsonschema.validate({"title": "Talks", "authors": ["A. Writer"]}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"id": "1"}, schema)
