"""What goes back to each place and group: nothing of fewer than ten, and what people correct beside it."""

from dataclasses import replace

import pytest
from django.urls import reverse

from jukwaa.programmes.actions import merge_rows
from jukwaa.programmes.models import Role
from jukwaa.stories.returning import actions, queries
from jukwaa.stories.trace import answer
from tests import make
from tests.stories.conftest import walked

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return make.programme(public=True)


@pytest.fixture
def panners(programme):
    return make.constituency(programme, name="Panners")


def spoke(programme, group, many: int, *, theme: str = "Water", **others):
    """So many people of the group spoke of the theme; gives their testimonies."""
    of = next((t for t in programme.themes.all() if t.title == theme), None) or make.theme(
        programme, title=theme
    )
    told = []
    for _number in range(many):
        voice = make.participant(programme, constituency=group)
        told.append(make.testimony(programme, voice=voice, **others))
        make.quote(told[-1], theme=of)
    return told


def page(programme, name: str, to, **more) -> str:
    kind = "place" if to._meta.model_name == "place" else "group"
    return reverse(f"stories:{name}", args=[programme.slug, kind, to.pk])


def test_of_fewer_than_ten_neither_their_number_nor_what_they_spoke_of_is_told(programme, panners):
    spoke(programme, panners, 9)

    told = queries.returned(programme, panners)

    assert (told.people, told.themes) == (0, ())
    assert "Fewer than ten" in told.heard


def test_from_ten_on_a_rounded_number_is_told_and_only_what_ten_spoke_of(programme, panners):
    spoke(programme, panners, 12)
    spoke(programme, panners, 4, theme="Schools")

    told = queries.returned(programme, panners)

    assert told.people == 15
    assert [(theme.title, theme.shown_people) for theme in told.themes] == [("Water", 10)]


def test_a_place_hears_what_was_said_in_its_parts(programme, panners):
    district = make.place(programme, name="Geita", level="district")
    site = make.place(programme, parent=district)
    spoke(programme, panners, 11, place=site)

    assert queries.returned(programme, district).people == 10
    assert queries.returned(programme, panners).people == 10


def test_what_people_correct_stands_beside_the_finding_with_place_and_day_and_no_name(client, db):
    road = walked(programme := make.programme(public=True), make.participant(programme))
    group = make.constituency(programme, name="Traders")
    asha = make.member(programme, role=Role.RESEARCHER, name="Asha Mushi")

    make.client_of(asha).post(
        page(programme, "correct", group),
        {
            "finding": road.finding.pk,
            "text": "It is the road that is bad, not the water.",
            "language": "en",
            "said_on": "2026-11-20",
        },
    )
    seen = client.get(page(programme, "returned", group)).content.decode()

    assert "It is the road that is bad" in seen
    assert "Traders" in seen
    assert "Asha" not in seen
    assert queries.corrections_of(road.finding)[0].taken_by == asha


@pytest.mark.parametrize("text", ["", "  ", "Call 0712 345 678", "x" * 601])
def test_a_correction_without_words_or_with_a_number_is_refused(programme, panners, text):
    with pytest.raises(ValueError):
        actions.note_correction(programme=programme, constituency=panners, text=text, by=None)


def test_an_erased_correction_leaves_no_word(programme, panners, client):
    row = actions.note_correction(programme=programme, constituency=panners, text="Juma lied.", by=None)

    actions.remove_correction(correction=row, by=None)
    row.refresh_from_db()

    assert row.text == ""
    assert "Juma" not in client.get(page(programme, "returned", panners)).content.decode()


def test_a_group_of_which_a_correction_was_erased_can_still_be_merged(programme, panners):
    other = make.constituency(programme, name="Panners")
    erased, kept = (
        actions.note_correction(programme=programme, constituency=other, text=text, by=None)
        for text in ("Juma lied.", "It is the road.")
    )
    actions.remove_correction(correction=erased, by=None)

    merge_rows(row=other, into=panners, by=None)

    kept.refresh_from_db()
    assert kept.constituency == panners


def test_the_words_to_read_out_are_plain_text_that_says_the_same(programme, panners, client):
    spoke(programme, panners, 12)

    answer_ = client.get(page(programme, "return_script", panners))

    assert answer_["Content-Type"].startswith("text/plain")
    said = answer_.content.decode()
    assert "This is what we bring back to Panners." in said
    assert "About 10 of this group spoke to us." in said
    assert "<" not in said


def test_a_trace_code_answers_a_voice_of_which_no_statement_came_yet(programme, panners):
    [testimony, *_others] = spoke(programme, panners, 10)

    steps = [step.sentence for step in answer(testimony.trace_code).steps]

    assert "About 10 people spoke of the same: Water." in steps
    assert steps[-2] == "We are still working with it. No statement has come of it yet."
    assert steps[-1].startswith("You can say it at the next gathering.")


def test_a_trace_code_says_nothing_of_a_theme_that_few_spoke_of(programme, panners):
    [testimony, *_others] = spoke(programme, panners, 9)

    assert not any("Water" in step.sentence for step in answer(testimony.trace_code).steps)


def test_two_pages_of_paper_hold_what_was_corrected_first_and_say_how_many_more_there_are(programme, panners):
    finding = walked(programme, make.participant(programme)).finding
    brought = queries.returned(programme, panners).findings[0]
    row = actions.note_correction(
        programme=programme, constituency=panners, text="No.", finding=finding, by=None
    )
    corrected = replace(brought, corrections=(row,))
    told = replace(queries.returned(programme, panners), findings=(*[brought] * 11, corrected))

    paper = told.on_paper()

    assert paper.findings[0] == corrected
    assert (len(paper.findings), paper.more) == (10, 2)
