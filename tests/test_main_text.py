"""The text of a page where one way of reading it lost a part or took too much."""

from newsbeam.transforms.page.extract import extract_page
from newsbeam.transforms.page.main_text import whole_text
from newsbeam.transforms.page.paragraphs import main_text, page_paragraphs
from newsbeam.transforms.page.tree import page_tree

TOPICS = ("harbour", "railway", "budget", "harvest", "bridge", "schools", "energy", "border")


def prose(number: int, of: str = "council") -> str:
    """A paragraph of its own words, about 300 characters long."""
    topic = TOPICS[number % len(TOPICS)]
    return (
        f"On point {number} the {of} of Northport spoke about the {topic} for over an hour, and "
        f"member {number * 7 + 3} asked who would pay for the {topic} in year {number + 2000}. "
        f"Nobody in the {of} could name a sum for point {number}, so the {topic} will come back "
        f"when the clerk has counted item {number * 11 + 5} again."
    )


def paragraphs(numbers: range, of: str = "council") -> str:
    return "".join(f"<p>{prose(number, of)}</p>" for number in numbers)


def page(body: str) -> str:
    return f"<html><body><main><h1>Council meets</h1>{body}</main></body></html>"


def judged(body: str) -> str:
    tree = page_tree(page(body))
    assert tree is not None
    return main_text(page_paragraphs(tree))


def read(markup: str) -> str:
    return extract_page(markup.encode(), "https://ledger.org/news/1", {}).text


def test_what_nobody_sees_is_no_part_of_a_text():
    for hidden in ('style="display: none"', 'style="visibility:hidden"', "hidden"):
        text = judged(paragraphs(range(5)) + f"<div {hidden}>{paragraphs(range(5, 9))}</div>")
        assert prose(4) in text
        assert prose(5) not in text


def test_a_page_that_shows_its_text_by_script_alone_keeps_it():
    assert prose(4) in judged(f'<div style="display:none">{paragraphs(range(6))}</div>')


def test_a_notice_that_stands_at_every_picture_is_no_part_of_a_text():
    notice = f"<p>{prose(77, 'publisher')}</p>"
    text = judged("".join(f"<p>{prose(n)}</p>{notice if n < 3 else ''}" for n in range(5)))
    assert prose(3) in text
    assert prose(77, "publisher") not in text


def test_lines_that_come_again_and_are_most_of_a_text_stay():
    refrain = f"<p>{prose(1)}</p>" * 4
    assert judged(refrain + f"<p>{prose(2)}</p>").count(prose(1)) == 4


def test_another_article_below_the_one_with_the_heading_is_another_article():
    first = f"<article><h1>Council meets</h1>{paragraphs(range(4))}</article>"
    text = judged(first + f"<article>{paragraphs(range(10, 40), 'league')}</article>")
    assert prose(3) in text
    assert prose(10, "league") not in text


def chosen(fast: str, body: str, monkeypatch) -> str:
    """The text chosen for a page of which the fast way reads `fast`, and the slow ways nothing."""
    from newsbeam.transforms.page import main_text as module

    monkeypatch.setattr(module, "_trafilatura", lambda tree, **setting: fast)
    monkeypatch.setattr(module, "_readability", lambda markup, way: "")
    markup = page(body)
    tree = page_tree(markup)
    assert tree is not None
    return whole_text(tree, markup, page_paragraphs(tree), lambda text: text)


def joined(numbers: range, of: str = "council") -> str:
    return "\n\n".join(prose(number, of) for number in numbers)


def test_a_text_that_stops_half_way_gives_way_to_the_one_that_goes_on(monkeypatch):
    assert chosen(joined(range(5)), paragraphs(range(12)), monkeypatch) == joined(range(12))


def test_short_lines_after_the_article_do_not_make_its_text_longer(monkeypatch):
    short = "".join(
        f"<p>Reader {n} of the paper says that point {n} is long overdue.</p>" for n in range(60)
    )
    assert chosen(joined(range(5)), paragraphs(range(5)) + short, monkeypatch) == joined(range(5))


def test_other_stories_under_a_heading_do_not_make_a_text_longer(monkeypatch):
    more = "<h2>What else the paper says about Northport today</h2>" + paragraphs(
        range(20, 40), "league"
    )
    assert chosen(joined(range(5)), paragraphs(range(5)) + more, monkeypatch) == joined(range(5))


def test_paragraphs_between_those_of_the_judge_are_kept(monkeypatch):
    """The box that most of the text stands in may be one of several boxes of the article."""
    boxes = f"<div>{paragraphs(range(3))}</div><div><div>{paragraphs(range(3, 12))}</div></div>"
    whole = "\n\n".join([prose(0), *(prose(n) for n in range(50, 58)), joined(range(1, 12))])
    assert chosen(whole, boxes, monkeypatch) == whole


def test_a_whole_page_is_read_as_it_stands():
    text = read(page(paragraphs(range(12))))
    assert [prose(n) in text for n in range(12)] == [True] * 12
