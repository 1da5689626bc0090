"""What changes before the field: who stands where, how ready it is, what to find out, what was checked."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jukwaa import record
from jukwaa.field.models import Check, Level, ResearchQuestion, Review, Reviewer, Stakeholder
from jukwaa.field.scoping import queries
from jukwaa.field.scoping.readiness import KEYS
from jukwaa.programmes.actions import merge_rows
from jukwaa.programmes.models import Constituency, Organisation, Programme
from jukwaa.programmes.queries import standing
from jukwaa.record.write import By

# ---- the stakeholder map ---------------------------------------------------------------------------------


def place_declared(*, programme: Programme, by: By) -> list[Stakeholder]:
    """Put every declared constituency and organisation on the map that is not there, in its middle."""
    rows = [_of(row) for row in queries.not_on_the_map(programme)]
    with record.act(by=by, programme=programme):
        return [record.put("field.stakeholder_placed", row, by=by) for row in rows]


def _of(row: Constituency | Organisation) -> Stakeholder:
    """One that was taken off the map before comes back to it."""
    return Stakeholder(
        id=Stakeholder.id_on_the_map(row),
        programme_id=row.programme_id,
        constituency=row if isinstance(row, Constituency) else None,
        organisation=row if isinstance(row, Organisation) else None,
        removed=False,
    )


@transaction.atomic
def join_on_the_map(*, row: Constituency | Organisation, by: By) -> None:
    """Another group or organisation went into this one: both stand in one place on the map.

    What was said of this one stays; where nothing was, what was said of the other.
    """
    place = _of(row)
    for other in queries.on_the_map(row):
        if other.pk == place.pk:
            continue
        if not standing(Stakeholder.objects.filter(pk=place.pk)).exists():
            said = {name: getattr(other, name) for name in ("power", "interest", "silences", "how")}
            record.put("field.stakeholder_placed", place, by=by, **said)
        merge_rows(row=other, into=place, by=by)


def add_stakeholder(
    *, programme: Programme, name: str, power: int, interest: int, by: By, silences: str = "", how: str = ""
) -> Stakeholder:
    """Put somebody on the map who is neither a constituency nor an organisation yet. Raises ValueError."""
    if not name.strip():
        raise ValueError(_("Say who it is."))
    row = Stakeholder(
        programme=programme,
        name=name.strip(),
        power=Level(power),
        interest=Level(interest),
        silences=silences,
        how=how,
    )
    return record.fact("field.stakeholder_placed", row, by=by)


def change_stakeholder(*, stakeholder: Stakeholder, by: By, **said: Any) -> Stakeholder:
    """Say anew where they stand, what silences them, how they are heard, or what they are called.

    Raises ValueError for a step that there is not, or no name where nothing else names them.
    """
    for name in ("power", "interest"):
        if name in said:
            said[name] = Level(int(said[name]))
    if "name" in said and not (said["name"].strip() or stakeholder.constituency or stakeholder.organisation):
        raise ValueError(_("Say who it is."))
    return record.put("field.stakeholder_placed", stakeholder, by=by, **said)


def remove_stakeholder(*, stakeholder: Stakeholder, by: By) -> Stakeholder:
    """Take them off the map; their group or organisation stays as it is."""
    return record.put("field.stakeholder_removed", stakeholder, removed=True, by=by)


# ---- readiness -------------------------------------------------------------------------------------------


def answer_check(*, programme: Programme, key: str, answer: str, by: By, because: str = "") -> Check:
    """Answer a question of the checklist. Raises ValueError for one that is not on it, or no such answer."""
    if key not in KEYS:
        raise ValueError(_("This question is not on the checklist."))
    row = Check(
        id=Check.id_for(programme, key),
        programme=programme,
        key=key,
        answer=Check.Answer(answer),
        because=because.strip(),
    )
    return record.put("field.check_answered", row, by=by)


# ---- research questions ----------------------------------------------------------------------------------


def add_question(
    *, programme: Programme, text: str, by: By, language: str = "en", why: str = ""
) -> ResearchQuestion:
    """Propose something to find out, after the others. Raises ValueError without words."""
    if not text.strip():
        raise ValueError(_("A question needs words."))
    row = ResearchQuestion(
        programme=programme,
        text=text.strip(),
        language=language,
        why=why.strip(),
        position=ResearchQuestion.objects.filter(programme=programme).count(),
    )
    return record.fact("field.question_proposed", row, by=by)


def change_question(*, question: ResearchQuestion, by: By, **said: Any) -> ResearchQuestion:
    """Word the question anew. Raises ValueError without words."""
    if not said.get("text", question.text).strip():
        raise ValueError(_("A question needs words."))
    return record.put("field.question_changed", question, by=by, **said)


def choose_question(*, question: ResearchQuestion, chosen_with: str, by: By) -> ResearchQuestion:
    """Note that it is one to find out, and with whom that was decided. Raises ValueError without that."""
    if not chosen_with.strip():
        raise ValueError(
            _("Say with whom it was chosen, and how. Choosing for people is not choosing with them.")
        )
    state = ResearchQuestion.State.CHOSEN
    return record.put("field.question_chosen", question, state=state, chosen_with=chosen_with.strip(), by=by)


def leave_question(*, question: ResearchQuestion, because: str, by: By) -> ResearchQuestion:
    """Put it aside, and say why and with whom."""
    state = ResearchQuestion.State.LEFT
    return record.put("field.question_left", question, state=state, chosen_with=because.strip(), by=by)


def reconsider_question(*, question: ResearchQuestion, by: By) -> ResearchQuestion:
    """Undo a decision: it is proposed again."""
    state = ResearchQuestion.State.PROPOSED
    return record.put("field.question_reconsidered", question, state=state, chosen_with="", by=by)


def move_question(*, question: ResearchQuestion, earlier: bool, by: By) -> None:
    """Put it one place earlier or later in the order of priority."""
    order = list(queries.questions(question.programme))
    place = order.index(question)
    other = place - 1 if earlier else place + 1
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    _place(order, by)


def _place(order: Sequence[ResearchQuestion], by: By) -> None:
    with record.act(by=by, programme=order[0].programme_id):
        for position, each in enumerate(order):
            if each.position != position:
                record.put("field.question_placed", each, position=position, by=by)


def remove_question(*, question: ResearchQuestion, by: By) -> ResearchQuestion:
    """Take the question away."""
    return record.put("field.question_removed", question, removed=True, by=by)


def note_asked(*, question: ResearchQuestion, statement: uuid.UUID, by: By) -> ResearchQuestion:
    """Note as which statement the question was put to people."""
    return record.put("field.question_asked", question, statement=statement, by=by)


# ---- the reference group ---------------------------------------------------------------------------------


def add_reviewer(*, programme: Programme, name: str, by: By, office: str = "", knows: str = "") -> Reviewer:
    """Take somebody into the reference group. Whoever leaves it can be forgotten. Raises ValueError."""
    if not name.strip():
        raise ValueError(_("Say who it is."))
    pk = uuid.uuid4()
    row = Reviewer(id=pk, subject=pk, programme=programme, name=name.strip(), office=office, knows=knows)
    return record.fact("field.reviewer_joined", row, by=by)


def change_reviewer(*, reviewer: Reviewer, by: By, **said: Any) -> Reviewer:
    """Correct what is said of somebody in the reference group."""
    return record.put("field.reviewer_changed", reviewer, by=by, **said)


def forget_reviewer(*, reviewer: Reviewer, by: By) -> None:
    """Forget who it was and their words; that something was checked, and the verdict, stays."""
    record.withdraw(reviewer.pk, by=by, programme=reviewer.programme_id, verb="field.reviewer_forgotten")


def note_review(
    *, reviewer: Reviewer, of: str, verdict: str, said_on: date, by: By, remarks: str = "", answer: str = ""
) -> Review:
    """Keep what somebody of the reference group found. Raises ValueError for a change left unsaid."""
    _says_what(verdict, remarks)
    row = Review(
        programme_id=reviewer.programme_id,
        subject=reviewer.pk,
        reviewer=reviewer,
        of=Review.Of(of),
        verdict=Review.Verdict(verdict),
        said_on=said_on,
        remarks=remarks.strip(),
        answer=answer.strip(),
    )
    return record.fact("field.review_noted", row, by=by)


def change_review(*, review: Review, by: By, **said: Any) -> Review:
    """Correct a verdict, or say what was done about it. Raises ValueError as note_review does."""
    _says_what(said.get("verdict", review.verdict), said.get("remarks", review.remarks))
    return record.put("field.review_changed", review, by=by, **said)


def _says_what(verdict: str, remarks: str) -> None:
    if verdict != Review.Verdict.GOOD and not remarks.strip():
        raise ValueError(_("Write down what should change, so that somebody can do it."))
