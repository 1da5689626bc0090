"""The room's one door to the engine: from ballots and quotas to a slate that anybody can compute again.

What the engine reads and what its files hold is the same: candidates and voters by number, kinds by name.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from commonground import VoteTable, committee
from jukwaa.agenda import actions, queries
from jukwaa.agenda.election import actions as election
from jukwaa.agenda.election import queries as counted
from jukwaa.agenda.models import Ballot, Candidate, LeadershipGroup
from jukwaa.agenda.queries import CONSTITUENCY, GENDER, PLACE, Quota
from jukwaa.programmes.actions import issue_certificate
from jukwaa.programmes.download import sheet
from jukwaa.programmes.models import (
    Certificate,
    Constituency,
    Entry,
    Gender,
    Organisation,
    Participant,
    Place,
)
from jukwaa.programmes.queries import constituencies, entries, standing
from jukwaa.record.payload import canonical
from jukwaa.record.write import By

__all__ = [
    "CannotBeMet",
    "WaysOut",
    "choose",
    "choose_due",
    "choose_or_ask",
    "digests",
    "files",
    "follows",
    "let_give_way",
    "open_ballot",
    "ways_out",
]

ORGANISATION = "organisation"
COLUMNS = (CONSTITUENCY, GENDER, PLACE, ORGANISATION)
SEED = 7  # of the lot that decides between groups of the same worth; the engine's own

# So many voters times names are weighed while somebody waits, in about a second; more go to the worker.
WHILE_ONE_WAITS = 6_000


class CannotBeMet(actions.Refused):
    """No group of those who stand keeps the quotas. `ways` says what to do."""

    def __init__(self, ways: WaysOut) -> None:
        self.ways = ways
        super().__init__(_("Nobody can keep these quotas with those who stand. Look at the two ways out."))


@dataclass(frozen=True)
class Mended:
    """A quota that cannot be kept, and what it would have to be; `would_be` is it as the group keeps it."""

    kind: str
    was: str
    becomes: str
    would_be: Quota


@dataclass(frozen=True)
class WaysOut:
    """Two answers to quotas that cannot be kept: how they would have to give way, or whom else to nominate.

    recruits: how many of which kind; empty where nobody more would help.
    """

    mends: tuple[Mended, ...]
    recruits: tuple[tuple[int, str], ...]


# ---- what the engine reads -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Inputs:
    """Ballots, candidates and quotas in the engine's words.

    approved: by voter's number, whom they named. secret: what the voters' names end in, as `under` says.
    """

    size: int
    candidates: dict[str, dict[str, str]]
    quotas: tuple[committee.Quota, ...]
    one_per: tuple[str, ...]
    belongs: dict[str, str]
    approved: dict[str, Collection[str]]
    secret: str = ""

    @cached_property
    def votes(self) -> VoteTable:
        """1 for everybody whom a voter named, 0 for the others: a ballot without names is one too."""
        rows = [
            (voter, candidate, int(candidate in named))
            for voter, named in self.approved.items()
            for candidate in self.candidates
        ]
        return VoteTable.from_rows(rows, statements=self.candidates)

    def elect(self) -> committee.Committee:
        """The committee of most worth within the quotas."""
        return committee.elect(
            self.votes,
            seats=self.size,
            candidates=self.candidates,
            constituencies=self.belongs,
            quotas=self.quotas,
            one_per=self.one_per,
        )

    def under(self, secret: str) -> Inputs:
        """The same ballots of voters whose names end in a secret.

        The digests of the files are everybody's. Few ballots can be tried out one by one until a digest fits;
        under a secret that only named auditors have, they cannot.
        """
        if not secret:
            return self
        names = {voter: f"{voter}-{secret}" for voter in self.belongs}
        return replace(
            self,
            belongs={names[voter]: group for voter, group in self.belongs.items()},
            approved={names[voter]: named for voter, named in self.approved.items()},
            secret=secret,
        )


class Names:
    """What constituencies, places and organisations are called in the engine's files, each otherwise."""

    def __init__(self, group: LeadershipGroup) -> None:
        of: dict[str, type[Constituency | Place | Organisation]] = {
            CONSTITUENCY: Constituency,
            PLACE: Place,
            ORGANISATION: Organisation,
        }
        self.of = {column: _apart(model, group.programme_id) for column, model in of.items()}
        self.of[GENDER] = {value: value for value in Gender.values}

    def kind(self, candidate: Candidate) -> dict[str, str]:
        """What the engine knows of a candidate."""
        ids = {
            CONSTITUENCY: candidate.constituency_id,
            GENDER: candidate.gender,
            PLACE: candidate.place_id,
            ORGANISATION: candidate.organisation_id,
        }
        return {column: self.of[column].get(str(ids[column] or ""), "") for column in COLUMNS}

    def value(self, column: str, name: str) -> str:
        """The id behind a name."""
        return next(value for value, said in self.of[column].items() if said == name)


def _apart(model: type[Constituency | Place | Organisation], programme: uuid.UUID) -> dict[str, str]:
    """Names by id; of two that are called the same, the second says so. None is taken for a formula."""
    names: dict[str, str] = {}
    for one in model._default_manager.filter(programme=programme).order_by("hlc", "pk"):
        name = one.name.strip().lstrip("=+-@")
        twice = sum(said == name or said.startswith(f"{name} (") for said in names.values())
        names[str(one.pk)] = f"{name} ({twice + 1})" if twice else name
    return names


def _limits(group: LeadershipGroup, names: Names) -> list[committee.Quota]:
    """The quotas in the engine's words."""
    return [
        committee.Quota(q.column, names.of[q.column][q.value], q.least, q.most)
        for q in queries.quotas(group)
        if q.value in names.of[q.column]
    ]


def _one_per(group: LeadershipGroup) -> tuple[str, ...]:
    """The columns of which each value has one member at most."""
    return (ORGANISATION,) if group.one_per_organisation else ()


def _inputs(group: LeadershipGroup, stand: Sequence[Candidate]) -> Inputs:
    """What a slate of those who stand follows from, as things are now."""
    names = Names(group)
    numbers = {str(one.pk): str(number) for number, one in enumerate(stand, 1)}
    kinds = {numbers[str(one.pk)]: names.kind(one) for one in stand}
    voters = _voters(group)
    known = {(column, value) for kind in kinds.values() for column, value in kind.items()}
    return Inputs(
        size=group.size,
        candidates=kinds,
        # A limit on people of whom nobody stands limits nothing, and the engine would ask what it means.
        quotas=tuple(limit for limit in _limits(group, names) if (limit.column, limit.value) in known),
        one_per=_one_per(group),
        belongs={voter: names.of[CONSTITUENCY][str(belongs)] for voter, belongs, _said in voters},
        approved={voter: {numbers[pk] for pk in said if pk in numbers} for voter, _belongs, said in voters},
    )


def _voters(group: LeadershipGroup) -> list[tuple[str, uuid.UUID | None, Collection[str]]]:
    """Each ballot that counts: its number, of which constituency, and the ids that it names.

    A slip keeps the number that is printed on it, so that whoever checks can lay it beside its line.
    """
    if group.paper:
        legible = queries.slips(group).filter(spoilt=False)
        return [(str(slip.number), slip.constituency_id, slip.approved) for slip in legible]
    given = enumerate(queries.ballots(group), 1)
    return [(str(number), voter.constituency_id, said) for number, (voter, said) in given]


# ---- quotas that cannot be kept --------------------------------------------------------------------------


def ways_out(group: LeadershipGroup) -> WaysOut | None:
    """What to do about quotas that those who stand cannot keep; None when they can, or nobody stands."""
    stand = queries.on_the_ballot(group)
    if not stand:
        return None
    names = Names(group)
    kinds = [names.kind(one) for one in stand]
    # One member of each organisation never gives way: whoever is nominated may be of another.
    answers = committee.cannot_be_met(
        kinds, _limits(group, names), group.size, "committee", committee.single(kinds, _one_per(group))
    )
    if not answers.mends and not answers.recruits:
        return None
    return WaysOut(
        mends=tuple(_mended(group, names, mend) for mend in answers.mends),
        recruits=tuple((many, _kind_in_words(kind)) for kind, many in answers.recruits),
    )


def _mended(group: LeadershipGroup, names: Names, mend: committee.Mend) -> Mended:
    was, becomes = mend.was, mend.would_be
    many = queries.values_of(group.programme, GENDER)
    return Mended(
        kind=many[was.value] if was.column == GENDER else was.value,
        was=queries.quota_in_words(was.least, was.most),
        becomes=queries.quota_in_words(becomes.least, becomes.most),
        would_be=Quota(was.column, names.value(was.column, was.value), becomes.least, becomes.most),
    )


def _kind_in_words(kind: committee.Kind) -> str:
    """Of whom more are needed."""
    said = [str(Gender(value).label) if column == GENDER else value for column, value in kind.items()]
    return ", ".join(said) or _("anybody")


def open_ballot(*, group: LeadershipGroup, by: By) -> LeadershipGroup:
    """Let people vote, once those who stand can keep the quotas. Raises CannotBeMet, or as the action."""
    if len(queries.on_the_ballot(group)) >= group.size > 0 and (ways := ways_out(group)):
        raise CannotBeMet(ways)
    return actions.open_ballot(group=group, by=by)


def let_give_way(*, group: LeadershipGroup, by: By) -> LeadershipGroup:
    """Let the quotas give way as little as makes a group possible. Raises Refused when they can be kept."""
    ways = ways_out(group)
    if ways is None:
        raise actions.Refused(_("The quotas can be kept, so they stand."))
    if not ways.mends:
        raise actions.Refused(_("No change of the quotas is enough: too few people stand."))
    mended = {(m.would_be.column, m.would_be.value): m.would_be for m in ways.mends}
    kept = [mended.get((q.column, q.value), q) for q in queries.quotas(group)]
    return actions.give_way(group=group, quotas=kept, by=by)


# ---- the slate -------------------------------------------------------------------------------------------


def choose_or_ask(*, group: LeadershipGroup, by: By) -> Certificate | None:
    """Choose the group now, or leave it to the worker where it takes minutes: None. Raises as choose()."""
    inputs, _stand, _voted = _ready(group, None)
    if len(inputs.belongs) * len(inputs.candidates) <= WHILE_ONE_WAITS:
        return choose(group=group, by=by)
    actions.ask_for_slate(group=group, by=by)
    return None


def choose_due() -> int:
    """Choose every group that was asked for; gives how many were. One that cannot be is asked no more."""
    asked = list(standing(LeadershipGroup.objects.filter(slate_asked_at__isnull=False)))
    for group in asked:
        with contextlib.suppress(actions.Refused):
            choose(group=group, by=None)
        actions.answer_slate(group=group)
    return len(asked)


def choose(*, group: LeadershipGroup, by: By, at: datetime | None = None) -> Certificate:
    """Choose the group from its ballots, within its quotas, and keep the slate with all it follows from.

    Computes outside any transaction. Raises NotVoting before the end, or when nobody voted; SlateStands when
    it was chosen and the same people stand; CannotBeMet with both ways out; NotCounted where slips are the
    ballots and two did not count them alike, or the rule asks for a recount.
    """
    plain, stand, voters = _ready(group, at)
    secret = secrets.token_hex(16)
    inputs = plain.under(secret)
    elected = inputs.elect()
    _is_far_enough(group, stand, inputs, elected, by)
    slate, counts = _plain(elected.as_json()), _counts(group) if group.paper else []
    names, voted = Names(group).of[CONSTITUENCY], Counter(inputs.belongs.values())
    certificate = Certificate(
        programme_id=group.programme_id,
        kind=Certificate.Kind.SLATE.value,
        about=group.pk,
        title=group.name,
        rule={
            "seats": inputs.size,
            "quotas": [asdict(quota) for quota in inputs.quotas],
            "one_per": list(inputs.one_per),
        },
        seed=SEED,
        engine=elected.version,
        digest=elected.digest,
        said=_plain(
            {
                "candidates": {
                    str(number): {"id": str(one.pk)} | _in_the_open(inputs.candidates[str(number)])
                    for number, one in enumerate(stand, 1)
                },
                "voters": [
                    [names[str(one.pk)], voted[names[str(one.pk)]]] for one in constituencies(group.programme)
                ],
                "slate": slate,
                "slips": len(inputs.belongs) if group.paper else 0,
                "counts": counts,
                "files": digests(_files(inputs, slate, counts)),
                "secret": secret,
            }
        ),
    )
    listed = [
        (voter, {CONSTITUENCY: plain.belongs[str(number)]}, Entry.State.LISTED.value)
        for number, voter in enumerate(voters, 1)
    ]
    return issue_certificate(certificate=certificate, people=listed, by=by, at=at)


def _ready(group: LeadershipGroup, at: datetime | None) -> tuple[Inputs, list[Candidate], list[Participant]]:
    """What the slate follows from, who stands and who voted. Raises as choose()."""
    if group.phase(at) != LeadershipGroup.Phase.CLOSED:
        raise actions.NotVoting(_("Close the vote first: the group is chosen when all have voted."))
    stand = queries.on_the_ballot(group)
    before = queries.slates(group).first()
    if before and queries.same_stand(before, stand):
        raise actions.SlateStands(_("The group was chosen, and the same people stand: nothing would change."))
    if not stand:
        raise actions.NotACandidate(_("Nobody stands any more. Found another group, and nominate anew."))
    if ways := ways_out(group):
        raise CannotBeMet(ways)
    inputs = _inputs(group, stand)
    if not inputs.belongs:
        raise actions.NotVoting(_("Nobody voted, so nobody can be chosen. Open the vote again."))
    if group.paper and (refusal := counted.counting(group).refusal):
        raise actions.NotCounted(refusal)
    voters = [] if group.paper else [voter for voter, _said in queries.ballots(group)]
    return inputs, stand, voters


def _is_far_enough(
    group: LeadershipGroup, stand: Sequence[Candidate], inputs: Inputs, elected: committee.Committee, by: By
) -> None:
    """Asks for the recount that the rule, fixed before the opening, asks for. Raises NotCounted with why."""
    if not group.paper or group.recount_asked_at is not None:
        return
    numbered = {str(number): one.pk for number, one in enumerate(stand, 1)}
    ticks = Counter(str(numbered[number]) for named in inputs.approved.values() for number in named)
    close = counted.closest(stand, {numbered[number] for number in elected.members}, ticks)
    if close is None or close.ticks > group.recount_within:
        return
    election.ask_for_recount(group=group, by=by)
    raise actions.NotCounted(
        _("%(one)s and %(other)s are %(ticks)d ticks apart: by the rule, all boxes are counted again.")
        % {"one": close.chosen, "other": close.left_out, "ticks": close.ticks}
    )


def _counts(group: LeadershipGroup) -> list[tuple[str, str, int]]:
    """What two people counted alike, box by box: its name, a candidate's number or “slips”, and how many."""
    names = Names(group).of[CONSTITUENCY]
    numbers = {one.pk: str(number) for number, one in enumerate(queries.on_the_ballot(group), 1)}
    told: list[tuple[str, str, int]] = []
    for box in counted.counting(group).boxes:
        if box.agreed is None:
            continue
        name = names[str(box.constituency.pk)]
        told += [(name, "slips", box.agreed.slips), (name, "spoilt", box.agreed.spoilt)]
        told += [(name, numbers[line.candidate.pk], line.counted or 0) for line in box.lines]
    return told


def _in_the_open(kind: dict[str, str]) -> dict[str, str]:
    """What is no secret of a candidate's: their gender stays with their name, and goes with it."""
    return {column: value for column, value in kind.items() if column != GENDER}


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """The same as it comes back from the record, where 1.0 is 1: a file written of it never changes."""
    plain: dict[str, Any] = json.loads(canonical(json.loads(json.dumps(said))))
    return plain


def kept_inputs(slate: Certificate) -> Inputs:
    """What a slate followed from, as far as nobody asked to be forgotten since.

    The ballots themselves stay among the votes, where fewer may read them; the certificate has their digest.
    """
    told = slate.said["candidates"]
    numbers = {one["id"]: number for number, one in told.items()}
    belongs, approved = _kept_slips(slate) if slate.said.get("slips") else _kept_ballots(slate)
    genders = {
        str(pk): said for pk, said in Candidate.objects.filter(pk__in=numbers).values_list("pk", "gender")
    }
    return Inputs(
        size=slate.rule["seats"],
        candidates={
            number: {
                column: genders.get(one["id"], "") if column == GENDER else one[column] for column in COLUMNS
            }
            for number, one in told.items()
        },
        quotas=tuple(committee.Quota(**quota) for quota in slate.rule["quotas"]),
        one_per=tuple(slate.rule["one_per"]),
        belongs=belongs,
        approved={voter: {numbers[pk] for pk in said if pk in numbers} for voter, said in approved.items()},
    ).under(slate.said.get("secret", ""))


Kept = tuple[dict[str, str], dict[str, Collection[str]]]


def _kept_ballots(slate: Certificate) -> Kept:
    """Of whom each voter is by their number, and the ids that they named."""
    listed = list(entries(slate))
    ballots = Ballot.objects.filter(group=slate.about, participant__in=[one.participant_id for one in listed])
    said = {ballot.participant_id: ballot.approved for ballot in ballots}
    return (
        {str(one.number): one.line[CONSTITUENCY] for one in listed},
        {str(one.number): said.get(one.participant_id, ()) for one in listed},
    )


def _kept_slips(slate: Certificate) -> Kept:
    """Of which box each legible slip is by its number, and the ids that it names."""
    group = queries.group_of(slate)
    names = Names(group).of[CONSTITUENCY]
    legible = list(queries.slips(group).filter(spoilt=False))
    return (
        {str(one.number): names[str(one.constituency_id)] for one in legible},
        {str(one.number): one.approved for one in legible},
    )


def follows(slate: Certificate) -> bool:
    """Whether the ballots are still those that the slate followed from, so that it can be computed again."""
    return kept_inputs(slate).votes.digest == slate.digest


def files(slate: Certificate) -> dict[str, str]:
    """What a named auditor needs to compute the slate again, and the line that does it."""
    return _files(kept_inputs(slate), slate.said["slate"], slate.said.get("counts", []))


def digests(files_: Mapping[str, str]) -> dict[str, str]:
    """The sha256 of each file: what the public may have of them."""
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files_.items()}


def _files(inputs: Inputs, slate: Mapping[str, Any], counts: Sequence[Sequence[Any]]) -> dict[str, str]:
    asked = ["python -m commonground committee ballots.csv --constituencies constituencies.csv"]
    asked += [f"--candidates candidates.csv --seats {inputs.size}"]
    asked += ["--quotas quotas.csv"] if inputs.quotas else []
    asked += [f"--one-per {column}" for column in inputs.one_per]
    # A box of few slips could be found from the digest of its count as well as a ballot from its own.
    beside = {"secret": inputs.secret} if inputs.secret else {}
    lines = [(*line, *beside.values()) for line in counts]
    by_hand = (
        {"counts.csv": sheet(("constituency", "candidate", "counted", *beside), lines)} if counts else {}
    )
    return {
        "ballots.csv": sheet(
            ("participant", "statement", "vote"),
            (
                (voter, candidate, int(candidate in named))
                for voter, named in inputs.approved.items()
                for candidate in inputs.candidates
            ),
        ),
        "constituencies.csv": sheet(("participant", CONSTITUENCY), inputs.belongs.items()),
        "candidates.csv": sheet(
            ("candidate", *COLUMNS),
            ((number, *(kind[c] for c in COLUMNS)) for number, kind in inputs.candidates.items()),
        ),
        "quotas.csv": sheet(
            ("column", "value", "least", "most"),
            ((q.column, q.value, q.least, "" if q.most is None else q.most) for q in inputs.quotas),
        ),
        "slate.json": json.dumps(slate, ensure_ascii=False, indent=1, sort_keys=True) + "\n",
        "COMMAND.txt": " ".join([*asked, "--verify slate.json"]) + "\n",
        **by_hand,
    }
