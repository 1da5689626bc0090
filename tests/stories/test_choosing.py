"""The most significant change: chosen of several, with reasons, up two levels; never a count of people."""

import pytest
from django.test import Client
from django.urls import reverse

from jukwaa import record
from jukwaa.programmes.models import Audience, Role
from jukwaa.record.models import Event
from jukwaa.stories import actions as stories
from jukwaa.stories.choosing import actions, queries
from jukwaa.stories.models import Selection
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return make.programme(public=True)


@pytest.fixture
def group(programme):
    return make.constituency(programme, name="Panners")


@pytest.fixture
def three(programme):
    """Three stories that everybody may read."""
    outcome = make.outcome(make.commitment(make.row(make.problem(programme))))
    told = [
        stories.write_story(outcome=outcome, title=f"Story {n}", text="The pump runs.", by=None)
        for n in range(3)
    ]
    return [stories.publish_story(story=each, audience=Audience.PUBLIC, by=None) for each in told]


def chosen(programme, group, read, **others) -> Selection:
    said = {
        "level": "first",
        "where": "Geita",
        "panel": [actions.Bench(group, women=3, men=2)],
        "read": read,
        "chosen": read[0],
        "reasons": "It lasts.",
        "by": None,
    }
    return actions.choose(programme=programme, **(said | others))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reasons": " "}, "Write why"),
        ({"panel": []}, "how many people"),
        ({"level": "second"}, "chose before"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(programme, group, three, wrong, said):
    with pytest.raises(ValueError, match=said):
        chosen(programme, group, three, **wrong)

    assert not Selection.objects.exists()


def test_nothing_is_chosen_of_one_or_of_what_was_not_read(programme, group, three):
    with pytest.raises(ValueError, match="at least two"):
        chosen(programme, group, three[:1])
    with pytest.raises(ValueError, match="one of those"):
        chosen(programme, group, three[:2], chosen=three[2])


def test_what_was_chosen_where_it_happened_goes_up_to_the_whole_programme(programme, group, three):
    for read in (three[:2], three[1:]):
        chosen(programme, group, read)

    chosen(programme, group, three[:2], level="second")

    assert [each.selection.level for each in queries.shown(programme, public=True)] == [
        "second",
        "first",
        "first",
    ]


def test_everybody_reads_reasons_and_groups_and_only_staff_how_many_sat_there(programme, group, three):
    chosen(programme, group, three, doubts="It is one site.")
    page = reverse("stories:significant", args=[programme.slug])

    public = Client().get(page).content.decode()
    staff = make.client_of(make.member(programme, role=Role.OBSERVER)).get(page).content.decode()

    for words in ("It lasts.", "It is one site.", "Panners", "At least half of the panel were women."):
        assert words in public
    assert "3 women" not in public
    assert "3 women, 2 men" in staff


def test_a_story_that_is_taken_back_is_not_told_by_its_choice(programme, group, three):
    chosen(programme, group, three)
    stories.unpublish_story(story=three[0], by=None)

    page = Client().get(reverse("stories:significant", args=[programme.slug])).content.decode()

    assert "Story 0" not in page
    assert "A story that is not told here" in page
    # Reasons are of its words.
    assert "It lasts." not in page


def test_a_choice_is_noted_on_the_page_and_taken_away_again(programme, group, three):
    desk = make.client_of(make.member(programme, role=Role.COMMUNICATIONS))
    said = {
        "level": "first",
        "where": "Geita",
        "held_on": "2026-03-01",
        "read": [str(each.pk) for each in three],
        "chosen": str(three[1].pk),
        "reasons": "It lasts.",
        f"women_{group.pk.hex}": "4",
    }
    address = reverse("stories:choose_story", args=[programme.slug])

    wrong = desk.post(address, said | {f"women_{group.pk.hex}": ""})
    desk.post(address, said)

    assert "Say how many people" in wrong.content.decode()
    assert "It lasts." in wrong.content.decode()
    row = Selection.objects.get()
    desk.post(reverse("stories:remove_selection", args=[programme.slug, row.pk]))
    assert queries.shown(programme, public=False) == []


def said_of(row: Selection) -> str:
    """All that the record holds of the choice."""
    events = Event.objects.filter(object=row.pk).values_list("plain", "personal")
    return " ".join(f"{plain} {personal}" for plain, personal in events)


def test_reasons_that_name_somebody_are_erased_after_asking_and_the_choice_stays(programme, group, three):
    row = chosen(programme, group, three, reasons="Juma says so.", doubts="Asha is his aunt.")
    desk = make.client_of(make.member(programme, role=Role.COMMUNICATIONS))
    page = reverse("stories:significant", args=[programme.slug])
    erase = reverse("stories:erase_reasons", args=[programme.slug, row.pk])
    assert erase in desk.get(page).content.decode()
    asked = desk.get(erase).content.decode()
    assert "Juma says so." in asked
    assert "Asha is his aunt." in asked

    desk.post(erase)

    record.resettle(Selection)
    assert list(queries.chosen_before(programme)) == [three[0]]
    for reader in (desk, Client()):
        shown = reader.get(page).content.decode()
        assert "Juma" not in shown
        assert "Asha" not in shown
        assert "Story 0" in shown
        assert "The reasons were taken away because they told too much." in shown
    assert "Juma" not in said_of(row)
    assert "Asha" not in said_of(row)
    # What stays, stays for good: nothing can be written of the choice any more.
    remove = reverse("stories:remove_selection", args=[programme.slug, row.pk])
    assert remove not in desk.get(page).content.decode()
    assert desk.post(remove).status_code == 404


def test_the_reasons_of_a_choice_that_is_taken_away_are_erased(programme, group, three):
    row = chosen(programme, group, three, reasons="Juma says so.")

    actions.remove(selection=row, by=None)

    assert queries.shown(programme, public=False) == []
    assert "Juma" not in said_of(row)
