"""How the demo agenda was drafted: goals, causes, a disagreement, amendments, comments, versions."""

from __future__ import annotations

from django.db import transaction

from jukwaa.agenda.drafting import actions
from jukwaa.dialogue.models import Statement
from jukwaa.programmes.models import Certificate, Role
from jukwaa.programmes.queries import certificates
from jukwaa.web.geita.after import ADOPTED, Agreed
from jukwaa.web.geita.owed import ELDERS, OWNERS, PANNERS, WORKERS
from jukwaa.web.geita.people import Cast
from jukwaa.web.geita.promises import CLERK, FORUM, MERCURY, ONLINE, PROMISES
from jukwaa.web.geita.talk import Calendar

# What the district plan asks for, and which goals the rows serve, in their order.
PLAN = "Geita district plan"
PRIORITIES = [
    ("2.1", "Applications of small businesses are settled within three months"),
    ("3.4", "Safe water within 400 metres of every household"),
    ("4.2", "Peace between investors and the communities around them"),
]
SERVED = [
    [("SDG", "16.6"), ("SDG", "8.3"), (PLAN, "2.1")],
    [("SDG", "5.5")],
    [("SDG", "8.8")],
    [("SDG", "9.3")],
    [("SDG", "16.7"), ("SDG", "17.17"), (PLAN, "4.2")],
    [("SDG", "16.7")],
    [("SDG", "15.3"), ("SDG", "6.3"), (PLAN, "3.4")],
    [("SDG", "8.3")],
]

# Why a problem is there: a cause, and those that explain it.
CAUSES = {
    ONLINE: [
        (
            "The office has taken no papers since the portal opened",
            ["One clerk for the whole district", "Fuel for the market days ended in March"],
        ),
        ("Few sites have a signal, and fewer people a phone that opens the portal", []),
    ],
    MERCURY: [
        (
            "Retorts are dear, and slow when ten people wait",
            ["The nearest dealer is in Mwanza", "Nobody lends to a woman without land"],
        ),
        ("The gold must be sold the same evening to pay for food", []),
    ],
}

DISAGREEMENT = (
    "Must the elders sign before a small licence is granted?",
    "What the land court says in the two cases that wait, and a year of hearings on the new form",
    {
        ELDERS: "The land had owners before there were licences. Nobody digs without our word.",
        OWNERS: "A signature that can be refused can be sold. The law names the office, and nobody else.",
        "Government and regulator": "We hear the elders. The law does not let us wait for them.",
    },
)

TEXT = [
    "A clerk of the mines office sits at the market once a week.",
    "The clerk files applications for whoever comes.",
    "Filing costs what the law says, and nothing more.",
]

COMMENTS = [
    (PANNERS, "On market days we are at the washing place until noon.", "The clerk now stays until four."),
    (WORKERS, "Who tells us when the clerk does not come?", ""),
]


def draft(cast: Cast, agreed: Agreed, days: Calendar) -> None:
    """Goals, causes, what the groups disagree on, an answer amended, comments, and a change of the agenda."""
    lead = cast.member(Role.COORDINATOR)
    actions.freeze_roadmap(
        programme=cast.programme, title="As adopted in Geita", on=days.ago(ADOPTED), by=lead
    )
    with transaction.atomic():
        _name_goals(cast, agreed)
        _ask_why(cast, agreed)
        _agree_to_disagree(cast, agreed)
        _amend(cast, agreed)
        _comment(cast, agreed)
        _change_agenda(cast)
    actions.freeze_roadmap(
        programme=cast.programme,
        title="With the goals it serves, for the region",
        on=days.ago(20),
        by=lead,
    )


def _name_goals(cast: Cast, agreed: Agreed) -> None:
    lead = cast.member(Role.COORDINATOR)
    for code, title in PRIORITIES:
        actions.add_goal(programme=cast.programme, catalogue=PLAN, code=code, title=title, by=lead)
    for promise, goals in zip(PROMISES, SERVED, strict=True):
        for catalogue, code in goals:
            actions.align(row=agreed.rows[promise.action], catalogue=catalogue, code=code, by=lead)


def _ask_why(cast: Cast, agreed: Agreed) -> None:
    by = cast.member(Role.FACILITATOR)
    for said, causes in CAUSES.items():
        problem = agreed.problems[said]
        for text, deeper in causes:
            cause = actions.add_cause(problem=problem, text=text, by=by)
            for why in deeper:
                actions.add_cause(problem=problem, text=why, under=cause, by=by)


def _agree_to_disagree(cast: Cast, agreed: Agreed) -> None:
    by = cast.member(Role.FACILITATOR)
    question, settles, sides = DISAGREEMENT
    said = actions.agree_to_disagree(
        problem=agreed.problems[FORUM], question=question, would_settle=settles, by=by
    )
    for group, words in sides.items():
        actions.take_side(disagreement=said, constituency=cast.constituencies[group], words=words, by=by)


def _amend(cast: Cast, agreed: Agreed) -> None:
    by, solution = cast.member(Role.FACILITATOR), agreed.solutions[CLERK]
    first, second, third = actions.write_text(solution=solution, clauses=TEXT, by=by)
    panners, owners = cast.constituencies[PANNERS], cast.constituencies[OWNERS]
    twice = actions.propose_amendment(
        solution=solution,
        kind="replace",
        at=first.pk,
        text="A clerk of the mines office sits at both markets, once a week each, until four.",
        because="On one market day half of the women are at the other site.",
        constituency=panners,
        by=by,
    )
    actions.accept_amendment(amendment=twice, by=by)
    receipt = actions.propose_amendment(
        solution=solution,
        kind="insert",
        at=second.pk,
        text="Whoever files gets a receipt with a number and the day of the answer.",
        constituency=panners,
        by=by,
    )
    actions.accept_amendment(amendment=receipt, by=by)
    struck = actions.propose_amendment(
        solution=solution,
        kind="strike",
        at=third.pk,
        because="It is the law already.",
        constituency=owners,
        by=by,
    )
    actions.decline_amendment(
        amendment=struck, reason="It is, and it is not kept: the panners want it written on the wall.", by=by
    )
    actions.argue(solution=solution, side="pro", text="Nobody loses a day's pay to travel to town.", by=by)
    actions.argue(
        solution=solution,
        side="con",
        text="One clerk with a bag of fees must be guarded.",
        constituency=owners,
        by=by,
    )


def _comment(cast: Cast, agreed: Agreed) -> None:
    by, row = cast.member(Role.FACILITATOR), agreed.rows[PROMISES[0].action]
    for group, text, resolution in COMMENTS:
        said = actions.comment(row=row, text=text, constituency=cast.constituencies[group], by=by)
        if resolution:
            actions.resolve_comment(comment=said, resolution=resolution, by=by)


def _change_agenda(cast: Cast) -> None:
    """The facilitator left one of the answers out of an agenda that was computed, and said why."""
    computed = certificates(cast.programme, Certificate.Kind.AGENDA).order_by("made_at", "pk").first()
    if computed is None or not (chosen := [one for one in computed.said["items"] if one["chosen"]]):
        return
    last = max(chosen, key=lambda one: one["chosen"])["item"]
    statement = Statement.objects.get(pk=last)
    actions.change_agenda(
        certificate=computed,
        statement=statement,
        place=None,
        reason="The council had begun with it before the dialogue, so it needs no row of its own.",
        by=cast.member(Role.FACILITATOR),
    )
