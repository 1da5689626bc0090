"""What is known of outcomes: their evidence, who bears them out, what should be checked next."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from jukwaa.delivery import queries as delivery
from jukwaa.delivery.models import Evidence, Outcome, Package, Substantiation, Weighing
from jukwaa.programmes.models import Member, Programme
from jukwaa.programmes.queries import standing

# Of the outcomes that claim little, one in so many is checked too.
ONE_IN = 3
# So many people weigh a package, each by themselves, before it counts.
WEIGHERS = 2


def evidence(outcome: Outcome, *, public: bool = False) -> QuerySet[Evidence]:
    """What one can look at; with public=True what everybody may."""
    found = standing(Evidence.objects.filter(outcome=outcome)).select_related("programme", "outcome")
    return found.filter(public=True) if public else found


def substantiations(outcome: Outcome, *, public: bool = False) -> QuerySet[Substantiation]:
    """Who was asked; with public=True only those who answered."""
    found = standing(Substantiation.objects.filter(outcome=outcome)).select_related("programme", "outcome")
    return found.exclude(answer="") if public else found


@dataclass(frozen=True)
class Check:
    """An outcome that somebody independent should look at, and why: it claims much, or it was drawn."""

    outcome: Outcome
    claims_much: bool
    asked: int


def to_check(programme: Programme) -> list[Check]:
    """The outcomes that nobody has borne out yet: all that claim much, and a sample of the rest.

    Those that claim much come first. A sample of one in three follows from the outcome's id, so that nobody
    chooses which are looked at (outcome harvesting, science.md §9).
    """
    open_ = standing(Outcome.objects.filter(programme=programme, proof=Outcome.Proof.UNPROVEN))
    counted = open_.select_related("programme").annotate(
        asked=Count("substantiations", filter=Q(substantiations__removed=False))
    )
    found = [Check(each, claims_much(each), each.asked) for each in counted.order_by("hlc", "pk")]
    return sorted(
        (check for check in found if check.claims_much or drawn(check.outcome.pk)),
        key=lambda check: not check.claims_much,
    )


def claims_much(outcome: Outcome) -> bool:
    """Whether more is claimed than that the dialogue may have helped a little."""
    contribution = {Outcome.Contribution.LIKELY, Outcome.Contribution.STRONG}
    return outcome.contribution in contribution or outcome.size == Outcome.Size.MAJOR


def drawn(pk: uuid.UUID) -> bool:
    """Whether the lot fell on this outcome: on one in three."""
    return int.from_bytes(hashlib.sha256(pk.bytes).digest()[:8]) % ONE_IN == 0


# ---- contribution traced ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    """A package with what people weighed of it. mine: the asking member's; theirs is hidden until mine is."""

    package: Package
    weighings: tuple[Weighing, ...]
    mine: Weighing | None

    @property
    def counts(self) -> bool:
        """Whether enough people weighed it."""
        return len(self.weighings) >= WEIGHERS

    @property
    def missing(self) -> int:
        """How many must weigh it yet."""
        return max(0, WEIGHERS - len(self.weighings))

    @property
    def shown(self) -> tuple[Weighing, ...]:
        """What may be seen of it: others' only once one's own stands, so that nobody follows anybody."""
        return self.weighings if self.mine or self.counts else ()


def judged(outcome: Outcome, member: Member | None = None) -> list[Judged]:
    """The packages of an outcome, in the order in which they were written down."""
    packages = list(standing(Package.objects.filter(outcome=outcome)))
    weighed: dict[uuid.UUID, list[Weighing]] = defaultdict(list)
    for each in standing(Weighing.objects.filter(package__in=packages)).order_by("hlc", "pk"):
        weighed[each.package_id].append(each)
    return [Judged(p, tuple(weighed[p.pk]), _of(member, weighed[p.pk])) for p in packages]


def _of(member: Member | None, weighed: Iterable[Weighing]) -> Weighing | None:
    return next((each for each in weighed if member and each.member_id == member.pk), None)


# ---- results ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Backed:
    """An outcome as a reader of results sees it, with how many pieces of evidence and answers it has."""

    outcome: Outcome
    claim: str
    pieces: int
    answers: int


def backed(programme: Programme, *, public: bool) -> list[Backed]:
    """What changed, in the order of the four cycles, each with what backs it."""
    seen = Q(pieces__removed=False) & (Q(pieces__public=True) if public else Q())
    said = Q(substantiations__removed=False) & ~Q(substantiations__answer="")
    found = delivery.outcomes(programme, public=public).annotate(
        seen=Count("pieces", filter=seen, distinct=True),
        said=Count("substantiations", filter=said, distinct=True),
    )
    return [
        Backed(each, delivery.claim(each), each.seen, each.said)
        for each in sorted(found, key=lambda each: each.cycle)
    ]


def in_words(found: Sequence[Backed]) -> dict[str, int]:
    """How many outcomes are how well proven, by the values of Outcome.Proof; those with none too."""
    counts = dict.fromkeys(Outcome.Proof.values, 0)
    for each in found:
        counts[each.outcome.proof] += 1
    return counts
