"""An export of Polis becomes a programme, and a round becomes an export as Polis writes it.

What is read is checked whole, then written bit by bit into a hidden round. What was written can be seen in
the record itself, so an import that was broken off goes on where it stopped.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import random
import secrets
import tempfile
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import IO, TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from jukwaa.dialogue import actions, analysis, queries
from jukwaa.dialogue.models import Channel, Gathering, Round, Statement, Vote
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.download import cell, out_of_cell
from jukwaa.programmes.models import Account, Member, Participant, Programme
from jukwaa.programmes.queries import coordinators, standing

Item = TypeVar("Item")


def say_nothing(what: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True)
class Pace:
    """How an import goes: so much in one transaction, then so many seconds in which others write.

    Whoever waits for SQLite's one writer looks again every tenth of a second. `progress` hears what was
    written, how many of them, of how many.
    """

    batch: int = 500
    pause: float = 0.1
    progress: Callable[[str, int, int], object] = say_nothing

    def batches(self, items: Sequence[Item], here: int, what: str) -> Iterator[list[Item]]:
        """The items in batches, those left out that are here already."""
        left = iter(items[here:])
        while batch := list(islice(left, self.batch)):
            yield batch
            here += len(batch)
            self.progress(what, here, len(items))
            time.sleep(self.pause)


class AlreadyImported(Exception):
    """The same export was imported before; `round` holds it."""

    def __init__(self, round: Round) -> None:
        super().__init__(f"this export is in the programme {round.programme} already")
        self.round = round


class Busy(Exception):
    """Another import is at work on this node."""


@dataclass(frozen=True)
class Export:
    """A folder that was checked whole, and a digest of all that is taken from it."""

    conversation: analysis.Conversation
    digest: str

    @cached_property
    def slug(self) -> str:
        """The short name of its programme: by its end the same export is known again."""
        return f"{slugify(self.conversation.topic)[:40]}-{self.digest[:12]}".lstrip("-")

    @cached_property
    def times(self) -> tuple[datetime, datetime]:
        """When the first vote was cast, and a moment after the last; now, where the files do not say."""
        cast = [event.ms for event in self.conversation.votes if event.ms is not None]
        if not cast:
            return timezone.now(), timezone.now()
        first, last = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (min(cast), max(cast)))
        return first, last + timedelta(milliseconds=1)


def read(folder: Path) -> Export:
    """Check the folder's files whole. Raises analysis.Refused with every fault in them."""
    found = analysis.read_export(folder)
    mend = "Write its words, or take it and its votes away"
    faults = [
        analysis.Fault("comments.csv", None, "comment-body", "", f"statement {said.id} has no words", mend)
        for said in found.statements
        if not said.text
    ]
    if not found.standing:
        mend = "Keep at least one with moderated 0 or 1"
        faults.append(analysis.Fault("comments.csv", None, "moderated", "", "no statement is left", mend))
    if not found.votes:
        mend = "Export a conversation in which somebody voted"
        faults.append(analysis.Fault("votes.csv", None, "", "", "there is no vote", mend))
    if faults:
        raise analysis.Refused(tuple(faults))
    said = [found.topic, found.statements, found.votes]
    digest = hashlib.sha256(json.dumps(said, default=vars).encode()).hexdigest()
    return Export(found, digest)


def imported(export: Export) -> Programme | None:
    """The programme that holds the whole of this export, or None while it does not."""
    programme = find(export)
    found = _round_of(programme) if programme else None
    return programme if found and not found.hidden else None


def find(export: Export) -> Programme | None:
    """The programme that this export was imported into, or is being."""
    found = standing(Programme.objects.filter(slug__endswith=export.digest[:12]))
    return found.order_by("hlc").first()


def import_export(
    export: Export,
    *,
    coordinator: Account,
    title: str = "",
    language: str = "en",
    public: bool = False,
    pace: Pace = Pace(),
) -> Round:
    """Write a programme with one closed round of the export's people, statements and votes, drawn and shown.

    Each batch is a transaction of its own, and the round is hidden until all is there. Called again after it
    was broken off, it goes on; two at once would write twice, so call it inside `alone`. Raises
    AlreadyImported.
    """
    programme = find(export) or _begun(export, coordinator, title, language, public)
    by = coordinators(programme).order_by("hlc").first()
    round_ = _round_of(programme) or _prepared(export, programme, language, by)
    round_.programme = programme
    if not round_.hidden:
        raise AlreadyImported(round_)
    people = _people(export, programme, by, pace)
    said = _said(export, round_, people, by, pace)
    opened, closed = export.times
    if round_.opened_at is None:
        actions.open_round(round=round_, by=by, at=opened)
    _cast(export, round_, people, said, by, pace)
    if round_.closed_at is None:
        actions.close_round(round=round_, by=by, at=closed)
    analysis.redraw(round_)
    return actions.reveal_round(round=round_, by=by)


@contextmanager
def alone() -> Iterator[None]:
    """Let nobody else import on this node meanwhile. Raises Busy while another import is at work.

    The system lets go when the process ends, however it ends.
    """
    with (Path(settings.JUKWAA_HOME) / "import.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield


def _begun(export: Export, coordinator: Account, title: str, language: str, public: bool) -> Programme:
    return programmes.begin_programme(
        title=title or export.conversation.topic,
        slug=export.slug,
        country="",
        summary=export.conversation.description,
        languages=language,
        public=public,
        by=coordinator,
    )


def _round_of(programme: Programme) -> Round | None:
    """The programme's first round, hidden or not."""
    return standing(Round.objects.filter(programme=programme)).order_by("hlc").first()


def _prepared(export: Export, programme: Programme, language: str, by: Member | None) -> Round:
    """A gathering of those days, and its hidden round."""
    opened, closed = export.times
    gathering = standing(Gathering.objects.filter(programme=programme)).first() or actions.call_gathering(
        programme=programme,
        kind=Gathering.Kind.DIALOGUE,
        title=programme.title,
        starts_on=opened.date(),
        ends_on=closed.date(),
        by=by,
    )
    return actions.prepare_round(
        gathering=gathering,
        kind=Round.Kind.PROBLEMS,
        question=export.conversation.topic,
        language=language,
        hidden=True,
        by=by,
    )


def _people(export: Export, programme: Programme, by: Member | None, pace: Pace) -> Mapping[str, uuid.UUID]:
    """Everyone who voted: the export's number for them, and the id that follows from it."""
    ids = {name: participant_id(programme, name) for name in export.conversation.participants}
    known = set(Participant.objects.filter(programme=programme).values_list("pk", flat=True))
    here = [pk for pk in ids.values() if pk in known]
    rest = [pk for pk in ids.values() if pk not in known]
    for batch in pace.batches(here + rest, len(here), "people"):
        programmes.add_participants(programme=programme, constituency=None, ids=batch, by=by)
    return ids


def participant_id(programme: Programme, name: str) -> uuid.UUID:
    """The id in an imported programme of the person to whom Polis gave this number."""
    return uuid.uuid5(programme.pk, f"participant {name}")


def _said(
    export: Export, round_: Round, people: Mapping[str, uuid.UUID], by: Member | None, pace: Pace
) -> Mapping[str, uuid.UUID]:
    """The statements in their order: the export's number for each, and its id. Moderators' no stays a no."""
    worded = [
        actions.Worded(
            text=out_of_cell(said.text),
            author=people.get(said.author or ""),
            state=Statement.State.REJECTED if said.moderated < 0 else Statement.State.APPROVED,
        )
        for said in export.conversation.statements
    ]
    here = Statement.objects.filter(round=round_).count()
    for batch in pace.batches(worded, here, "statements"):
        actions.add_statements(round=round_, said=batch, by=by)
    added = Statement.objects.filter(round=round_).order_by("position").values_list("pk", flat=True)
    return dict(zip([said.id for said in export.conversation.statements], added, strict=True))


def _cast(
    export: Export,
    round_: Round,
    people: Mapping[str, uuid.UUID],
    said: Mapping[str, uuid.UUID],
    by: Member | None,
    pace: Pace,
) -> None:
    """Every vote in the order in which they were cast, without those that are there already."""
    events = export.conversation.votes
    rows = [(said[event.statement], people[event.participant], event.vote) for event in events]
    here = queries.times_voted(round_.programme_id, {Vote.id_for(*row[:2]) for row in rows})
    for batch in pace.batches(rows, here, "votes"):
        actions.cast_votes(round=round_, rows=batch, channel=Channel.IMPORT, by=by)


# ---- a round as Polis would export it --------------------------------------------------------------------


def write_zip(round: Round, to: IO[bytes], name: str, *, rng: random.Random | None = None) -> None:
    """Write the round's statements and the votes by card as the zipped folder that Polis would give.

    rng draws the people's numbers. Hands and papers that were counted are not in it: Polis knows only people.
    """
    with tempfile.TemporaryDirectory(dir=settings.JUKWAA_HOME) as kept, zipfile.ZipFile(to, "w") as packed:
        folder = Path(kept) / name
        analysis.write_export(conversation_of(round, rng or secrets.SystemRandom()), folder)
        for file in sorted(folder.iterdir()):
            packed.write(file, f"{name}/{file.name}", zipfile.ZIP_DEFLATED)


MODERATED = {Statement.State.APPROVED.value: 1, Statement.State.PROPOSED.value: 0}


def conversation_of(round: Round, rng: random.Random) -> analysis.Conversation:
    """The round as the engine knows conversations: people by numbers drawn by lot, no time of any vote.

    Every vote bears the moment at which the round was opened, as the record has it.
    """
    rows = standing(Statement.objects.filter(round=round)).exclude(text="")
    statements = list(rows.order_by("position", "pk"))
    votes = Vote.objects.filter(statement__in=statements).order_by("pk")
    cast = list(votes.values_list("participant", "statement", "choice"))
    authors = {each.pk: each.subject for each in statements if each.by_participant and each.subject}
    people = sorted({person for person, _, _ in cast} | set(authors.values()))
    rng.shuffle(people)
    who = {pk: str(number) for number, pk in enumerate(people)}
    what = {each.pk: str(number) for number, each in enumerate(statements)}
    belongs = Participant.objects.filter(pk__in=people).exclude(constituency=None)
    groups = belongs.values_list("pk", "constituency__name")
    said = [
        (str(cell(each.text)), who.get(authors.get(each.pk)), MODERATED.get(each.state, -1))  # type: ignore[arg-type]
        for each in statements
    ]
    return analysis.as_conversation(
        topic=str(cell(round.question)),
        description=str(cell(str(round.gathering))),
        opened_at=round.opened_at,
        statements=said,
        votes=sorted((who[person], what[statement], choice) for person, statement, choice in cast),
        constituencies={who[pk]: str(cell(name)) for pk, name in groups},
    )
