"""What changes while the agenda is drafted: rows and what their sides owe, versions, goals; causes, what the
groups disagree on, texts of solutions; and what a facilitator changes in a computed agenda.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.agenda import actions as agenda
from jukwaa.agenda.actions import Refused, RowAdopted
from jukwaa.agenda.drafting import catalogues, queries, texts
from jukwaa.agenda.models import (
    AgendaChange,
    Alignment,
    Amendment,
    Argument,
    Cause,
    Clause,
    Comment,
    Disagreement,
    Goal,
    Obligation,
    Problem,
    RoadmapRow,
    RoadmapVersion,
    Side,
    Solution,
    Spokesperson,
)
from jukwaa.agenda.queries import UNDOABLE, rows, stands_yet
from jukwaa.dialogue.models import Statement
from jukwaa.programmes.models import (
    Certificate,
    Constituency,
    OfProgramme,
    Organisation,
    Participant,
    Programme,
)
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


class TextStands(Refused):
    """Amendments were proposed on these words, so they change by amendment only."""


class Decided(Refused):
    """The amendment was decided, or was not yet; or a later one builds on it."""


class CannotMove(Refused):
    """A cause has nowhere to go in that direction."""


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

    A participant's that waits for an answer is not noted twice. Raises ValueError for an empty remark, or a
    constituency of another programme.
    """
    of_one_programme(row.programme_id, constituency, participant)
    whose = participant.constituency if participant is not None else constituency
    text = line(text, _("Write the comment."))
    if participant is not None:
        same = Comment.objects.filter(row=row, subject=participant.pk, text=text, resolved_on=None)
        if before := standing(same).first():
            return before
    said = Comment(
        subject=participant.pk if participant is not None else None,
        programme_id=row.programme_id,
        row=row,
        constituency=whose,
        text=text,
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


# ---- causes of a problem ---------------------------------------------------------------------------------


@transaction.atomic
def add_cause(*, problem: Problem, text: str, by: By, under: Cause | None = None) -> Cause:
    """Note a cause of the problem, last among its own; under another when it explains that one.

    Raises ValueError without words, or for a cause of another problem.
    """
    if under is not None and under.problem_id != problem.pk:
        raise ValueError(_("That cause belongs to another problem."))
    beside = queries.causes_beside(problem, under.pk if under is not None else None)
    cause = Cause(
        programme_id=problem.programme_id,
        problem=problem,
        under=under,
        text=line(text, _("Write the cause.")),
        position=beside[-1].position + 1 if beside else 0,
    )
    return record.fact("agenda.cause_added", cause, by=by)


def change_cause(*, cause: Cause, text: str, by: By) -> Cause:
    """Say a cause in other words."""
    return record.put("agenda.cause_changed", cause, by=by, text=line(text, _("Write the cause.")))


@transaction.atomic
def remove_cause(*, cause: Cause, by: By) -> Cause:
    """Take a cause away. Raises BuiltOn while others explain it."""
    if queries.causes_beside(cause.problem, cause.pk):
        raise agenda.BuiltOn(_("Other causes stand under this one. Move them out or take them away first."))
    return record.put("agenda.cause_removed", cause, by=by, removed=True)


def restore_cause(*, cause: Cause, by: By) -> Cause:
    """Put a cause back where it was."""
    return record.put("agenda.cause_restored", cause, by=by, removed=False)


@transaction.atomic
def move_cause(*, cause: Cause, to: str, by: By) -> Cause:
    """Move a cause with all that stand under it: up or down among its own, in under the one above, or out.

    Raises CannotMove when there is nothing in that direction, ValueError for no direction.
    """
    beside = queries.causes_beside(cause.problem, cause.under_id)
    here = next(place for place, one in enumerate(beside) if one.pk == cause.pk)
    with record.act(by=by, programme=cause.programme_id):
        match to:
            case "up" if here > 0:
                _line_up([*beside[: here - 1], cause, beside[here - 1], *beside[here + 1 :]], by)
            case "down" if here + 1 < len(beside):
                _line_up([*beside[:here], beside[here + 1], cause, *beside[here + 2 :]], by)
            case "in" if here > 0:
                above = beside[here - 1]
                _move_under(cause, above, [*queries.causes_beside(cause.problem, above.pk), cause], by)
            case "out" if cause.under is not None:
                parent = cause.under
                around = queries.causes_beside(cause.problem, parent.under_id)
                after = next(place for place, one in enumerate(around) if one.pk == parent.pk) + 1
                _move_under(cause, parent.under, [*around[:after], cause, *around[after:]], by)
            case "up" | "down" | "in" | "out":
                raise CannotMove(_("This cause cannot go further that way."))
            case _:
                raise ValueError(_("A cause moves up, down, in or out."))
    return cause


def _line_up(causes: Sequence[Cause], by: By) -> None:
    """Number them in that order; only those that stood elsewhere are said anew."""
    for place, cause in enumerate(causes):
        if cause.position != place:
            record.put("agenda.cause_moved", cause, by=by, position=place)


def _move_under(cause: Cause, under: Cause | None, beside: Sequence[Cause], by: By) -> None:
    record.put("agenda.cause_moved", cause, by=by, under=under)
    _line_up(beside, by)


# ---- we agree that we disagree ---------------------------------------------------------------------------


def agree_to_disagree(*, problem: Problem, question: str, would_settle: str, by: By) -> Disagreement:
    """Write down on what the groups disagree, and what would settle it. Raises ValueError without either."""
    return record.fact(
        "agenda.disagreement_agreed",
        Disagreement(
            programme_id=problem.programme_id, problem=problem, **_disagreed(question, would_settle)
        ),
        by=by,
    )


def _disagreed(question: str, would_settle: str) -> dict[str, Any]:
    return {
        "question": line(question, _("Write on what the groups disagree.")),
        "would_settle": line(would_settle, _("Write what would settle it: a figure, a visit, a ruling.")),
    }


def change_disagreement(
    *, disagreement: Disagreement, question: str, would_settle: str, by: By
) -> Disagreement:
    """Say anew on what they disagree, and what would settle it. Raises as for writing it down."""
    said = _disagreed(question, would_settle)
    return record.put("agenda.disagreement_changed", disagreement, by=by, **said)


def take_side(*, disagreement: Disagreement, constituency: Constituency, words: str, by: By) -> Side:
    """Note what one constituency says in it, in its words; said anew it replaces the last.

    Raises ValueError without words, or for a group of another programme.
    """
    of_one_programme(disagreement.programme_id, constituency)
    side = Side(
        id=Side.id_for(disagreement.pk, constituency.pk),
        programme_id=disagreement.programme_id,
        disagreement=disagreement,
        constituency=constituency,
        words=line(words, _("Write what they say, in their words.")),
    )
    return record.put("agenda.side_taken", side, by=by)


def remove_side(*, side: Side, by: By) -> Side:
    """Take away what was noted by mistake."""
    return record.put("agenda.side_removed", side, by=by, removed=True)


def settle_disagreement(
    *, disagreement: Disagreement, settled: str, by: By, on: date | None = None
) -> Disagreement:
    """Say how it was settled; the sides stay on record.

    Raises ValueError without words, or for a day to come.
    """
    if on is not None and on > timezone.localdate():
        raise ValueError(_("This day is still to come. Write the day on which it was settled."))
    return record.put(
        "agenda.disagreement_settled",
        disagreement,
        by=by,
        settled=line(settled, _("Write how it was settled.")),
        settled_on=on or timezone.localdate(),
    )


def reopen_disagreement(*, disagreement: Disagreement, by: By) -> Disagreement:
    """It is not settled after all."""
    return record.put("agenda.disagreement_reopened", disagreement, by=by, settled="", settled_on=None)


def remove_disagreement(*, disagreement: Disagreement, by: By) -> Disagreement:
    """Take away what was written down by mistake, with its sides."""
    return record.put("agenda.disagreement_removed", disagreement, by=by, removed=True)


# ---- the text of a solution ------------------------------------------------------------------------------

MOST_CLAUSES = 40


@transaction.atomic
def write_text(*, solution: Solution, clauses: Sequence[str], by: By) -> list[Clause]:
    """Write the first text of a solution, in the place of what stood there.

    Raises TextStands once an amendment was proposed, ValueError for no clause or more than 40.
    """
    words = [said for said in (" ".join(clause.split()) for clause in clauses) if said]
    if not 1 <= len(words) <= MOST_CLAUSES:
        raise ValueError(_("A text has from 1 to %(most)d clauses, one a line.") % {"most": MOST_CLAUSES})
    if queries.amendments(solution).exists():
        raise TextStands(_("Amendments were proposed on these words. Change them by an amendment."))
    with record.act(by=by, programme=solution.programme_id):
        for old in queries.clauses(solution):
            record.put("agenda.clause_removed", old, by=by, removed=True)
        written = [
            Clause(programme_id=solution.programme_id, solution=solution, position=place, text=said)
            for place, said in enumerate(words)
        ]
        record.facts("agenda.clause_written", written, by=by)
    return written


@transaction.atomic
def propose_amendment(
    *,
    solution: Solution,
    kind: str,
    by: By,
    at: uuid.UUID | None = None,
    text: str = "",
    because: str = "",
    constituency: Constituency | None = None,
) -> Amendment:
    """Propose a change of one clause: other words, a clause after it (at None: before the first), or none.

    Raises ValueError for a clause that does not stand, words that are missing, or a text that is not written.
    """
    of_one_programme(solution.programme_id, constituency)
    today = {clause.id: clause for clause in queries.text_of(solution)}
    if not queries.clauses(solution).exists():
        raise ValueError(_("The text is not written yet. Write its clauses first."))
    kind = Amendment.Kind(kind).value
    if at not in today and not (kind == Amendment.Kind.INSERT and at is None):
        raise ValueError(_("Choose a clause that stands in the text today."))
    words = " ".join(text.split())
    if kind != Amendment.Kind.STRIKE and not words:
        raise ValueError(_("Write the new words."))
    was = today[at].text if at is not None else ""
    if kind == Amendment.Kind.REPLACE and words == was:
        raise ValueError(_("The clause says this already."))
    amendment = Amendment(
        programme_id=solution.programme_id,
        solution=solution,
        constituency=constituency,
        kind=kind,
        at=at,
        was=was,
        text="" if kind == Amendment.Kind.STRIKE else words,
        because=" ".join(because.split()),
    )
    return record.fact("agenda.amendment_proposed", amendment, by=by)


@transaction.atomic
def accept_amendment(*, amendment: Amendment, by: By, reason: str = "") -> Amendment:
    """Let the amendment change the text.

    Raises Decided, or TextStands when its clause was struck or reads otherwise since it was proposed; a
    clause that comes after it does not mind other words.
    """
    _not_decided(amendment)
    today = {clause.id: clause.text for clause in queries.text_of(amendment.solution)}
    reads = today.get(amendment.at) if amendment.at is not None else ""
    if reads is None or (amendment.kind != Amendment.Kind.INSERT and reads != amendment.was):
        raise TextStands(
            _("The clause reads otherwise since this was proposed. Propose it anew on today's words.")
        )
    standing_ = texts.in_force(queries.amendments(amendment.solution))
    return record.put(
        "agenda.amendment_accepted",
        amendment,
        by=by,
        state=Amendment.State.ACCEPTED.value,
        reason=" ".join(reason.split()),
        decided_on=timezone.localdate(),
        place=(standing_[-1].place or 0) + 1 if standing_ else 1,
    )


@transaction.atomic
def decline_amendment(*, amendment: Amendment, reason: str, by: By) -> Amendment:
    """Leave the text as it is, and say why. Raises Decided, or ValueError without a reason."""
    _not_decided(amendment)
    return record.put(
        "agenda.amendment_declined",
        amendment,
        by=by,
        state=Amendment.State.DECLINED.value,
        reason=line(reason, _("Write why it is declined: whoever proposed it reads that.")),
        decided_on=timezone.localdate(),
    )


def _not_decided(amendment: Amendment) -> None:
    if amendment.state != Amendment.State.PROPOSED:
        raise Decided(_("This amendment was decided already."))


@transaction.atomic
def take_back_decision(*, amendment: Amendment, by: By) -> Amendment:
    """The amendment is open again. Raises Decided for one that is, or when a later change came after it."""
    if amendment.state == Amendment.State.PROPOSED:
        raise Decided(_("This amendment was not decided yet."))
    last = texts.in_force(queries.amendments(amendment.solution))[-1:]
    if amendment.state == Amendment.State.ACCEPTED and last != [amendment]:
        raise Decided(_("A later amendment builds on this one. Take that one back first."))
    return record.put(
        "agenda.decision_taken_back",
        amendment,
        by=by,
        state=Amendment.State.PROPOSED.value,
        reason="",
        decided_on=None,
        place=None,
    )


# ---- what speaks for and against -------------------------------------------------------------------------


def argue(
    *, solution: Solution, side: str, text: str, by: By, constituency: Constituency | None = None
) -> Argument:
    """Note what speaks for a solution, or against it. Raises ValueError without words."""
    of_one_programme(solution.programme_id, constituency)
    argument = Argument(
        programme_id=solution.programme_id,
        solution=solution,
        constituency=constituency,
        side=Argument.Side(side).value,
        text=line(text, _("Write what speaks for it or against it.")),
    )
    return record.fact("agenda.argument_made", argument, by=by)


def remove_argument(*, argument: Argument, by: By) -> Argument:
    """Take away what was noted by mistake."""
    return record.put("agenda.argument_removed", argument, by=by, removed=True)


# ---- what a facilitator changes in a computed agenda -----------------------------------------------------


@transaction.atomic
def change_agenda(
    *, certificate: Certificate, statement: Statement, place: int | None, reason: str, by: By
) -> AgendaChange:
    """Put a statement at another place of a computed agenda, or leave it out (None), and say why.

    What was computed stays beside it. Raises ValueError for a statement that was not put to the vote, a place
    below 1, no reason, or a change that changes nothing.
    """
    places = {item["item"]: item["chosen"] for item in certificate.said["items"]}
    if certificate.kind != Certificate.Kind.AGENDA or str(statement.pk) not in places:
        raise ValueError(_("This statement was not put to the vote for this agenda."))
    if place is not None and place < 1:
        raise ValueError(_("The first place is 1."))
    if place == places[str(statement.pk)]:
        raise ValueError(_("It was computed so. Choose another place, or take your change back."))
    change = AgendaChange(
        id=AgendaChange.id_for(certificate.pk, statement.pk),
        programme_id=certificate.programme_id,
        certificate=certificate,
        statement=statement,
        place=place,
        reason=line(reason, _("Write why: everybody reads it beside what was computed.")),
    )
    return record.put("agenda.agenda_changed", change, by=by)


def take_back_agenda_change(*, change: AgendaChange, by: By) -> AgendaChange:
    """Let a statement stand again where it was computed."""
    return record.put("agenda.agenda_change_taken_back", change, by=by, removed=True)
