"""What is written down of an outcome: evidence, what somebody independent says, how evidence is weighed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.delivery import actions as delivery
from jukwaa.delivery.models import Evidence, Outcome, Package, Substantiation, Weighing
from jukwaa.field import media
from jukwaa.programmes import files
from jukwaa.programmes.models import Member
from jukwaa.programmes.queries import standing
from jukwaa.record import blobs
from jukwaa.record.write import By

Answer = Substantiation.Answer


class Answered(delivery.Refused):
    """They have answered: their words stand."""


# ---- evidence --------------------------------------------------------------------------------------------


@transaction.atomic
def add_evidence(
    *,
    outcome: Outcome,
    what: str,
    kind: str,
    source: str,
    by: By,
    dated_on: date | None = None,
    address: str = "",
    data: bytes = b"",
    public: bool = False,
) -> Evidence:
    """Add something that one can look at; nobody but staff sees it unless public.

    A photo is made anew without what is hidden in it. Raises ValueError for missing words and a day to come,
    files.Refused and media.Refused for a file of another kind.
    """
    if dated_on is not None and dated_on > timezone.localdate():
        raise ValueError(_("This day is still to come. Write the day of the evidence."))
    file, file_name = _kept(data, what)
    row = Evidence(
        programme_id=outcome.programme_id,
        outcome=outcome,
        what=_words(what, _("Write what the evidence shows.")),
        kind=Evidence.Kind(kind).value,
        source=_words(source, _("Write which office or group it comes from.")),
        dated_on=dated_on,
        address=address,
        file=file,
        file_name=file_name,
        public=public,
    )
    return record.fact("delivery.evidence_added", row, by=by)


def show_evidence(*, evidence: Evidence, public: bool, by: By) -> Evidence:
    """Show the evidence to everybody, or to the staff alone again."""
    return record.put("delivery.evidence_shown", evidence, public=public, by=by)


def remove_evidence(*, evidence: Evidence, by: By) -> Evidence:
    """Take the evidence away; the record keeps that it was there."""
    return record.put("delivery.evidence_removed", evidence, removed=True, by=by)


def _kept(data: bytes, what: str) -> tuple[str, str]:
    if not data:
        return "", ""
    kind = files.kind_of(data)
    if kind in {files.PNG, files.JPEG}:
        data, kind = media.read_photo(data).data, files.JPEG
    elif kind == files.PDF:
        data = media.read_document(data)
    return blobs.keep(data, mime=kind.mime), files.name_for(what, kind)


# ---- somebody independent --------------------------------------------------------------------------------


def ask_somebody(
    *, outcome: Outcome, office: str, independent: str, by: By, asked_on: date | None = None
) -> Substantiation:
    """Ask an office that knows and gains nothing by it; it answers by a personal link, or staff note it."""
    row = Substantiation(
        programme_id=outcome.programme_id,
        outcome=outcome,
        office=_words(office, _("Name the office that is asked. The office, not the person.")),
        independent=_words(independent, _("Write why they know of it, and gain nothing by it.")),
        asked_on=asked_on or timezone.localdate(),
        link=1,
    )
    return record.fact("delivery.substantiation_asked", row, by=by)


@transaction.atomic
def give_link(*, asked: Substantiation, by: By) -> Substantiation:
    """Give a new personal link to whoever is asked; every link before is dead. Raises Answered."""
    _not_answered(asked)
    return record.put("delivery.substantiation_link_given", asked, link=asked.link + 1, by=by)


@transaction.atomic
def answer(*, asked: Substantiation, answer: str, says: str, by: By, by_link: bool = False) -> Substantiation:
    """Note what they answer; the outcome is proven as far as all who answered bear it out.

    Raises Answered for a second answer by link, ValueError for "no" or "in part" without a word.
    """
    if by_link:
        _not_answered(asked)
    if answer in {Answer.PARTLY, Answer.NOT} and not says.strip():
        raise ValueError(_("Write what is not so, in a few words."))
    said = record.put(
        "delivery.substantiation_answered",
        asked,
        answer=Answer(answer).value,
        says=says.strip(),
        answered_on=timezone.localdate(),
        by_link=by_link,
        by=by,
    )
    _prove(said.outcome, by=by)
    return said


@transaction.atomic
def remove_substantiation(*, asked: Substantiation, by: By) -> Substantiation:
    """Take away that they were asked; what the others say remains."""
    gone = record.put("delivery.substantiation_removed", asked, removed=True, by=by)
    _prove(gone.outcome, by=by)
    return gone


def _not_answered(asked: Substantiation) -> None:
    if asked.answer:
        raise Answered(_("You have answered already. If something changed, tell the programme."))


def _prove(outcome: Outcome, *, by: By) -> None:
    answered = standing(outcome.substantiations.exclude(answer="")).order_by("answered_on", "pk")
    proof = proven([each.answer for each in answered])
    offices = "; ".join(each.office for each in answered) if proof != Outcome.Proof.UNPROVEN else ""
    if (outcome.proof, outcome.substantiated_by) != (proof, offices):
        delivery.substantiate(outcome=outcome, proof=proof, substantiated_by=offices, by=by)


def proven(answers: list[str]) -> Outcome.Proof:
    """How well an outcome is proven by what those who were asked answered.

    Fully if each says so, not borne out if each says no, in part where they differ; unproven while nobody who
    could tell has answered.
    """
    told = set(answers) - {Answer.UNKNOWN.value, ""}
    if not told:
        return Outcome.Proof.UNPROVEN
    if told == {Answer.FULLY.value}:
        return Outcome.Proof.FULLY
    return Outcome.Proof.REFUTED if told == {Answer.NOT.value} else Outcome.Proof.PARTLY


# ---- contribution traced ---------------------------------------------------------------------------------


def add_package(*, outcome: Outcome, seen: str, by: By) -> Package:
    """Add what is seen and might tell whether the dialogue contributed. Two people then weigh it."""
    words = _words(seen, _("Write what is seen, as one could show it to somebody who doubts."))
    return record.fact(
        "delivery.package_added",
        Package(programme_id=outcome.programme_id, outcome=outcome, seen=words),
        by=by,
    )


def remove_package(*, package: Package, by: By) -> Package:
    """Take the package away with what people weighed of it."""
    return record.put("delivery.package_removed", package, removed=True, by=by)


@transaction.atomic
def weigh(*, package: Package, if_so: int, if_not: int, by: Member, why: str = "") -> Weighing:
    """Say how likely one would see this if the dialogue contributed, and if it did not: per cent, 1 to 99.

    Raises ValueError for a certainty, which no evidence could ever move.
    """
    if not (1 <= if_so <= 99 and 1 <= if_not <= 99):
        raise ValueError(_("Write whole numbers from 1 to 99: nothing is wholly sure or impossible."))
    pk = Weighing.id_for(package.pk, by.pk)
    said: dict[str, Any] = {"if_so": if_so, "if_not": if_not, "why": why.strip()}
    kept = Weighing.objects.filter(pk=pk).first()
    if kept is not None:
        return record.put("delivery.package_weighed", kept, by=by, removed=False, **said)
    row = Weighing(pk=pk, programme_id=package.programme_id, package=package, member=by, **said)
    return record.fact("delivery.package_weighed", row, by=by)


def _words(said: str, missing: str) -> str:
    words = said.strip()
    if not words:
        raise ValueError(missing)
    return words
