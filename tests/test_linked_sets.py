"""Labelled sets that say whom a name means: N3 in Turtle and GUM in WebAnno's tables."""

import gzip
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from newsbeam.analysis.label_files import read_labelled
from newsbeam.analysis.linked_sets import are_alike, count_links

TURTLE = """
<http://example.org/set/7#char=0,41>
      a       nif:String , nif:Context ;
      nif:isString "The mayor \\"Bo\\" Gray left Paris for Velograd"@en .

<http://example.org/set/7#char=25,30>
      nif:anchorOf "Paris"^^xsd:string ;
      itsrdf:taIdentRef <http://dbpedia.org/resource/Paris> ;
      itsrdf:taSource "DBpedia"^^xsd:string .

<http://example.org/set/7#char=35,43>
      nif:anchorOf "Velograd"^^xsd:string ;
      itsrdf:taIdentRef <http://aksw.org/notInWiki/Velograd> .
"""

TABLE = """#FORMAT=WebAnno TSV 3.2
#Text=The mayor of Paris left
1-1\t0-3\tThe\tperson[1]\tnew[1]\t_\t_\tcf1[1]\t_\t_
1-2\t4-9\tmayor\tperson[1]\tnew[1]\t_\t_\tcf1[1]\t_\t_
1-3\t10-12\tof\tperson[1]\tnew[1]\t_\t_\t_\t_\t_
1-4\t13-18\tParis\tperson[1]|place[2]\tnew[1]\t_\tParis[2]\tcf1[1]\t_\t_
1-5\t19-23\tleft\t_\t_\t_\t_\t_\t_\t_

#Text=Guti\u00e9rrez waits
2-1\t24-33\tGuti\u00e9rrez\tperson\tnew\t_\tAna_Guti%C3%A9rrez\t_\t_\t_
2-2\t34-39\twaits\tevent[4]\tnew[4]\t_\tWaiting[4]\t_\t_\t_
"""


def test_n3_has_the_text_and_whom_each_name_means(tmp_path: Path) -> None:
    path = tmp_path / "n3.ttl.gz"
    path.write_bytes(gzip.compress(TURTLE.encode()))
    (one,) = read_labelled(str(path), "en")
    assert one.text == 'The mayor "Bo" Gray left Paris for Velograd'
    assert [(one.text[start:end], title) for start, end, title in one.links or ()] == [
        ("Paris", "Paris"),
        ("Velograd", ""),  # Wikipedia does not know it
    ]


def test_gum_has_what_is_named_and_no_events(tmp_path: Path) -> None:
    path = tmp_path / "gum.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("GUM_news_x.tsv")
        member.size = len(TABLE.encode())
        archive.addfile(member, BytesIO(TABLE.encode()))
    (one,) = read_labelled(str(path), "en")
    assert one.text == "The mayor of Paris left\nGuti\u00e9rrez waits"
    named = [(one.text[start:end], title) for start, end, title in one.links or ()]
    assert named == [("Paris", "Paris"), ("Guti\u00e9rrez", "Ana Guti\u00e9rrez")]
    assert [(one.text[start:end], kind) for start, end, kind in one.spans or ()] == [
        ("Paris", "place"),
        ("Guti\u00e9rrez", "person"),
    ]


@pytest.mark.parametrize(
    ("name", "title", "alike"),
    [
        ("Ana Gutierrez", "Ana Gutiérrez", True),
        ("World Trade Organization", "WTO", True),
        ("Barack Obama", "Michelle Obama", False),
        ("", "Paris", False),
    ],
)
def test_a_title_names_an_actor_by_its_words_or_letters(name: str, title: str, alike: bool) -> None:
    assert are_alike(name, title) is alike


def test_links_are_counted_by_the_mention_that_covers_the_name() -> None:
    links = [(0, 5, "Paris"), (10, 20, "Ana Gray"), (30, 40, "Rome"), (50, 55, "")]
    places = [
        (0, 5, "Q90", "Paris"),
        (10, 20, "Q1", "Bo Gray"),  # somebody else
        (36, 40, "Q2", "Rome"),  # a part of a longer name
        (50, 55, "x:oz", "Oz"),  # found, and rightly not linked
    ]
    assert count_links(links, places) == (3, 4, 1, 3, 2)
