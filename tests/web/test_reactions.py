"""The worker follows the record: each event once, in order, and a failure stops nobody else."""

import logging
import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from jukwaa import record
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Audience, Purpose
from jukwaa.record.models import Done, Event
from jukwaa.stories import actions as stories
from jukwaa.stories.models import Story
from jukwaa.web import reactions
from tests import make

pytestmark = pytest.mark.django_db

MARKED = "programmes.stage_marked"


@pytest.fixture
def seen(monkeypatch) -> list[Event]:
    """The events of stages that were marked, as a reaction saw them."""
    events: list[Event] = []
    monkeypatch.setitem(reactions.REACTIONS, MARKED, [events.append])
    return events


def mark(stage, note: str) -> None:
    programmes.mark_stage(stage=stage, state="present", note=note, by=None)


@pytest.fixture
def told(road) -> Story:
    make.consent(road.voice, Purpose.STORY, Audience.PUBLIC)
    story = stories.write_story(outcome=road.outcome, title="A", text="B", teller=road.voice, by=None)
    return stories.publish_story(story=story, audience=Audience.PUBLIC, by=None)


def test_a_reaction_sees_each_event_once_and_each_stream_in_order(programme, seen):
    stage = make.stage(programme)
    for number in range(3):
        mark(stage, f"{number}")

    reactions.work_once()
    reactions.work_once()
    mark(stage, "3")
    reactions.work_once()

    assert len({event.pk for event in seen}) == len(seen) == 4
    for stream in {event.stream_id for event in seen}:
        order = [event.seq for event in seen if event.stream_id == stream]
        assert order == sorted(order)


def test_nothing_to_do_writes_nothing(programme):
    reactions.work_once()
    before = list(Done.objects.values())

    assert reactions.work_once() == 0
    assert list(Done.objects.values()) == before


def test_a_story_whose_consent_ends_is_taken_back_by_the_worker(told, road):
    reactions.work_once()
    assert Story.objects.get().published_on

    programmes.end_consent(participant=road.voice, purpose=Purpose.STORY, by=None)
    reactions.work_once()

    assert Story.objects.get().published_on is None


def test_a_reaction_that_runs_twice_does_no_harm(told, road):
    programmes.end_consent(participant=road.voice, purpose=Purpose.STORY, by=None)
    reactions.work_once()
    said = [event.hash for event in record.history(told)]

    Done.objects.all().delete()
    reactions.work_once()

    assert [event.hash for event in record.history(told)] == said


def test_somebody_who_is_forgotten_after_ending_a_consent_does_not_stop_the_worker(told, road):
    programmes.end_consent(participant=road.voice, purpose=Purpose.STORY, by=None)
    programmes.forget_participant(participant=road.voice, by=None)

    reactions.work_once()

    assert not Done.objects.filter(failures__gt=0).exists()


def test_a_failing_reaction_does_not_stop_other_streams(programme, seen, monkeypatch, caplog):
    other = make.programme()
    mark(make.stage(other), "fails")
    mark(make.stage(programme), "runs")

    def fail_for_the_other(event: Event) -> None:
        if event.stream.programme == other.pk:
            raise RuntimeError("planted")
        seen.append(event)

    monkeypatch.setitem(reactions.REACTIONS, MARKED, [fail_for_the_other])
    with caplog.at_level(logging.CRITICAL, logger="jukwaa.web.reactions"):
        ran = reactions.work_once()

    assert ran == len(seen) == 1
    assert Done.objects.get(stream__programme=other.pk, failures=1).retry_at > timezone.now()


def test_what_failed_is_tried_again_later_and_later(programme, seen, monkeypatch, caplog):
    failing = True

    def fail_at_first(event: Event) -> None:
        if failing:
            raise RuntimeError("planted")
        seen.append(event)

    monkeypatch.setitem(reactions.REACTIONS, MARKED, [fail_at_first])
    mark(make.stage(programme), "once")
    at, waits = timezone.now(), []
    with caplog.at_level(logging.CRITICAL, logger="jukwaa.web.reactions"):
        for _attempt in range(3):
            reactions.work_once(at=at)
            done = Done.objects.get(failures__gt=0)
            waits.append(done.retry_at - at)
            reactions.work_once(at=at)
            assert Done.objects.get(failures__gt=0).failures == done.failures
            at = done.retry_at

    assert waits == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    failing = False
    reactions.work_once(at=at)
    assert len(seen) == 1
    assert not Done.objects.filter(failures__gt=0).exists()


def test_a_worker_that_died_is_followed_by_another_after_a_while(programme, seen, monkeypatch):
    class Killed(BaseException):
        """As kill -9 would end it: nothing is noted."""

    def die(event: Event) -> None:
        raise Killed

    monkeypatch.setitem(reactions.REACTIONS, MARKED, [die])
    mark(make.stage(programme), "once")
    at = timezone.now()
    with pytest.raises(Killed):
        reactions.work_once(at=at)
    monkeypatch.setitem(reactions.REACTIONS, MARKED, [seen.append])

    reactions.work_once(at=at + timedelta(minutes=1))
    assert seen == []
    reactions.work_once(at=at + timedelta(minutes=11))
    assert len(seen) == 1


def test_a_standing_question_that_fails_does_not_stop_the_others(db, monkeypatch, caplog):
    def fail() -> int:
        raise RuntimeError("planted")

    monkeypatch.setattr(reactions, "QUESTIONS", [fail, lambda: 2])
    with caplog.at_level(logging.CRITICAL, logger="jukwaa.web.reactions"):
        assert reactions.work_once() == 2


def test_many_events_that_nobody_reacts_to_are_passed_over_once(programme):
    programmes.add_participants(programme=programme, constituency=None, count=250, by=None)

    reactions.work_once()

    passed = Done.objects.get(stream__programme=programme.pk, stream__klass="open")
    assert passed.next_seq >= 250


@pytest.mark.parametrize(("folder", "hours"), [("half-filled", 23), ("half-filled", 25), ("imports", 25)])
def test_what_somebody_put_by_and_left_goes_after_a_day(settings, folder: str, hours: int):
    left = settings.JUKWAA_HOME / folder / "5f0e"
    (left if folder == "imports" else left.parent).mkdir(parents=True)
    if folder != "imports":
        left.write_bytes(b"a voice")
    then = time.time() - hours * 3600
    os.utime(left, (then, then))

    reactions.ask_once()

    assert left.exists() == (hours < 24)
