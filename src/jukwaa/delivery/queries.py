"""What the delivery room knows: how each promise stands, what both sides say of it, and what changed."""

from __future__ import annotations

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models import TextField as Text
from django.db.models.enums import TextChoices
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jukwaa import record
from jukwaa.agenda.models import RoadmapRow
from jukwaa.agenda.queries import rows_affecting
from jukwaa.delivery.models import Commitment, Outcome, Report, Verdict
from jukwaa.programmes.disclosure import Frame, in_words
from jukwaa.programmes.models import Cycle, Organisation, Participant, Programme
from jukwaa.programmes.queries import standing

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

# An owner who has not been heard for longer than this is silent, whatever they said last.
MOST_SILENCE = timedelta(days=90)


class Stands(TextChoices):
    """How a promise stands. Where several hold, the first in the order of `as_they_stand` counts."""

    DONE = "done", gettext_lazy("done")
    ON_TRACK = "on_track", gettext_lazy("on track")
    LATE = "late", gettext_lazy("late")
    BLOCKED = "blocked", gettext_lazy("blocked")
    DISPUTED = "disputed", gettext_lazy("disputed")
    SILENT = "silent", gettext_lazy("silent")


# ---- how promises stand ----------------------------------------------------------------------------------


class Stood(TypedDict):
    """What `as_they_stand` adds to a promise: one of Stands; the last report's id and day, or None."""

    stands: str
    last: uuid.UUID | None
    said_on: date | None


def as_they_stand(
    promised: QuerySet[Commitment], on: date | None = None
) -> QuerySet[WithAnnotations[Commitment, Stood]]:
    """The promises, each with how it stands on that day.

    One dispute of the last report is enough: it is the owner's to answer, by reporting anew.
    """
    on = on or timezone.localdate()
    told = standing(Report.objects.filter(commitment=OuterRef("pk"), reported_on__lte=on))
    told = told.annotate(last_day=Coalesce("commitment__extended_to", "commitment__due_on"))
    disputes = standing(Verdict.objects.filter(report=OuterRef("pk"), kind=Verdict.Kind.DISPUTE))
    reported = Case(
        When(Exists(disputes), then=Value(Stands.DISPUTED.value)),
        When(status=Report.Status.DONE, then=Value(Stands.DONE.value)),
        When(Q(status=Report.Status.LATE) | Q(last_day__lt=on), then=Value(Stands.LATE.value)),
        When(status=Report.Status.BLOCKED, then=Value(Stands.BLOCKED.value)),
        When(reported_on__lt=on - MOST_SILENCE, then=Value(Stands.SILENT.value)),
        default=Value(Stands.ON_TRACK.value),
        output_field=Text(),
    )
    unreported = Case(When(_overdue(on), then=Value(Stands.LATE.value)), default=Value(Stands.SILENT.value))
    # Written as one subquery: a database asks each one anew for every promise.
    last = told.annotate(stands=reported).order_by("-reported_on", "-hlc", "-pk")
    return promised.annotate(
        stands=Coalesce(Subquery(last.values("stands")[:1]), unreported, output_field=Text()),
        last=Subquery(last.values("pk")[:1]),
        said_on=Subquery(last.values("reported_on")[:1]),
    )


class Told(NamedTuple):
    """How one of many promises stands, without its words: `since` is the day on which it came to wait."""

    pk: uuid.UUID
    owner: uuid.UUID
    stands: Stands
    last: uuid.UUID | None
    said_on: date | None
    since: date


def stood(promised: QuerySet[Commitment], on: date | None = None) -> list[Told]:
    """How each of many promises stands on that day, in three queries: as `as_they_stand` says.

    A database weighs ten thousand promises one by one in seconds, and reads their last reports at once.
    """
    on = on or timezone.localdate()
    asked = promised.order_by()
    ids = asked.values("pk")
    told = standing(Report.objects.filter(commitment__in=ids, reported_on__lte=on))
    newest = Window(RowNumber(), partition_by="commitment", order_by=["-reported_on", "-hlc", "-pk"])
    last = {
        row[0]: row[1:]
        for row in told.order_by()
        .annotate(place=newest)
        .filter(place=1)
        .values_list("commitment", "pk", "status", "reported_on")
    }
    disputes = standing(Verdict.objects.filter(kind=Verdict.Kind.DISPUTE))
    # Of all of the programme, also where fewer promises are asked for: a join would cost more than it saves.
    disputes = disputes.filter(programme__in=asked.values("programme").distinct())
    disputed = set(disputes.order_by().values_list("report", flat=True).distinct())
    found = []
    for pk, owner, made_on, due_on, extended_to in asked.values_list(
        "pk", "owner_organisation", "made_on", "due_on", "extended_to"
    ):
        report, status, said_on = last.get(pk, (None, "", None))
        last_day = extended_to or due_on
        stands = _stands(status, said_on, on, overdue=last_day < on, disputed=report in disputed)
        since = last_day if stands is Stands.LATE and last_day < on else (said_on or made_on)
        found.append(Told(pk, owner, stands, report, said_on, since))
    return found


def _stands(status: str, said_on: date | None, on: date, *, overdue: bool, disputed: bool) -> Stands:
    """What `as_they_stand` says, of one promise: its last report's status and day, if there is one."""
    if said_on is None:
        return Stands.LATE if overdue else Stands.SILENT
    if disputed:
        return Stands.DISPUTED
    if status == Report.Status.DONE:
        return Stands.DONE
    if status == Report.Status.LATE or overdue:
        return Stands.LATE
    if status == Report.Status.BLOCKED:
        return Stands.BLOCKED
    return Stands.SILENT if said_on < on - MOST_SILENCE else Stands.ON_TRACK


def _overdue(on: date) -> Q:
    return Q(extended_to__lt=on) | Q(extended_to=None, due_on__lt=on)


@dataclass(frozen=True)
class Standing:
    """How a promise stands on a day, with its days.

    late: days since it was due, 0 when it was not or is done. unheard: days since the owner was last heard,
    or since the promise was made when they never were (reported False).
    """

    stands: Stands
    late: int
    unheard: int
    reported: bool

    @classmethod
    def of(cls, commitment: WithAnnotations[Commitment, Stood], on: date | None = None) -> Standing:
        """Of a promise as `as_they_stand` gave it for that day."""
        on = on or timezone.localdate()
        stands = Stands(commitment.stands)
        late = 0 if stands is Stands.DONE else (on - commitment.last_day).days
        heard = commitment.said_on or commitment.made_on
        return cls(stands, max(late, 0), max((on - heard).days, 0), reported=commitment.said_on is not None)

    @property
    def words(self) -> str:
        """The word, with the days where they matter: "late, 62 days"."""
        days = {Stands.LATE: self.late, Stands.SILENT: self.unheard}.get(self.stands, 0)
        if not days:
            return str(self.stands.label)
        return ngettext("%(word)s, %(days)d day", "%(word)s, %(days)d days", days) % {
            "word": self.stands.label,
            "days": days,
        }

    @property
    def sentence(self) -> str:
        """How it stands, in one to three short sentences. Silence is said, with its days."""
        said = [str(SENTENCES[self.stands])] if self.stands in SENTENCES else []
        if self.late:
            said.append(
                ngettext("It was due %(days)d day ago.", "It was due %(days)d days ago.", self.late)
                % {"days": self.late}
            )
        elif self.stands is Stands.LATE:
            said.append(_("The owner says that it is late."))
        if self.is_silent:
            said.append(self._silence())
        return " ".join(said)

    @property
    def is_silent(self) -> bool:
        """Whether the owner was never heard, or not for long while there is something to say."""
        return self.stands is not Stands.DONE and (not self.reported or self.unheard > MOST_SILENCE.days)

    def _silence(self) -> str:
        if self.reported:
            return _("Nothing has been heard from the owner for %(days)d days.") % {"days": self.unheard}
        return ngettext(
            "Nothing has been reported yet, for %(days)d day.",
            "Nothing has been reported yet, for %(days)d days.",
            self.unheard,
        ) % {"days": self.unheard}


SENTENCES = {
    Stands.DONE: gettext_lazy("The owner says that it is done."),
    Stands.ON_TRACK: gettext_lazy("The owner says that it is on track."),
    Stands.BLOCKED: gettext_lazy("The owner says that something stands in the way."),
    Stands.DISPUTED: gettext_lazy("People whom it concerns say that it is not so."),
}


def standing_of(commitment: Commitment, on: date | None = None) -> Standing:
    """How the promise stands on that day, with its days."""
    return Standing.of(as_they_stand(Commitment.objects.filter(pk=commitment.pk), on).get(), on)


def status_of(commitment: Commitment, on: date | None = None) -> Stands:
    """How the promise stands on that day, in a word."""
    return standing_of(commitment, on).stands


def counts(promised: QuerySet[Commitment], on: date | None = None) -> Counter[str]:
    """How many of the promises stand how, by the values of Stands."""
    return Counter(one.stands for one in stood(promised, on))


def counts_in_words(found: Counter[str]) -> str:
    """How many promises there are, and how they stand, in words: "3 promises. Done: 2, silent: 1." """
    made = found.total()
    said = ", ".join(f"{stands.label}: {found[stands]}" for stands in Stands if found[stands])
    total = ngettext("%(number)d promise.", "%(number)d promises.", made) % {"number": made}
    return f"{total} {said[:1].upper()}{said[1:]}."


# ---- promises and reports --------------------------------------------------------------------------------


def promised(programme: Programme, *, public: bool = False) -> QuerySet[Commitment]:
    """The programme's promises; with public=True those that everybody may see."""
    found = standing(Commitment.objects.filter(programme=programme, row__removed=False))
    return found.filter(row__public=True) if public else found


def commitments(
    programme: Programme,
    *,
    public: bool = False,
    words: str = "",
    stands: str = "",
    owner: Organisation | uuid.UUID | None = None,
    row: RoadmapRow | uuid.UUID | None = None,
    on: date | None = None,
) -> QuerySet[WithAnnotations[Commitment, Stood]]:
    """The promises that fit what is given, as they stand: those not done first, then the earliest due.

    With public=True those that everybody may see. Each of the words is in the promise, its action, office or
    organisation.
    """
    told = as_they_stand(_fitting(programme, public=public, words=words, owner=owner, row=row), on)
    is_done = Case(When(stands=Stands.DONE, then=Value(1)), default=Value(0))
    told = told.filter(stands=stands) if stands else told
    return told.order_by(is_done, "due_on", "promise", "pk")


def in_order(
    programme: Programme,
    *,
    public: bool = False,
    words: str = "",
    stands: str = "",
    owner: Organisation | uuid.UUID | None = None,
    row: RoadmapRow | uuid.UUID | None = None,
    on: date | None = None,
) -> tuple[list[uuid.UUID], Counter[str]]:
    """The ids of the promises that `commitments` gives, in its order; and how many of all stand how.

    A page of many needs the words of its own alone.
    """
    told = {each.pk: each.stands for each in stood(promised(programme, public=public), on)}
    found = _fitting(programme, public=public, words=words, owner=owner, row=row)
    named = found.order_by("due_on", "promise", "pk").values_list("pk", flat=True)
    ids = [pk for pk in named if pk in told and (not stands or told[pk] == stands)]
    return sorted(ids, key=lambda pk: told[pk] == Stands.DONE), Counter(told.values())


def all_of_them(
    programme: Programme, *, public: bool = False, at_once: int = 500
) -> Iterator[list[WithAnnotations[Commitment, Stood]]]:
    """Every promise as `commitments` gives it and in its order, so many at a time, for a table of all."""
    told = {each.pk: each for each in stood(promised(programme, public=public))}
    found = _fitting(programme, public=public)
    ids = list(found.order_by("due_on", "promise", "pk").values_list("pk", flat=True))
    ids = sorted((pk for pk in ids if pk in told), key=lambda pk: told[pk].stands is Stands.DONE)
    for start in range(0, len(ids), at_once):
        named = ids[start : start + at_once]
        here: dict[uuid.UUID, Any] = found.in_bulk(named)
        for pk, each in here.items():
            each.stands, each.last, each.said_on = told[pk].stands.value, told[pk].last, told[pk].said_on
        yield [here[pk] for pk in named if pk in here]


def _fitting(
    programme: Programme,
    *,
    public: bool,
    words: str = "",
    owner: Organisation | uuid.UUID | None = None,
    row: RoadmapRow | uuid.UUID | None = None,
) -> QuerySet[Commitment]:
    found = promised(programme, public=public).select_related("programme", "row", "owner_organisation")
    chosen = {"owner_organisation": owner, "row": row}
    found = found.filter(**{name: value for name, value in chosen.items() if value})
    for word in words.split():
        found = found.filter(_holds(word))
    return found


def _holds(word: str) -> Q:
    found = Q()
    for place in ("promise", "row__action", "owner_office", "owner_organisation__name"):
        found |= Q(**{f"{place}__icontains": word})
    return found


def late(
    programme: Programme, *, public: bool = False, on: date | None = None
) -> QuerySet[WithAnnotations[Commitment, Stood]]:
    """The promises whose day has passed and whose owner has not said that they are done, longest due first.

    A disputed promise is among them when its day has passed, whatever its owner says.
    """
    on = on or timezone.localdate()
    found = commitments(programme, public=public, on=on).filter(_overdue(on))
    return found.exclude(stands=Stands.DONE).order_by("due_on", "promise", "pk")


def disputed(
    programme: Programme, *, public: bool = False, on: date | None = None
) -> QuerySet[WithAnnotations[Commitment, Stood]]:
    """The promises of whose last report somebody whom it concerns says that it is not so."""
    return commitments(programme, public=public, stands=Stands.DISPUTED, on=on)


def first_due(commitment: Commitment) -> date:
    """For which day it was first promised, before anybody moved the day."""
    return date.fromisoformat(json.loads(record.history(commitment)[0].plain)["due_on"])


def owners(programme: Programme, *, public: bool = False) -> QuerySet[Organisation]:
    """The organisations that have promised something."""
    promising = promised(programme, public=public).order_by().values("owner_organisation")
    return Organisation.objects.filter(pk__in=promising).order_by("name", "pk")


def rows_to_promise(programme: Programme) -> QuerySet[RoadmapRow]:
    """The rows of the roadmap, those first that nobody has promised yet."""
    made = standing(Commitment.objects.filter(row=OuterRef("pk")))
    rows = standing(RoadmapRow.objects.filter(programme=programme)).select_related("owner_organisation")
    return rows.annotate(promised=Exists(made)).order_by("promised", "due_on", "action", "pk")


def reports(programme: Programme, *, public: bool = False) -> QuerySet[Report]:
    """What owners reported, the latest first; with public=True what everybody may see."""
    found = standing(Report.objects.filter(commitment__in=promised(programme, public=public)))
    found = found.select_related("programme", "commitment__owner_organisation", "commitment__row")
    return found.order_by("-reported_on", "-hlc", "-pk")


def last_report(commitment: Commitment) -> Report | None:
    """What the owner said last, or None."""
    told = standing(Report.objects.filter(commitment=commitment))
    return told.order_by("-reported_on", "-hlc", "-pk").first()


# ---- what those say whom a promise concerns ---------------------------------------------------------------


MOST_REASONS = 3


@dataclass(frozen=True)
class Said:
    """How many people confirm and dispute a report, and the different reasons that may be shown."""

    confirm: int = 0
    dispute: int = 0
    reasons: tuple[str, ...] = ()

    def reasons_to_read(self, *, exact: bool) -> tuple[str, ...]:
        """The reasons as the reader may see them. Only staff see all: their number would count people."""
        return self.reasons if exact else self.reasons[:MOST_REASONS]

    def sentences(self, *, exact: bool) -> list[str]:
        """Both counts in a sentence each. Only staff see them exact: others in words, or rounded to five."""
        return [
            _("Of those whom it concerns, %(people)s say: it is so.")
            % {"people": people_in_words(self.confirm, exact=exact)},
            _("Of those whom it concerns, %(people)s say: it is not so.")
            % {"people": people_in_words(self.dispute, exact=exact)},
        ]


def people_in_words(people: int, *, exact: bool) -> str:
    """A count of people by the 10-5 rule, in words: fewer than ten are never told apart, nobody included."""
    return in_words(people, Frame.STAFF if exact else Frame.PUBLIC)


def said_of(reports_: Iterable[Report]) -> dict[uuid.UUID, Said]:
    """What those whom it concerns say of each of the reports, in two queries."""
    return said_of_ids(report.pk for report in reports_)


def said_of_ids(reports_: Iterable[uuid.UUID]) -> dict[uuid.UUID, Said]:
    """As said_of, by the reports' ids."""
    ids = list(reports_)
    verdicts = standing(Verdict.objects.filter(report__in=ids)).order_by()
    people: dict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    for report, kind, number in verdicts.values_list("report", "kind").annotate(Count("pk")):
        people[report][kind] = number
    reasons: dict[uuid.UUID, dict[str, None]] = defaultdict(dict)
    shown = verdicts.filter(kind=Verdict.Kind.DISPUTE, screening=Verdict.Screening.SHOWN)
    # In an order that does not tell who came when.
    for report, reason in shown.order_by("pk").values_list("report", "reason"):
        reasons[report][reason] = None
    return {
        pk: Said(people[pk].get("confirm", 0), people[pk].get("dispute", 0), tuple(reasons[pk])) for pk in ids
    }


def concerns(report: Report, participant: Participant) -> bool:
    """Whether this participant may confirm or dispute the report: those whom its row affects may."""
    return rows_affecting(participant).filter(pk=report.commitment.row_id).exists()


def is_overtaken(report: Report) -> bool:
    """Whether the owner has reported anew since, or took the report back."""
    last = last_report(report.commitment)
    return last is None or last.pk != report.pk


@dataclass(frozen=True)
class Question:
    """A report that a participant can confirm or dispute, and what they said of it, or None."""

    report: Report
    verdict: Verdict | None


def questions(participant: Participant) -> list[Question]:
    """The last report on each promise that concerns the participant, those unanswered first."""
    told = commitments(participant.programme, public=True).exclude(last=None)
    told = told.filter(row__in=rows_affecting(participant))
    asked = reports(participant.programme).filter(pk__in=[commitment.last for commitment in told])
    mine = standing(Verdict.objects.filter(participant=participant))
    said = {verdict.report_id: verdict for verdict in mine.filter(report__in=asked)}
    found = [Question(report, said.get(report.pk)) for report in asked]
    return sorted(found, key=lambda question: question.verdict is not None)


def verdict_of(report: Report, participant: Participant) -> Verdict | None:
    """What this participant said of the report, or None."""
    return standing(Verdict.objects.filter(pk=Verdict.id_for(report.pk, participant.pk))).first()


def reasons(programme: Programme, *, waiting: bool) -> QuerySet[Verdict]:
    """The reasons of disputes that wait to be read, oldest first; or those that were, newest first."""
    disputes = standing(Verdict.objects.filter(programme=programme, kind=Verdict.Kind.DISPUTE))
    disputes = disputes.filter(report__removed=False, report__commitment__removed=False)
    disputes = disputes.select_related("report__commitment__programme", "programme")
    if waiting:
        return disputes.filter(screening=Verdict.Screening.WAITS).order_by("hlc", "pk")
    return disputes.exclude(screening=Verdict.Screening.WAITS).order_by("-hlc", "pk")


# ---- outcomes --------------------------------------------------------------------------------------------


def outcomes(programme: Programme, *, public: bool = False) -> QuerySet[Outcome]:
    """What changed, the latest recorded first; with public=True what everybody may see."""
    found = standing(Outcome.objects.filter(programme=programme))
    if public:
        found = found.filter(Q(commitment=None) | Q(commitment__row__public=True))
    return found.select_related("programme", "commitment__row", "commitment__owner_organisation").order_by(
        "-hlc", "pk"
    )


def by_cycle(found: Iterable[Outcome]) -> list[tuple[Cycle, list[Outcome]]]:
    """The four cycles in their order, each with what changed in it; those without anything too."""
    changed: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in found:
        changed[outcome.cycle].append(outcome)
    return [(cycle, changed[cycle.value]) for cycle in Cycle]


def claim(outcome: Outcome) -> str:
    """How far the dialogue may have helped, and how well that is proven, in two short sentences."""
    said = {"part": outcome.get_contribution_display(), "size": outcome.get_size_display()}
    if outcome.contribution == Outcome.Contribution.NONE:
        part = _("The part of the dialogue in it: none that can be seen.")
    else:
        part = _("The part of the dialogue in it: %(part)s, %(size)s.") % said
    proof = str(outcome.get_proof_display())
    return f"{part} {proof[:1].upper()}{proof[1:]}."
