"""A form's expressions mean on a page what they mean on a phone."""

from datetime import datetime

import pytest
from lxml import etree

from jukwaa.field.collect import openrosa
from jukwaa.field.collect.xlsform import READY, read_sheet
from jukwaa.field.plain import queries, xform

AT = datetime(2026, 11, 26, 9, 30)


def form(*lines: str, choices: str = "") -> xform.Sheet:
    """A form of these lines: type, name, label, relevant, constraint, calculation, required."""
    rows = "\n".join(f"| | {line} |" for line in lines)
    sheet = f"""
| survey | | | | | | | |
| | type | name | label | relevant | constraint | calculation | required |
{rows}
{choices}
| settings | | | | | | | |
| | form_id | form_title | version | | | | |
| | f | A form | 1 | | | | |
"""
    return xform.read(read_sheet(sheet.encode(), name="form.md").xform)


COLOURS = """
| choices | | | | | | | |
| | list_name | name | label | | | | |
| | colour | red | Red | | | | |
| | colour | blue | Blue | | | | |
"""


def filling(sheet: xform.Sheet, **answers: str) -> xform.Filling:
    return xform.Filling(sheet, {f"/data/{name}": said for name, said in answers.items()}, started=AT)


def wrong(sheet: xform.Sheet, **answers: str) -> list[str]:
    """Names of the questions whose answers do not fit."""
    filled = filling(sheet, **answers)
    return [
        path.rpartition("/")[2]
        for asked in queries.pages(sheet)
        for path, said in queries.wrong_on(filled, asked, "en").items()
        if said
    ]


@pytest.mark.parametrize("name", ["testimony", "site_profile"])
def test_the_forms_that_come_along_can_be_asked_on_pages_and_on_one(name):
    made = read_sheet((READY / f"{name}.md").read_bytes(), name="form.md")
    sheet = xform.read(made.xform)

    asked = {question.path for page in queries.pages(sheet) for question in page}

    assert asked == {question.path for question in made.questions}
    for question in sheet.questions:
        queries.conditions(sheet, question.path)


def test_no_question_depends_on_another_of_its_own_page():
    sheet = form(
        "text | a | A | | | | ",
        "text | b | B | ${a} = 'x' | | | ",
        "calculate | c | | | | concat(${b}, '!') | ",
        "text | d | D | ${c} = 'y!' | | | ",
    )

    assert [[q.path for q in page] for page in queries.pages(sheet)] == [
        ["/data/a"],
        ["/data/b"],
        ["/data/d"],
    ]
    assert filling(sheet, a="x", b="y").is_asked("/data/d")
    assert not filling(sheet, a="x", b="z").is_asked("/data/d")


def test_days_are_compared_with_today_as_numbers():
    sheet = form("date | day | When? | | . <= today() | | yes")

    assert wrong(sheet, day="2026-11-26") == []
    assert wrong(sheet, day="2026-11-27") == ["day"]
    assert wrong(sheet) == ["day"]


def test_a_day_that_the_form_works_out_is_written_as_a_day():
    sheet = form("calculate | day | | | | once(today()) | ", "text | a | A | | | | ")

    sent = openrosa.read_submission(filling(sheet, a="x").submission("uuid:1", {}))

    assert sent.answers["/data/day"] == "2026-11-26"


@pytest.mark.parametrize(
    ("constraint", "fits", "not_"),
    [
        (". >= 0 and . < 120", "12", "130"),
        ("regex(., '[0-9]{2}')", "12", "123"),
        ("if(. > 10, . < 20, . = 5)", "12", "25"),
        ("coalesce(., 7) = 12", "12", "7"),
        ("int(. div 10) = 1", "12", "22"),
    ],
)
def test_a_constraint_holds_or_the_answer_is_named(constraint, fits, not_):
    sheet = form(f"integer | n | How many? | | {constraint} | | ")

    assert wrong(sheet, n=fits) == []
    assert wrong(sheet, n=not_) == ["n"]


def test_several_choices_are_asked_for_one_by_one():
    sheet = form(
        "select_multiple colour | c | Colours | | | | ",
        "text | why | Why? | selected(${c}, 'blue') and count-selected(${c}) = 2 | | | ",
        choices=COLOURS,
    )

    assert filling(sheet, c="red blue").is_asked("/data/why")
    assert not filling(sheet, c="blue").is_asked("/data/why")
    assert wrong(sheet, c="red green") == ["c"]


def test_what_is_asked_no_more_counts_for_nothing_and_is_not_sent():
    sheet = form(
        "text | a | A | | | | ",
        "text | b | B | ${a} = 'x' | | | ",
        "text | c | C | ${b} = 'y' | | | ",
    )
    changed = filling(sheet, a="z", b="y", c="old")

    sent = openrosa.read_submission(changed.submission("uuid:1", {}))

    assert not changed.is_asked("/data/c")
    assert sent.answers == {"/data/a": "z", "/data/meta/instanceID": "uuid:1"}


def test_a_group_that_comes_again_is_sent_as_often_as_it_was_filled_in():
    sheet = form(
        "begin repeat | pit | Pit | | | | ",
        "integer | deep | How deep? | | . < 99 | | ",
        "end repeat | | | | | | ",
    )
    filled = xform.Filling(sheet, {"/data/pit[1]/deep": "3", "/data/pit[2]/deep": "100"}, started=AT)

    sent = openrosa.read_submission(filled.submission("uuid:1", {}))

    assert [sent.answers[f"/data/pit[{n}]/deep"] for n in (1, 2)] == ["3", "100"]
    [asked] = sheet.questions
    assert [bool(filled.wrong(asked, path, "en")) for path in filled.paths(asked)] == [False, True]


def test_the_same_answers_make_the_same_bytes_however_often_they_are_sent():
    sheet = form("start | began | | | | | ", "end | ended | | | | | ", "text | a | A | | | | ")

    assert filling(sheet, a="x").submission("uuid:1", {}) == filling(sheet, a="x").submission("uuid:1", {})


def test_words_with_marks_of_xml_in_them_stay_words():
    sheet = form("text | a | A | | | | ")
    said = "</a><b>&amp; \u2019 <!-- x -->"

    assert etree.fromstring(filling(sheet, a=said).submission("uuid:1", {})).findtext("a") == said


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("video | film | Film it | | | | ", "film"),
        ("geotrace | way | Walk it | | | | ", "way"),
        ("text | a | A | pulldata('x', 'y', 'z', .) = '1' | | | ", "a"),
    ],
)
def test_what_a_page_cannot_ask_is_named_before_anybody_is_asked(line, named):
    with pytest.raises(xform.Unfit, match=named):
        form("text | b | B | | | | ", line)


def test_a_condition_that_the_script_does_not_know_keeps_the_form_off_the_one_page():
    sheet = form("integer | n | N | | | | ", "text | a | A | ${n} > 3 | | | ")

    with pytest.raises(queries.NotSimple):
        queries.conditions(sheet, "/data/a")
