"""Who spoke and was told what came of it, who was not, and how the answer sounds.

A contribution is a testimony, a statement that a participant proposed, or an answer about a promise: what a
trace code was given for. Those who asked to be forgotten are in none of this.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from jukwaa.delivery.models import Outcome, Verdict
from jukwaa.dialogue.models import Spoken, Statement
from jukwaa.dialogue.queries import of_the_mixed_room
from jukwaa.field import languages
from jukwaa.field.models import Testimony
from jukwaa.programmes.cards import spaced
from jukwaa.programmes.disclosure import Frame, enough, shown_count, shown_share
from jukwaa.programmes.models import Consent, Gender, Participant, Place, Programme, Purpose
from jukwaa.programmes.queries import day_of_time, holding, not_forgotten, standing, within
from jukwaa.stories.models import Answered
from jukwaa.stories.trace import Contribution, answer_to, with_a_voice

# Who gave something is told what came of it within so many days (domain.md §4, "feedback closed").
DAYS_TO_ANSWER = 60

CAME = {
    "told": _("told to a researcher"),
    "form": _("by a form"),
    "proposed": _("proposed to a vote"),
    "promise": _("said of a promise"),
}


# ---- who spoke -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contributed:
    """Something that somebody said, without a word of it: by which code, how it came, and when.

    came: a key of CAME. place: of the testimony, or where they live. reachable: they agreed to be asked
    again. answered: how and when they were told what came of it, or None.
    """

    pk: uuid.UUID
    code: str
    came: str
    day: date
    language: str
    subject: uuid.UUID | None
    gender: str
    place: uuid.UUID | None
    constituency: uuid.UUID | None
    reachable: bool
    answered: Answered | None

    @property
    def spoken_code(self) -> str:
        return spaced(self.code)

    @property
    def came_by(self) -> str:
        """How it came, in words."""
        return str(CAME[self.came])

    @property
    def language_name(self) -> str:
        return languages.NAMES.get(self.language, self.language)

    @property
    def gender_name(self) -> str:
        return str(Gender(self.gender).label)

    @property
    def how_to_reach(self) -> str:
        """How they can be told, in a sentence."""
        if self.reachable:
            return gettext("They agreed to be asked again: the contact book says how.")
        if self.came in {"proposed", "promise"}:
            return gettext("They have a card: at the next gathering.")
        return gettext("On a visit, by a letter, or on the radio.")

    def waits(self, on: date | None = None) -> int:
        """Days since it was said until it was answered, or until that day."""
        end = self.answered.told_on if self.answered else (on or timezone.localdate())
        return max(0, (end - self.day).days)

    @property
    def is_late(self) -> bool:
        """Whether they wait longer than they should."""
        return not self.answered and self.waits() > DAYS_TO_ANSWER

    @property
    def in_time(self) -> bool:
        return self.answered is not None and self.waits() <= DAYS_TO_ANSWER


def contributions(programme: Programme) -> list[Contributed]:
    """Everything that people said in the programme and got a trace code for, the oldest first."""
    said = sorted(_said(programme), key=lambda each: (each["day"], each["pk"].hex))
    people = _people({each["subject"] for each in said})
    told = {row.of: row for row in standing(Answered.objects.filter(programme=programme))}
    again = holding(Consent.objects.filter(programme=programme, purpose=Purpose.RECONTACT))
    reachable = set(again.values_list("participant_id", flat=True))
    return [_contributed(each, people, told, reachable) for each in said]


def _said(programme: Programme) -> Iterator[dict[str, Any]]:
    """What each row has of a contribution, three queries in all. A form's testimony came by that form."""
    heard = not_forgotten(standing(Testimony.objects.filter(programme=programme)))
    columns = ("pk", "trace_code", "language", "subject", "hlc")
    for row in heard.order_by().values(*columns, "given_on", "place", "submission"):
        day = row.pop("given_on") or day_of_time(row["hlc"])
        yield row | {"day": day, "came": "form" if row["submission"] else "told"}
    proposed = not_forgotten(standing(Statement.objects.filter(programme=programme, by_participant=True)))
    for row in proposed.order_by().values(*columns):
        yield row | {"day": day_of_time(row["hlc"]), "came": "proposed", "place": None}
    verdicts = not_forgotten(standing(Verdict.objects.filter(programme=programme)))
    for row in verdicts.order_by().values("pk", "trace_code", "participant", "subject", "hlc"):
        row |= {"subject": row["subject"] or row["participant"], "language": "", "place": None}
        yield row | {"day": day_of_time(row["hlc"]), "came": "promise"}


Person = tuple[str, uuid.UUID | None, uuid.UUID | None, str]


def _people(subjects: Collection[uuid.UUID | None]) -> dict[uuid.UUID, Person]:
    """Gender, constituency, place and language of those among these who are participants."""
    rows = Participant.objects.filter(pk__in=[pk for pk in subjects if pk])
    said = rows.values_list("pk", "gender", "constituency", "place", "language")
    return {pk: (gender, group, place, language) for pk, gender, group, place, language in said}


def _contributed(
    said: dict[str, Any],
    people: dict[uuid.UUID, Person],
    told: dict[uuid.UUID, Answered],
    reachable: set[uuid.UUID],
) -> Contributed:
    gender, group, place, language = people.get(said["subject"], ("", None, None, ""))
    return Contributed(
        pk=said["pk"],
        code=said["trace_code"],
        came=said["came"],
        day=said["day"],
        language=said["language"] or language,
        subject=said["subject"],
        gender=gender,
        place=said["place"] or place,
        constituency=group,
        reachable=said["subject"] in reachable,
        answered=told.get(said["pk"]),
    )


def find_anywhere(pk: uuid.UUID) -> Contribution | None:
    """The contribution of that id, in whichever programme, unless whoever said it asked to be forgotten."""
    for model in (Testimony, Statement, Verdict):
        rows = not_forgotten(standing(model._default_manager.filter(pk=pk)))
        if (found := rows.select_related("programme").first()) is not None:
            return found  # type: ignore[no-any-return]
    return None


def find(programme: Programme, pk: uuid.UUID) -> Contribution | None:
    """The contribution of that id in the programme, as find_anywhere gives it."""
    found = find_anywhere(pk)
    return found if found is not None and found.programme_id == programme.pk else None


def is_answered(pk: uuid.UUID) -> bool:
    """Whether whoever said it was told already what came of it."""
    return standing(Answered.objects.filter(of=pk)).exists()


# ---- the duty list ---------------------------------------------------------------------------------------


def chosen_of(
    found: Iterable[Contributed],
    *,
    came: str = "",
    language: str = "",
    place: Place | None = None,
    answered: bool = False,
) -> list[Contributed]:
    """Those that fit what is given: who waits, or with answered=True who was told, the newest first."""
    there = within(place) if place else None
    fits = [
        each
        for each in found
        if bool(each.answered) == answered
        and came in {"", each.came}
        and language in {"", each.language}
        and (there is None or each.place in there)
    ]
    if answered:
        fits.sort(key=lambda each: each.answered.told_on if each.answered else each.day, reverse=True)
    return fits


@dataclass(frozen=True)
class Share:
    """Of a kind of people, how many spoke, how many of those are answered, and how many within 60 days.

    due: those who spoke long enough ago to be counted, or are answered. days: the median until the answer.
    """

    label: str
    said: int
    answered: int
    due: int
    in_time: int
    days: float | None

    @classmethod
    def of(cls, label: str, found: Sequence[Contributed]) -> Share:
        today = timezone.localdate()
        answered = [each for each in found if each.answered]
        due = [each for each in found if each.answered or each.waits(today) > DAYS_TO_ANSWER]
        return cls(
            label,
            len(found),
            len(answered),
            len(due),
            sum(each.in_time for each in due),
            median(each.waits() for each in answered) if answered else None,
        )

    def seen(self, frame: Frame = Frame.PUBLIC) -> Seen:
        """The line as that frame may see it; a dash where there is nothing, or nothing that may be said."""
        if frame is Frame.STAFF:
            percent = f"{100 * self.in_time / self.due:.0f} %" if self.due else ""
        else:
            percent = shown_share(self.in_time, self.due) or ""
        days = self.days is not None and (frame is Frame.STAFF or enough(self.answered))
        return Seen(
            self.label,
            shown_count(self.said, frame),
            shown_count(self.answered, frame),
            percent or "–",
            f"{self.days:.0f}" if days else "–",
        )


@dataclass(frozen=True)
class Seen:
    """A share as somebody may see it: all in words or rounded figures."""

    label: str
    said: str
    told: str
    percent: str
    days: str


def shares(found: Sequence[Contributed], frame: Frame) -> list[tuple[str, list[Seen]]]:
    """The share answered in time: of all, then by gender, by how it came and by language, never crossed."""
    lines = [
        ("", [Share.of("", found)]),
        (str(_("By gender")), _by(found, "gender_name")),
        (str(_("By how it came")), _by(found, "came_by")),
        (str(_("By language")), _by(found, "language_name")),
    ]
    return [(heading, [share.seen(frame) for share in kinds]) for heading, kinds in lines]


def _by(found: Sequence[Contributed], name: str) -> list[Share]:
    kinds = sorted({getattr(each, name) for each in found})
    return [Share.of(kind, [each for each in found if getattr(each, name) == kind]) for kind in kinds]


# ---- what nobody said ------------------------------------------------------------------------------------


def without_a_voice(programme: Programme) -> list[Statement | Outcome]:
    """What everybody may see and no voice stands behind: statements of staff alone, changes of no promise.

    It is a dead end of the golden thread: nobody's trace code tells of it.
    """
    put = standing(Statement.objects.filter(of_the_mixed_room("round__"), programme=programme))
    shown = put.filter(state=Statement.State.APPROVED, round__hidden=False).exclude(text="")
    shown = shown.exclude(round__opened_at=None).select_related("programme")
    voiced = with_a_voice([row.pk for row in shown])
    changed = standing(Outcome.objects.filter(programme=programme, commitment=None))
    return [*(row for row in shown if row.pk not in voiced), *changed.select_related("programme")]


# ---- how the answer sounds -------------------------------------------------------------------------------


def whole_of(said: Contribution) -> uuid.UUID:
    """Under which id a recording of the whole answer to a contribution is kept: of its very words.

    Once one of its steps reads otherwise, as when a report comes or somebody in it asks to be forgotten, the
    recording is not heard any more.
    """
    return uuid.uuid5(said.pk, "answer\n" + "\n".join(key.hex for key in words_of(said)))


def words_of(said: Contribution) -> list[uuid.UUID]:
    """Under which ids recordings of the steps of an answer are kept: of their very words, whosever they are.

    Once the words of a step change, as when a report comes, its recording is not heard any more. They are
    those of one language, so that a recording is heard on the page in any.
    """
    with override(settings.LANGUAGE_CODE):
        steps = answer_to(said).steps
    return [uuid.uuid5(said.programme_id, f"answer step\n{step.spoken}") for step in steps]


def readings(of: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Spoken]]:
    """The recordings of answers or steps by people, by id."""
    found: dict[uuid.UUID, list[Spoken]] = {}
    rows = standing(Spoken.objects.filter(object__in=of, made_by=Spoken.By.PERSON)).exclude(sound="")
    for row in rows.order_by("language"):
        found.setdefault(row.object, []).append(row)
    return found


def own_recording(said: Contribution) -> str:
    """The digest of the recording of what they said, if they let everybody hear it; else empty.

    Whoever found the slip may be anybody. What still says with which phone it was made is not given out.
    """
    if not isinstance(said, Testimony) or not said.audio or said.is_as_the_phone_made_it or said.danger:
        return ""
    heard = holding(Consent.objects.filter(participant=said.subject, purpose=Purpose.VOICE), "3-public")
    return said.audio if heard.exists() else ""
