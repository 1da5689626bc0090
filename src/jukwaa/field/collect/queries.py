"""What is known of forms, collectors and submissions."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from math import floor
from typing import TypeVar

from django.db import connection
from django.db.models import BooleanField, Count, Exists, Max, Min, OuterRef, QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import get_language

from jukwaa.field.collect.importing import Asked, choices_of
from jukwaa.field.collect.xlsform import Question
from jukwaa.field.media import can_clean
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
from jukwaa.programmes import disclosure
from jukwaa.programmes.models import Programme
from jukwaa.programmes.queries import standing
from jukwaa.record import blobs
from jukwaa.record.clock import COUNTER_BITS
from jukwaa.record.models import Event

# Answers that leave the house in no table: a place is never named more closely than by its site.
ON_THE_MAP = frozenset({"geopoint", "geotrace", "geoshape", "start-geopoint"})
KEEP_ORIGINAL = "keep_original"
A_CHUNK = 200
WRONG_PASSWORDS_AN_HOUR = 30
WRONG_PASSWORDS_COUNTED = timedelta(hours=1)


Row = TypeVar("Row")


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


def asked_of_exports(form: Form) -> Asked:
    """What an export of the form may hold: the questions of all its editions, the choices of the newest."""
    known = list(editions(form))
    newest = next((each for each in known if each.state == Edition.State.PUBLISHED), known[0])
    return Asked(
        form_id=form.form_id,
        version=newest.version,
        versions=frozenset(each.version for each in known),
        questions=tuple(columns(form)),
        choices=choices_of(blobs.read(newest.xform)),
    )


def here_already(form: Form, instances: Iterable[str]) -> int:
    """How many of these instance ids were sent or imported before."""
    found = standing(Submission.objects.filter(programme=form.programme_id, form_id=form.form_id))
    return sum(
        found.filter(instance_id__in=some).values("instance_id").distinct().count()
        for some in batched(instances, 500)
    )


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


def to_be_cleaned() -> QuerySet[Attachment]:
    """Photos and recordings as phones made them, the earliest first; without ffmpeg no recordings."""
    kinds = [Attachment.Cleaning.PHOTO, *([Attachment.Cleaning.SOUND] if can_clean() else [])]
    found = standing(Attachment.objects.filter(cleaning__in=kinds))
    return found.select_related("submission").order_by("hlc", "pk")


def may_keep_originals(submission: Submission) -> bool:
    """Whether who spoke agreed, in a question called `keep_original`, that files stay as they came."""
    said = submission.answers.items()
    return any(path.rpartition("/")[2] == KEEP_ORIGINAL and answer == "yes" for path, answer in said)


def newest_files(form: Form) -> Iterator[tuple[str, str, str]]:
    """Every file that a submission of the form names: (instance id, name, sha256), the newest of a name."""
    for some in batched(told(form).order_by().values_list("pk", "instance_id").iterator(A_CHUNK), A_CHUNK):
        instances = dict(some)
        came = standing(Attachment.objects.filter(submission__in=list(instances), named=True))
        newest = {
            (pk, name): sha256
            for pk, name, sha256 in came.order_by("hlc").values_list("submission_id", "name", "file")
        }
        yield from ((instances[pk], name, sha256) for (pk, name), sha256 in newest.items())


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
    return found.filter(_lacks_files()) if missing else found


def _lacks_files() -> RawSQL:
    """That the text names a file which is not here. The database looks, however many there are."""
    each = {
        "sqlite": "json_each(field_submission.expected) AS named",
        "postgresql": "jsonb_array_elements_text(field_submission.expected) AS named(value)",
    }[connection.vendor]
    here = (
        "SELECT 1 FROM field_attachment AS here WHERE here.submission_id = field_submission.id"
        " AND here.name = named.value AND NOT here.removed AND here.merged_into IS NULL"
    )
    lacks = f"EXISTS (SELECT 1 FROM {each} WHERE NOT EXISTS ({here}))"
    return RawSQL(lacks, [], output_field=BooleanField())  # noqa: S611 (names of our own tables)


# What forms call the question where it was filled in, the closest first.
CALLED_SITE = ("site", "mine", "place", "location", "village", "ward", "district")


# A degree holds ten cells a side: 11 km, about a district. Fewer than ten submissions are not counted out.
CELLS_A_DEGREE = 10


def cells(form: Form) -> tuple[Counter[tuple[float, float]], int]:
    """How many submissions came from each cell of a tenth of a degree, (longitude, latitude) of its middle;
    and how many came from cells too empty to be shown.
    """
    points = [q.path for q in columns(form) if q.type in ON_THE_MAP and not q.repeat]
    found: Counter[tuple[float, float]] = Counter()
    for answers in told(form).order_by().values_list("answers", flat=True).iterator(chunk_size=A_CHUNK):
        said = next((answers[path] for path in points if answers.get(path)), "")
        if cell := _cell(said):
            found[cell] += 1
    shown = Counter({cell: n for cell, n in found.items() if disclosure.enough(n)})
    return shown, found.total() - shown.total()


def _cell(said: str) -> tuple[float, float] | None:
    """The cell of the first point of “latitude longitude altitude accuracy; …”."""
    try:
        latitude, longitude = (float(word) for word in said.partition(";")[0].split()[:2])
        middle = [(floor(at * CELLS_A_DEGREE) + 0.5) / CELLS_A_DEGREE for at in (longitude, latitude)]
    except (ValueError, OverflowError):
        return None
    return round(middle[0], 2), round(middle[1], 2)


@dataclass(frozen=True)
class OfSite:
    """What came in from one site. lacking: submissions of which a file is missing."""

    site: str
    came_in: int
    lacking: int
    expected: int
    present: int


def site_question(form: Form) -> Question | None:
    """The question that says where the form was filled in."""
    asked = [question for question in columns(form) if not question.repeat]
    named = {question.name.lower(): question for question in reversed(asked)}
    return next((named[name] for name in CALLED_SITE if name in named), None)


def by_site(form: Form, question: Question) -> list[OfSite]:
    """How much of what was promised is here, by site; where most is missing first."""
    sites: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    rows = told(form).order_by().values_list("pk", "answers", "expected").iterator(chunk_size=A_CHUNK)
    for some in batched(rows, A_CHUNK):
        here = names_here(pk for pk, _answers, _expected in some)
        for pk, answers, expected in some:
            present = len(set(expected) & here[pk])
            found = sites[" ".join(answers.get(question.path, "").split())]
            for place, more in enumerate((1, int(present < len(expected)), len(expected), present)):
                found[place] += more
    told_of = [OfSite(site, *found) for site, found in sites.items()]
    return sorted(told_of, key=lambda each: (each.present - each.expected, each.site))


def names_here(pks: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    """The names of the files that are here of each of these submissions."""
    here: dict[uuid.UUID, set[str]] = defaultdict(set)
    came = standing(Attachment.objects.filter(submission__in=list(pks))).order_by()
    for pk, name in came.values_list("submission_id", "name"):
        here[pk].add(name)
    return here


def batched(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """So many at a time."""
    rest = iter(rows)
    while some := list(islice(rest, size)):
        yield some


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
    here = names_here(row.pk for row in found)
    return [
        Line(row, _first_words(row), len(row.expected), len(set(row.expected) & here[row.pk]))
        for row in found
    ]


def _first_words(row: Submission) -> str:
    """What somebody said in words, without codes of choices and numbers; all of it, where there are none."""
    said = [(question, value) for question, _path, value in in_order(row) if value not in row.expected]
    words = [value for question, value in said if question is None or question.type == "text"]
    words = [value for value in words if not value.replace(" ", "").isdigit()]
    return " · ".join(words or [value for _question, value in said])[:160]


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
