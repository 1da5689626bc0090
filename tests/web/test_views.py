"""The home, the road, the thread, the answer, and what goes wrong."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jukwaa import record
from jukwaa.programmes import actions as programmes
from jukwaa.programmes import cards
from jukwaa.programmes.models import Audience, Purpose, Role, Stage
from jukwaa.stories import actions as stories
from tests import make
from tests.web.test_access import ROUTES

pytestmark = pytest.mark.django_db

ANYBODY = Client()


def text_of(address: str, client: Client = ANYBODY, **asked) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def mark(stage: Stage, state: str, note: str | None = None) -> None:
    programmes.mark_stage(stage=stage, state=state, note=note, by=None)


# ---- home ------------------------------------------------------------------------------------------------


def test_the_home_shows_public_programmes_with_where_they_stand(programme):
    make.programme(title="Kept inside")
    stage = make.stage(programme, title="Action dialogue")
    mark(stage, "present")

    text = text_of(reverse("web:home"))

    assert "Geita" in text
    assert "Now: Action dialogue" in text
    assert "Kept inside" not in text


def test_the_home_says_where_people_vote_now(programme, road):
    assert "voting now" not in text_of(reverse("web:home"))

    record.put("dialogue.round_reopened", road.problems, closed_at=None, by=None)

    assert "voting now" in text_of(reverse("web:home"))


def test_the_home_shows_staff_where_they_work(programme):
    member = make.member(programme)

    assert "Where you work" in text_of(reverse("web:home"), make.client_of(member))


def test_the_home_of_an_empty_site_says_what_will_be_there(db):
    assert "There are none yet" in text_of(reverse("web:home"))


def test_the_home_and_the_feed_tell_the_newest_story(road):
    told = stories.write_story(outcome=road.outcome, title="The pump", text="It runs.", by=None)
    stories.publish_story(story=told, audience=Audience.PUBLIC, by=None)

    assert "The pump" in text_of(reverse("web:home"))
    feed = text_of(reverse("web:feed"))
    assert "<title>The pump</title>" in feed
    assert "http://www.w3.org/2005/Atom" in feed


# ---- road ------------------------------------------------------------------------------------------------


def road_of(programme) -> str:
    return reverse("web:road", args=[programme.slug])


def test_the_road_tells_what_came_of_each_stage(programme, road):
    for kind in ("research", "dialogue", "leadership", "follow_up", "communications"):
        record.put(
            "programmes.stage_marked", make.stage(programme, kind=kind, title=kind), state="done", by=None
        )
    stage = make.stage(programme, kind="workshop", title="Workshop")
    mark(stage, "present", note="Six problems.")
    record.put("dialogue.gathering_changed", road.gathering, stage=stage, by=None)

    text = text_of(road_of(programme), make.client_of(make.member(programme)))

    assert "Testimonies heard: 1." in text
    assert "Six problems. 1 gathering. Statements put to the vote: 2. People who voted: 0." in text
    assert "1 promise. Done: 1." in text


def test_the_public_sees_no_small_count_of_people(programme, road):
    stage = make.stage(programme, kind="research", title="Research")
    mark(stage, "done")

    assert "Testimonies heard: &lt;10." in text_of(road_of(programme))


def test_the_road_says_who_is_missing_and_what_is_next(programme):
    present, _next = make.stage(programme, title="Here"), make.stage(programme, title="There")
    mark(present, "present")
    make.constituency(programme, name="Chiefs")

    public = text_of(road_of(programme))
    staff = text_of(road_of(programme), make.client_of(make.member(programme)))

    assert "few voices yet from: Chiefs" in public
    assert "nobody yet from: Chiefs" in staff
    assert "Next: There" in public


def test_the_road_invites_to_an_open_round(programme, road):
    assert "People are voting now" not in text_of(road_of(programme))

    record.put("dialogue.round_reopened", road.problems, closed_at=None, by=None)

    text = text_of(road_of(programme))
    assert "What must change?" in text
    assert reverse("dialogue:take_part", args=[programme.slug]) in text


@pytest.mark.parametrize(
    ("status", "due", "disputed", "said"),
    [
        ("done", 30, False, "Done: 1."),
        ("on_track", 30, False, "On track: 1."),
        ("late", 30, False, "Late: 1."),
        ("on_track", -1, False, "Late: 1."),
        ("done", 30, True, "Disputed: 1."),
    ],
)
def test_promises_are_counted_as_they_stand(programme, road, status, due, disputed, said):
    day = timezone.localdate() + timedelta(days=due)
    record.put("delivery.commitment_changed", road.commitment, due_on=day, by=None)
    report = make.report(road.commitment, status=status, text="Today.")
    if disputed:
        make.disputed(report)

    assert f"1 promise. {said}" in text_of(road_of(programme))


def test_a_row_kept_inside_is_not_counted_for_the_public(programme, road):
    record.put("agenda.row_changed", road.row, public=False, by=None)

    assert "1 promise." not in text_of(road_of(programme))
    assert "1 promise." in text_of(road_of(programme), make.client_of(make.member(programme)))


def test_a_programme_that_is_not_public_is_for_its_people(road, programme):
    record.put("programmes.programme_changed", programme, public=False, by=None)

    assert ANYBODY.get(road_of(programme)).status_code == 404
    assert make.phone_of(road.voice).get(road_of(programme)).status_code == 200


def test_every_line_of_what_came_of_it_leads_to_a_page_that_there_is(programme):
    member = make.member(programme, role=Role.COORDINATOR)

    answer = make.client_of(member).get(road_of(programme))

    missing = [line.route for line in answer.context["counts"] if line.route and line.route not in ROUTES]
    assert missing == []


def test_the_road_takes_few_queries(programme, road, django_assert_max_num_queries):
    for kind in ("scoping", "partners", "research", "apart", "workshop", "dialogue", "follow_up"):
        stage = make.stage(programme, kind=kind, title=kind)
        mark(stage, "done")

    with django_assert_max_num_queries(40):
        ANYBODY.get(road_of(programme))


# ---- thread ----------------------------------------------------------------------------------------------


def thread_of(thing, kind: str) -> str:
    return reverse("web:thread", args=[thing.programme.slug, kind, thing.pk])


def test_the_thread_can_be_read_by_anybody(road):
    text = text_of(thread_of(road.problem, "problem"))

    assert "Wash water is dirty" in text
    assert "The pump stands by September" in text
    assert "Maji ni machafu." not in text


def test_a_thread_of_a_voice_is_for_those_who_may_listen(road):
    researcher = make.client_of(make.member(road.problem.programme, role=Role.RESEARCHER))
    observer = make.client_of(make.member(road.problem.programme, role=Role.OBSERVER))

    for thing, kind in ((road.testimony, "testimony"), (road.quote, "quote")):
        assert researcher.get(thread_of(thing, kind)).status_code == 200
        assert observer.get(thread_of(thing, kind)).status_code == 404
        assert ANYBODY.get(thread_of(thing, kind)).status_code == 404


def test_what_is_not_there_or_of_another_programme_has_no_thread(road):
    other = make.programme(public=True)

    for programme, kind, pk in (
        (road.problem.programme, "problem", uuid.uuid4()),
        (road.problem.programme, "vote", road.problem.pk),
        (other, "problem", road.problem.pk),
    ):
        assert ANYBODY.get(reverse("web:thread", args=[programme.slug, kind, pk])).status_code == 404


# ---- answer ----------------------------------------------------------------------------------------------


def test_a_code_is_answered_and_stands_in_no_address(road):
    answer = ANYBODY.post(
        reverse("web:trace"), {"code": cards.spaced(road.testimony.trace_code), "language": "en"}
    )

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "We heard what you said" in text
    assert "no-store" in answer["Cache-Control"]
    assert road.testimony.trace_code not in text
    assert cards.spaced(road.testimony.trace_code) not in text


def test_a_code_in_the_address_is_not_looked_at(road):
    text = text_of(reverse("web:trace"), code=road.testimony.trace_code)

    assert "We heard what you said" not in text


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "This field is required"),
        ("12", "twelve digits"),
        ("0000 0000 0000", "One of the digits is not right"),
        ("0000 0000 0098", "We do not know this code here"),
    ],
)
def test_a_code_that_is_none_is_said_to_be_none(db, code, said):
    answer = ANYBODY.post(reverse("web:trace"), {"code": code})

    assert said in answer.content.decode()


def test_the_answer_is_light_enough_for_a_slow_phone(road):
    answer = ANYBODY.post(reverse("web:trace"), {"code": road.testimony.trace_code})

    assert len(answer.content) < 20_000


# ---- what goes wrong -------------------------------------------------------------------------------------


def test_an_address_that_leads_nowhere_says_so_plainly(db):
    answer = ANYBODY.get("/no/such/page/")

    assert answer.status_code == 404
    assert "There is no page here" in answer.content.decode()


def test_a_page_that_is_not_for_a_role_says_whom_to_ask(programme):
    observer = make.client_of(make.member(programme, role=Role.OBSERVER))

    answer = observer.get(reverse("stories:write", args=[programme.slug]))

    assert answer.status_code == 403
    assert "coordinator" in answer.content.decode()


def test_a_fault_of_ours_says_that_nothing_was_lost(db, monkeypatch):
    def broken(*_a, **_k):
        raise RuntimeError("planted")

    monkeypatch.setattr("jukwaa.web.queries.public_programmes", broken)

    answer = Client(raise_request_exception=False).get(reverse("web:home"))

    assert answer.status_code == 500
    assert "What was saved before is safe" in answer.content.decode()
    assert "planted" not in answer.content.decode()


def test_a_story_hidden_by_its_teller_is_on_no_list(road):
    make.consent(road.voice, Purpose.STORY, Audience.PUBLIC)
    told = stories.write_story(outcome=road.outcome, title="The pump", text="x", teller=road.voice, by=None)
    stories.publish_story(story=told, audience=Audience.PUBLIC, by=None)
    make.consent(road.voice, Purpose.STORY, Audience.PUBLIC, given=False)

    assert "The pump" not in text_of(reverse("web:home"))
    assert "The pump" not in text_of(reverse("web:feed"))
