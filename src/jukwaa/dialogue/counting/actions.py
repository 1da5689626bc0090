"""What changes when people give dots, places, steps and choices, and when hands and papers are counted."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jukwaa import record
from jukwaa.dialogue.actions import CHOICES, NotPutToTheVote, RoundClosed, cast_votes
from jukwaa.dialogue.counting import queries
from jukwaa.dialogue.counting.queries import LONGEST_REASON, NEEDS_REASON, Given
from jukwaa.dialogue.models import Channel, Gradient, Mark, Note, Round, Statement, Tally
from jukwaa.dialogue.queries import Floor, HandCount, counted, floor, note_for, put_to_the_vote
from jukwaa.field.media import PHOTO_MIME, Photo
from jukwaa.programmes.models import Constituency, Gender, Member, Participant, Purpose
from jukwaa.programmes.queries import has_consent
from jukwaa.record import blobs
from jukwaa.record.write import By

# ---- what people give ------------------------------------------------------------------------------------


def give_marks(
    *,
    round: Round,
    given: Sequence[Given],
    participant: Participant,
    by: By,
    channel: str = Channel.WEB,
    at: datetime | None = None,
) -> list[Mark]:
    """Record what the participant gives: dots, places in their order, one of a pair, or a step of agreement.

    The latest counts, and what was given alike before is not said again. A value of 0 takes a dot or a place
    back. All of it is on disk when this returns, or none. Raises RoundClosed, also for somebody who is not
    asked in a round held apart, NotPutToTheVote, or ValueError with a sentence for what the round's rule does
    not allow.
    """
    if not (round.is_open(at) and round.is_for(participant)):
        raise RoundClosed
    with record.act(by=by, programme=round.programme_id, klass=Mark.KLASS, sitting=round.opened_at):
        before = queries.given(round, participant)
        new = [one for one in given if before.get(one.place) != one]
        _allowed(round, participant, before, given)
        rows = [
            Mark(
                id=Mark.id_for(one.statement, participant.pk, one.other),
                subject=participant.pk,
                statement_id=one.statement,
                other_id=one.other,
                participant=participant,
                value=one.value,
                reason=one.reason,
                channel=channel,
            )
            for one in new
        ]
        record.puts("dialogue.mark_given", rows, by=by, sitting=round.opened_at)
    return rows


def _allowed(
    round: Round,
    participant: Participant,
    before: Mapping[frozenset[uuid.UUID], Given],
    given: Sequence[Given],
) -> None:
    asked = set(put_to_the_vote(round).values_list("pk", flat=True))
    if any(not one.place <= asked for one in given):
        raise NotPutToTheVote
    together = {**before, **{one.place: one for one in given}}
    standing = [one for place, one in together.items() if one.value and place <= asked]
    ALLOWED[Round.Method(round.method)](round, participant, given, standing)


def _votes(*_said: object) -> None:
    raise NotPutToTheVote


def _dots(round: Round, _who: Participant, given: Sequence[Given], standing: Sequence[Given]) -> None:
    if any(one.value not in {0, 1} or one.other for one in given):
        raise ValueError(_("A statement gets one dot from each person, or none."))
    if len(standing) > round.dots:
        raise ValueError(
            ngettext(
                "You have %(dots)s dot, and it is placed. Take it back first, then place it elsewhere.",
                "You have %(dots)s dots, and all are placed. Take one back first, then place it elsewhere.",
                round.dots,
            )
            % {"dots": round.dots}
        )


def _places(round: Round, _who: Participant, given: Sequence[Given], standing: Sequence[Given]) -> None:
    if any(not 0 <= one.value <= round.dots or one.other for one in given):
        raise ValueError(_("Give places from 1 to %(places)s, 1 for the first.") % {"places": round.dots})
    shared = [place for place, many in Counter(one.value for one in standing).items() if many > 1]
    if shared:
        raise ValueError(_("Two statements have place %(place)s. Give each its own.") % {"place": shared[0]})


def _pairs(round: Round, who: Participant, given: Sequence[Given], _standing: Sequence[Given]) -> None:
    put_to_them = {frozenset(pair) for pair in queries.pairs(round, who)} | set(queries.given(round, who))
    if any(one.value != 1 or one.other is None or one.place not in put_to_them for one in given):
        raise ValueError(_("These two were not put to you together. Choose one of the two that are."))


def _steps(_round: Round, _who: Participant, given: Sequence[Given], _standing: Sequence[Given]) -> None:
    for one in given:
        if one.value not in Gradient.values or one.other:
            raise ValueError(_("Choose one of the eight steps."))
        if one.value in NEEDS_REASON and not one.reason:
            raise ValueError(_("Say why, in a few words: who stands aside or blocks gives a reason."))
        if len(one.reason) > LONGEST_REASON:
            raise ValueError(
                _("A reason has at most %(most)s letters; this one has %(count)s.")
                % {"most": LONGEST_REASON, "count": len(one.reason)}
            )


ALLOWED: dict[Round.Method, Callable[[Round, Participant, Sequence[Given], Sequence[Given]], None]] = {
    Round.Method.VOTES: _votes,
    Round.Method.DOTS: _dots,
    Round.Method.RANKING: _places,
    Round.Method.PAIRS: _pairs,
    Round.Method.GRADIENT: _steps,
}


def put_reason_on_record(*, mark: Mark, text: str, by: By) -> Note:
    """Put a reason for standing aside or blocking on the gathering's record, as a moderator worded it.

    It names nobody, and goes when who gave it asks to be forgotten. Raises ValueError without words, and
    while a group keeps the round to itself: the gathering's record is everybody's.
    """
    words = " ".join(text.split())
    if not words:
        raise ValueError(_("Write the reason down, without names of people, or leave it unread."))
    round_ = mark.statement.round
    if round_.kept_apart:
        raise ValueError(_("A group spoke apart here. Its reasons go on record once it releases them."))
    note = Note(
        id=note_for(mark),
        subject=mark.subject,
        programme_id=round_.programme_id,
        gathering_id=round_.gathering_id,
        kind=Note.Kind.DISAGREEMENT,
        text=mark.statement.text,
        reason=words,
    )
    return record.put("dialogue.reason_recorded", note, by=by)


# ---- papers ----------------------------------------------------------------------------------------------


def enter_paper_votes(
    *,
    round: Round,
    participant: Participant,
    choices: Mapping[uuid.UUID, int],
    by: Member,
    at: datetime | None = None,
) -> int:
    """Enter what somebody with a card said on paper; gives how many statements. The latest counts.

    Raises RoundClosed, NotPutToTheVote, or ValueError for a choice that is none, an empty paper, and for
    somebody who has not agreed to take part.
    """
    _may_give_paper(round, participant, at)
    if not choices:
        raise ValueError(_("The paper is empty. Enter at least one answer."))
    if any(choice not in CHOICES for choice in choices.values()):
        raise ValueError(f"a vote is -1, 0 or 1, not {sorted(set(choices.values()) - CHOICES)}")
    if not set(choices) <= set(put_to_the_vote(round).values_list("pk", flat=True)):
        raise NotPutToTheVote
    rows = [(statement, participant.pk, choice) for statement, choice in choices.items()]
    return cast_votes(round=round, rows=rows, channel=Channel.PAPER, by=by)


def enter_paper_marks(
    *,
    round: Round,
    participant: Participant,
    given: Sequence[Given],
    by: Member,
    at: datetime | None = None,
) -> list[Mark]:
    """Enter the dots, places or steps that somebody with a card gave on paper. Raises as `give_marks`."""
    _may_give_paper(round, participant, at)
    if not any(one.value for one in given):
        raise ValueError(_("The paper is empty. Enter at least one answer."))
    return give_marks(round=round, given=given, participant=participant, by=by, channel=Channel.PAPER, at=at)


def _may_give_paper(round: Round, participant: Participant, at: datetime | None) -> None:
    if not round.is_open(at):
        raise RoundClosed
    if round.constituency_id not in {None, participant.constituency_id}:
        raise ValueError(_("This round is for one group alone, and this card is of another."))
    if round.women and participant.gender != Gender.WOMAN:
        raise ValueError(_("This round is for women alone, and this card is not a woman's."))
    if not has_consent(participant, Purpose.TAKE_PART):
        raise ValueError(_("Whoever has this card has not agreed to take part. Note their consent first."))


# ---- hands -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """What one person counts at once: of one constituency, and gender where that is counted, in one way."""

    round: Round
    constituency: Constituency
    gender: str = ""
    channel: str = Channel.HANDS


class Miscounted(ValueError):
    """A count that cannot be; the sentence says why and what to do. statement: where."""

    def __init__(self, statement: Statement, sentence: str) -> None:
        super().__init__(sentence)
        self.statement = statement


def count(
    *,
    sheet: Sheet,
    counts: Mapping[Statement, HandCount],
    by: Member,
    photo: Photo | None = None,
    at: datetime | None = None,
) -> list[Tally]:
    """Keep what one person counted, all of it or nothing; it counts once a second person counts the same.

    Raises RoundClosed, Miscounted for numbers that cannot be, and ValueError for a kind of round in which
    hands cannot be counted.
    """
    round_ = sheet.round
    if not round_.is_open(at):
        raise RoundClosed
    if round_.method not in queries.BY_HANDS:
        raise ValueError(
            _("In this kind of round each person answers for themself: enter their paper with their card.")
        )
    if round_.constituency_id not in {None, sheet.constituency.pk}:
        raise ValueError(_("This round is for one group alone: count its hands."))
    if round_.women and sheet.gender != Gender.WOMAN:
        raise ValueError(_("This round is for women alone. Count women alone."))
    if not counts:
        raise ValueError(_("Nothing is filled in. Enter what you counted of at least one statement."))
    of = floor(round_)
    if not of.present(sheet.constituency.pk, sheet.gender):
        raise ValueError(_("Nobody of this group is noted as here. Note who came first, then count."))
    _check(sheet, counts, of, by)
    picture = blobs.keep(photo.data, mime=PHOTO_MIME) if photo else ""
    rows = [
        Tally(
            id=Tally.id_for(statement.pk, sheet.constituency.pk, sheet.gender, sheet.channel, by.pk),
            programme_id=round_.programme_id,
            statement=statement,
            constituency=sheet.constituency,
            gender=sheet.gender,
            channel=sheet.channel,
            photo=picture,
            by=by.pk,
            **asdict(said),
        )
        for statement, said in counts.items()
    ]
    record.puts("dialogue.hands_counted", rows, by=by)
    return rows


def take_back_counts(*, sheet: Sheet, by: Member) -> int:
    """Take back what this person counted of the constituency, as a slip; gives of how many statements."""
    if not sheet.round.is_open():
        raise RoundClosed
    rows = list(queries.own_tallies(sheet.round, sheet.constituency, sheet.gender, sheet.channel, by))
    with record.act(by=by, programme=sheet.round.programme_id):
        for row in rows:
            record.put("dialogue.count_taken_back", row, removed=True, by=by)
    return len(rows)


def _check(sheet: Sheet, counts: Mapping[Statement, HandCount], of: Floor, by: Member) -> None:
    """Raise Miscounted for the first count that cannot be."""
    before = {
        (each.statement, each.gender, each.channel): each
        for each in counted(sheet.round, of)
        if each.constituency == sheet.constituency.pk
    }
    for statement, said in counts.items():
        _check_numbers(sheet, statement, said, of)
        mine = before.pop((statement.pk, sheet.gender, sheet.channel), None)
        if mine and mine.state in {"once", "counts"} and by.pk in dict(mine.by):
            raise Miscounted(
                statement,
                _("You counted this before. Nobody checks their own count: ask a second person to count."),
            )
        others = [e for (pk, *_place), e in before.items() if pk == statement.pk and e.agreed is not None]
        _check_room(sheet, statement, said, of, [(e.gender, e.agreed.more) for e in others if e.agreed])
    if sheet.round.method == Round.Method.DOTS:
        _check_dots(sheet, counts)


def _check_numbers(sheet: Sheet, statement: Statement, said: HandCount, of: Floor) -> None:
    if any(number < 0 for number in asdict(said).values()):
        raise Miscounted(statement, _("A count is 0 or more."))
    pairs = (
        (said.agree, said.also_agree),
        (said.disagree, said.also_disagree),
        (said.passes, said.also_passes),
    )
    for hands, also in pairs:
        if also > hands:
            raise Miscounted(
                statement,
                _("%(also)s of %(hands)s hands cannot have voted by phone too. Mend one of the two numbers.")
                % {"also": also, "hands": hands},
            )
    if sheet.round.method == Round.Method.DOTS and said.also:
        raise Miscounted(
            statement,
            _("Whose dots are whose cannot be seen on a sheet. Leave out those who gave dots by phone."),
        )
    phones = of.answered(statement.pk, sheet.constituency.pk, sheet.gender)
    if said.also > phones:
        raise Miscounted(
            statement,
            ngettext(
                "You say that %(also)s of them voted by phone too, but only %(phones)s did.",
                "You say that %(also)s of them voted by phone too, but only %(phones)s did.",
                phones,
            )
            % {"also": said.also, "phones": phones},
        )


def _check_room(
    sheet: Sheet, statement: Statement, said: HandCount, of: Floor, others: Sequence[tuple[str, int]]
) -> None:
    """No more may be counted than are here: of the constituency, and of the gender."""
    for gender in sorted({"", sheet.gender}):
        here = of.present(sheet.constituency.pk, gender)
        phones = of.answered(statement.pk, sheet.constituency.pk, gender)
        more = said.more + sum(many for g, many in others if gender in ("", g))
        if phones + more > here:
            who = f"{sheet.constituency}, {queries.GENDERS[gender]}" if gender else str(sheet.constituency)
            raise Miscounted(
                statement,
                _(
                    "%(who)s: only %(here)s came. %(phones)s voted by phone, and you count %(more)s more "
                    "hands. Count again, or say how many of the hands voted by phone too."
                )
                % {"who": who, "here": here, "phones": phones, "more": more},
            )


def _check_dots(sheet: Sheet, counts: Mapping[Statement, HandCount]) -> None:
    """Whoever has dots has so many: no sheet holds more than all of its people have together."""
    people = {said.people for said in counts.values()}
    dots = sum(said.dots for said in counts.values())
    last = list(counts)[-1]
    if len(people) > 1:
        raise Miscounted(last, _("The same people had dots for every statement: give one number of people."))
    most = people.pop() * sheet.round.dots
    if dots > most:
        raise Miscounted(
            last,
            _("You count %(dots)s dots, and all of them together have %(most)s. Count again.")
            % {"dots": dots, "most": most},
        )
