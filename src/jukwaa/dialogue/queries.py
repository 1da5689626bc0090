"""What the dialogue room knows: what somebody is asked next, who voted how, what waits to be drawn."""

from __future__ import annotations

import hashlib
import math
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.models import (
    AGREE,
    DISAGREE,
    PASS,
    Attendance,
    Channel,
    Finding,
    Gathering,
    Gradient,
    Hand,
    Mark,
    Memoire,
    Note,
    Round,
    Said,
    Snapshot,
    Source,
    Speech,
    Spoken,
    Statement,
    Step,
    Tally,
    Voice,
    Vote,
    Wording,
)
from jukwaa.field import languages
from jukwaa.field.models import Quote
from jukwaa.programmes import written
from jukwaa.programmes.access import P, may
from jukwaa.programmes.disclosure import about, coarse, enough, enough_for_shares, shown_count, shown_share
from jukwaa.programmes.models import (
    Certificate,
    Constituency,
    Entry,
    Gender,
    Member,
    Participant,
    Programme,
)
from jukwaa.programmes.queries import certificates, constituencies, entries, participants
from jukwaa.record import prepared
from jukwaa.record.models import Event, Kind, Recorded, Stream, Translation, Withdrawal

STANDING = Q(removed=False, merged_into=None)


def of_the_mixed_room(path: str = "") -> Q:
    """Rounds whose content everybody may meet: held for all, or released by the group they were held for.

    path: how the round is reached from the model that is asked, as in "statement__round__".
    """
    for_all = Q(**{f"{path}constituency": None, f"{path}women": False})
    return for_all | Q(**{f"{path}released_at__isnull": False})


def may_see(round: Round, member: Member | None, participant: Participant | None) -> bool:
    """Whether they may meet what is said in the round.

    What is kept apart is met by its own group, on their phones, and by those who facilitate it.
    """
    own = participant is not None and round.is_for(participant)
    return not round.kept_apart or own or may(member, P.FACILITATE)


def may_cross(one: Round, other: Round) -> bool:
    """Whether what is said in one round may be said in the other: not out of a group's own room."""
    return not one.kept_apart or (
        one.constituency_id in {None, other.constituency_id} and (other.women or not one.women)
    )


def seen_by(
    rounds: Iterable[Round], member: Member | None, participant: Participant | None = None
) -> list[Round]:
    """Those of the rounds whose content they may meet."""
    return [round_ for round_ in rounds if may_see(round_, member, participant)]


# ---- gatherings, rounds, statements ----------------------------------------------------------------------


def gatherings(programme: Programme) -> QuerySet[Gathering]:
    """The programme's gatherings, the latest first, those without a date before them."""
    found = Gathering.objects.filter(STANDING, programme=programme).select_related("place", "stage")
    return found.order_by(F("starts_on").desc(nulls_first=True), "title")


Rows = TypeVar("Rows", bound=Model)


def listed(rows: QuerySet[Rows], gathering: Gathering) -> QuerySet[Rows]:
    """Rows that say who was at the gathering, or in danger by it: none while its lists are frozen."""
    return rows.none() if gathering.frozen else rows


def is_purged(gathering: Gathering) -> bool:
    """Whether the gathering's lists were erased for ever."""
    return Withdrawal.objects.filter(pk=Attendance.list_under(gathering.pk)).exists()


def speeches(gathering: Gathering) -> QuerySet[Speech]:
    """Who spoke at the gathering, in the order in which they began."""
    said = Speech.objects.filter(STANDING, gathering=gathering)
    return listed(said.select_related("participant__constituency", "constituency"), gathering)


def speaking(gathering: Gathering) -> Speech | None:
    """The speech that has not ended, if any."""
    return speeches(gathering).filter(seconds=None).last()


def hands(gathering: Gathering) -> QuerySet[Hand]:
    """Who waits for the word at the gathering, whoever asked first before the others."""
    found = Hand.objects.filter(STANDING, gathering=gathering, state=Hand.State.WAITS)
    return listed(found.select_related("participant__constituency").order_by("raised_at", "pk"), gathering)


def answered_by(speech: Speech) -> QuerySet[Hand]:
    """The hands that went down when the speech began."""
    found = Hand.objects.filter(STANDING, gathering=speech.gathering_id, state=Hand.State.SPOKE)
    return found.filter(participant=speech.participant_id, hlc__gt=speech.hlc)


@dataclass(frozen=True)
class Hall:
    """A gathering that somebody is at: their hand if it is up, and whether tables write now."""

    gathering: Gathering
    hand: Hand | None
    at_tables: bool


def halls_of(participant: Participant) -> list[Hall]:
    """The gatherings, not over yet and not frozen, at which the participant is noted as here."""
    here = Gathering.objects.filter(
        STANDING,
        frozen=False,
        attendances__participant=participant,
        attendances__state=Attendance.State.CAME,
    ).exclude(ends_on__lt=timezone.localdate())
    at_tables = Step.objects.filter(STANDING, began_at__isnull=False, ended_at=None).filter(
        Q(who=Step.Who.TABLES) | Q(kind=Step.Kind.TABLES)
    )
    return [
        Hall(
            each,
            hands(each).filter(participant=participant).first(),
            at_tables.filter(gathering=each).exists(),
        )
        for each in here
    ]


def seatings(gathering: Gathering) -> QuerySet[Certificate]:
    """Who sat where at the gathering, the latest first."""
    return listed(certificates(gathering.programme, Certificate.Kind.SEATING, gathering.pk), gathering)


def voices_kept(gathering: Gathering) -> QuerySet[Certificate]:
    """Who was heard at the gathering, as it was kept, the latest first."""
    return listed(certificates(gathering.programme, Certificate.Kind.VOICE, gathering.pk), gathering)


def panels(programme: Programme) -> QuerySet[Certificate]:
    """Panels that were drawn, the latest first."""
    return certificates(programme, Certificate.Kind.PANEL).filter(drawn__isnull=False)


def attendance(gathering: Gathering) -> QuerySet[Attendance]:
    """The register of the gathering: how far everybody noted has come, by group and name."""
    rows = listed(Attendance.objects.filter(STANDING, gathering=gathering), gathering)
    order = ("participant__constituency__position", "participant__called", "participant__pk")
    return rows.select_related("participant__constituency", "participant__place").order_by(*order)


def answers_to(panel: Certificate) -> dict[str, list[Participant]]:
    """Whom the panel invited, by what they answered."""
    found: dict[str, list[Participant]] = {}
    for entry in entries(panel).exclude(state=Entry.State.LISTED):
        found.setdefault(entry.state, []).append(entry.participant)
    return found


def memoires(gathering: Gathering) -> list[tuple[str, str]]:
    """The published aide-memoires of the gathering: the name of the language, and the address."""
    found = Memoire.objects.filter(STANDING, gathering=gathering, published_at__isnull=False)
    rows = found.select_related("programme").order_by("language")
    return [(languages.NAMES.get(row.language, row.language), row.get_absolute_url()) for row in rows]


HERE = {Attendance.State.CAME}
CAME = {Attendance.State.CAME, Attendance.State.LEFT}
AWAITED = {Attendance.State.INVITED, Attendance.State.ACCEPTED}
COMING = {Attendance.State.ACCEPTED, *CAME}


@dataclass(frozen=True)
class AttendanceCount:
    """Of a group: how many were asked, said they come or came, declined, came at all, and are here now.

    women: those of them who are here; women_asked and women_came: the same of its women.
    """

    group: str
    asked: int
    coming: int
    refused: int
    came: int
    here: int
    women: int
    women_asked: int
    women_came: int

    @property
    def missing(self) -> int:
        """How many were asked and have not come."""
        return self.asked - self.came

    @property
    def women_missing(self) -> int:
        return self.women_asked - self.women_came


def attendance_counts(rows: Iterable[Attendance]) -> list[AttendanceCount]:
    """The register counted by group, in their order."""
    by_name: dict[str, list[Attendance]] = {}
    for row in rows:
        by_name.setdefault(str(row.participant.constituency or ""), []).append(row)
    return [_counted(name, own) for name, own in by_name.items()]


def _counted(name: str, rows: Sequence[Attendance]) -> AttendanceCount:
    women = [row for row in rows if row.participant.gender == Gender.WOMAN]
    return AttendanceCount(
        group=name,
        asked=len(rows),
        coming=sum(row.state in COMING for row in rows),
        refused=sum(row.state == Attendance.State.REFUSED for row in rows),
        came=sum(row.state in CAME for row in rows),
        here=sum(row.state in HERE for row in rows),
        women=sum(row.state in HERE for row in women),
        women_asked=len(women),
        women_came=sum(row.state in CAME for row in women),
    )


def came(gathering: Gathering) -> Counter[tuple[uuid.UUID | None, str]]:
    """How many people came, whether or not they left again, by constituency and gender: from the register."""
    people = attendance(gathering).filter(state__in=CAME)
    return Counter(people.values_list("participant__constituency", "participant__gender"))


def search_attendance(
    gathering: Gathering, *, words: str = "", group: Constituency | None = None, state: str = ""
) -> QuerySet[Attendance]:
    """Those lines of the register: of people called so, of that group, who have come so far."""
    found = attendance(gathering)
    if words.strip():
        found = found.filter(participant__called__icontains=words.strip())
    if group:
        found = found.filter(participant__constituency=group)
    return found.filter(state=state) if state else found


def present(gathering: Gathering) -> list[Participant]:
    """Who is taken to be there: who came, else who has a seat at a table, else everybody of a group."""
    if gathering.frozen:
        return []
    people = participants(gathering.programme).select_related("constituency", "place")
    came = [row.participant_id for row in attendance(gathering) if row.state in HERE]
    if came:
        return list(people.filter(pk__in=came).order_by("constituency__position", "called", "pk"))
    if seating := seatings(gathering).first():
        return list(
            people.filter(entries__certificate=seating).order_by("constituency__position", "called", "pk")
        )
    return list(people.exclude(constituency=None).order_by("constituency__position", "called", "pk"))


@dataclass(frozen=True)
class Seat:
    """Somebody's tables, one for each round, from 1; None in a round that they miss."""

    entry: Entry
    tables: tuple[int | None, ...]


def seats(seating: Certificate) -> list[Seat]:
    """Who sits where, by what they are called."""
    found = [
        Seat(
            entry,
            tuple(
                next((n for n, table in enumerate(tables, 1) if entry.number in table), None)
                for tables in seating.said["rounds"]
            ),
        )
        for entry in entries(seating)
    ]
    return sorted(found, key=lambda each: str(each.entry.participant).lower())


def table_sheets(seating: Certificate) -> list[tuple[int, list[tuple[int, list[Entry]]]]]:
    """The tables of each round with who sits at each; who asked to be forgotten is not among them."""
    known = {entry.number: entry for entry in entries(seating)}
    return [
        (number, [(place, [known[n] for n in table if n in known]) for place, table in enumerate(tables, 1)])
        for number, tables in enumerate(seating.said["rounds"], 1)
    ]


def how_far(gathering: Gathering) -> list[tuple[str, str, int]]:
    """Each statement of the gathering with the constituency whose words it is, and how far it went.

    1: proposed, 2: put to the vote, 3: taken up. Statements of nobody known, and of rounds kept apart, are
    left out.
    """
    mixed = Statement.objects.filter(of_the_mixed_room("round__"), STANDING, round__gathering=gathering)
    said = mixed.exclude(subject=None)
    belongs = dict(
        Participant.objects.filter(pk__in=said.values("subject"))
        .exclude(constituency=None)
        .values_list("pk", "constituency__name")
    )
    taken_up = set(
        Finding.objects.filter(STANDING, statement__in=said).values_list("statement_id", flat=True)
    )
    return [
        (str(pk), belongs[subject], 3 if pk in taken_up else 2 if state == Statement.State.APPROVED else 1)
        for pk, subject, state in said.order_by("pk").values_list("pk", "subject", "state")
        if subject in belongs
    ]


@dataclass(frozen=True)
class WordShare:
    """How much of the seats and of the speaking time a group has, in percent, and how it compares.

    low, high: about 90 % of the time over the seats; None where too few are there to tell. act: whether it is
    too little, and chance is an unlikely explanation.
    """

    group: str
    seats: int
    time: int
    parity: float
    low: float | None
    high: float | None
    act: bool


MANY = {"woman": _("Women"), "man": _("Men")}


def voice_shares(said: Mapping[str, Any]) -> list[tuple[str, list[WordShare]]]:
    """Shares of the word by gender and by group; none before anybody has spoken."""
    groups = {m["group"]: m["group"] for m in said["measures"] if m["name"] == "participation parity"}
    genders = {value: label for value, label in MANY.items() if value in groups}
    others = {value: name for value, name in groups.items() if value not in genders}
    found = [
        (str(_("Women and men")), word_shares(said, genders)),
        (str(_("Groups")), word_shares(said, others)),
    ]
    return [(title, shares) for title, shares in found if shares]


@dataclass(frozen=True)
class Unheard:
    """Those of a group and gender of whom few or none have spoken."""

    who: str
    voices: int
    there: int


def unheard(said: Mapping[str, Any]) -> list[Unheard]:
    """Who is missing from what was said, those of whom nobody spoke first."""
    found = [
        Unheard(
            ", ".join(str(MANY.get(value, value)) for value in reversed(each["cell"].values()) if value),
            each["voices"],
            each["invited"],
        )
        for each in said["missing"]
    ]
    return sorted(found, key=lambda each: (each.voices, -each.there))


@dataclass(frozen=True)
class Origin:
    """How many statements a group has at each step, of how many."""

    group: str
    counts: tuple[tuple[int, int], ...]
    lost: bool


def origins(said: Mapping[str, Any] | None) -> list[Origin]:
    """Whose statements come through: by group, at each step."""
    if said is None:
        return []
    lost = {m["group"] for m in said["measures"] if m["act"]}
    groups = sorted({group for _name, group, _step in said["far"]})
    return [
        Origin(
            name,
            tuple(
                (
                    sum(group == name and step >= least for _pk, group, step in said["far"]),
                    sum(step >= least for _pk, _group, step in said["far"]),
                )
                for least in (1, 2, 3)
            ),
            name in lost,
        )
        for name in groups
    ]


def by_group(people: Iterable[Participant]) -> list[tuple[str, list[Participant]]]:
    """People with those of their group, in the order in which they come."""
    found: dict[str, list[Participant]] = {}
    for person in people:
        found.setdefault(str(person.constituency or ""), []).append(person)
    return list(found.items())


def coming(panel: Certificate) -> list[Participant]:
    """Those of a panel who were invited or accepted."""
    states = (Entry.State.INVITED, Entry.State.ACCEPTED)
    people = participants(panel.programme).filter(entries__certificate=panel, entries__state__in=states)
    return list(
        people.select_related("constituency", "place").order_by("constituency__position", "called", "pk")
    )


def word_shares(said: Mapping[str, Any], labels: Mapping[str, Any]) -> list[WordShare]:
    """The groups' shares of the word, from what the engine measured."""
    parities = [m for m in said["measures"] if m["name"] == "participation parity" and m["group"] in labels]
    everybody = sum(m["base"] for m in parities)
    return [
        WordShare(
            str(labels[m["group"]]),
            _percent(m["base"] / everybody),
            _percent(min(m["value"] * m["base"] / everybody, 1.0)),
            round(m["value"], 2),
            m["low"],
            m["high"],
            bool(m["act"]),
        )
        for m in parities
    ]


def rounds(programme: Programme) -> QuerySet[Round]:
    """The programme's rounds in the order in which they were opened, those not opened yet last.

    Each has `approved` and `waiting`: how many statements are put to the vote, and wait for a moderator.
    """
    standing = Q(statements__removed=False, statements__merged_into=None)
    approved = Count("statements", filter=standing & Q(statements__state=Statement.State.APPROVED))
    waiting = Count("statements", filter=standing & Q(statements__state=Statement.State.PROPOSED))
    found = Round.objects.filter(STANDING, programme=programme, hidden=False).select_related("gathering")
    return found.annotate(approved=approved, waiting=waiting).order_by(
        F("opened_at").asc(nulls_last=True), "hlc"
    )


def rounds_not_closed(programme: Programme) -> QuerySet[Round]:
    """The rounds that can still take statements, the latest prepared first."""
    found = Round.objects.filter(STANDING, programme=programme, hidden=False, closed_at=None)
    return found.order_by("-hlc", "pk")


def with_words(statements: QuerySet[Statement]) -> QuerySet[Statement]:
    """Those of the statements that have words, written or said aloud: not those that were forgotten."""
    aloud = Spoken.objects.filter(STANDING, object=OuterRef("pk")).exclude(sound="")
    return statements.filter(~Q(text="") | Exists(aloud))


def statements(round: Round, state: str = Statement.State.APPROVED) -> QuerySet[Statement]:
    """The round's statements in one state, in their order, each with `voted`: how many voted on it."""
    found = Statement.objects.filter(STANDING, round=round, state=state)
    return found.annotate(voted=Count("votes")).order_by("position", "pk")


def findings(programme: Programme) -> QuerySet[Finding]:
    """What the programme took up of what the groups said, the latest first."""
    found = Finding.objects.filter(of_the_mixed_room("statement__round__"), STANDING, programme=programme)
    return found.select_related("statement__round__gathering").order_by("-hlc", "pk")


# ---- in the reader's language ----------------------------------------------------------------------------


Worded = TypeVar("Worded", Statement, Round)
_WORDED = {Statement: "text", Round: "question"}


def in_the_readers_language(rows: Iterable[Worded]) -> list[Worded]:
    """The statements or rounds, each with `said`: its words in the language of this request, or its own."""
    found = list(rows)
    language = get_language() or "en"
    asked = Translation.objects.filter(
        STANDING, object__in=[row.pk for row in found], language=language, field__in=_WORDED.values()
    )
    translations = {t.object: t for t in asked.exclude(text="")}
    for row in found:
        row.said = _said(row, translations.get(row.pk))
    return found


def translations(row: Statement | Round) -> QuerySet[Translation]:
    """What the statement, or the round's question, says in other languages."""
    found = Translation.objects.filter(STANDING, object=row.pk, field=_WORDED[type(row)])
    return found.exclude(text="").order_by("language")


def _said(row: Statement | Round, translation: Translation | None) -> Said:
    own: str = getattr(row, _WORDED[type(row)])
    if translation is None or not own or translation.language == row.language:
        return Said(own, row.language)
    return Said(translation.text, translation.language, row.language, not translation.reviewed_by)


# ---- voting ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """What a participant meets next: a statement, or None when they answered all, and how far they are.

    answered and total count statements put to the vote; choice is what they said to this one before, or None.
    probability: with which chance it was chosen of all that were open; None when they came back to it.
    """

    statement: uuid.UUID | None
    said: Said
    answered: int
    total: int
    choice: int | None = None
    probability: float | None = None

    @property
    def number(self) -> int:
        """Which one this is, in the order in which this person meets them."""
        return self.answered + (self.choice is None)


def open_rounds(participant: Participant) -> list[Round]:
    """The rounds in which this participant is asked now, the earliest first."""
    opened = Round.objects.filter(STANDING, programme=participant.programme_id, opened_at__isnull=False)
    found = opened.order_by("opened_at")
    return [round_ for round_ in found if round_.is_open() and round_.is_for(participant)]


# The queries of a vote are written out: composing one costs more than asking it, and a room votes at once.


def find_round(participant: Participant, pk: uuid.UUID) -> Round | None:
    """The round of the participant's programme, if it was opened, is not hidden and they are asked in it."""
    asked = [pk, participant.programme_id]
    found = written.first(Round, f"SELECT {written.columns(Round, 'r')} {_ROUND}", asked)
    if found is None or not found.is_for(participant):
        return None
    found.programme = participant.programme
    return found


def find_statement(participant: Participant, round_id: uuid.UUID, pk: uuid.UUID) -> Statement | None:
    """The statement with its round, if it is put to the vote there, and they are asked in that round."""
    asked = [round_id, participant.programme_id, pk]
    found = written.rows((Round, Statement), _ROUND_AND_STATEMENT, asked)
    if found is None:
        return None
    round_, statement = cast("tuple[Round, Statement]", found)
    if not round_.is_for(participant):
        return None
    round_.programme = statement.programme = participant.programme
    statement.round = round_
    return statement


_ROUND = """
FROM dialogue_round r
WHERE r.id = %s AND r.programme_id = %s AND r.opened_at IS NOT NULL
AND NOT r.hidden AND NOT r.removed AND r.merged_into IS NULL
"""
_PUT_TO_THE_VOTE = "s.state = 'approved' AND s.text <> '' AND NOT s.removed AND s.merged_into IS NULL"
_ROUND_AND_STATEMENT = f"""
SELECT {written.columns(Round, "r")}, {written.columns(Statement, "s")}
FROM (SELECT * {_ROUND}) AS r JOIN dialogue_statement s ON s.round_id = r.id
WHERE s.id = %s AND {_PUT_TO_THE_VOTE}
"""


def turn_back_to(round: Round, participant: Participant, statement_id: uuid.UUID) -> Turn | None:
    """A statement of the round again, with what the participant said to it; None when it is not in it."""
    shown = deck(round.pk, participant.pk)
    if statement_id.hex not in shown:
        return None
    answered = sum(choice is not None for choice in shown.values())
    return Turn(statement_id, words(statement_id), answered, len(shown), shown[statement_id.hex])


def heard(round: Round) -> list[tuple[str, str, int, int, int]]:
    """How each constituency voted on each statement: (constituency, statement, agree, disagree, pass).

    Ids are in hexadecimal. Whoever belongs to none counts under "".
    """
    found = Vote.objects.filter(statement__round=round)
    counted: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for group, statement, choice, count in found.values_list(
        "participant__constituency", "statement", "choice"
    ).annotate(Count("pk")):
        counted[group.hex if group else "", statement.hex][choice] = count
    return [
        (group, statement, said.get(AGREE, 0), said.get(DISAGREE, 0), said.get(PASS, 0))
        for (group, statement), said in counted.items()
    ]


def authors(round: Round) -> dict[str, str]:
    """By statement, the constituency whose words it is, where that is known; both in hexadecimal."""
    said = put_to_the_vote(round).exclude(subject=None).values_list("pk", "subject")
    subjects = {pk: whose for pk, whose in said if whose}
    belongs = Participant.objects.filter(pk__in=set(subjects.values())).exclude(constituency=None)
    groups = dict(belongs.values_list("pk", "constituency"))
    return {pk.hex: group.hex for pk, whose in subjects.items() if (group := groups.get(whose))}


def deck(round_id: uuid.UUID, participant_id: uuid.UUID) -> dict[str, int | None]:
    """Every statement put to the vote in the round, its id in hexadecimal, with the participant's choice."""
    with prepared.cursor() as cursor:
        cursor.execute(_DECK, [written.in_database(participant_id), written.in_database(round_id)])
        (said,) = cursor.fetchone()
    cards = (card.split(" ") for card in said.replace("-", "").split(",")) if said else ()
    return {pk: _CHOICES[choice] for pk, choice in cards}


# As one text: taking fifty rows and ids in costs more than asking. PostgreSQL writes ids with dashes.
_CHOICES = {"2": AGREE, "1": PASS, "0": DISAGREE, "": None}
_DECK = f"""
SELECT string_agg(CAST(s.id AS text) || ' ' || COALESCE(CAST(v.choice + 1 AS text), ''), ',')
FROM dialogue_statement s
LEFT JOIN dialogue_vote v ON v.statement_id = s.id AND v.participant_id = %s
WHERE s.round_id = %s AND {_PUT_TO_THE_VOTE}
"""


def words(statement_id: uuid.UUID) -> Said:
    """The statement in the reader's language, or its own, with its picture and whoever reads it out."""
    with prepared.cursor() as cursor:
        cursor.execute(_WORDS, [get_language() or "en", written.in_database(statement_id)])
        text, language, original, unchecked, picture, photo, read = cursor.fetchone()
    return Said(text, language, original, bool(unchecked), picture, bool(photo), at_hand(read, language))


def with_media(statements: Iterable[Statement]) -> list[Statement]:
    """The statements in the reader's language, as a card shows each: with picture, photo, voices."""
    found: list[Statement] = in_the_readers_language(statements)
    read: dict[uuid.UUID, list[str]] = defaultdict(list)
    spoken = Spoken.objects.filter(STANDING, object__in=[row.pk for row in found]).exclude(sound="")
    for pk, language, by in spoken.values_list("object", "language", "made_by"):
        read[pk].append(f"{language} {by}")
    for row in found:
        heard = at_hand(",".join(read[row.pk]), row.said.language)
        row.said = replace(row.said, picture=row.picture, photo=bool(row.photo), voices=heard)
    return found


def at_hand(read: str | None, language: str) -> tuple[Voice, ...]:
    """The voices that a card offers: the one in the language of its words, and those in languages that the
    site itself does not speak. The others are one tap on a language away.
    """
    found = voices(read, language)
    if not found or found[0].language != language:
        return found
    return found[:1] + tuple(voice for voice in found[1:] if voice.language not in dict(settings.LANGUAGES))


def voices(read: str | None, language: str) -> tuple[Voice, ...]:
    """Who reads some words out, from "sw person,en machine": the given language first; a person goes before
    the machine.
    """
    found = dict(sorted(each.split(" ") for each in read.split(","))) if read else {}
    ordered = sorted(found.items(), key=lambda each: (each[0] != language, each[0]))
    return tuple(Voice(spoken, by == Spoken.By.MACHINE) for spoken, by in ordered)


_WORDS = """
SELECT COALESCE(t.text, s.text), COALESCE(t.language, s.language),
    CASE WHEN t.id IS NULL THEN '' ELSE s.language END,
    t.id IS NOT NULL AND t.reviewed_by = '', s.picture, s.photo <> '',
    (SELECT string_agg(k.language || ' ' || k.made_by, ',') FROM dialogue_spoken k
     WHERE k.object = s.id AND k.sound <> '' AND NOT k.removed AND k.merged_into IS NULL)
FROM dialogue_statement s
LEFT JOIN record_translation t ON t.object = s.id AND t.field = 'text' AND t.language = %s
    AND t.text <> '' AND t.language <> s.language AND NOT t.removed AND t.merged_into IS NULL
WHERE s.id = %s
"""


@dataclass(frozen=True)
class Answer:
    """What a participant said to a statement."""

    statement: Statement
    choice: int


def answers(round: Round, participant: Participant) -> list[Answer]:
    """What the participant said in the round, in the order of the statements."""
    said = dict(
        Vote.objects.filter(participant=participant, statement__round=round).values_list(
            "statement", "choice"
        )
    )
    answered = put_to_the_vote(round).filter(pk__in=said)
    return [Answer(s, said[s.pk]) for s in in_the_readers_language(answered)]


def put_to_the_vote(round: Round) -> QuerySet[Statement]:
    """The statements that people vote on in the round: approved, and not withdrawn by their voice."""
    approved = Statement.objects.filter(STANDING, round=round, state=Statement.State.APPROVED)
    return approved.exclude(text="").order_by("position", "pk")


def was_answered(statements: Iterable[Statement]) -> bool:
    """Whether anybody gave a vote, a mark or a raised hand on any of these words."""
    keys = [statement.pk for statement in statements]
    marked = Mark.objects.filter(Q(statement__in=keys) | Q(other__in=keys))
    counted = Tally.objects.filter(STANDING, statement__in=keys)
    return Vote.objects.filter(statement__in=keys).exists() or marked.exists() or counted.exists()


def proposals(round: Round, participant: Participant) -> QuerySet[Statement]:
    """What the participant proposed in the round, whatever became of it."""
    found = Statement.objects.filter(STANDING, round=round, subject=participant.pk, by_participant=True)
    return found.order_by("position", "pk")


# ---- drawing ---------------------------------------------------------------------------------------------


def vote_rows(round: Round) -> list[tuple[str, str, int]]:
    """The round's votes that count, as (participant, statement, choice), with ids as text."""
    found = Vote.objects.filter(statement__in=put_to_the_vote(round).order_by())
    rows = found.values_list("participant_id", "statement_id", "choice")
    return [(str(participant), str(statement), choice) for participant, statement, choice in rows.iterator()]


def times_voted(programme_id: uuid.UUID, votes: Collection[uuid.UUID]) -> int:
    """How often the record says one of these votes; a vote that was changed counts each time."""
    streams = Stream.objects.filter(programme=programme_id, klass=Vote.KLASS)
    said = Event.objects.filter(stream__in=streams, verb="dialogue.vote_cast")
    return sum(pk in votes for pk in said.values_list("object", flat=True).iterator())


def asked_groups(round: Round) -> list[Constituency]:
    """The constituencies that are asked in the round, in their order: all, or the one it is held for."""
    declared = constituencies(round.programme)
    return [group for group in declared if round.constituency_id in {None, group.pk}]


def asked_people(round: Round) -> QuerySet[Participant]:
    """Everybody who is asked in the round and belongs to one of its constituencies."""
    people = Participant.objects.filter(
        STANDING,
        programme=round.programme_id,
        constituency__in=[group.pk for group in asked_groups(round)],
        heard=False,
    )
    return people.filter(gender=Gender.WOMAN) if round.women else people


def belonging(round: Round) -> dict[str, str] | None:
    """Which constituency each who is asked belongs to, whether or not they vote; None when none is declared.

    A declared constituency with nobody in it has a nobody here: unheard, it keeps anything from being called
    common ground. In a round for women alone, one without a woman is not asked.
    """
    declared = [group.pk for group in asked_groups(round)]
    if not declared:
        return None
    belongs = {str(pk): str(group) for pk, group in asked_people(round).values_list("pk", "constituency")}
    empty = set() if round.women else {str(pk) for pk in declared} - set(belongs.values())
    return belongs | {f"nobody of {group}": group for group in sorted(empty)} or None


def marks(programme_id: uuid.UUID) -> str:
    """How far the programme's record goes: it changes with everything that is done in the programme."""
    last = Event.objects.filter(stream=OuterRef("pk")).order_by("-seq").values("seq")[:1]
    heads = Stream.objects.filter(programme=programme_id).annotate(last=Subquery(last)).order_by("pk")
    said = ",".join(f"{pk}:{seq}" for pk, seq in heads.values_list("pk", "last"))
    return hashlib.sha256(said.encode()).hexdigest()


def rounds_to_redraw() -> list[Round]:
    """The opened rounds of votes in whose programme something was done since they were last drawn.

    Cheap to ask: it looks at where each stream ends. What was done may not be a vote; the drawing finds out.
    """
    opened = Round.objects.filter(
        STANDING, hidden=False, opened_at__isnull=False, method=Round.Method.VOTES
    ).select_related("last_drawn")
    now: dict[uuid.UUID, str] = {}
    due = []
    for round_ in opened.order_by("pk"):
        programme_id = round_.programme_id
        now[programme_id] = now.get(programme_id) or marks(programme_id)
        if not is_drawn(round_, now[programme_id]):
            due.append(round_)
    return due


def is_drawn(round: Round, now: str) -> bool:
    """Whether the round was drawn when the programme's record was where it is now."""
    last = getattr(round, "last_drawn", None)
    return last is not None and last.marks == now


# ---- hands and papers ------------------------------------------------------------------------------------

COUNTS = ("agree", "disagree", "passes", "also_agree", "also_disagree", "also_passes", "dots")
IN_THE_HALL = {Attendance.State.CAME, Attendance.State.LEFT}


@dataclass(frozen=True)
class HandCount:
    """What one person counted: hands, of each how many voted by phone too, and dots.

    On a sheet of dots `passes` are the people who had dots and put none here.
    """

    agree: int = 0
    disagree: int = 0
    passes: int = 0
    also_agree: int = 0
    also_disagree: int = 0
    also_passes: int = 0
    dots: int = 0

    def __add__(self, other: HandCount) -> HandCount:
        """What one person counted of two groups."""
        return HandCount(*(getattr(self, name) + getattr(other, name) for name in COUNTS))

    @property
    def people(self) -> int:
        """How many hands went up, or people had dots."""
        return self.agree + self.disagree + self.passes + self.dots

    @property
    def also(self) -> int:
        """How many of them voted by phone too, and are counted there."""
        return self.also_agree + self.also_disagree + self.also_passes

    @property
    def net(self) -> tuple[int, int, int]:
        """How many more agree, disagree and pass than by phone."""
        return (
            self.agree + self.dots - self.also_agree,
            self.disagree - self.also_disagree,
            self.passes - self.also_passes,
        )

    @property
    def more(self) -> int:
        """How many more people than by phone."""
        return self.people - self.also


@dataclass(frozen=True)
class Counted:
    """What was counted of a statement in a constituency, and of a gender where it was counted apart.

    by: who counted, the last one last, and what. agreed: what two of them counted alike; None before. fits:
    whether no more people are counted than are here.
    """

    statement: uuid.UUID
    constituency: uuid.UUID
    gender: str
    channel: str
    by: tuple[tuple[uuid.UUID, HandCount], ...]
    agreed: HandCount | None
    fits: bool = True

    @property
    def counts(self) -> bool:
        """Whether it goes into the result."""
        return self.agreed is not None and self.fits

    @property
    def state(self) -> str:
        """counts, many (more than are here), differ (two counts do), once (a second person is missing)."""
        if self.agreed is not None:
            return "counts" if self.fits else "many"
        return "differ" if len(self.by) > 1 else "once"


@dataclass(frozen=True)
class Floor:
    """Who is in the hall, and how many of them answered themselves: by phone, tablet or a paper of their own.

    here: by constituency and gender. phones: by statement, constituency and gender.
    """

    here: Mapping[tuple[uuid.UUID, str], int]
    phones: Mapping[tuple[uuid.UUID, uuid.UUID, str], int]

    def present(self, constituency: uuid.UUID, gender: str = "") -> int:
        """How many of the constituency are here, or of one gender of it."""
        return sum(n for (c, g), n in self.here.items() if c == constituency and gender in ("", g))

    def answered(self, statement: uuid.UUID, constituency: uuid.UUID, gender: str = "") -> int:
        """How many of them answered themselves on the statement."""
        return sum(
            n
            for (s, c, g), n in self.phones.items()
            if s == statement and c == constituency and gender in ("", g)
        )


def in_the_hall(round: Round) -> QuerySet[Participant]:
    """Who of a constituency came to the round's gathering, those who left again among them."""
    came = Attendance.objects.filter(STANDING, gathering=round.gathering_id, state__in=IN_THE_HALL)
    return Participant.objects.filter(STANDING, attendances__in=came).exclude(constituency=None)


def votes_here(round: Round) -> list[tuple[uuid.UUID, uuid.UUID, uuid.UUID, int]]:
    """The votes of those in the hall: (statement, participant, constituency, choice)."""
    votes = Vote.objects.filter(
        statement__in=put_to_the_vote(round).order_by(), participant__in=in_the_hall(round)
    )
    return list(votes.values_list("statement", "participant", "participant__constituency", "choice"))


def floor(round: Round) -> Floor:
    """Who came to the round's gathering, and who of them answered themselves."""
    people = in_the_hall(round)
    where = dict(people.values_list("pk", "constituency"))
    gender = dict(people.values_list("pk", "gender"))
    here = Counter((where[who], gender[who]) for who in where)
    said = put_to_the_vote(round).order_by()
    if round.method == Round.Method.VOTES:
        answered = {(statement, who) for statement, who, _where, _choice in votes_here(round)}
    else:
        given = Mark.objects.filter(statement__in=said, value__gt=0).values_list("participant", flat=True)
        answered = {(pk, who) for pk in said.values_list("pk", flat=True) for who in set(given)}
    phones = Counter((pk, where[who], gender[who]) for pk, who in answered if who in where)
    return Floor(here, phones)


def tallies(round: Round) -> QuerySet[Tally]:
    """Everybody's counts in the round that stand, the earliest first."""
    found = Tally.objects.filter(STANDING, statement__in=put_to_the_vote(round).order_by())
    return found.order_by("hlc", "pk")


def counted(round: Round, of: Floor | None = None) -> list[Counted]:
    """What was counted in the round, by statement, constituency, gender and channel.

    A count counts when two people counted the same. Where all that was counted of a statement in a
    constituency, with those who answered themselves, are more than came, none of it counts until it is
    counted again.
    """
    by_place: dict[tuple[uuid.UUID, uuid.UUID, str, str], dict[uuid.UUID, HandCount]] = defaultdict(dict)
    for row in tallies(round):
        by = by_place[row.statement_id, row.constituency_id, row.gender, row.channel]
        # Twice by one person: of two groups that were merged since. The last one stays last.
        before = by.pop(row.by, HandCount())
        by[row.by] = before + HandCount(*(getattr(row, name) for name in COUNTS))
    found = [Counted(*place, tuple(by.items()), agreed_on([*by.values()])) for place, by in by_place.items()]
    if not found:
        return []
    of = of or floor(round)
    more: Counter[tuple[uuid.UUID, uuid.UUID, str]] = Counter()
    for each in found:
        if each.agreed is not None:
            more[each.statement, each.constituency, ""] += each.agreed.more
            if each.gender:
                more[each.statement, each.constituency, each.gender] += each.agreed.more
    over = {
        place: many + of.answered(*place) - of.present(*place[1:])
        for place, many in more.items()
        if many + of.answered(*place) > of.present(*place[1:])
    }
    # Who asked to be forgotten may have raised a hand, and is on no list any more; nor is anybody after a
    # gathering's lists were purged.
    gone = forgotten_here(round) if over else 0
    full = {place for place, many in over.items() if many > gone and not round.gathering.frozen}
    return [
        replace(each, fits=not full & {(each.statement, each.constituency, g) for g in ("", each.gender)})
        for each in found
    ]


def forgotten_here(round: Round) -> int:
    """How many of those noted at the gathering asked to be forgotten; nobody knows of which group.

    The record keeps of them that a row was written, and a row's id follows from who comes where.
    """
    noted = Event.objects.filter(
        verb="dialogue.attendance_noted",
        stream__programme=round.programme_id,
        subject__in=Withdrawal.objects.values("subject"),
    )
    rows = set(noted.values_list("subject", "object"))
    return sum(row == uuid.uuid5(round.gathering_id, who.hex) for who, row in rows if who)


def agreed_on(counts: Sequence[HandCount]) -> HandCount | None:
    """What most people counted alike, and two of them at least; None where no such count stands alone."""
    ranked = Counter(counts).most_common(2)
    if not ranked or ranked[0][1] < 2 or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return None
    return ranked[0][0]


def hand_rows(round: Round) -> list[tuple[str, str, int, int, int]]:
    """Hands and papers that count, as (constituency, statement, agree, disagree, pass), ids as text."""
    found: dict[tuple[str, str], list[int]] = {}
    declared = {group.pk for group in constituencies(round.programme)}
    for each in counted(round):
        if each.agreed is not None and each.counts and each.constituency in declared:
            sums = found.setdefault((str(each.constituency), str(each.statement)), [0, 0, 0])
            for place, number in enumerate(each.agreed.net):
                sums[place] += number
    return [(*place, agree, disagree, passes) for place, (agree, disagree, passes) in sorted(found.items())]


def marks_given(round: Round) -> list[Mark]:
    """What people gave in a round that is not of votes, as far as it counts."""
    found = Mark.objects.filter(statement__in=put_to_the_vote(round).order_by(), value__gt=0)
    said = set(put_to_the_vote(round).values_list("pk", flat=True))
    return [mark for mark in found.order_by("pk") if mark.other_id is None or mark.other_id in said]


def hands_by(round: Round) -> Counter[tuple[uuid.UUID, str]]:
    """By constituency and channel, how many people were counted beside those who answered themselves.

    Of a constituency, gender and channel as many as went up for the statement with the most.
    """
    most: dict[tuple[uuid.UUID, str, str], Counter[uuid.UUID]] = defaultdict(Counter)
    for each in counted(round):
        if each.agreed is not None and each.counts:
            most[each.constituency, each.gender, each.channel][each.statement] += each.agreed.more
    found: Counter[tuple[uuid.UUID, str]] = Counter()
    for (group, _gender, channel), by_statement in most.items():
        found[group, channel] += max(by_statement.values())
    return found


@dataclass(frozen=True)
class ByChannel:
    """How many people answered in one way."""

    channel: str
    people: int


def by_channel(round: Round) -> list[ByChannel]:
    """How many people answered in each way."""
    said = answers_in(round).filter(statement__in=put_to_the_vote(round).order_by())
    people = said.order_by().values_list("channel").annotate(Count("participant", distinct=True))
    found = Counter(dict(people))
    for (_group, channel), many in hands_by(round).items():
        found[channel] += many
    return [ByChannel(str(label), found[value]) for value, label in Channel.choices if found[value]]


# ---- results ---------------------------------------------------------------------------------------------

# The engine's labels, the most agreed first, and what each means.
LABELS = {
    "common ground": _("Every group can probably live with it."),
    "leaning": _("Every group may be able to live with it. It is not sure yet."),
    "divided": _("At least one group probably rejects it."),
    "not enough voices yet": _("Too few voices from at least one group to say what all can live with."),
}


FIGURES = ("agree", "disagree", "passes", "estimate", "low", "high")


@dataclass(frozen=True)
class Row:
    """What one constituency said of a statement, as a line of the picture: shares between 0 and 1.

    All three are None where nobody voted.
    """

    label: str
    agree: int
    disagree: int
    passes: int
    estimate: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, figures: Mapping[str, Any]) -> Row:
        """The row of one constituency's figures as drawn."""
        return cls(figures["name"], **{name: figures[name] for name in FIGURES})

    @property
    def voted(self) -> int:
        return self.agree + self.disagree + self.passes

    @property
    def count(self) -> str:
        """In words with its base: 23 of 31."""
        return gettext("%(agree)s of %(voted)s") % {"agree": self.agree, "voted": self.voted}

    @property
    def word(self) -> str:
        """As coarse as the public may see it: nothing of fewer than ten, and never a share."""
        if not enough(self.voted):
            return gettext("too few voices")
        if self.agree >= MOST * self.voted:
            return gettext("most agree")
        if self.disagree >= MOST * self.voted:
            return gettext("most disagree")
        return gettext("divided")


MOST = 0.6


@dataclass(frozen=True)
class Result:
    """What the groups said of one statement, as drawn: label, how likely it is, a row for each constituency.

    against names the constituencies that probably reject it, ask those whose voices are missing.
    """

    statement: Statement
    label: str
    certainty: float
    rows: tuple[Row, ...]
    against: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: Mapping[str, Any], statement: Statement) -> Result:
        """The result in what was drawn of the statement, or kept of it in a finding."""
        names = {figures["constituency"]: figures["name"] for figures in found["agreement"]}
        return cls(
            statement,
            found["label"],
            float(found["certainty"]),
            tuple(Row.of(figures) for figures in found["agreement"]),
            tuple(names[group] for group in found.get("against", ())),
            tuple(names[group] for group in found.get("ask", ())),
        )

    @classmethod
    def of_finding(cls, finding: Finding) -> Result:
        """The result that was taken up."""
        said = {"label": finding.label, "certainty": finding.certainty, "agreement": finding.figures}
        return cls.of(said, finding.statement)

    @property
    def sentence(self) -> str:
        """What the label means."""
        return str(LABELS[self.label])

    @property
    def voted(self) -> int:
        return sum(row.voted for row in self.rows)

    @property
    def agree(self) -> int:
        return sum(row.agree for row in self.rows)

    @property
    def shown_voted(self) -> str:
        """How many voted, as the public may see it."""
        return shown_count(self.voted)

    @property
    def shown_agree(self) -> str | None:
        """The share that agreed, as the public may see it; None when too few voted."""
        return shown_share(self.agree, self.voted)


def forgotten(programme_id: uuid.UUID) -> int:
    """How many of the programme asked to be forgotten."""
    asked = Event.objects.filter(kind=Kind.WITHDRAWAL, verb="record.withdrawn")
    return asked.filter(stream__programme=programme_id).count()


def thinned(round: Round) -> QuerySet[Snapshot]:
    """The round's snapshots that need not be kept, beside the last one.

    Of each hour the last is kept, and all from which a finding was taken up. But when somebody was forgotten
    since, all from before go: whoever laid two side by side would see how that person voted.
    """
    kept = list(Snapshot.objects.filter(round=round).values_list("pk", "drawn_at", "inputs", "forgotten"))
    taken_up = set(Finding.objects.filter(statement__round=round).values_list("inputs", flat=True))
    hours: set[datetime] = set()
    gone = []
    for pk, drawn_at, inputs, forgotten in kept:
        hour = drawn_at.replace(minute=0, second=0, microsecond=0)
        if forgotten < kept[0][3] or (hour in hours and inputs not in taken_up):
            gone.append(pk)
        hours.add(hour)
    return Snapshot.objects.filter(pk__in=gone)


def results(round: Round, snapshot: Snapshot) -> list[Result]:
    """What was drawn of each statement that is still put to the vote: the most agreed first."""
    standing_now = {str(s.pk): s for s in in_the_readers_language(put_to_the_vote(round))}
    drawn = [
        Result.of(found, standing_now[found["statement"]])
        for found in snapshot.findings()
        if found["statement"] in standing_now
    ]
    rank = {label: place for place, label in enumerate(LABELS)}
    return sorted(drawn, key=lambda r: (rank[r.label], -r.certainty, r.statement.position))


@dataclass(frozen=True)
class Apart:
    """A statement on which a constituency stands apart: percent that agree, and the points between them.

    more: whether it agrees more than the others, the unweighted mean of whom is `elsewhere`.
    """

    statement: Statement
    more: bool
    here: int
    elsewhere: int
    low: int
    high: int


def apart(round: Round, snapshot: Snapshot) -> list[tuple[str, list[Apart]]]:
    """Where each constituency clearly stands apart, by its name: the clearest first."""
    standing_now = {str(s.pk): s for s in in_the_readers_language(put_to_the_vote(round))}
    found = []
    for name, said in snapshot.apart():
        rows = [
            Apart(standing_now[each["statement"]], each["effect"] > 0, *map(_percent, _figures(each)))
            for each in said
            if each["statement"] in standing_now
        ]
        if rows:
            found.append((name, rows))
    return found


def _figures(difference: Mapping[str, Any]) -> tuple[float, ...]:
    """The two shares, and how far apart they are at least and at most."""
    bounds = sorted([abs(difference["low"]), abs(difference["high"])])
    return difference["here"], difference["elsewhere"], *bounds


def _percent(share: float) -> int:
    return int(share * 100 + 0.5)


@dataclass(frozen=True)
class Shortlisted:
    """A statement on a shortlist, or kept from it.

    place: from 1, None when it is not on it. payers: the constituencies that paid for it, the most first.
    last: it came in from beans that were left. against: the constituencies that keep it out.
    """

    statement: Statement
    place: int | None
    payers: tuple[str, ...]
    last: bool
    against: tuple[str, ...]


@dataclass(frozen=True)
class Shortlist:
    """What would go on an agenda, what is an open question, and what heads alone would have chosen besides.

    claims: of each statement left out the claim that comes nearest: so many items, what its supporters who
    have fewer weigh, and what would be needed, in percent. nearest: how near the claim of those left out came
    that came nearest, in percent; 100 would be good. cast: the share of all votes that the voters could have
    cast, in percent.
    """

    chosen: list[Shortlisted]
    blocked: list[Shortlisted]
    by_head: list[Statement]
    claims: list[tuple[Statement, int, float, float]]
    nearest: int
    cast: int
    digest: str
    version: str
    seed: int


def shortlist(round: Round, agenda: Mapping[str, Any]) -> Shortlist:
    """A shortlist as the pages show it, from what the engine said of the round."""
    standing_now = {str(s.pk): s for s in in_the_readers_language(put_to_the_vote(round))}
    names = {str(group.pk): group.name for group in constituencies(round.programme)}
    rows = [
        Shortlisted(
            standing_now[item["item"]],
            item["chosen"],
            tuple(
                names[g]
                for g, paid in sorted(item["paid"].items(), key=lambda e: -e[1])
                if paid and g in names
            ),
            item["how"] == "completion",
            tuple(names[group] for group in item["blocked_by"] if group in names),
        )
        for item in agenda["items"]
        if item["item"] in standing_now
    ]
    chosen = [row for row in rows if row.place is not None]
    on_it = {str(row.statement.pk) for row in chosen}
    claims = agenda["certificate"] or ()
    votes = tally(round).votes
    voters = sum(agenda["constituencies"].values())
    return Shortlist(
        chosen=chosen,
        blocked=[row for row in rows if row.against],
        by_head=[standing_now[i] for i in agenda["by_head"] if i in standing_now and i not in on_it],
        claims=[
            (standing_now[c["item"]], c["items"], 100 * c["weight"], 100 * c["needed"])
            for c in claims
            if c["item"] in standing_now
        ],
        nearest=_percent(max((claim["weight"] / claim["needed"] for claim in claims), default=0.0)),
        cast=_percent(votes / max(1, voters * len(rows))),
        digest=agenda["digest"],
        version=agenda["version"],
        seed=agenda["seed"],
    )


# Up to this step people consent; whoever stands aside or blocks says why.
CONSENT = Gradient.NEUTRAL.value
NEEDS_REASON = frozenset({Gradient.ASIDE, Gradient.DISAGREE, Gradient.FORMAL, Gradient.BLOCK})


def note_for(mark: Mark) -> uuid.UUID:
    """The note that a reason becomes: one for each, however often it is worded."""
    return uuid.uuid5(mark.pk, "reason")


@dataclass(frozen=True)
class Reason:
    """A reason for standing aside or blocking, and how it stands on record; "" before a moderator read it."""

    mark: Mark
    step: Gradient
    on_record: str


def reasons(round: Round) -> list[Reason]:
    """The reasons given in the round, blocks first; for the moderator who reads them."""
    marks = Mark.objects.filter(statement__in=put_to_the_vote(round).order_by(), value__in=NEEDS_REASON)
    found = list(marks.exclude(reason="").select_related("statement").order_by("-value", "pk"))
    notes = on_record(found)
    return [Reason(mark, Gradient(mark.value), notes.get(note_for(mark), "")) for mark in found]


def on_record(marks: Iterable[Mark]) -> dict[uuid.UUID, str]:
    """The reasons as they stand on record, by note."""
    wanted = [note_for(mark) for mark in marks]
    return dict(Note.objects.filter(STANDING, pk__in=wanted).exclude(reason="").values_list("pk", "reason"))


def reasons_on_record(round: Round) -> dict[uuid.UUID, list[tuple[Gradient, str]]]:
    """By statement, the reasons that a moderator put on record, with the step they were given for."""
    found: dict[uuid.UUID, list[tuple[Gradient, str]]] = defaultdict(list)
    for reason in reasons(round):
        if reason.on_record:
            found[reason.mark.statement_id].append((reason.step, reason.on_record))
    return found


@dataclass(frozen=True)
class Passed:
    """What became of a statement in a round of steps, by how many stood where."""

    statement: Statement
    passes: bool
    consent: int
    aside: int
    blocks: int
    short: tuple[str, ...]
    reasons: tuple[tuple[Gradient, str], ...]


def passed(round: Round, said: Mapping[str, Any]) -> list[Passed]:
    """What passes and what does not, from what the engine said of the round."""
    standing_now = {str(s.pk): s for s in in_the_readers_language(put_to_the_vote(round))}
    names = {str(group.pk): group.name for group in constituencies(round.programme)}
    why = reasons_on_record(round)
    return [
        Passed(
            standing_now[each["item"]],
            each["passes"],
            sum(each["steps"][:CONSENT]),
            sum(each["steps"][CONSENT:-1]),
            each["blocks"],
            tuple(name for group, name in names.items() if group in each["short"]),
            tuple(why.get(standing_now[each["item"]].pk, ())),
        )
        for each in said["more"].get("outcomes", ())
        if each["item"] in standing_now
    ]


SETTLED_AS = {
    Round.Kind.PROBLEMS: Certificate.Kind.PRIORITIES,
    Round.Kind.SOLUTIONS: Certificate.Kind.AGENDA,
}


def settled_as(round: Round) -> Certificate.Kind:
    """An agenda where solutions were voted on, else a ranked list."""
    if round.method == Round.Method.VOTES:
        return SETTLED_AS[Round.Kind(round.kind)]
    return Certificate.Kind.PRIORITIES


def settled(round: Round) -> QuerySet[Certificate]:
    """What the round came to each time it was settled, the newest first."""
    return certificates(round.programme, settled_as(round), round.pk)


def kept_of(round: Round) -> Certificate | None:
    """What a round that is not of votes came to when it was closed; None before, and while it is open."""
    if round.method == Round.Method.VOTES or round.is_open() or not round.closed_at:
        return None
    return settled(round).first()


# What the figure of a ranked list means, and a statement's own, by how people answered.
MEASURES = {
    Round.Method.VOTES: _("The figure is how many in 100 agree, the mean over the groups."),
    Round.Method.DOTS: _("The figure is how many in 100 put a dot on it, the mean over the groups."),
    Round.Method.RANKING: _(
        "The figure is how many in 100 comparisons with another it wins, the mean over the groups."
    ),
    Round.Method.PAIRS: _(
        "The figure is how often in 100 it is chosen beside one of middling weight, the mean over the groups."
    ),
    Round.Method.GRADIENT: _("The figure is how many in 100 consent, the mean over the groups."),
}
FIGURE_WORDS = {
    Round.Method.VOTES: _("%(equal)s in 100 agree; fewest, %(least)s, among: %(least_in)s."),
    Round.Method.DOTS: _("%(equal)s in 100 put a dot on it; fewest, %(least)s, among: %(least_in)s."),
    Round.Method.RANKING: _("It wins %(equal)s in 100 comparisons; fewest, %(least)s, among: %(least_in)s."),
    Round.Method.PAIRS: _("Chosen %(equal)s times in 100; least often, %(least)s, among: %(least_in)s."),
    Round.Method.GRADIENT: _("%(equal)s in 100 consent; fewest, %(least)s, among: %(least_in)s."),
}


@dataclass(frozen=True)
class Drawn:
    """A line of a picture: shares from 0 to 1, and the figure in words."""

    label: str
    estimate: float
    low: float | None
    high: float | None
    count: str


@dataclass(frozen=True)
class Ranked:
    """A statement in a ranked list. Shares in percent; low and high None where all were asked.

    top: in how many of a hundred it belongs among the first. least_in: where the fewest agree. by_group: each
    constituency's share, by its name. words: the figure in a sentence.
    """

    statement: Statement
    place: int
    equal: int
    low: int | None
    high: int | None
    by_head: int
    least: int
    least_in: str
    top: int
    first: bool
    by_group: tuple[tuple[str, int], ...]
    words: str

    @property
    def line(self) -> Drawn:
        """The statement as a line of the picture."""
        low, high = (None if end is None else end / 100 for end in (self.low, self.high))
        count = gettext("%(figure)s in 100") % {"figure": self.equal}
        return Drawn(self.statement.said.text, self.equal / 100, low, high, count)


@dataclass(frozen=True)
class RankedList:
    """A ranked list as the pages show it. differ: what is on top only under some of the three weightings."""

    rows: list[Ranked]
    differ: list[Statement]
    first: int

    @property
    def picture(self) -> list[Drawn]:
        """The list as lines."""
        return [row.line for row in self.rows]

    @property
    def parts(self) -> bool:
        """Whether some of the list are the first, and others are not."""
        return self.first < len(self.rows)


def ranked(round: Round, said: Mapping[str, Any]) -> RankedList:
    """A ranked list, from what the engine said of the round; what is no more put to the vote is left out."""
    standing_now = {str(s.pk): s for s in in_the_readers_language(put_to_the_vote(round))}
    names = {str(group.pk): group.name for group in constituencies(round.programme)}
    rows = [
        _ranked(round, item, standing_now[item["item"]], names, first=place < said["first"])
        for place, item in enumerate(said["items"])
        if item["item"] in standing_now
    ]
    differ = [standing_now[item] for item in said["differ"] if item in standing_now]
    return RankedList(rows, differ, said["first"])


def _ranked(
    round: Round, item: Mapping[str, Any], statement: Statement, names: Mapping[str, str], *, first: bool
) -> Ranked:
    method = Round.Method(round.method)
    least_in = names.get(item["least_in"], gettext("everybody"))
    equal, least = _figure(method, item["equal"]), _figure(method, item["least"])
    return Ranked(
        statement,
        item["place"],
        equal,
        None if item["low"] is None else _figure(method, item["low"]),
        None if item["high"] is None else _figure(method, item["high"]),
        _figure(method, item["by_head"]),
        least,
        least_in,
        _percent(item["top"]),
        first,
        tuple((names[g], _figure(method, f)) for g, f in item["by_group"].items() if g in names),
        FIGURE_WORDS[method] % {"equal": equal, "least": least, "least_in": least_in},
    )


def _figure(method: Round.Method, figure: float) -> int:
    """In percent; of log odds, how often it is chosen beside one whose odds are even."""
    return _percent(1 / (1 + math.exp(-figure)) if method == Round.Method.PAIRS else figure)


def hands_drawn(snapshot: Snapshot) -> dict[tuple[str, str], list[int]]:
    """By constituency's name and statement, how many of what was drawn are hands and papers of nobody."""
    names = snapshot.drawn["names"]
    rows = snapshot.drawn.get("hands", ())
    return {(names[group], statement): numbers for group, statement, *numbers in rows if group in names}


@dataclass(frozen=True)
class PublicLine:
    """A statement in what the public sees of a round. share: of people, None when too few answered.

    passes: in a round of steps whether it passes.
    """

    statement: Statement
    place: int
    share: str | None
    passes: bool | None


@dataclass(frozen=True)
class PublicList:
    """What the public sees of a round that is not of votes: in order, when enough people answered."""

    shown_people: str
    lines: tuple[PublicLine, ...]


def public_list(round: Round, kept: Certificate) -> PublicList:
    """What was kept of the round, as far as the public may see it: no order of fewer than ten people."""
    people = sum(kept.said["groups"].values())
    if not enough(people):
        return PublicList(shown_count(people), ())
    passes = {each["item"]: each["passes"] for each in kept.said["more"].get("outcomes", ())}
    # A share of comparisons or of odds is no share of people: of these the order alone is told.
    of_people = round.method in {Round.Method.DOTS, Round.Method.GRADIENT}
    shares = {
        item["item"]: shown_share(int(item["by_head"] * people + 0.5), people) if of_people else None
        for item in kept.said["items"]
    }
    listed = ranked(round, kept.said)
    return PublicList(
        shown_count(people),
        tuple(
            PublicLine(
                row.statement, row.place, shares[str(row.statement.pk)], passes.get(str(row.statement.pk))
            )
            for row in listed.rows
        ),
    )


@dataclass(frozen=True)
class Turnout:
    """How many of a constituency take part in the programme, and how many of them voted in a round."""

    constituency: Constituency
    people: int
    voted: int


def turnout(round: Round) -> list[Turnout]:
    """Who has been heard in the round: a line for each constituency, in their order."""
    people = dict(asked_people(round).order_by().values_list("constituency").annotate(Count("pk")))
    votes = answers_in(round).filter(participant__constituency__isnull=False)
    voters = votes.values_list("participant__constituency").annotate(Count("participant", distinct=True))
    voted = Counter({str(group): count for group, count in voters})
    for (group_id, _channel), many in hands_by(round).items():
        voted[str(group_id)] += many
    return [Turnout(group, people.get(group.pk, 0), voted[str(group.pk)]) for group in asked_groups(round)]


@dataclass(frozen=True)
class Progress:
    """How far a round has come: statements put to the vote and waiting, people who voted, votes."""

    approved: int
    waiting: int
    voters: int
    votes: int


def answers_in(round: Round) -> QuerySet[Any]:
    """What people said in the round themselves: votes, or what its kind asks for."""
    if round.method == Round.Method.VOTES:
        return Vote.objects.filter(statement__round=round)
    return Mark.objects.filter(statement__round=round, value__gt=0)


def answered(round: Round, here: int) -> int:
    """How many of those who are here have answered: themselves, or with hands and papers that count.

    here: how many are; never more are given. Where nobody is noted as here, whoever answered counts.
    """
    noted = attendance(round.gathering).filter(state__in=HERE).values("participant")
    own = answers_in(round)
    if noted.exists():
        own = own.filter(participant__in=noted.order_by())
    many = own.values("participant").order_by().distinct().count() + hands_by(round).total()
    return min(many, here) if here else many


def tally(round: Round) -> Progress:
    """How far the round has come: hands among the voters, and in other rounds what people gave as votes."""
    states = with_words(Statement.objects.filter(STANDING, round=round))
    states_now = dict(states.order_by().values_list("state").annotate(Count("pk")))
    own = answers_in(round).aggregate(voters=Count("participant", distinct=True), votes=Count("pk"))
    hands = sum(sum(numbers) for _group, _statement, *numbers in hand_rows(round))
    return Progress(
        states_now.get("approved", 0),
        states_now.get("proposed", 0),
        own["voters"] + hands_by(round).total(),
        own["votes"] + hands,
    )


def sources(statement: Statement) -> QuerySet[Quote]:
    """The quotes that a statement came from and that still have their words."""
    found = Quote.objects.filter(sources__statement=statement, sources__removed=False).exclude(text="")
    return found.select_related("testimony", "theme").order_by("sources__hlc", "pk")


@dataclass(frozen=True)
class Point:
    """A crowd on the map: where, from 0 to 1, and about how many."""

    x: float
    y: float
    count: int


@dataclass(frozen=True)
class Camp:
    """A group found from votes, in words: its letter, about how many, what it says otherwise than the others.

    steady: how many in a hundred of it stay together when a fifth of the votes is missing. says: statement,
    share here, share elsewhere, both in a hundred.
    """

    name: str
    size: str
    steady: int
    says: tuple[tuple[Statement, int, int], ...]


@dataclass(frozen=True)
class Picture:
    """The map in words and crowds. An axis ends in the statements with which people there agree more."""

    cells: tuple[Point, ...]
    spread: float
    people: str
    right: tuple[Statement, ...]
    left: tuple[Statement, ...]
    above: tuple[Statement, ...]
    below: tuple[Statement, ...]
    camps: tuple[Camp, ...]
    groups: str

    @property
    def lede(self) -> str:
        """Whether groups of opinion stand out from the votes."""
        if not self.camps:
            return gettext("No clear groups of opinion.")
        said = {"count": len(self.camps), "sizes": ", ".join(camp.size for camp in self.camps)}
        return gettext("From votes alone, %(count)s groups of opinion stand out: %(sizes)s people.") % said

    @property
    def sentence(self) -> str:
        """What the picture shows."""
        if not self.cells:
            return gettext("People stand too far apart for a crowd of ten.")
        return gettext("Where about %(people)s people stand to each other, by how they voted.") % {
            "people": self.people
        }


def end_in_words(statements: Sequence[Statement]) -> str:
    """What an end of an axis means, in one line: the statement that its people agree with more."""
    if not statements:
        return ""
    return gettext("agree more: “%(statement)s”") % {
        "statement": Truncator(statements[0].said.text).words(12)
    }


# Why there are groups, or none: what the engine saw, in words.
EVIDENCE = {
    "groups": _(
        "Knowing somebody's group helps to guess hidden answers, and the same groups come out when a fifth "
        "of the votes is left out."
    ),
    "too few people": _("Too few people gave enough answers to look for any."),
    "no better than none": _(
        "Opinion runs gradually from one side to the other: groups would not help to guess hidden answers."
    ),
    "not stable": _("Other groups come out when a fifth of the votes is left out, so none is shown."),
}


def picture(round: Round, snapshot: Snapshot) -> Picture | None:
    """The map that was drawn; None where too few people voted on too few statements."""
    drawn = snapshot.drawn["said"]["map"]
    if drawn is None:
        return None
    texts = {str(s.pk): s for s in in_the_readers_language(put_to_the_vote(round))}

    def ends(axis: Mapping[str, Any], end: str) -> tuple[Statement, ...]:
        return tuple(texts[pull["statement"]] for pull in axis[end] if pull["statement"] in texts)

    across, upwards = drawn["axes"]
    camps = drawn["groups"]["each"] if drawn["groups"] else ()
    return Picture(
        cells=tuple(
            Point(cell["x"], cell["y"], about(cell["count"]))
            for cell in drawn["cells"]
            if enough(cell["count"])
        ),
        spread=drawn["spread"],
        people=shown_count(drawn["people"]),
        right=ends(across, "more"),
        left=ends(across, "less"),
        above=ends(upwards, "more"),
        below=ends(upwards, "less"),
        camps=tuple(_camp(camp, texts) for camp in camps),
        groups=str(EVIDENCE[drawn["evidence"]["reason"]]),
    )


def _camp(camp: Mapping[str, Any], texts: Mapping[str, Statement]) -> Camp:
    # Of fewer than twenty no share is told, not even a coarse one.
    told = camp["says"] if enough_for_shares(camp["size"]) else ()
    says = ((texts[s["statement"]], s["here"], s["elsewhere"]) for s in told if s["statement"] in texts)
    return Camp(
        camp["name"],
        shown_count(camp["size"]),
        coarse(camp["stability"] or 0.0),
        tuple((said, coarse(here), coarse(elsewhere)) for said, here, elsewhere in says),
    )


# ---- whose words a statement says ------------------------------------------------------------------------


def statements_from(voice: uuid.UUID) -> QuerySet[Statement]:
    """The statements, with their words still, that a quote of that voice is a source of."""
    tied = Source.objects.filter(quote__subject=voice).values("statement")
    return Statement.objects.filter(pk__in=tied).exclude(text="")


def voices_behind(statement: Statement) -> set[uuid.UUID]:
    """The voices, not forgotten, whose quotes the statement came from."""
    tied = Source.objects.filter(statement=statement, removed=False, merged_into=None)
    gone = Withdrawal.objects.values("subject")
    voices = tied.exclude(quote__subject__in=gone).order_by().values_list("quote__subject", flat=True)
    return {voice for voice in voices if voice}


def said_of(statement: Statement) -> list[Recorded]:
    """What says the statement's words once more: in other languages, worded anew, read out."""
    return [
        *Translation.objects.filter(object=statement.pk),
        *Wording.objects.filter(statement=statement),
        *Spoken.objects.filter(object=statement.pk),
    ]
