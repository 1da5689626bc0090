"""What changes around the sites: visits, notes, profiles, meetings of one group and what they release."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.field.media import PHOTO_MIME, Photo
from jukwaa.field.models import Meeting, MeetingProblem, SiteNote, SiteProfile, Spot, Submission, Visit
from jukwaa.field.visits import queries
from jukwaa.field.visits.profile import ASKED
from jukwaa.programmes.models import Constituency, Member, Place, Programme
from jukwaa.record import blobs
from jukwaa.record.write import By

MOST_HANDS = 1000
LONGEST_PROBLEM = 280


class Released(Exception):
    """The group released what it agreed on: it is not changed under its hands."""


class NotReleased(Exception):
    """The group has not let this go: it crosses to nobody."""


class Crossed(Exception):
    """Something of it was put to the vote already, and cannot be called back."""


# ---- places on the map -----------------------------------------------------------------------------------


def set_spot(*, place: Place, north: float, east: float, by: By) -> Spot:
    """Say about where a district, or something larger, lies: degrees, kept to a tenth (some eleven km).

    Raises ValueError for a site, which has no place on any map, and for degrees that are none.
    """
    if place.level == Place.Level.SITE:
        raise ValueError(_("A site is shown at its district, never closer: it has no place of its own."))
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise ValueError(_("North is from -90 to 90 degrees, east from -180 to 180."))
    row = Spot(
        id=Spot.id_on_the_map(place),
        programme_id=place.programme_id,
        place=place,
        north=round(north * 10),
        east=round(east * 10),
        removed=False,
    )
    return record.put("field.spot_set", row, by=by)


# ---- visits ----------------------------------------------------------------------------------------------


def plan_visit(*, programme: Programme, place: Place, starts_on: date, by: By, **said: Any) -> Visit:
    """Plan a visit. said: ends_on, purpose, goes, bring, consent, safety, tell.

    Raises ValueError for a visit that ends before it begins, or that nobody is told of.
    """
    _in_order(starts_on, said.get("ends_on"))
    _told(said.get("tell", ""))
    pk = uuid.uuid4()
    row = Visit(id=pk, subject=pk, programme=programme, place=place, starts_on=starts_on, **said)
    return record.fact("field.visit_planned", row, by=by)


def change_visit(*, visit: Visit, by: By, **said: Any) -> Visit:
    """Plan the visit anew. Raises ValueError as plan_visit does."""
    _in_order(said.get("starts_on", visit.starts_on), said.get("ends_on", visit.ends_on))
    _told(said.get("tell", visit.tell))
    return record.put("field.visit_changed", visit, by=by, **said)


def _in_order(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise ValueError(_("The last day is before the first."))


def _told(tell: str) -> None:
    if not tell.strip():
        raise ValueError(_("Say whom to tell before you go, and who calls when you are not back."))


def mark_visit(*, visit: Visit, state: str, by: By, note: str = "") -> Visit:
    """Say that the visit was made, or called off, or is planned again; note: what came of it."""
    return record.put("field.visit_marked", visit, state=Visit.State(state), state_note=note.strip(), by=by)


def forget_visit(*, visit: Visit, by: By) -> None:
    """Forget the visit for ever, with its plan, notes and photos, here and wherever the record went."""
    record.withdraw(visit.pk, by=by, programme=visit.programme_id, verb="field.visit_forgotten")


def add_note(*, visit: Visit, by: By, text: str = "", photo: Photo | None = None) -> SiteNote:
    """Keep what was seen at the visit. Raises ValueError when there are neither words nor a photo."""
    if not (text.strip() or photo):
        raise ValueError(_("Write what you saw, or attach a photo."))
    row = SiteNote(
        programme_id=visit.programme_id,
        subject=visit.pk,
        visit=visit,
        text=text.strip(),
        photo=blobs.keep(photo.data, mime=PHOTO_MIME) if photo else "",
        written_by_id=by.pk if isinstance(by, Member) else None,
    )
    return record.fact("field.note_written", row, by=by)


def erase_note(*, note: SiteNote, by: By) -> None:
    """Erase the note for ever, with its photo, here and wherever the record went."""
    record.withdraw(note.pk, by=by, programme=note.programme_id, verb="field.note_erased")


# ---- what a site is like ---------------------------------------------------------------------------------


def keep_profile(
    *, place: Place, seen_on: date, said: Mapping[str, Any], by: By, submission: Submission | None = None
) -> SiteProfile:
    """Keep what a site is like, as somebody saw it that day; earlier profiles of it stay.

    What was taken from a filled-in form is forgotten with it. Raises ValueError for answers that are none, or
    for a form that was taken up before.
    """
    for name, answer in said.items():
        _is_answer(name, answer)
    if (
        submission is not None
        and not queries.profile_forms(place.programme).filter(pk=submission.pk).exists()
    ):
        raise ValueError(_("A profile was made of this form before, or it was rejected."))
    row = SiteProfile(
        programme_id=place.programme_id,
        subject=submission.subject if submission else None,
        place=place,
        seen_on=seen_on,
        said=dict(said),
        submission=submission,
    )
    return record.fact("field.profile_kept", row, by=by)


def _is_answer(name: str, answer: Any) -> None:
    if name == "notes":
        return
    asked = ASKED.get(name)
    codes = answer if isinstance(answer, list) else [answer]
    if asked is None or isinstance(answer, list) != asked.several or not set(codes) <= set(asked.choices):
        raise ValueError(_("“%(answer)s” is no answer to %(name)s.") % {"answer": answer, "name": name})


def erase_profile(*, profile: SiteProfile, by: By) -> None:
    """Erase the profile for ever; the form that it was taken from stays."""
    record.withdraw(profile.pk, by=by, programme=profile.programme_id, verb="field.profile_erased")


# ---- meetings of one group -------------------------------------------------------------------------------


def note_meeting(
    *, programme: Programme, constituency: Constituency, held_on: date, by: By, **said: Any
) -> Meeting:
    """Keep that one constituency met by itself. said: women, place, came, note."""
    pk = uuid.uuid4()
    row = Meeting(id=pk, subject=pk, programme=programme, constituency=constituency, held_on=held_on, **said)
    return record.fact("field.meeting_noted", row, by=by)


def change_meeting(*, meeting: Meeting, by: By, **said: Any) -> Meeting:
    """Correct when, where and with how many it was. Raises Released for another group after the release."""
    if meeting.released_at and ("constituency" in said or "women" in said):
        same = said.get("constituency", meeting.constituency) == meeting.constituency
        if not same or said.get("women", meeting.women) != meeting.women:
            raise Released
    return record.put("field.meeting_changed", meeting, by=by, **said)


def agree_on(*, meeting: Meeting, problems: Sequence[str], language: str, by: By) -> list[MeetingProblem]:
    """Add to what the meeting agreed on. Raises Released, or ValueError for words that do not fit."""
    texts = [_tidy(text) for text in problems if text.strip()]
    if not texts:
        raise ValueError(_("Write at least one problem."))
    with record.act(by=by, programme=meeting.programme_id):
        _is_apart(meeting)
        first = MeetingProblem.objects.filter(meeting=meeting).count()
        rows = [
            MeetingProblem(
                programme_id=meeting.programme_id,
                subject=meeting.pk,
                meeting=meeting,
                text=text,
                language=language,
                position=position,
            )
            for position, text in enumerate(texts, start=first)
        ]
        record.facts("field.problem_agreed", rows, by=by)
    return rows


def _tidy(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise ValueError(_("A problem needs words."))
    if len(text) > LONGEST_PROBLEM:
        told = _("A problem has at most %(most)s letters; this one has %(count)s. Say one thing at a time.")
        raise ValueError(told % {"most": LONGEST_PROBLEM, "count": len(text)})
    return text


def change_problem(*, problem: MeetingProblem, by: By, **said: Any) -> MeetingProblem:
    """Word it anew, or say whether it stays with the group. Raises Released or ValueError."""
    if "text" in said:
        said["text"] = _tidy(said["text"])
    with record.act(by=by, programme=problem.programme_id):
        _is_apart(problem.meeting)
        return record.put("field.problem_changed", problem, by=by, **said)


def erase_problem(*, problem: MeetingProblem, by: By) -> None:
    """Take it off the list for ever: the group has second thoughts. Raises Released."""
    if Meeting.objects.get(pk=problem.meeting_id).released_at is not None:
        raise Released
    record.withdraw(problem.pk, by=by, programme=problem.programme_id, verb="field.problem_erased")


def _now(meeting: Meeting) -> Meeting:
    """The meeting as it stands, held until the act ends."""
    return Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)


def _is_apart(meeting: Meeting) -> None:
    if _now(meeting).released_at is not None:
        raise Released


def release(
    *,
    meeting: Meeting,
    released_by: str,
    way: str,
    by: By,
    hands: int | None = None,
    at: datetime | None = None,
) -> Meeting:
    """Let what the group agreed on cross to the mixed space: the group says so, not the staff.

    released_by: who spoke for the group, by name or by what they are. way: how the group said so; with hands,
    how many. Raises Released when it was released before, or ValueError where something of this is missing or
    there is nothing to release.
    """
    if not released_by.strip():
        raise ValueError(_("Say who spoke for the group. What they are will do: “its spokeswoman”."))
    if Meeting.Way(way) == Meeting.Way.HANDS and (hands is None or not 1 <= hands <= MOST_HANDS):
        raise ValueError(_("Count the hands of the group: at least one. Without them nothing crosses."))
    with record.act(by=by, programme=meeting.programme_id):
        if _now(meeting).released_at is not None:
            raise Released
        if not queries.problems_of(meeting).filter(kept=False).exists():
            raise ValueError(_("There is nothing on the list that may leave the group."))
        return record.put(
            "field.meeting_released",
            meeting,
            released_at=at or timezone.now(),
            released_by=released_by.strip(),
            released_way=way,
            released_hands=hands if way == Meeting.Way.HANDS else None,
            by=by,
        )


def keep_apart(*, meeting: Meeting, by: By) -> Meeting:
    """Take a release back: what the group agreed on stays with it again.

    Raises NotReleased, or Crossed when something of it was put to the vote already.
    """
    with record.act(by=by, programme=meeting.programme_id):
        if _now(meeting).released_at is None:
            raise NotReleased
        if queries.has_crossed(meeting):
            raise Crossed
        return record.put(
            "field.meeting_kept_apart",
            meeting,
            released_at=None,
            released_by="",
            released_way="",
            released_hands=None,
            by=by,
        )


def note_crossed(*, problem: MeetingProblem, statement: uuid.UUID, by: By) -> MeetingProblem:
    """Note as which statement it was put to the vote. Raises NotReleased for what the group did not let go,
    and Crossed when it was put to the vote before.
    """
    with record.act(by=by, programme=problem.programme_id):
        meeting = _now(problem.meeting)
        now = MeetingProblem.objects.get(pk=problem.pk)
        if meeting.released_at is None or meeting.removed or now.kept or now.removed:
            raise NotReleased
        if now.statement is not None:
            raise Crossed
        return record.put("field.problem_crossed", now, statement=statement, by=by)


def forget_meeting(*, meeting: Meeting, by: By) -> None:
    """Forget the meeting for ever, with its list. What was put to the vote stays where it is."""
    record.withdraw(meeting.pk, by=by, programme=meeting.programme_id, verb="field.meeting_forgotten")
