"""What changes while the agenda is drafted: rows and what their sides owe, comments, versions, goals.

Problems, their causes and what the groups disagree on change in `problems.py`, the texts of solutions in
`texts.py`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.agenda import actions as agenda
from jukwaa.agenda.actions import Refused, RowAdopted
from jukwaa.agenda.drafting import catalogues, queries
from jukwaa.agenda.models import (
    Alignment,
    Comment,
    Goal,
    Obligation,
    RoadmapRow,
    RoadmapVersion,
    Spokesperson,
)
from jukwaa.agenda.queries import UNDOABLE, rows, stands_yet
from jukwaa.programmes.models import Constituency, OfProgramme, Organisation, Participant, Programme
from jukwaa.programmes.queries import standing
from jukwaa.record.models import Event
from jukwaa.record.payload import fields_of, said_in
from jukwaa.record.write import By

Party = Constituency | Organisation


class SaidAnew(Refused):
    """What would be undone was said anew since."""


class NothingNew(Refused):
    """The roadmap stands as in the version before."""


class ServedAlready(Refused):
    """The row names this goal already."""


def line(said: str, missing: str) -> str:
    """The words on one line. Raises ValueError with that sentence when there are none."""
    words = " ".join(said.split())
    if not words:
        raise ValueError(missing)
    return words


def of_one_programme(programme_id: uuid.UUID, *things: OfProgramme | None) -> None:
    """Raises ValueError for a thing of another programme."""
    for thing in things:
        if thing is not None and thing.programme_id != programme_id:
            raise ValueError(_("“%(thing)s” belongs to another programme.") % {"thing": thing})


# ---- what each side owes ---------------------------------------------------------------------------------


@transaction.atomic
def owe(*, row: RoadmapRow, debtor: Party, creditor: Party | None, what: str, by: By) -> Obligation:
    """Add a line to what the row asks of its sides: who owes what to whom; None is all whom it concerns.

    What groups said of the row before counts no more. Raises RowAdopted, or ValueError for what does not fit.
    """
    before = Obligation.objects.filter(row=row).count()
    obligation = Obligation(
        programme_id=row.programme_id, row=row, position=before, **_sides(row, debtor, creditor, what)
    )
    return record.fact("agenda.obligation_added", obligation, by=by)


@transaction.atomic
def change_obligation(
    *, obligation: Obligation, debtor: Party, creditor: Party | None, what: str, by: By
) -> Obligation:
    """Say anew who owes what to whom. Raises as for adding."""
    said = _sides(obligation.row, debtor, creditor, what)
    if all(getattr(obligation, name) == value for name, value in said.items()):
        return obligation
    return record.put("agenda.obligation_changed", obligation, by=by, **said)


@transaction.atomic
def remove_obligation(*, obligation: Obligation, by: By) -> Obligation:
    """Take a line away. Raises RowAdopted."""
    _in_draft(obligation.row)
    return record.put("agenda.obligation_removed", obligation, by=by, removed=True)


@transaction.atomic
def restore_obligation(*, obligation: Obligation, by: By) -> Obligation:
    """Put a line back. Raises RowAdopted."""
    _in_draft(obligation.row)
    return record.put("agenda.obligation_restored", obligation, by=by, removed=False)


def _in_draft(row: RoadmapRow) -> None:
    if row.adopted_on:
        raise RowAdopted(_("The row is adopted, and its words stand. Take the adoption back first."))


def _sides(row: RoadmapRow, debtor: Party, creditor: Party | None, what: str) -> dict[str, Any]:
    _in_draft(row)
    of_one_programme(row.programme_id, debtor, creditor)
    if debtor == creditor:
        raise ValueError(_("%(who)s cannot owe it to itself. Choose to whom it is owed.") % {"who": debtor})
    groups = [party if isinstance(party, Constituency) else None for party in (debtor, creditor)]
    bodies = [party if isinstance(party, Organisation) else None for party in (debtor, creditor)]
    return {
        "by_constituency": groups[0],
        "by_organisation": bodies[0],
        "to_constituency": groups[1],
        "to_organisation": bodies[1],
        "what": line(what, _("Write what is owed.")),
    }


# ---- who speaks for a constituency -----------------------------------------------------------------------


@transaction.atomic
def speak_for(
    *, constituency: Constituency, office: str, by: By, name: str = "", named: bool = False
) -> Spokesperson:
    """Who speaks for a constituency: the office, and the person if they said who they are.

    named: they agreed that everybody may read their name. The same office and name is the same spokesperson;
    their consent is as said last. Raises ValueError without an office, or when nobody would be named.
    """
    office = line(office, _("Write who speaks for them: an office at least, such as “chair”."))
    name = " ".join(name.split())
    if named and not name:
        raise ValueError(_("Write the name of the person who agreed to be named."))
    known = standing(Spokesperson.objects.filter(constituency=constituency, office=office, name=name)).first()
    if known is None:
        return record.fact(
            "agenda.spokesperson_named",
            Spokesperson(
                subject=uuid.uuid4(),
                programme_id=constituency.programme_id,
                constituency=constituency,
                office=office,
                name=name,
                named=named,
            ),
            by=by,
        )
    if known.named != named:
        record.put("agenda.spokesperson_consented", known, by=by, named=named)
    return known


@transaction.atomic
def forget_spokesperson(*, spokesperson: Spokesperson, by: By) -> Spokesperson:
    """Forget the name of somebody who spoke, on every node and for ever. Their office stays on record."""
    record.put("agenda.spokesperson_forgotten", spokesperson, by=by, name="", named=False)
    # After the put: nothing is written any more of whoever is forgotten.
    if spokesperson.subject is not None:
        record.withdraw(spokesperson.subject, by=by, programme=spokesperson.programme_id)
    return spokesperson


# ---- comments on a row, and its changes undone -----------------------------------------------------------


def comment(
    *,
    row: RoadmapRow,
    text: str,
    by: By,
    constituency: Constituency | None = None,
    participant: Participant | None = None,
) -> Comment:
    """Note a remark on a row: of the staff, of a constituency, or of a participant for theirs.

    Raises ValueError for an empty remark, or a constituency of another programme.
    """
    of_one_programme(row.programme_id, constituency, participant)
    whose = participant.constituency if participant is not None else constituency
    said = Comment(
        subject=participant.pk if participant is not None else None,
        programme_id=row.programme_id,
        row=row,
        constituency=whose,
        text=line(text, _("Write the comment.")),
    )
    return record.fact("agenda.comment_made", said, by=by)


def resolve_comment(*, comment: Comment, resolution: str, by: By, on: date | None = None) -> Comment:
    """Say what was done about a comment, or why nothing was. Raises ValueError without that sentence."""
    return record.put(
        "agenda.comment_resolved",
        comment,
        by=by,
        resolved_on=on or timezone.localdate(),
        resolution=line(resolution, _("Say what was done about it, or why nothing was.")),
    )


def reopen_comment(*, comment: Comment, by: By) -> Comment:
    """Take a resolution back: the comment is open again."""
    return record.put("agenda.comment_reopened", comment, by=by, resolved_on=None, resolution="")


def remove_comment(*, comment: Comment, by: By) -> Comment:
    """Take away a comment that was made by mistake, or that names somebody."""
    return record.put("agenda.comment_removed", comment, by=by, removed=True)


@transaction.atomic
def undo_change(*, row: RoadmapRow, event: uuid.UUID, by: By) -> RoadmapRow:
    """Say the row again as it was before one change. It is a change of its own, and can be undone as well.

    Raises SaidAnew when something of it was said anew since, or it is no change of the row; RowAdopted.
    """
    _in_draft(row)
    told = record.history(row)
    change = next((each for each in told if each.pk == event and each.verb in UNDOABLE), None)
    if change is None or not stands_yet(row, said_in(change, RoadmapRow)):
        raise SaidAnew(_("This was said anew since, so it cannot be undone. Change the row instead."))
    was = _before(told, change)
    known = fields_of(RoadmapRow)
    if was.get("solution"):
        was["solution"] = row.problem.solutions.get(pk=was["solution"])
    if "owner_organisation" in was:
        was["owner_organisation"] = Organisation.objects.get(pk=was["owner_organisation"])
    return agenda.change_row(row=row, by=by, **{name: said for name, said in was.items() if name in known})


def _before(told: Iterable[Event], change: Event) -> dict[str, Any]:
    """What the fields of a change said before it."""
    changed = said_in(change, RoadmapRow).keys()
    said: dict[str, Any] = {}
    for each in told:
        if each.pk == change.pk:
            break
        said |= said_in(each, RoadmapRow)
    # A field that came with a later version had said nothing.
    return {name: said.get(name, fields_of(RoadmapRow)[name].get_default()) for name in changed}


# ---- versions --------------------------------------------------------------------------------------------


@transaction.atomic
def freeze_roadmap(*, programme: Programme, title: str, by: By, on: date | None = None) -> RoadmapVersion:
    """Keep the public rows of the roadmap as they stand: numbered, with a fingerprint, never changed.

    Raises ValueError without a title, NothingNew when there is no row, or nothing changed since the last.
    """
    if not rows(programme, public=True).exists():
        raise NothingNew(_("There is no row that everybody may see, so there is nothing to freeze."))
    content = queries.content_of(programme)
    digest = queries.digest_of(content)
    last = queries.all_versions(programme).first()
    if last is not None and last.digest == digest and not last.removed:
        raise NothingNew(_("Nothing changed since version %(number)d.") % {"number": last.number})
    version = RoadmapVersion(
        programme=programme,
        number=last.number + 1 if last is not None else 1,
        title=line(title, _("Write what this version is for, such as “for the minister”.")),
        frozen_on=on or timezone.localdate(),
        content=content,
        digest=digest,
    )
    return record.fact("agenda.roadmap_frozen", version, by=by)


def remove_version(*, version: RoadmapVersion, by: By) -> RoadmapVersion:
    """Take a version from everybody's sight, as when a row in it could harm somebody. It keeps its number."""
    return record.put("agenda.version_removed", version, by=by, removed=True)


def restore_version(*, version: RoadmapVersion, by: By) -> RoadmapVersion:
    """Show a version again."""
    return record.put("agenda.version_restored", version, by=by, removed=False)


# ---- goals of catalogues ---------------------------------------------------------------------------------


@transaction.atomic
def align(*, row: RoadmapRow, catalogue: str, code: str, by: By, how: str = "") -> Alignment:
    """Say that the row serves a goal of a catalogue, and how.

    Raises ServedAlready, or ValueError for a goal that is in none of the programme's catalogues.
    """
    if catalogues.find(row.programme, catalogue, code) is None:
        raise ValueError(_("This goal is in none of the catalogues. Choose one of the list, or add it."))
    if standing(Alignment.objects.filter(row=row, catalogue=catalogue, code=code)).exists():
        raise ServedAlready(_("The row names this goal already."))
    alignment = Alignment(
        programme_id=row.programme_id, row=row, catalogue=catalogue, code=code, how=" ".join(how.split())
    )
    return record.fact("agenda.row_aligned", alignment, by=by)


def remove_alignment(*, alignment: Alignment, by: By) -> Alignment:
    """Take a goal from a row."""
    return record.put("agenda.alignment_removed", alignment, by=by, removed=True)


@transaction.atomic
def add_goal(
    *, programme: Programme, catalogue: str, code: str, title: str, by: By, source: str = ""
) -> Goal:
    """Add an entry to a catalogue of the programme's own. Raises ValueError for one that there is already."""
    entry = catalogues.entry(catalogue, code, title, source)
    if catalogues.find(programme, entry.catalogue, entry.code) is not None:
        raise ValueError(
            _("%(catalogue)s %(code)s is there already. Change it, or give this one another code.")
            % {"catalogue": entry.catalogue, "code": entry.code}
        )
    return record.fact("agenda.goal_added", _goal(programme, entry), by=by)


def _goal(programme: Programme, entry: catalogues.Entry) -> Goal:
    return Goal(
        programme=programme,
        catalogue=entry.catalogue,
        code=entry.code,
        title=entry.title,
        source=entry.source,
    )


def change_goal(*, goal: Goal, title: str, by: By, source: str = "") -> Goal:
    """Say an entry otherwise; its code stays, for rows name it."""
    entry = catalogues.entry(goal.catalogue, goal.code, title, source)
    return record.put("agenda.goal_changed", goal, by=by, title=entry.title, source=entry.source)


def remove_goal(*, goal: Goal, by: By) -> Goal:
    """Take an entry out of its catalogue. Raises Refused while a row names it."""
    named = standing(
        Alignment.objects.filter(programme=goal.programme_id, catalogue=goal.catalogue, code=goal.code)
    )
    if named.exists():
        raise Refused(_("A row of the roadmap names this goal. Take it from the row first."))
    return record.put("agenda.goal_removed", goal, by=by, removed=True)


@transaction.atomic
def import_goals(*, programme: Programme, entries: list[catalogues.Entry], by: By) -> int:
    """Take up a list: what there is already is said as in it, the rest is added; gives how many are new.

    All of it or, when one does not fit, nothing. Raises ValueError for an entry of what Jukwaa brings along.
    """
    own = {(goal.catalogue, goal.code): goal for goal in catalogues.own(programme)}
    new = [each for each in entries if (each.catalogue, each.code) not in own]
    for each in new:
        if catalogues.find(programme, each.catalogue, each.code) is not None:
            raise ValueError(
                _("%(catalogue)s %(code)s comes with Jukwaa, and stays as it is. Leave it out of the list.")
                % {"catalogue": each.catalogue, "code": each.code}
            )
    with record.act(by=by, programme=programme):
        record.facts("agenda.goal_added", [_goal(programme, each) for each in new], by=by)
        for each in entries:
            known = own.get((each.catalogue, each.code))
            if known is not None and (known.title, known.source) != (each.title, each.source):
                change_goal(goal=known, title=each.title, source=each.source, by=by)
    return len(new)
