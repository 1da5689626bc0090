"""What is known of forms, collectors and submissions."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import get_language

from jukwaa.field.collect.xlsform import Question
from jukwaa.field.models import (
    Attachment,
    Collector,
    Edition,
    Form,
    FormFile,
    Submission,
    Unreadable,
    WrongPassword,
)
from jukwaa.programmes.models import Programme
from jukwaa.programmes.queries import standing
from jukwaa.record.clock import COUNTER_BITS
from jukwaa.record.models import Event

# Answers that leave the house in no table: a place is never named more closely than by its site.
ON_THE_MAP = frozenset({"geopoint", "geotrace", "geoshape", "start-geopoint"})
WRONG_PASSWORDS_AN_HOUR = 30
WRONG_PASSWORDS_COUNTED = timedelta(hours=1)


def forms(programme: Programme) -> QuerySet[Form]:
    """The programme's forms, by title."""
    return standing(Form.objects.filter(programme=programme))


def editions(form: Form) -> QuerySet[Edition]:
    """A form's editions, the newest first."""
    return standing(Edition.objects.filter(form=form))


def published(programme_id: uuid.UUID) -> QuerySet[Edition]:
    """What phones may fetch, by title, each with `has_files`."""
    found = standing(Edition.objects.filter(programme=programme_id, state=Edition.State.PUBLISHED))
    found = found.annotate(has_files=Exists(standing(FormFile.objects.filter(edition=OuterRef("pk")))))
    return found.select_related("form").order_by("form__title")


def edition_for(programme_id: uuid.UUID, form_id: str, version: str) -> Edition | None:
    """The edition that a submission was filled in with, draft or retired as it may be."""
    return standing(
        Edition.objects.filter(programme=programme_id, form__form_id=form_id, version=version)
    ).first()


def questions(edition: Edition) -> list[Question]:
    """What the edition asks, in its order."""
    return [Question(**each) for each in edition.questions]


def files(edition: Edition) -> QuerySet[FormFile]:
    """The pictures, sounds and lists that the edition shows."""
    return standing(FormFile.objects.filter(edition=edition))


def collectors(programme: Programme) -> QuerySet[Collector]:
    """Whose phones may send, or might before."""
    return standing(Collector.objects.filter(programme=programme))


def collector_with(token: str) -> Collector | None:
    """Whose token it is, while it is not revoked."""
    found = Collector.objects.filter(token_hash=hash_token(token), revoked=False)
    return standing(found).select_related("programme").first()


def collector_called(programme: Programme, login: str) -> Collector | None:
    """Whose log-in it is, while it is not revoked."""
    found = standing(Collector.objects.filter(programme=programme, revoked=False))
    return next((each for each in found.select_related("programme") if each.login == login), None)


def too_many_wrong_passwords(collector: Collector, at: datetime | None = None) -> bool:
    """Whether so many wrong passwords came for this log-in in the last hour that no more are looked at."""
    since = (at or timezone.now()) - WRONG_PASSWORDS_COUNTED
    return WrongPassword.objects.filter(collector=collector, at__gt=since).count() >= WRONG_PASSWORDS_AN_HOUR


def hash_token(token: str) -> str:
    """What is kept of a token: 192 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def submissions(form: Form) -> QuerySet[Submission]:
    """What was filled in of the form, the latest first."""
    found = standing(Submission.objects.filter(programme=form.programme_id, form_id=form.form_id))
    return found.select_related("edition", "collector")


def told(form: Form) -> QuerySet[Submission]:
    """What tables of the form hold: all but what a later version replaced and what waits as a variant."""
    return submissions(form).filter(state=Submission.State.RECEIVED)


def of_instance(programme_id: uuid.UUID, form_id: str, instance_id: str) -> QuerySet[Submission]:
    """All that was sent under one instance id."""
    return standing(
        Submission.objects.filter(programme=programme_id, form_id=form_id, instance_id=instance_id)
    )


def current(programme_id: uuid.UUID, form_id: str, instance_id: str) -> QuerySet[Submission]:
    """What stands under the instance id and was not replaced since: one row, or none."""
    return of_instance(programme_id, form_id, instance_id).filter(state=Submission.State.RECEIVED)


def strangers(edition: Edition) -> QuerySet[Submission]:
    """What came in of this edition before the edition did."""
    unknown = Submission.objects.filter(programme=edition.programme_id, state=Submission.State.UNKNOWN)
    return standing(unknown.filter(form_id=edition.form.form_id, version=edition.version)).order_by(
        "received_at", "id"
    )


def inbox(programme: Programme) -> QuerySet[Submission]:
    """What waits for a person: of forms not known here, and other versions of what is here."""
    waits = (Submission.State.UNKNOWN, Submission.State.VARIANT)
    return standing(Submission.objects.filter(programme=programme, state__in=waits, review=""))


def unreadable(programme: Programme) -> QuerySet[Unreadable]:
    """What phones sent and nobody could read."""
    return standing(Unreadable.objects.filter(programme=programme))


def attachments(submission: Submission) -> QuerySet[Attachment]:
    """The files that came with it, of each name the newest first."""
    return standing(Attachment.objects.filter(submission=submission))


@dataclass(frozen=True)
class Completeness:
    """How many of the files that a submission's text names are here, and which are not."""

    expected: int
    present: int
    missing: tuple[str, ...]


def completeness(submission: Submission) -> Completeness:
    """Judged from the text, whatever the phone says of it (field.md §1.3)."""
    here = set(attachments(submission).values_list("name", flat=True))
    missing = tuple(name for name in submission.expected if name not in here)
    return Completeness(len(submission.expected), len(submission.expected) - len(missing), missing)


def moment(hlc: int) -> datetime:
    """When something was written, by the clock of the record."""
    return datetime.fromtimestamp((hlc >> COUNTER_BITS) / 1000, tz=UTC)


def iso(at: datetime) -> str:
    """A moment as ODK writes it: 2026-11-26T09:00:00.000Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def written(pks: Iterable[uuid.UUID], verb: str = "") -> dict[uuid.UUID, tuple[datetime, datetime]]:
    """When these rows were written first and last; with a verb, when that was said of them."""
    said = Event.objects.filter(object__in=list(pks)).order_by()
    said = said.filter(verb=verb) if verb else said
    found = said.values_list("object").annotate(Min("hlc"), Max("hlc"))
    return {pk: (moment(first), moment(last)) for pk, first, last in found}


# ---- what pages show -------------------------------------------------------------------------------------


def counted_forms(programme: Programme) -> list[Form]:
    """The programme's forms, each with `came_in` and with `current`, its published edition or None."""
    found = list(forms(programme))
    rows = standing(Submission.objects.filter(programme=programme)).order_by()
    came_in = dict(rows.values_list("form_id").annotate(Count("pk")))
    current = {each.form_id: each for each in published(programme.pk)}
    for form in found:
        form.came_in, form.current = came_in.get(form.form_id, 0), current.get(form.pk)  # type: ignore[attr-defined]
        form.programme = programme
    return found


def counted_collectors(programme: Programme) -> QuerySet[Collector]:
    """Collectors, each with `sent` and `last`: how many submissions they sent, and when last."""
    return collectors(programme).annotate(sent=Count("submissions"), last=Max("submissions__received_at"))


def find_submissions(
    form: Form,
    *,
    words: str = "",
    edition: Edition | None = None,
    review: str | None = None,
    missing: bool = False,
) -> QuerySet[Submission]:
    """Submissions of the form that fit, the latest first."""
    found = submissions(form)
    if words:
        found = found.annotate(said=Cast("answers", TextField())).filter(
            said__icontains=json.dumps(words)[1:-1]
        )
    if edition:
        found = found.filter(edition=edition)
    if review is not None:
        found = found.filter(review=review)
    if missing:
        found = found.filter(pk__in=_with_missing_files(form))
    return found


def _with_missing_files(form: Form) -> list[uuid.UUID]:
    here: dict[uuid.UUID, set[str]] = defaultdict(set)
    came = standing(Attachment.objects.filter(programme=form.programme_id, submission__form_id=form.form_id))
    for pk, name in came.order_by().values_list("submission_id", "name"):
        here[pk].add(name)
    rows = submissions(form).order_by().values_list("pk", "expected")
    return [pk for pk, expected in rows if set(expected) - here[pk]]


@dataclass(frozen=True)
class Line:
    """A submission in a list: its first words, and how many of its files are here."""

    submission: Submission
    words: str
    expected: int
    present: int


def lines(rows: Iterable[Submission]) -> list[Line]:
    """Submissions as a list shows them."""
    found = list(rows)
    here: dict[uuid.UUID, set[str]] = defaultdict(set)
    for pk, name in standing(Attachment.objects.filter(submission__in=found)).values_list(
        "submission_id", "name"
    ):
        here[pk].add(name)
    return [
        Line(row, _first_words(row), len(row.expected), len(set(row.expected) & here[row.pk]))
        for row in found
    ]


def _first_words(row: Submission) -> str:
    said = [value for _question, _path, value in in_order(row)]
    return " · ".join(value for value in said if value not in row.expected)[:160]


def in_order(submission: Submission) -> list[tuple[Question | None, str, str]]:
    """What was said, as the form asks it: (question or None, path, answer), without the phone's own notes."""
    asked = questions(submission.edition) if submission.edition else []
    places = {question.path: place for place, question in enumerate(asked)}
    said = [(bare(path), path, value) for path, value in submission.answers.items()]
    told = [each for each in said if each[2] and "/meta/" not in each[1]]
    told.sort(key=lambda each: (places.get(each[0], len(asked)), _numbers(each[1])))
    return [(asked[places[p]] if p in places else None, path, value) for p, path, value in told]


def bare(path: str) -> str:
    """A path without the numbers of repeats."""
    return re.sub(r"\[\d+\]", "", path)


def _numbers(path: str) -> list[int]:
    return [int(number) for number in re.findall(r"\[(\d+)\]", path)]


def answered(submission: Submission) -> list[tuple[str, str]]:
    """Questions with what was said, in the order of the form, in the reader's language where it has that."""
    found = []
    for question, path, value in in_order(submission):
        labels = question.labels if question else {}
        wanted = (get_language() or "en", submission.programme.first_language)
        words = next((labels[code] for code in wanted if code in labels), "")
        words = words or next(iter(labels.values()), "") or bare(path).rpartition("/")[2]
        places = ", ".join(map(str, _numbers(path)))
        found.append((f"{words} ({places})" if places else words, value))
    return found


def columns(form: Form) -> list[Question]:
    """All that any edition of the form asked, in the order of the newest that asks it."""
    known: dict[str, Question] = {}
    for edition in editions(form):
        for question in questions(edition):
            known.setdefault(question.path, question)
    return list(known.values())


def said_to(question: Question, answers: Mapping[str, str]) -> str:
    """What was said to the question, as tables hold it: in a repeat, all answers in their order, with a bar
    between; never a point on the map."""
    if question.type in ON_THE_MAP:
        return ""
    if not question.repeat:
        return answers.get(question.path, "")
    return " | ".join(v for path, v in answers.items() if bare(path) == question.path)
