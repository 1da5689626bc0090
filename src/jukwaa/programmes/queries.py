"""What the programmes room reads: stations, places as a tree, people counted, cards found, consents."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from jukwaa import record
from jukwaa.programmes import cards
from jukwaa.programmes.access import Permission
from jukwaa.programmes.consent import ASK_AGAIN
from jukwaa.programmes.models import (
    Account,
    Audience,
    Card,
    Certificate,
    Consent,
    Constituency,
    Entry,
    Gender,
    Member,
    Organisation,
    Participant,
    Place,
    Programme,
    Purpose,
    Stage,
    StageKind,
    WrongCode,
)
from jukwaa.record.clock import COUNTER_BITS
from jukwaa.record.models import Conflict, Event, Recorded, Removable, Withdrawal
from jukwaa.record.payload import model_named

Row = TypeVar("Row", bound=Removable)

# Wrong card numbers that this node answers in an hour, whoever tries them (trust.md §3.4).
WRONG_CODES_AN_HOUR = 60


def standing(rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """The rows that were neither taken away nor merged into another."""
    return rows.filter(removed=False, merged_into=None)


def is_used(row: Removable, *, beside: Collection[str] = ()) -> bool:
    """Whether a standing row of any room points at this one, beside rows of the rooms that are named."""
    for _field, pointing in pointing_at(row):
        if pointing.model._meta.app_label in beside:
            continue
        if issubclass(pointing.model, Removable):
            pointing = pointing.filter(removed=False, merged_into=None)
        if pointing.exists():
            return True
    return False


def pointing_at(row: Recorded) -> Iterator[tuple[str, models.QuerySet[Any]]]:
    """For each link of any room's recorded models to such rows: its name, and who points at this one."""
    # Those too that have no name for the way back (related_name="+").
    for relation in row._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and issubclass(relation.related_model, Recorded):
            pointing = relation.related_model._default_manager
            yield relation.field.name, pointing.filter(**{relation.field.name: row.pk})


# ---- programmes and their staff --------------------------------------------------------------------------


def programmes_of(account: Account) -> list[Member]:
    """The account's memberships, each with its programme, in the order of titles."""
    members = standing(Member.objects.filter(account=account.pk)).select_related("programme")
    return sorted(
        (m for m in members if not m.programme.removed and m.programme.merged_into is None),
        key=lambda m: m.programme.title,
    )


def staff(programme: Programme) -> list[Member]:
    """The programme's members with their logins on this node (`member.login`, empty when it is elsewhere)."""
    members = list(standing(Member.objects.filter(programme=programme)).order_by("name", "pk"))
    logins = dict(Account.objects.filter(pk__in=[m.account for m in members]).values_list("pk", "login"))
    for member in members:
        member.login = logins.get(member.account, "") if member.account else ""  # type: ignore[attr-defined]
    return members


def account_called(login: str) -> Account | None:
    """The login of that name on this node, however its letters are written."""
    return Account.objects.filter(login__iexact=login).first()


def slug_is_taken(slug: str) -> bool:
    """Whether a programme of this node has that short name."""
    return standing(Programme.objects.filter(slug=slug)).exists()


def coordinators(programme: Programme) -> models.QuerySet[Member]:
    """Who may set the programme up."""
    return standing(Member.objects.filter(programme=programme, role="coordinator"))


def may_set_password(programme: Programme, account: Account) -> bool:
    """Whether this programme's coordinator may give the account a new password: nobody else relies on it."""
    elsewhere = standing(Member.objects.filter(account=account.pk)).exclude(programme=programme)
    return not account.founder and not elsewhere.exists()


# ---- the road --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Station:
    """A stage as the road draws it; state is past, present or future."""

    stage: Stage
    title: str
    state: str
    when: str
    sentence: str
    missing: str = ""
    next: str = ""
    url: str = ""


STATION_STATES = {
    Stage.State.DONE: "past",
    Stage.State.PRESENT: "present",
    Stage.State.PLANNED: "future",
}


# What a stage is for, said while the road stands there.
WHAT_NEXT = {
    StageKind.SCOPING: gettext_lazy("See whether the time is right, and who asks for a dialogue."),
    StageKind.PARTNERS: gettext_lazy("Agree who convenes and who researches, and invite them to the staff."),
    StageKind.RESEARCH: gettext_lazy("Take down testimonies and code quotes from them."),
    StageKind.APART: gettext_lazy("Hold a round with each group and let it vote among itself."),
    StageKind.THEMATIC: gettext_lazy("Take one theme at a time, and let people vote on what to do."),
    StageKind.WORKSHOP: gettext_lazy("Put the problems of all groups to the vote."),
    StageKind.DIALOGUE: gettext_lazy(
        "Vote on problems, then on solutions; write down what all can live with."
    ),
    StageKind.MEMOIRE: gettext_lazy("Give out two pages within a week, to everybody who took part."),
    StageKind.LEADERSHIP: gettext_lazy("Let each group fill its seats and endorse the roadmap."),
    StageKind.FOLLOW_UP: gettext_lazy("Ask the owners to report, and those concerned whether it is so."),
    StageKind.COMMUNICATIONS: gettext_lazy("Tell what changed, with the consent of those who tell it."),
}


def stages(programme: Programme) -> models.QuerySet[Stage]:
    """The programme's stages in their order."""
    return standing(Stage.objects.filter(programme=programme)).order_by("position", "title", "pk")


def removed_stages(programme: Programme) -> models.QuerySet[Stage]:
    """The stages that were taken off the road, and can be put back."""
    return Stage.objects.filter(programme=programme, removed=True, merged_into=None)


def stations(programme: Programme) -> list[Station]:
    """The programme's stages as stations of the road, for `web/parts/road.html` and `road_small.html`."""
    return [
        Station(
            stage=stage,
            title=str(stage),
            state=STATION_STATES[Stage.State(stage.state)],
            when=said_between(stage),
            sentence=stage.note,
            next=str(WHAT_NEXT[StageKind(stage.kind)]) if stage.state == Stage.State.PRESENT else "",
        )
        for stage in stages(programme)
    ]


def said_between(stage: Stage) -> str:
    """When the stage is held, in words; empty when nobody said."""
    days = [date_format(day, "j F Y") for day in (stage.starts_on, stage.ends_on) if day]
    return " – ".join(dict.fromkeys(days))


# ---- places, groups, organisations -----------------------------------------------------------------------


@dataclass
class Branch:
    """A place with the places in it."""

    place: Place
    parts: list[Branch] = field(default_factory=list)


def places(programme: Programme) -> models.QuerySet[Place]:
    """The programme's places, in the order of their names."""
    return standing(Place.objects.filter(programme=programme)).order_by("name", "pk")


def place_tree(programme: Programme) -> list[Branch]:
    """The programme's places as trees; a place whose parent is gone stands on its own."""
    branches = {place.pk: Branch(place) for place in places(programme)}
    roots: list[Branch] = []
    for branch in branches.values():
        parent = branches.get(branch.place.parent_id) if branch.place.parent_id else None
        (parent.parts if parent else roots).append(branch)
    return roots


def walk(branches: Iterable[Branch], depth: int = 0) -> Iterator[tuple[int, Place]]:
    """Each place of the trees with its depth, parents before their parts."""
    for branch in branches:
        yield depth, branch.place
        yield from walk(branch.parts, depth + 1)


def within(place: Place) -> set[uuid.UUID]:
    """The place and all places in it, by id."""
    found, due = {place.pk}, {place.pk}
    while due:
        due = set(standing(Place.objects.filter(parent__in=due)).values_list("pk", flat=True)) - found
        found |= due
    return found


def next_level(place: Place) -> str:
    """The level of a place's parts: regions in a country, sites in a district and in a site."""
    levels = Place.Level.values
    return levels[min(levels.index(place.level) + 1, len(levels) - 1)]


def constituencies(programme: Programme) -> models.QuerySet[Constituency]:
    """The declared groups in their fixed order."""
    return standing(Constituency.objects.filter(programme=programme)).order_by("position", "name", "pk")


def organisations(programme: Programme) -> models.QuerySet[Organisation]:
    """The programme's organisations, in the order of their names."""
    rows = standing(Organisation.objects.filter(programme=programme))
    return rows.select_related("constituency").order_by("name", "pk")


# ---- participants ----------------------------------------------------------------------------------------


def participants(programme: Programme) -> models.QuerySet[Participant]:
    """Those who take part: neither who asked to be forgotten nor who only spoke in the field."""
    return known(programme).filter(heard=False)


def heard(programme: Programme) -> models.QuerySet[Participant]:
    """Those who spoke in the field and have no card: what they agreed to is kept, but they attend nothing."""
    return known(programme).filter(heard=True)


def known(programme: Programme) -> models.QuerySet[Participant]:
    """Everybody whose consents are kept and who did not ask to be forgotten."""
    return not_forgotten(standing(Participant.objects.filter(programme=programme)))


def not_forgotten(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """The rows that were not withdrawn, by themselves or with whoever they are of."""
    withdrawn = Withdrawal.objects.values("subject")
    return rows.exclude(subject__in=withdrawn).exclude(pk__in=withdrawn)


def search_participants(
    programme: Programme,
    *,
    words: str = "",
    constituency: Constituency | None = None,
    place: Place | None = None,
) -> models.QuerySet[Participant]:
    """The participants called so, in that group, in that place or its parts."""
    found = participants(programme).select_related("constituency", "place").annotate(cards_out=_CARDS_OUT)
    if constituency:
        found = found.filter(constituency=constituency)
    if place:
        found = found.filter(place__in=within(place))
    if words.strip():
        found = found.filter(called__icontains=words.strip())
    return found.order_by("constituency__position", "called", "pk")


_CARDS_OUT = models.Count("cards", filter=models.Q(cards__state=Card.State.ISSUED))


def without_card(
    programme: Programme, constituency: Constituency | None = None
) -> models.QuerySet[Participant]:
    """The participants for whom no valid card was printed yet, in their groups' order."""
    valid = Card.objects.filter(programme=programme, participant__isnull=False)
    rows = participants(programme).exclude(
        pk__in=valid.exclude(state=Card.State.REVOKED).values("participant")
    )
    if constituency:
        rows = rows.filter(constituency=constituency)
    return rows.select_related("constituency").order_by("constituency__position", "called", "pk")


@dataclass(frozen=True)
class HeadCount:
    """How many of a group take part: in all, by gender, with a card in hand, and who agreed to take part."""

    constituency: Constituency | None
    total: int
    women: int
    men: int
    others: int
    unsaid: int
    with_card: int
    agreed: int


def head_counts(programme: Programme) -> list[HeadCount]:
    """A count for each declared group, empty ones too, and a last one for those in no group if any are."""
    rows = participants(programme).values_list("pk", "constituency", "gender")
    cards_out = set(
        Card.objects.filter(programme=programme, state=Card.State.ISSUED).values_list(
            "participant", flat=True
        )
    )
    agreed = set(
        holding(Consent.objects.filter(programme=programme, purpose=Purpose.TAKE_PART)).values_list(
            "participant", flat=True
        )
    )
    genders: dict[Any, Counter[str]] = defaultdict(Counter)
    with_card: Counter[Any] = Counter()
    willing: Counter[Any] = Counter()
    for pk, group, gender in rows:
        genders[group][gender] += 1
        with_card[group] += pk in cards_out
        willing[group] += pk in agreed
    groups: list[Constituency | None] = list(constituencies(programme))
    known = {group.pk for group in groups if group}
    stray = set(genders) - known
    for group in stray - {None}:  # in a group that was taken away
        genders[None] += genders[group]
        with_card[None] += with_card[group]
        willing[None] += willing[group]
    if stray:
        groups.append(None)
    return [_head_count(g, genders, with_card, willing) for g in groups]


def _head_count(
    group: Constituency | None,
    genders: dict[Any, Counter[str]],
    with_card: Counter[Any],
    agreed: Counter[Any],
) -> HeadCount:
    key = group.pk if group else None
    count = genders[key]
    return HeadCount(
        group,
        count.total(),
        count[Gender.WOMAN],
        count[Gender.MAN],
        count[Gender.OTHER],
        count[Gender.UNSAID],
        with_card[key],
        agreed[key],
    )


def who_is_missing(counts: Sequence[HeadCount]) -> list[str]:
    """A sentence for each declared group from which nobody, or no woman, takes part yet."""
    said = []
    for count in counts:
        if count.constituency is None:
            continue
        if not count.total:
            said.append(_("Nobody yet from: %(group)s") % {"group": count.constituency})
        elif not count.women and count.men + count.others:
            said.append(_("No woman yet from: %(group)s") % {"group": count.constituency})
    return said


# ---- cards -----------------------------------------------------------------------------------------------


def card_by_number(digits: str, *, programme: Programme | None = None) -> Card | None:
    """The card with that number, in whatever state, or None. Always takes the time of one slow digest."""
    on_shelf = standing(Card.objects.filter(shelf=digits[: cards.SHELF])).select_related(
        "participant", "programme"
    )
    if programme:
        on_shelf = on_shelf.filter(programme=programme)
    shelf = list(on_shelf)
    if not shelf:
        cards.hash_number(digits)  # so that an empty shelf cannot be told from a full one by the clock
    return next((card for card in shelf if cards.is_number(digits, card.number_hash)), None)


def card_by_secret(secret: str) -> Card | None:
    """The card with that QR code, in whatever state, or None."""
    cards_so = standing(Card.objects.filter(secret_hash=cards.hash_secret(secret)))
    return cards_so.select_related("participant", "programme").first()


def opens(card: Card | None) -> bool:
    """Whether the card lets somebody take part now: handed out to a person, not revoked, not forgotten."""
    return (
        card is not None
        and card.state == Card.State.ISSUED
        and card.participant is not None
        and not card.participant.removed
        and not card.programme.removed
    )


def cards_of(participant: Participant) -> models.QuerySet[Card]:
    """The participant's cards, the newest first."""
    return standing(Card.objects.filter(participant=participant)).order_by("-hlc")


@dataclass(frozen=True)
class CardCounts:
    """Cards printed in all, and what became of them: blank, waiting to be handed out, handed out, revoked."""

    printed: int
    blank: int
    waiting: int
    issued: int
    revoked: int


def card_counts(programme: Programme) -> CardCounts:
    """The reconciliation of the programme's cards: printed = blank + waiting + issued + revoked."""
    rows = standing(Card.objects.filter(programme=programme))
    blank = rows.filter(state=Card.State.PRINTED, participant=None).count()
    states = Counter(rows.values_list("state", flat=True))
    return CardCounts(
        states.total(),
        blank,
        states[Card.State.PRINTED] - blank,
        states[Card.State.ISSUED],
        states[Card.State.REVOKED],
    )


def waiting_cards(programme: Programme) -> models.QuerySet[Card]:
    """Cards printed for somebody and not yet handed to them."""
    rows = standing(Card.objects.filter(programme=programme, state=Card.State.PRINTED))
    rows = rows.filter(participant__isnull=False).select_related("participant__constituency")
    return rows.order_by("participant__constituency__position", "participant__called", "pk")


def too_many_wrong_codes(at: datetime | None = None) -> bool:
    """Whether this node has answered as many wrong card numbers in the last hour as it will."""
    since = (at or timezone.now()) - timedelta(hours=1)
    return WrongCode.objects.filter(at__gt=since).count() >= WRONG_CODES_AN_HOUR


# ---- consent ---------------------------------------------------------------------------------------------


def holding(rows: models.QuerySet[Consent], audience: str = Audience.PROGRAMME) -> models.QuerySet[Consent]:
    """Those of the consents that hold today before that audience, or before a wider one.

    One that could harm whoever gave it reaches the programme's own people only; a child's never holds.
    """
    standing_ = rows.filter(given=True, child=False, removed=False, merged_into=None)
    holds = standing_.filter(models.Q(until=None) | models.Q(until__gte=timezone.localdate()))
    if Audience(audience) != Audience.PROGRAMME:
        holds = holds.filter(danger=False)
    return holds.filter(audience__gte=Audience(audience).value)


def has_consent(participant: Participant, purpose: str, audience: str = Audience.PROGRAMME) -> bool:
    """Whether the participant agreed to the purpose before that audience, and it holds today."""
    return holding(Consent.objects.filter(pk=Consent.id_for(participant, purpose)), audience).exists()


def consents(participant: Participant) -> dict[str, Consent]:
    """What the participant was asked and answered, by purpose."""
    return {consent.purpose: consent for consent in Consent.objects.filter(participant=participant)}


def ending(programme: Programme, within: timedelta) -> models.QuerySet[Consent]:
    """Consents that hold today and end within that time, the first to end first."""
    rows = holding(Consent.objects.filter(programme=programme, until__lte=timezone.localdate() + within))
    return rows.select_related("participant__constituency").order_by("until", "participant_id", "purpose")


# ---- two rows that should be one -------------------------------------------------------------------------


@dataclass(frozen=True)
class Clash:
    """Rows of one model that say the same, the earliest first, and whether one can go into the other."""

    name: str
    rows: list[Removable]
    mergeable: bool

    @property
    def pairs(self) -> list[tuple[Removable, Removable]]:
        """Each later row with the earliest, into which it may go."""
        return [(self.rows[0], row) for row in self.rows[1:]]


def clashes(programme: Programme) -> list[Clash]:
    """The programme's rows that say the same, group by group."""
    groups: dict[tuple[str, str, str], list[uuid.UUID]] = defaultdict(list)
    for conflict in Conflict.objects.order_by("model", "fields", "key", "object"):
        groups[conflict.model, conflict.fields, conflict.key].append(conflict.object)
    found = []
    for (label, fields, _key), ids in groups.items():
        model = model_named(label)
        if model is None or not issubclass(model, Removable):
            continue
        rows = [r for r in model._default_manager.filter(pk__in=ids) if _is_of(r, programme)]
        if len(rows) > 1:
            may_merge = "trace_code" not in fields and can_merge(model)
            rows.sort(key=lambda r: r.hlc)
            found.append(Clash(str(model._meta.verbose_name), rows, may_merge))
    return found


def can_merge(model: type[Removable]) -> bool:
    """Whether all that points at such a row can be made to point at another.

    A vote cannot: its id follows from its statement's, and said anew it would count twice.
    """
    pointing = [relation.related_model for relation in model._meta.related_objects]
    return not any(hasattr(one, "id_for") and getattr(one, "KLASS", "") == "votes" for one in pointing)


def _is_of(row: Removable, programme: Programme) -> bool:
    return bool(getattr(row, "programme_id", None) == programme.pk)


# ---- what to do next, and what was done ------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """Something the staff can do next: a sentence, the words of the button, where, and who may."""

    sentence: str
    words: str
    url: str
    needs: Permission


def next_steps(programme: Programme, counts: Sequence[HeadCount]) -> list[Step]:
    """What this room still waits for, the most pressing first."""
    slug = [programme.slug]
    return [
        Step(sentence, words, reverse(f"programmes:{page}", args=slug), needs)
        for sentence, words, page, needs in [*_to_set_up(programme, counts), *_for_people(programme, counts)]
    ]


_Due = Iterator[tuple[str, str, str, Permission]]


def _to_set_up(programme: Programme, counts: Sequence[HeadCount]) -> _Due:
    road = list(stages(programme))
    if not any(count.constituency for count in counts):
        said = _("No group is declared yet. Every result will be shown by group.")
        yield said, _("Declare the groups"), "constituencies", Permission.SET_UP
    if not places(programme).exists():
        yield _("No place is named yet."), _("Name the places"), "places", Permission.SET_UP
    if not road:
        yield _("The road has no stage yet."), _("Add a stage"), "stages", Permission.SET_UP
    elif not any(stage.state == Stage.State.PRESENT for stage in road):
        said = _("No stage is marked as the present one.")
        yield said, _("Mark the present stage"), "stages", Permission.SET_UP
    if any(stage.state == Stage.State.DONE and not stage.note for stage in road):
        said = _("A stage is done, and nobody has said what came of it.")
        yield said, _("Say what came of it"), "stages", Permission.SET_UP


def _for_people(programme: Programme, counts: Sequence[HeadCount]) -> _Due:
    people = sum(count.total for count in counts)
    in_hand = sum(count.with_card for count in counts)
    waiting = card_counts(programme).waiting
    if not people:
        yield _("Nobody takes part yet."), _("Add participants"), "add_participants", Permission.PEOPLE
    if waiting:
        said = _("Cards are printed and wait to be handed out.")
        yield said, _("Hand out cards"), "cards", Permission.PEOPLE
    if people > in_hand + waiting:
        said = _("Some participants have no card yet.")
        yield said, _("Print cards"), "cards", Permission.PEOPLE
    if ending(programme, ASK_AGAIN).exists():
        said = _("What some people agreed to ends soon.")
        yield said, _("Ask them again"), "ending", Permission.PEOPLE


@dataclass(frozen=True)
class Change:
    """One event of a row's history, for people: the day, the verb in words, and which member did it."""

    on: date
    verb: str
    by: str


def changes(row: Removable) -> list[Change]:
    """Who changed the row and on which day, the newest first."""
    events = record.history(row)
    names = dict(Member.objects.filter(pk__in={e.actor for e in events if e.actor}).values_list("pk", "name"))
    return [Change(day_of(e), said(e.verb), _actor(e, names)) for e in reversed(events)]


def day_of(event: Event) -> date:
    """The day on which the event was written. Finer times stay in the record: they tell who came when."""
    return day_of_time(event.hlc)


def day_of_time(hlc: int) -> date:
    """The day of a time of the record."""
    seconds = (hlc >> COUNTER_BITS) / 1000
    return timezone.localdate(datetime.fromtimestamp(seconds, tz=timezone.get_default_timezone()))


def said(verb: str) -> str:
    """A verb of the record in the reader's language: programmes.card_issued -> card issued."""
    return pgettext("history", in_words(verb))


def in_words(verb: str) -> str:
    """A verb of the record as English words, by which its translation is found."""
    return verb.partition(".")[2].replace("_", " ")


def _actor(event: Event, names: dict[uuid.UUID, str]) -> str:
    if event.actor is None:
        return _("this computer")
    return names.get(event.actor, "") or _("a participant")


# ---- certificates ----------------------------------------------------------------------------------------


def certificates(
    programme: Programme, kind: str, about: uuid.UUID | None = None
) -> models.QuerySet[Certificate]:
    """What was issued of this kind, the newest first; about: only what was issued about that row."""
    found = standing(Certificate.objects.filter(programme=programme, kind=kind))
    return (found if about is None else found.filter(about=about)).select_related("programme")


def entries(certificate: Certificate) -> models.QuerySet[Entry]:
    """Those whom it was worked out from, by number; who asked to be forgotten is not among them."""
    return certificate.entries.select_related("participant__constituency", "participant__place")


@dataclass(frozen=True)
class Chance:
    """How probable it was that somebody would be drawn, and on how many tickets they are."""

    entry: Entry
    chance: float
    tickets: int


def chances(panel: Certificate) -> list[Chance]:
    """The chances of everybody whom the panel was drawn from, by number."""
    tickets = Counter(number for ticket in panel.said["tickets"] for number in ticket)
    return [
        Chance(entry, panel.said["chances"][entry.number - 1], tickets[entry.number])
        for entry in entries(panel)
    ]


def drawn_entries(certificate: Certificate) -> models.QuerySet[Entry]:
    """Those who were invited, whatever came of it."""
    return entries(certificate).exclude(state=Entry.State.LISTED)


def reduced(certificate: Certificate) -> int:
    """By how many people its inputs are fewer now, since they asked to be forgotten."""
    return certificate.people - certificate.entries.count()
