"""What is known of an office: its promises, next to report first, who holds it since when, what happened."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jukwaa.delivery import queries as told
from jukwaa.delivery.models import Commitment, MoreTime, Office, Report, Transfer
from jukwaa.delivery.queries import Said, Standing, Stands
from jukwaa.programmes.models import Organisation, Participant, Programme
from jukwaa.programmes.queries import standing

# ---- offices ---------------------------------------------------------------------------------------------


@dataclass
class Desk:
    """An office that promised something: how many are open, overdue, disputed; since when it is held."""

    office: Office
    promises: int = 0
    open: int = 0
    late: int = 0
    disputed: int = 0
    since: date | None = None

    @property
    def pk(self) -> uuid.UUID:
        return self.office.pk


def desks(programme: Programme, on: date | None = None) -> list[Desk]:
    """The offices that promised something, those with most overdue first, then by their names."""
    kept = {office.pk: office for office in Office.objects.filter(programme=programme)}
    found: dict[uuid.UUID, Desk] = {}
    for promise in told.commitments(programme, on=on):
        office = office_of(promise)
        desk = found.setdefault(office.pk, Desk(kept.get(office.pk, office)))
        desk.office.organisation = promise.owner_organisation
        stands = Standing.of(promise, on)
        desk.promises += 1
        desk.open += stands.stands is not Stands.DONE
        desk.late += bool(stands.late)
        desk.disputed += stands.stands is Stands.DISPUTED
    for transfer in standing(Transfer.objects.filter(office__in=found)):
        found[transfer.office_id].since = transfer.on
    return sorted(found.values(), key=lambda desk: (-desk.late - desk.disputed, str(desk.office)))


def office_of(commitment: Commitment) -> Office:
    """The office that made the promise, as its row is or would be."""
    of = commitment.programme_id, commitment.owner_organisation_id
    return office_of_title(*of, commitment.owner_office)


def office_of_title(programme: uuid.UUID, organisation: uuid.UUID, title: str) -> Office:
    """The organisation's office of that title, as its row is or would be."""
    return Office(
        id=Office.id_for(organisation, title),
        programme_id=programme,
        organisation_id=organisation,
        title=title,
    )


def office(programme: Programme, pk: uuid.UUID) -> Office | None:
    """The office of that id, whether or not it was ever given a link; None if it promised nothing."""
    known = standing(Office.objects.filter(programme=programme, pk=pk))
    kept = known.select_related("organisation", "programme").first()
    if kept is not None:
        return kept
    named = told.promised(programme).order_by().values_list("owner_organisation", "owner_office").distinct()
    for organisation, title in named:
        if Office.id_for(organisation, title) == pk:
            return Office(
                id=pk,
                programme=programme,
                organisation=Organisation.objects.get(pk=organisation),
                title=title,
            )
    return None


def promised_by(office: Office) -> QuerySet[Commitment]:
    """What the office promised."""
    found = told.promised(office.programme).filter(owner_organisation=office.organisation_id)
    return found.filter(owner_office=office.title)


def transfers(office: Office) -> QuerySet[Transfer]:
    """Each day from which somebody else held the office, the earliest first."""
    return standing(Transfer.objects.filter(office=office.pk)).order_by("on", "hlc")


# ---- what an officer sees --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One promise of an office: how it stands, the last report, what people say of it, what it asked for."""

    commitment: Commitment
    standing: Standing
    last: Report | None
    said: Said
    time: MoreTime | None

    @property
    def next(self) -> str:
        """What the office has to do about it, in one sentence; empty when there is nothing."""
        stands = self.standing
        if stands.stands is Stands.DONE:
            return ""
        if stands.stands is Stands.DISPUTED:
            return _("People say that it is not so. Look into it, and report anew.")
        if stands.late:
            return ngettext(
                "It was due %(days)d day ago. Report, or ask for more time.",
                "It was due %(days)d days ago. Report, or ask for more time.",
                stands.late,
            ) % {"days": stands.late}
        if stands.is_silent:
            return _("You have not been heard for %(days)d days. Report how it stands.") % {
                "days": stands.unheard
            }
        return ""


# Which first: what somebody disputes, what is overdue, what nobody was told of; what is done is last.
FIRST = (Stands.DISPUTED, Stands.LATE, Stands.SILENT, Stands.BLOCKED, Stands.ON_TRACK, Stands.DONE)


def lines(office: Office, on: date | None = None) -> list[Line]:
    """All promises of the office, next to report first."""
    found = list(
        told.commitments(office.programme, owner=office.organisation_id, on=on).filter(
            owner_office=office.title
        )
    )
    reports = {report.pk: report for report in Report.objects.filter(pk__in=[one.last for one in found])}
    said = told.said_of_ids(reports)
    asked = {one.commitment_id: one for one in _times(found)}
    rows = [
        Line(
            one,
            Standing.of(one, on),
            reports.get(one.last) if one.last else None,
            said.get(one.last, Said()) if one.last else Said(),
            asked.get(one.pk),
        )
        for one in found
    ]
    return sorted(rows, key=lambda line: (FIRST.index(line.standing.stands), line.commitment.last_day))


def _times(commitments: Iterable[Commitment]) -> QuerySet[MoreTime]:
    return standing(MoreTime.objects.filter(commitment__in=[one.pk for one in commitments])).order_by("hlc")


# ---- more time -------------------------------------------------------------------------------------------


def times(commitment: Commitment) -> QuerySet[MoreTime]:
    """Each time that the owner asked for more time, the earliest first."""
    return standing(MoreTime.objects.filter(commitment=commitment)).order_by("asked_on", "hlc")


def times_waiting(programme: Programme) -> QuerySet[MoreTime]:
    """The requests for more time that nobody answered yet, the oldest first."""
    asked = standing(MoreTime.objects.filter(commitment__in=told.promised(programme)))
    asked = asked.filter(answer=MoreTime.Answer.WAITS)
    return asked.select_related("commitment__owner_organisation", "programme").order_by("asked_on", "hlc")


# ---- what happened, in time ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Happened:
    """One thing that happened to a promise: the day, what it was, and its words. No person is named."""

    on: date
    what: str
    words: str = ""
    sentences: tuple[str, ...] = field(default=())


def history(commitment: Commitment, *, exact: bool) -> list[Happened]:
    """Everything that happened to the promise, the earliest first: both sides, days moved, transfers.

    exact: counts of people as staff see them. Where the owner was not heard for long, that is said.
    """
    reports = list(standing(Report.objects.filter(commitment=commitment)))
    said = told.said_of(reports)
    found = [Happened(commitment.made_on, _("Promised"), commitment.promise)]
    for report in reports:
        what = _("Reported: %(status)s") % {"status": report.get_status_display()}
        people = tuple(said[report.pk].sentences(exact=exact))
        found.append(Happened(report.reported_on, what, report.text, people))
    for asked in times(commitment):
        found += _asked(asked)
    for transfer in transfers(office_of(commitment)).filter(on__gte=commitment.made_on):
        found.append(Happened(transfer.on, _("Somebody else holds the office from this day"), transfer.note))
    heard = [commitment.made_on, *(report.reported_on for report in reports)]
    return sorted([*_silences(sorted(heard), commitment), *found], key=lambda one: one.on)


def _asked(asked: MoreTime) -> list[Happened]:
    days = {"before": date_format(asked.due_before, "j F Y"), "until": date_format(asked.until, "j F Y")}
    found = [
        Happened(
            asked.asked_on,
            _("Asked for more time: until %(until)s instead of %(before)s") % days,
            asked.reason,
        )
    ]
    if asked.answered_on:
        answer = (
            _("More time was agreed to, until %(until)s") if asked.answer == MoreTime.Answer.AGREED else ""
        )
        found.append(
            Happened(
                asked.answered_on, (answer or _("More time was not agreed to")) % days, asked.answer_words
            )
        )
    return found


LONG = 30


def _silences(heard: list[date], commitment: Commitment) -> list[Happened]:
    """Each time of more than a month between two reports, and since the promise or the last of them."""
    is_done = told.status_of(commitment) is Stands.DONE
    ends = [*heard[1:], heard[-1] if is_done else timezone.localdate()]
    return [
        Happened(end, _("Silence: no report for %(days)d days") % {"days": (end - begin).days})
        for begin, end in zip(heard, ends, strict=True)
        if (end - begin).days > LONG
    ]


# ---- words that may name somebody ------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A piece of somebody's words, and why it may tell who somebody is; empty when it does not look so."""

    text: str
    why: str = ""


NUMBER = re.compile(r"\+?\d(?:[ .\-/]?\d){6,}")
ADDRESS = re.compile(r"\S+@\S+\.\S+")
TITLED = re.compile(
    r"\b(?:mr|mrs|ms|dr|chief|mama|baba|bwana|bibi|ndugu|mzee|mheshimiwa|chifu|monsieur|madame|chef)\.?\s+\w+",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_][\w'’-]*")


def likely_names(words: str, known: Iterable[str] = ()) -> list[Piece]:
    """The words in pieces, with those marked that may be a name, a number or an address. It only helps.

    known: what people of the programme are called. A capital letter within a sentence may be a name.
    """
    marks: list[tuple[int, int, str]] = []
    for pattern, why in ((ADDRESS, _("an address?")), (NUMBER, _("a number?")), (TITLED, _("a name?"))):
        marks += [(found.start(), found.end(), why) for found in pattern.finditer(words)]
    called = {name.casefold() for name in known if name}
    for found in WORD.finditer(words):
        begins = not words[: found.start()].strip() or words[: found.start()].rstrip()[-1] in '.!?\n:“"'
        if found[0].casefold() in called or (found[0][0].isupper() and len(found[0]) > 1 and not begins):
            marks.append((found.start(), found.end(), _("a name?")))
    return _pieces(words, sorted(marks, key=lambda mark: (mark[0], -mark[1])))


def _pieces(words: str, marks: list[tuple[int, int, str]]) -> list[Piece]:
    pieces, at = [], 0
    for start, end, why in marks:
        if start < at:
            continue
        pieces += [Piece(words[at:start])] if start > at else []
        pieces.append(Piece(words[start:end], why))
        at = end
    return [*pieces, *([Piece(words[at:])] if at < len(words) else [])]


def called(programme: Programme) -> set[str]:
    """What people who take part in the programme are called, word by word."""
    names = standing(Participant.objects.filter(programme=programme)).exclude(called="")
    return {word for name in names.values_list("called", flat=True) for word in name.split()}
