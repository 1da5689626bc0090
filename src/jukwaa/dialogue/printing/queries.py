"""What the print kit holds, and what stands on each of its sheets."""

from __future__ import annotations

import base64
import contextlib
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Case, Q, QuerySet, When
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from PIL import Image

from jukwaa.dialogue import queries
from jukwaa.dialogue.models import Attendance, Gathering, Round, Said, Statement
from jukwaa.programmes.models import Constituency, Participant
from jukwaa.programmes.queries import constituencies
from jukwaa.record import blobs


@dataclass(frozen=True)
class Sheet:
    """One kind of print: what it is for, its icon, whether it is of a round, of what one says how many."""

    title: Any
    use: Any
    icon: str
    of_round: bool = False
    how_many: Any = ""
    many: int = 0


# In the order of the day. The key is the address, the template and the drawing of each.
SHEETS = {
    "join": Sheet(_("How to join"), _("For the door, and for when the projector fails."), "qr"),
    "signs": Sheet(
        _("Name signs"),
        _("To be folded and put on the table: what people want to be called, and their group."),
        "person",
        how_many=_("Blank signs besides"),
        many=4,
    ),
    "signin": Sheet(
        _("Sign-in sheet"),
        _("By group, with lines for people who walk in. It says what it is for."),
        "edit",
        how_many=_("Lines for walk-ins in each group"),
        many=3,
    ),
    "questions": Sheet(
        _("Three questions"),
        _("For each table: where we are, what must change, and how."),
        "statement",
        how_many=_("Sheets"),
        many=6,
    ),
    "rule": Sheet(
        _("The rule"), _("The question and how it is decided, for the wall."), "info", of_round=True
    ),
    "statements": Sheet(
        _("Statement cards"),
        _("Four on a page, to be sorted on the floor. The numbers are those of the wall."),
        "card",
        of_round=True,
    ),
    "dots": Sheet(
        _("Dot sheets"),
        _("A field for each statement, where people put their dots."),
        "ring",
        of_round=True,
        how_many=_("Copies"),
        many=1,
    ),
    "tally": Sheet(
        _("Tally sheets"),
        _("For each group: hands or papers counted, signed by two."),
        "tick",
        of_round=True,
    ),
    "scale": Sheet(_("Steps of agreement"), _("From full support to a block, for the wall."), "leaning"),
}

# The eight steps of agreement in words, their shape in the look, and how far the mouth of the face bends.
# The agenda room has the same (agenda/models.py, Gradient); tests/dialogue/test_print_kit.py compares them.
STEPS = [
    (_("full support"), "confirm", 20),
    (_("agree with the essence"), "tick", 19),
    (_("agree, with reservations"), "leaning", 17),
    (_("no opinion"), "ring", 15),
    (_("stand aside"), "out", 15),
    (_("disagree, will go with the others"), "cross", 13),
    (_("formal disagreement"), "dispute", 11),
    (_("block"), "warning", 9),
]


def rounds(gathering: Gathering) -> QuerySet[Round]:
    """The rounds that sheets may be of, everybody's before those of one group, the latest prepared first.

    What a group said apart is on no sheet once it is closed, until that group releases it: its sheets are for
    its own meeting.
    """
    apart = Q(released_at=None) & (Q(women=True) | Q(constituency__isnull=False))
    found = queries.rounds(gathering.programme).filter(gathering=gathering)
    own = found.exclude(apart & Q(closed_at__isnull=False))
    return own.order_by(Case(When(apart, then=1), default=0), "-hlc")


def expected(gathering: Gathering) -> list[Participant]:
    """Who is to come, by group; nobody once the gathering's lists are frozen.

    Those on the register who did not refuse; before there is a register, who would be taken to be there.
    """
    if gathering.frozen:
        return []
    rows = list(queries.attendance(gathering))
    if not rows:
        return queries.present(gathering)
    return [row.participant for row in rows if row.state != Attendance.State.REFUSED]


@dataclass(frozen=True)
class Sign:
    """What stands on a sign, nothing on a blank one; `long`, 0 to 2: the longer, the smaller it is drawn."""

    called: str
    group: str

    @property
    def long(self) -> int:
        return (len(self.called) > 11) + (len(self.called) > 18)


def signs(gathering: Gathering, blank: int) -> list[Sign]:
    """A sign for everybody expected who wants to be called something, and so many blank ones."""
    named = [Sign(p.called, str(p.constituency or "")) for p in expected(gathering) if p.called]
    return [*named, *[Sign("", "")] * blank]


def by_group(gathering: Gathering, walk_ins: int) -> list[tuple[Constituency, list[str]]]:
    """What the people expected of each group are called, and empty lines for those who walk in."""
    found: dict[uuid.UUID | None, list[str]] = {}
    for person in expected(gathering):
        found.setdefault(person.constituency_id, []).append(person.called)
    return [
        (group, [*found.get(group.pk, ()), *[""] * walk_ins]) for group in constituencies(gathering.programme)
    ]


@dataclass(frozen=True)
class Numbered:
    """A statement as it is printed: its number in the round, its words, its picture and its photo."""

    number: int
    said: Said
    picture: str
    photo: str

    @property
    def short(self) -> str:
        """The words, as far as a line of a table has room."""
        return Truncator(self.said.text).words(14)


def numbered(round: Round, *, photos: bool = False) -> list[Numbered]:
    """The statements put to the vote, numbered in their order, as on the wall."""
    return [
        Numbered(number, row.said, row.picture, _photo(row) if photos else "")
        for number, row in enumerate(queries.in_the_readers_language(queries.put_to_the_vote(round)), 1)
    ]


WIDEST_PHOTO = 900


def _photo(statement: Statement) -> str:
    """The statement's photo in the page itself, small enough to print; empty where there is none."""
    if not statement.photo:
        return ""
    # The bytes may not have come from the other laptop yet.
    with contextlib.suppress(FileNotFoundError):
        image = Image.open(io.BytesIO(blobs.read(statement.photo))).convert("RGB")
        image.thumbnail((WIDEST_PHOTO, WIDEST_PHOTO))
        out = io.BytesIO()
        image.save(out, "JPEG", quality=80)
        return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"
    return ""


def groups_of(round: Round) -> list[Constituency]:
    """The groups whose hands are counted in the round."""
    found = constituencies(round.programme)
    return [group for group in found if round.constituency_id in (None, group.pk)]


Row = TypeVar("Row")


def in_fours(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """The rows as they lie on pages, four on each."""
    return [rows[start : start + 4] for start in range(0, len(rows), 4)]
