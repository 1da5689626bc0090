"""At the sites: visits, what a site is like, meetings of one group and what they let go, and the map."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jukwaa import record
from jukwaa.dialogue.models import Statement
from jukwaa.dialogue.steering import actions as steering
from jukwaa.field.collect import actions as collect
from jukwaa.field.collect.xlsform import read_sheet, ready_forms
from jukwaa.field.models import Meeting, MeetingProblem, SiteNote, SiteProfile, Spot, Visit
from jukwaa.field.visits import actions, queries
from jukwaa.field.visits.profile import ASKED, lines, read
from jukwaa.programmes.models import Role
from jukwaa.record import blobs
from jukwaa.record.models import Event
from tests import make
from tests.field import sheets
from tests.field.test_media import with_secrets

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)
PLAN = {
    "starts_on": "2026-06-10",
    "consent": "The elders first.",
    "safety": "No names.",
    "tell": "Neema waits for a call at five.",
}


@pytest.fixture
def programme():
    return make.programme()


@pytest.fixture
def district(programme):
    return make.place(programme, name="Geita District", level="district")


@pytest.fixture
def site(programme, district):
    return make.place(programme, name="Nyakasanda", parent=district)


@pytest.fixture
def asha(programme):
    return make.member(programme, role=Role.RESEARCHER, name="Asha")


@pytest.fixture
def browser(asha):
    return make.client_of(asha)


@pytest.fixture
def flo(programme):
    return make.client_of(make.member(programme, role=Role.FACILITATOR))


@pytest.fixture
def visit(programme, site):
    return actions.plan_visit(
        programme=programme, place=site, starts_on=date(2026, 5, 1), tell="Neema", by=None
    )


@pytest.fixture
def meeting(programme, site):
    group = make.constituency(programme, name="Panners")
    return actions.note_meeting(
        programme=programme, constituency=group, place=site, held_on=date(2026, 5, 2), women=True, by=None
    )


def page(name, row, *args):
    return reverse(f"field:{name}", args=[row.slug, *args])


def agreed(meeting, *texts):
    return actions.agree_on(meeting=meeting, problems=texts or ["The water."], language="en", by=None)


def released(meeting, **others):
    said = {"released_by": "its spokeswoman", "way": "hands", "hands": 31, "by": None}
    return actions.release(meeting=meeting, **(said | others))


# ---- visits ----------------------------------------------------------------------------------------------


def test_a_visit_is_planned_with_all_that_keeps_people_safe(programme, site, browser):
    browser.post(page("plan_visit", programme), PLAN | {"place": site.pk})

    planned = Visit.objects.get()
    assert (planned.place, planned.state) == (site, "planned")
    assert "Neema waits for a call at five." in browser.get(page("visit", programme, planned.pk)).text


@pytest.mark.parametrize("missing", ["consent", "safety", "tell"])
def test_no_visit_is_planned_without_consent_safety_and_somebody_who_is_told(
    programme, site, browser, missing
):
    answer = browser.post(page("plan_visit", programme), PLAN | {"place": site.pk, missing: " "})

    assert answer.status_code == 200
    assert "2026-06-10" in answer.text
    assert not Visit.objects.exists()


def test_a_visit_does_not_end_before_it_begins(programme, site, browser):
    wrong = PLAN | {"place": site.pk, "ends_on": "2026-06-09"}

    assert "before the first" in browser.post(page("plan_visit", programme), wrong).text
    with pytest.raises(ValueError, match="before the first"):
        actions.plan_visit(
            programme=programme,
            place=site,
            starts_on=date(2026, 6, 10),
            ends_on=date(2026, 6, 9),
            tell="Neema",
            by=None,
        )


def test_a_photo_of_a_site_says_nothing_of_where_and_with_what_it_was_taken(visit, programme, browser):
    photo = SimpleUploadedFile("a.jpg", with_secrets())
    browser.post(page("add_note", programme, visit.pk), {"text": "", "photo": photo, "no_face": "on"})

    note = SiteNote.objects.get()
    assert b"SECRET" not in b"".join(browser.get(page("note_photo", programme, note.pk)))


def test_a_photo_is_kept_only_once_somebody_has_looked_who_can_be_recognised(visit, programme, browser):
    photo = SimpleUploadedFile("a.jpg", with_secrets())

    answer = browser.post(page("add_note", programme, visit.pk), {"text": "A mill.", "photo": photo})

    assert "Look at the photo once more" in answer.text
    assert "A mill." in answer.text
    assert not SiteNote.objects.exists()


def test_a_forgotten_visit_leaves_no_word_and_no_photo(
    visit, programme, browser, django_capture_on_commit_callbacks
):
    photo = SimpleUploadedFile("a.jpg", with_secrets())
    told = {"text": "Behind the school.", "photo": photo, "no_face": "on"}
    browser.post(page("add_note", programme, visit.pk), told)
    picture = SiteNote.objects.get().photo

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(page("forget_visit", programme, visit.pk))

    assert (Visit.objects.count(), SiteNote.objects.count()) == (0, 0)
    assert not Event.objects.filter(personal__contains="Behind the school").exists()
    assert not Event.objects.filter(personal__contains="Neema").exists()
    assert not blobs.path_of(picture).exists()


def test_an_erased_note_leaves_the_others(visit, programme, browser):
    wrong, right = (actions.add_note(visit=visit, text=text, by=None) for text in ("Mama Zuhura.", "A mill."))

    browser.post(page("erase_note", programme, wrong.pk))

    assert list(queries.notes_of(visit)) == [right]
    assert not Event.objects.filter(personal__contains="Zuhura").exists()


def test_who_may_not_listen_reads_no_plan_and_no_note(visit, programme, flo):
    assert flo.get(page("visits", programme)).status_code == 403
    assert flo.get(page("visit", programme, visit.pk)).status_code == 403


# ---- what a site is like ---------------------------------------------------------------------------------


def test_the_profile_asks_what_the_ready_form_asks(programme):
    made = read_sheet(ready_forms()["site_profile"])
    asked = {each.name: each for each in made.questions}

    assert ASKED.keys() <= asked.keys()
    for name, each in ASKED.items():
        assert (asked[name].type == "select all that apply") == each.several, name
    for code in {code for each in ASKED.values() for code in each.choices}:
        assert f"<name>{code}</name>".encode() in made.xform, code


@pytest.fixture
def submission(programme):
    sheet = ready_forms()["site_profile"]
    edition = collect.add_edition(programme=programme, made=read_sheet(sheet), sheet=sheet, by=None)
    collect.publish_edition(edition=edition, by=None)
    collector, _token = collect.add_collector(programme=programme, name="Asha", by=None)
    return collect.receive_submission(collector=collector, xml=sheets.site_profile()).submission


def test_a_filled_in_site_profile_becomes_the_profile_of_a_site(programme, site, submission, browser):
    waits = browser.get(page("sites", programme))
    shown = browser.get(page("take_profile", programme, submission.pk))
    said = {"place": site.pk, "seen_on": "2026-05-01", "minerals": ["gold", "salt"], "works": "both"}

    browser.post(page("take_profile", programme, submission.pk), said)

    assert page("take_profile", programme, submission.pk) in waits.text
    assert f'value="{site.pk}" selected' in shown.text
    kept = SiteProfile.objects.get()
    assert (kept.place, kept.submission, kept.seen_on) == (site, submission, date(2026, 5, 1))
    assert "gold, salt" in browser.get(page("site", programme, site.pk)).text
    assert not queries.profile_forms(programme)


def test_what_a_form_says_is_read_and_what_is_not_known_is_left_out(submission):
    said = read(submission.answers | {"/data/cyanide": "perhaps"})

    assert (said["minerals"], said["workers"], said["notes"]) == (["gold", "salt"], "50_250", "One well.")
    assert "cyanide" not in said
    assert "One well." in [words for _label, words in lines(said)]


def test_a_form_makes_one_profile(programme, site, submission):
    actions.keep_profile(place=site, seen_on=TODAY, said={}, submission=submission, by=None)

    with pytest.raises(ValueError, match="made of this form before"):
        actions.keep_profile(place=site, seen_on=TODAY, said={}, submission=submission, by=None)


def test_a_profile_is_forgotten_with_the_form_that_it_was_taken_from(site, submission):
    actions.keep_profile(place=site, seen_on=TODAY, said={"notes": "A well."}, submission=submission, by=None)

    record.withdraw(submission.subject, by=None, programme=submission.programme_id)

    assert not SiteProfile.objects.exists()


@pytest.mark.parametrize("wrong", [{"mercury": "often"}, {"minerals": "gold"}, {"legal": "no"}])
def test_an_answer_that_is_none_is_refused(site, wrong):
    with pytest.raises(ValueError, match="is no answer"):
        actions.keep_profile(place=site, seen_on=TODAY, said=wrong, by=None)


# ---- meetings of one group -------------------------------------------------------------------------------


def test_what_a_meeting_agreed_on_is_one_problem_a_line(meeting, programme, browser):
    said = {"problems": "The water.\n\n  Light   in the pit. \n", "language": "en"}

    browser.post(page("meeting", programme, meeting.pk), said)

    assert [each.text for each in queries.problems_of(meeting)] == ["The water.", "Light in the pit."]


def test_nothing_crosses_before_the_group_lets_it(meeting, programme, flo):
    [water] = agreed(meeting)

    with pytest.raises(actions.NotReleased):
        steering.bring_in(round=make.round_(programme), problems=[water], by=None)

    assert "The water." not in flo.get(reverse("dialogue:bring_in", args=[programme.slug])).text
    assert flo.get(page("meeting", programme, meeting.pk)).status_code == 403
    assert not Statement.objects.exists()


def test_what_the_group_let_go_is_put_to_the_vote_in_its_own_words(meeting, programme, flo):
    [water] = agreed(meeting)
    released(meeting)
    round_ = make.round_(programme)
    address = reverse("dialogue:bring_in", args=[programme.slug])

    shown = flo.get(address)
    flo.post(address, {"problems": [water.pk], "round": round_.pk})

    assert "Panners: The water." in shown.text
    made = Statement.objects.get()
    assert (made.text, made.language, made.state) == ("The water.", "en", "approved")
    assert MeetingProblem.objects.get().statement == made.pk
    assert not queries.released_problems(programme)
    assert "Panners agreed on it at a meeting of their own" in flo.get(made.get_absolute_url()).text


def test_what_the_group_keeps_crosses_with_nothing(meeting, programme):
    water, harassed = agreed(meeting, "The water.", "What is asked of us for ore.")
    actions.change_problem(problem=harassed, kept=True, by=None)
    released(meeting)

    assert list(queries.released_problems(programme)) == [water]
    with pytest.raises(actions.NotReleased):
        steering.bring_in(round=make.round_(programme), problems=[water, harassed], by=None)
    assert not Statement.objects.exists()


def test_a_problem_is_put_to_the_vote_once(meeting, programme):
    [water] = agreed(meeting)
    released(meeting)
    steering.bring_in(round=make.round_(programme), problems=[water], by=None)

    with pytest.raises(actions.Crossed):
        steering.bring_in(round=make.round_(programme), problems=[water], by=None)


@pytest.mark.parametrize(
    ("missing", "said"),
    [({"released_by": " "}, "who spoke"), ({"hands": None}, "Count the hands"), ({"hands": 0}, "Count")],
)
def test_a_release_has_a_name_and_a_way(meeting, missing, said):
    agreed(meeting)

    with pytest.raises(ValueError, match=said):
        released(meeting, **missing)

    assert Meeting.objects.get().released_at is None


def test_a_list_with_nothing_to_let_go_is_not_released(meeting):
    [water] = agreed(meeting)
    actions.change_problem(problem=water, kept=True, by=None)

    with pytest.raises(ValueError, match="nothing on the list"):
        released(meeting)


def test_a_release_can_be_taken_back_until_something_crossed(meeting, programme, browser):
    [water] = agreed(meeting)
    released(meeting)
    browser.post(page("keep_meeting_apart", programme, meeting.pk))
    taken_back = Meeting.objects.get()
    said = (taken_back.released_at, taken_back.released_by)

    released(taken_back)
    steering.bring_in(round=make.round_(programme), problems=[water], by=None)
    answer = browser.post(page("keep_meeting_apart", programme, meeting.pk), follow=True)

    assert said == (None, "")
    assert "it has crossed" in answer.text
    assert Meeting.objects.get().released_at is not None


def test_a_released_list_is_not_changed_under_the_groups_hands(meeting):
    [water] = agreed(meeting)
    released(meeting)

    with pytest.raises(actions.Released):
        agreed(meeting, "Something that the group never said.")
    with pytest.raises(actions.Released):
        actions.change_problem(problem=water, text="Other words.", by=None)
    with pytest.raises(actions.Released):
        actions.erase_problem(problem=water, by=None)
    with pytest.raises(actions.Released):
        released(meeting)


def test_words_that_do_not_fit_are_not_lost(meeting, programme, browser):
    long = "word " * 80

    answer = browser.post(
        page("meeting", programme, meeting.pk), {"problems": f"The water.\n{long}", "language": "en"}
    )

    assert "at most 280 letters" in answer.text
    assert "The water.\nword word" in answer.text
    assert not MeetingProblem.objects.exists()


def test_the_group_may_take_a_problem_back_for_ever(meeting, programme, browser):
    [water] = agreed(meeting, "The buyer Zuhura.")

    browser.post(page("erase_problem", programme, water.pk))

    assert not queries.problems_of(meeting)
    assert not Event.objects.filter(personal__contains="Zuhura").exists()


def test_a_forgotten_meeting_leaves_no_word_but_what_was_put_to_the_vote(meeting, programme, browser):
    water, _light = agreed(meeting, "The water.", "Light in the pit.")
    released(meeting)
    steering.bring_in(round=make.round_(programme), problems=[water], by=None)

    browser.post(page("forget_meeting", programme, meeting.pk))

    assert (Meeting.objects.count(), MeetingProblem.objects.count()) == (0, 0)
    assert not Event.objects.filter(personal__contains="Light in the pit").exists()
    assert Statement.objects.get().text == "The water."


# ---- the map by district ---------------------------------------------------------------------------------


def test_a_site_has_no_place_on_any_map(site, programme, browser):
    with pytest.raises(ValueError, match="never closer"):
        actions.set_spot(place=site, north=-2.87, east=32.17, by=None)

    answer = browser.post(page("set_spot", programme, site.pk), {"north": "-2.87", "east": "32.17"})

    assert "never closer" in answer.text
    assert not Spot.objects.exists()


def test_a_district_is_kept_to_a_tenth_of_a_degree_wherever_it_is_written_down(district, programme, browser):
    browser.post(page("set_spot", programme, district.pk), {"north": "-2.87412", "east": "32.16873"})

    assert (Spot.objects.get().north, Spot.objects.get().east) == (-29, 322)
    assert not Event.objects.filter(plain__contains="87412").exists()
    assert not Event.objects.filter(personal__contains="87412").exists()


def test_the_file_of_the_map_names_no_site_to_anybody(district, site, programme, browser):
    actions.set_spot(place=district, north=-2.87, east=32.17, by=None)

    said = json.loads(browser.get(page("districts_geojson", programme)).content)

    [feature] = said["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [32.2, -2.9]}
    assert (feature["properties"]["district"], feature["properties"]["sites"]) == ("Geita District", 1)
    assert "Nyakasanda" not in json.dumps(said)


def test_who_may_not_listen_sees_districts_and_counts_and_no_site(district, site, programme, flo, browser):
    shown = flo.get(page("sites", programme)).text

    assert "Geita District" in shown
    assert "Nyakasanda" not in shown
    assert "Nyakasanda" in browser.get(page("sites", programme)).text


def test_a_site_in_no_district_is_counted_apart(programme, district):
    make.place(programme, name="Far away")

    *_others, nowhere = queries.districts(programme, today=TODAY)

    assert (nowhere.place, [each.place.name for each in nowhere.sites]) == (None, ["Far away"])


def test_only_a_visit_that_was_made_counts_as_one(visit, programme):
    planned = queries.districts(programme, today=TODAY)[0].visited
    actions.mark_visit(visit=visit, state="made", by=None)

    assert (planned, queries.districts(programme, today=TODAY)[0].visited) == (0, 1)


def test_north_is_up_and_east_is_right_and_no_words_lie_on_others(programme, district):
    near = make.place(programme, name="Mbogwe", level="district")
    far = make.place(programme, name="Arusha", level="district")
    for place, north, east in ((district, -2.9, 32.2), (near, -3.0, 32.2), (far, -3.4, 36.7)):
        actions.set_spot(place=place, north=north, east=east, by=None)

    drawn = queries.draw(queries.districts(programme, today=TODAY))

    geita, mbogwe, arusha = drawn.marks
    assert [str(mark.district.place) for mark in drawn.marks] == ["Geita District", "Mbogwe", "Arusha"]
    assert geita.y < mbogwe.y < arusha.y
    assert geita.x == mbogwe.x < arusha.x
    assert mbogwe.words_y - geita.words_y >= queries.A_LINE
    assert all(0 < mark.x < queries.WIDTH and 0 < mark.y < queries.HEIGHT for mark in drawn.marks)


@pytest.mark.parametrize(("north", "east"), [(89.9, 179.9), (-89.9, -179.9), (0, 0)])
def test_a_map_of_one_district_anywhere_can_be_drawn(programme, district, north, east):
    actions.set_spot(place=district, north=north, east=east, by=None)

    [mark] = queries.draw(queries.districts(programme, today=TODAY)).marks

    assert (mark.x, mark.y) == (queries.WIDTH / 2, queries.HEIGHT / 2)


def test_without_any_spot_there_is_a_table_and_no_map(programme, district, browser):
    shown = browser.get(page("sites", programme))

    assert queries.draw(queries.districts(programme, today=TODAY)) is None
    assert "<figure" not in shown.text
    assert "Geita District" in shown.text
