"""What changes in the delivery room: promises, what owners report, what those affected say, outcomes."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.agenda.models import RoadmapRow
from jukwaa.delivery import queries
from jukwaa.delivery.models import Commitment, Outcome, Report, Verdict
from jukwaa.dialogue.models import Channel
from jukwaa.field.media import PHOTO_MIME, Photo
from jukwaa.programmes.cards import Draw, new_trace_code
from jukwaa.programmes.models import Cycle, OfProgramme, Organisation, Participant, Programme
from jukwaa.programmes.queries import is_used
from jukwaa.record import blobs
from jukwaa.record.write import By


class Refused(Exception):
    """What was asked for cannot be now. Its text is one sentence: why, and what to do."""


class Reported(Refused):
    """The owner has reported on the promise: its words stand, and it is not taken away."""


class Closed(Refused):
    """The promise, its row or the report was taken away."""


class NotConcerned(Refused):
    """The promise does not concern the participant."""


class Overtaken(Refused):
    """The owner has reported anew since."""


class SaidAnew(Refused):
    """Whoever disputes the report gave another reason since it was read."""


class BuiltOn(Refused):
    """A story tells of the outcome."""


# ---- promises --------------------------------------------------------------------------------------------


def make_commitment(
    *,
    row: RoadmapRow,
    promise: str,
    owner_office: str,
    owner_organisation: Organisation,
    made_on: date,
    due_on: date,
    by: By,
) -> Commitment:
    """Note what an office promised for a roadmap row.

    Raises Closed for a row that was taken away, ValueError for a day that does not fit, missing words, or an
    organisation of another programme.
    """
    if row.removed:
        raise Closed(_("This row was taken off the roadmap. Put it back first."))
    _of_the_programme(row.programme_id, owner_organisation)
    _in_time(made_on, due_on)
    commitment = Commitment(
        programme_id=row.programme_id,
        row=row,
        promise=_words(promise, _("A promise needs words: write what was promised.")),
        owner_office=_words(owner_office, _("A promise has an owner: write the office.")),
        owner_organisation=owner_organisation,
        made_on=made_on,
        due_on=due_on,
    )
    return record.fact("delivery.commitment_made", commitment, by=by)


@transaction.atomic
def change_commitment(
    *,
    commitment: Commitment,
    promise: str,
    owner_office: str,
    owner_organisation: Organisation,
    made_on: date,
    due_on: date,
    by: By,
) -> Commitment:
    """Say the promise anew; its words stand once the owner has reported, for people have answered to them.

    Office and day can still change, and the history tells. Raises Reported, or ValueError as for making it.
    """
    _of_the_programme(commitment.programme_id, owner_organisation)
    _in_time(made_on, due_on)
    promise = _words(promise, _("A promise needs words: write what was promised."))
    if promise != commitment.promise and queries.last_report(commitment):
        raise Reported(_("The owner has reported on these words, so they stand. Note another promise."))
    return record.put(
        "delivery.commitment_changed",
        commitment,
        promise=promise,
        owner_office=_words(owner_office, _("A promise has an owner: write the office.")),
        owner_organisation=owner_organisation,
        made_on=made_on,
        due_on=due_on,
        by=by,
    )


@transaction.atomic
def remove_commitment(*, commitment: Commitment, by: By) -> Commitment:
    """Take away a promise that was noted by mistake. Raises Reported once anything was said of it."""
    if is_used(commitment):
        raise Reported(_("There are reports or outcomes of this promise. Take those away first."))
    return record.put("delivery.commitment_removed", commitment, removed=True, by=by)


@transaction.atomic
def give_link(*, commitment: Commitment, by: By) -> Commitment:
    """Give the owner a new personal link (`links.sign` writes it); those given before are dead."""
    return record.put("delivery.link_given", commitment, link=_next_link(commitment), by=by)


@transaction.atomic
def end_link(*, commitment: Commitment, by: By) -> Commitment:
    """Let every personal link of the promise open nothing any more."""
    return record.put("delivery.link_ended", commitment, link=_next_link(commitment), by=by)


def _next_link(commitment: Commitment) -> int:
    given: int = Commitment.objects.values_list("link", flat=True).get(pk=commitment.pk)
    return given + 1


def _in_time(made_on: date, due_on: date) -> None:
    if due_on < made_on:
        raise ValueError(_("A promise is due on the day it is made, or later. Change one of the dates."))


def _words(said: str, missing: str) -> str:
    """The words without space around them. Raises ValueError with that sentence when there are none."""
    if not said.strip():
        raise ValueError(missing)
    return said.strip()


def _of_the_programme(programme_id: uuid.UUID, thing: OfProgramme) -> None:
    if thing.programme_id != programme_id:
        raise ValueError(_("“%(thing)s” belongs to another programme.") % {"thing": thing})


# ---- reports ---------------------------------------------------------------------------------------------


@transaction.atomic
def report(
    *,
    commitment: Commitment,
    status: str,
    text: str,
    by: By,
    evidence: str = "",
    evidence_link: str = "",
    evidence_file: bytes = b"",
    photo: Photo | None = None,
    next_step: str = "",
    next_step_on: date | None = None,
    reported_on: date | None = None,
    by_owner: bool = False,
) -> Report:
    """Keep what the owner says of the promise; the last one counts. Sent twice it is one report.

    evidence_file: a PDF. by_owner: they wrote it themselves, by their personal link. Raises Closed when the
    promise or its row was taken away, ValueError for another status, no words, or a day before the promise or
    to come.
    """
    not_closed(commitment)
    said = Report(
        programme_id=commitment.programme_id,
        commitment=commitment,
        status=Report.Status(status).value,
        text=_words(text, _("A report needs words: write what was done.")),
        evidence=evidence.strip(),
        evidence_link=evidence_link.strip(),
        evidence_file=blobs.keep(evidence_file, mime=FILE_MIME) if evidence_file else "",
        photo=blobs.keep(photo.data, mime=PHOTO_MIME) if photo else "",
        next_step=next_step.strip(),
        next_step_on=next_step_on,
        reported_on=_reported_on(commitment, reported_on),
        by_owner=by_owner,
    )
    last = queries.last_report(commitment)
    if last is not None and _says_the_same(last, said):
        return last
    return record.fact("delivery.report_made", said, by=by)


FILE_MIME = "application/pdf"


def not_closed(commitment: Commitment) -> None:
    """Raises Closed when the promise, or the row that it was made for, was taken away."""
    if commitment.removed:
        raise Closed(_("This promise was taken away, so nothing can be reported on it."))
    if commitment.row.removed:
        raise Closed(_("This row was taken off the roadmap, so nothing can be reported on its promises."))


def _reported_on(commitment: Commitment, day: date | None) -> date:
    today = timezone.localdate()
    day = day or today
    if day > today:
        raise ValueError(_("This day is still to come. Write the day of the report."))
    if day < commitment.made_on:
        raise ValueError(_("A report comes after the promise was made. Change the day."))
    return day


TOLD = (
    "status",
    "text",
    "evidence",
    "evidence_link",
    "evidence_file",
    "photo",
    "next_step",
    "next_step_on",
    "reported_on",
    "by_owner",
)


def _says_the_same(one: Report, other: Report) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in TOLD)


def remove_report(*, report: Report, by: By) -> Report:
    """Take away a report that was entered by mistake: the one before it counts again."""
    return record.put("delivery.report_removed", report, removed=True, by=by)


def show_photo(*, report: Report, shown: bool, by: By) -> Report:
    """Show a report's photo to everybody, or to staff only."""
    return record.put("delivery.photo_shown", report, photo_shown=shown, by=by)


def show_file(*, report: Report, shown: bool, by: By) -> Report:
    """Let everybody open a report's file, or staff only."""
    return record.put("delivery.file_shown", report, file_shown=shown, by=by)


# ---- what those say whom it concerns ----------------------------------------------------------------------

LONGEST_REASON = 500


@transaction.atomic
def confirm(
    *,
    report: Report,
    participant: Participant,
    by: By,
    channel: str = Channel.WEB,
    draw: Draw = secrets.randbelow,
) -> Verdict:
    """The participant says that the report is true. One verdict each: said anew it replaces the last.

    channel: how it came: by their phone, on paper, to a helper, by a show of cards at a meeting.
    Raises Closed, Overtaken when the owner has reported anew, or NotConcerned.
    """
    _can_be_answered(report, participant)
    verdict = _verdict(report, participant, Verdict.Kind.CONFIRM, channel, draw)
    return record.put("delivery.report_confirmed", verdict, by=by, sitting=_sitting(report))


@transaction.atomic
def dispute(
    *,
    report: Report,
    participant: Participant,
    reason: str,
    by: By,
    channel: str = Channel.WEB,
    draw: Draw = secrets.randbelow,
) -> Verdict:
    """The participant says that the report is not true, and why; the reason is shown once it was screened.

    Raises as confirm does, and ValueError without a reason, or with one too long to read.
    """
    _can_be_answered(report, participant)
    reason = _words(reason, _("Say in a few words what is not so."))
    if len(reason) > LONGEST_REASON:
        raise ValueError(_("Say it in %(most)d letters or fewer.") % {"most": LONGEST_REASON})
    verdict = _verdict(report, participant, Verdict.Kind.DISPUTE, channel, draw, reason)
    return record.put("delivery.report_disputed", verdict, by=by, sitting=_sitting(report))


def _sitting(report: Report) -> datetime:
    """The beginning of the report's day: the record tells when was reported, and not who answered when."""
    return datetime.combine(report.reported_on, time.min, tzinfo=timezone.get_default_timezone())


def _can_be_answered(report: Report, participant: Participant) -> None:
    if report.removed or report.commitment.removed:
        raise Closed(_("This report was taken away. Look at the list of promises again."))
    if not queries.concerns(report, participant):
        raise NotConcerned(_("This promise was made to other people."))
    if queries.is_overtaken(report):
        raise Overtaken(_("The owner has reported anew since. Read the new report first."))


def _verdict(
    report: Report, participant: Participant, kind: Verdict.Kind, channel: str, draw: Draw, reason: str = ""
) -> Verdict:
    """The participant's verdict, whole. It keeps its trace code, and its screening while the reason stays."""
    pk = Verdict.id_for(report.pk, participant.pk)
    before = Verdict.objects.filter(pk=pk).first()
    same = before is not None and before.reason == reason
    return Verdict(
        id=pk,
        subject=participant.pk,
        programme_id=report.programme_id,
        report=report,
        participant=participant,
        kind=kind.value,
        channel=Channel(channel).value,
        reason=reason,
        screening=before.screening if before and same else Verdict.Screening.WAITS.value,
        trace_code=before.trace_code if before else new_trace_code(draw),
    )


@transaction.atomic
def screen_reason(*, verdict: Verdict, shown: bool, by: By) -> Verdict:
    """Show the reason of a dispute, for it names nobody; or keep it back. The dispute counts either way.

    verdict: with the reason as it was read. Raises SaidAnew when it is another since.
    """
    if not Verdict.objects.filter(pk=verdict.pk, reason=verdict.reason).exists():
        raise SaidAnew(_("The words have changed since. Read them once more."))
    screening = Verdict.Screening.SHOWN if shown else Verdict.Screening.KEPT
    return record.put(
        "delivery.reason_screened",
        verdict,
        screening=screening.value,
        # Said along, so that what was changed on another node meanwhile is not shown by this.
        reason=verdict.reason,
        by=by,
        sitting=_sitting(verdict.report),
    )


# ---- outcomes --------------------------------------------------------------------------------------------


def record_outcome(
    *,
    programme: Programme,
    cycle: str,
    who: str,
    what: str,
    when: str,
    where: str,
    other_causes: str,
    by: By,
    commitment: Commitment | None = None,
    contribution: str = Outcome.Contribution.POSSIBLE,
    size: str = Outcome.Size.MINOR,
    proof: str = Outcome.Proof.UNPROVEN,
    how: str = "",
    evidence: str = "",
    significance: str = "",
    substantiated_by: str = "",
    bearing: str = Outcome.Bearing.BETTER,
    unexpected: bool = False,
) -> Outcome:
    """Record who does what differently, and how far the dialogue may have helped.

    Unless more is claimed that is possible, minor, unproven. Raises ValueError for what does not fit: missing
    words, no other causes, a proof by nobody.
    """
    outcome = Outcome(
        programme=programme,
        commitment=commitment,
        cycle=cycle,
        who=who,
        what=what,
        when=when,
        where=where,
        other_causes=other_causes,
        contribution=contribution,
        size=size,
        proof=proof,
        how=how,
        evidence=evidence,
        significance=significance,
        substantiated_by=substantiated_by,
        bearing=bearing,
        unexpected=unexpected,
    )
    _claims_honestly(outcome)
    return record.fact("delivery.outcome_recorded", outcome, by=by)


@transaction.atomic
def change_outcome(
    *,
    outcome: Outcome,
    cycle: str,
    who: str,
    what: str,
    when: str,
    where: str,
    other_causes: str,
    commitment: Commitment | None,
    contribution: str,
    size: str,
    how: str,
    evidence: str,
    significance: str,
    by: By,
    bearing: str = Outcome.Bearing.BETTER,
    unexpected: bool = False,
) -> Outcome:
    """Say the outcome anew; how well it is proven stays, for that somebody else said. Raises ValueError."""
    said = Outcome(
        programme_id=outcome.programme_id,
        commitment=commitment,
        cycle=cycle,
        who=who,
        what=what,
        when=when,
        where=where,
        other_causes=other_causes,
        contribution=contribution,
        size=size,
        proof=outcome.proof,
        how=how,
        evidence=evidence,
        significance=significance,
        substantiated_by=outcome.substantiated_by,
        bearing=bearing,
        unexpected=unexpected,
    )
    _claims_honestly(said)
    anew: dict[str, Any] = {name: getattr(said, name) for name in SAID_OF_OUTCOMES}
    return record.put("delivery.outcome_changed", outcome, by=by, **anew)


# What is said of an outcome by whoever records it; its proof is somebody else's word.
SAID_OF_OUTCOMES = (
    "cycle",
    "who",
    "what",
    "when",
    "where",
    "other_causes",
    "commitment",
    "contribution",
    "size",
    "how",
    "evidence",
    "significance",
    "bearing",
    "unexpected",
)


@transaction.atomic
def substantiate(*, outcome: Outcome, proof: str, substantiated_by: str, by: By) -> Outcome:
    """Note what an office that had no part in it says of the outcome. Raises ValueError without one."""
    Outcome.Proof(proof)
    _proven_by_somebody(proof, substantiated_by)
    return record.put(
        "delivery.outcome_substantiated",
        outcome,
        proof=proof,
        substantiated_by=substantiated_by.strip(),
        by=by,
    )


@transaction.atomic
def remove_outcome(*, outcome: Outcome, by: By) -> Outcome:
    """Take away an outcome that was recorded by mistake. Raises BuiltOn while a story tells of it."""
    if is_used(outcome, beside=("delivery",)):
        raise BuiltOn(_("A story tells of this outcome. Take the story away first."))
    return record.put("delivery.outcome_removed", outcome, removed=True, by=by)


def _claims_honestly(outcome: Outcome) -> None:
    Cycle(outcome.cycle)
    Outcome.Contribution(outcome.contribution)
    Outcome.Size(outcome.size)
    Outcome.Proof(outcome.proof)
    Outcome.Bearing(outcome.bearing)
    for name in ("who", "what", "when", "where"):
        _words(getattr(outcome, name), _("An outcome says who does what differently, when and where."))
    _words(
        outcome.other_causes,
        _("Write what else may have brought it about; if you know of nothing, write that."),
    )
    _proven_by_somebody(outcome.proof, outcome.substantiated_by)
    if outcome.commitment is not None:
        _of_the_programme(outcome.programme_id, outcome.commitment)


def _proven_by_somebody(proof: str, substantiated_by: str) -> None:
    if proof != Outcome.Proof.UNPROVEN and not substantiated_by.strip():
        raise ValueError(_("Name the office that was asked; until somebody is, the outcome is unproven."))
