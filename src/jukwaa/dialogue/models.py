"""The dialogue: gatherings, the questions put to people, statements, votes, and what the groups said."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jukwaa.field import languages
from jukwaa.field.models import Quote
from jukwaa.programmes.cards import spaced
from jukwaa.programmes.models import Constituency, Gender, OfProgramme, Participant, Place, Stage
from jukwaa.record.models import BlobField, Recorded

AGREE, PASS, DISAGREE = 1, 0, -1


@dataclass(frozen=True)
class Voice:
    """A reading of some words in a language, by a person or by the machine."""

    language: str
    machine: bool

    @property
    def name(self) -> str:
        """The language's name, in that language."""
        return languages.NAMES.get(self.language, self.language)


@dataclass(frozen=True)
class Said:
    """Words as one reader meets them: in which language, and from which they were translated, if they were.

    unchecked: no speaker has checked the translation yet. picture: the name of an icon. photo: whether there
    is one. voices: who reads them out, the language of the words first.
    """

    text: str
    language: str
    translated_from: str = ""
    unchecked: bool = False
    picture: str = ""
    photo: bool = False
    voices: tuple[Voice, ...] = ()

    @property
    def original(self) -> str:
        """The name of the language that it was translated from, in that language."""
        return languages.NAMES.get(self.translated_from, self.translated_from)


class Wall(models.TextChoices):
    """What the projector shows a gathering."""

    JOIN = "join", _("how to join")
    QUESTION = "question", _("the question, and how many have answered")
    RESULTS = "results", _("what the groups say")
    MAP = "map", _("the map of opinions")
    STEP = "step", _("what we do now, and the time left")
    BLANK = "blank", _("nothing")


class Screened(models.TextChoices):
    """What was decided once somebody had looked who might be harmed by being at a gathering."""

    NOT_YET = "", _("not looked at yet")
    HOLD = "hold", _("hold it as planned")
    CHANGE = "change", _("hold it, but otherwise")
    STOP = "stop", _("do not hold it")


class Gathering(OfProgramme):
    """A workshop, thematic session, dialogue or meeting of the leadership group.

    wall, wall_round: what its projector shows. frozen: its lists of people are shown to nobody any more.
    begins: when each of its days begins, "08:30" for each, in their order; a day without one begins as usual.
    screened: what was decided about the harm that it might do.
    """

    class Kind(models.TextChoices):
        WORKSHOP = "workshop", _("Pre-dialogue workshop")
        THEMATIC = "thematic", _("Thematic session")
        DIALOGUE = "dialogue", _("Action dialogue")
        MEETING = "meeting", _("Leadership group meeting")

    stage = models.ForeignKey(
        Stage,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="gatherings",
        verbose_name=_("stage"),
    )
    kind = models.TextField(_("kind"), choices=Kind.choices)
    title = models.TextField(_("name"))
    place = models.ForeignKey(
        Place, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("place")
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    wall = models.TextField(choices=Wall.choices, default=Wall.JOIN)
    wall_round = models.ForeignKey(
        "Round", on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+", editable=False
    )
    frozen = models.BooleanField(default=False, editable=False)
    begins = models.JSONField(default=list, blank=True, editable=False)
    screened = models.TextField(
        _("what you decide"), choices=Screened.choices, blank=True, default="", editable=False
    )

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "stage",
            "kind",
            "title",
            "place",
            "starts_on",
            "ends_on",
            "wall",
            "wall_round",
            "frozen",
            "begins",
            "screened",
        }
    )
    SCHEMA = 2

    class Meta:
        ordering = ["starts_on", "title"]

    wall_round_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("dialogue:gathering", args=[self.programme.slug, self.pk])


class Attendance(OfProgramme):
    """How far somebody has come to a gathering: one row each, said anew as they come and go."""

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        CAME = "came", _("here")
        LEFT = "left", _("left")

    gathering = models.ForeignKey(Gathering, on_delete=models.DO_NOTHING, related_name="attendances")
    participant = models.ForeignKey(Participant, on_delete=models.DO_NOTHING, related_name="attendances")
    state = models.TextField(choices=State.choices)

    PERSONAL = frozenset({"programme", "gathering", "participant", "state"})
    PLAIN = frozenset()
    LIST = "gathering"

    participant_id: uuid.UUID

    def __str__(self) -> str:
        return self.state

    @staticmethod
    def id_for(gathering: Gathering, participant: Participant) -> uuid.UUID:
        """The row follows from who comes where: two desks at the door write the same one."""
        return uuid.uuid5(gathering.pk, participant.pk.hex)


class Speech(OfProgramme):
    """Somebody speaks at a gathering. seconds: for how long; None while they do.

    participant: who; None where the facilitator knew only their constituency and, if they said it, gender.
    """

    gathering = models.ForeignKey(Gathering, on_delete=models.DO_NOTHING, related_name="speeches")
    participant = models.ForeignKey(
        Participant, on_delete=models.DO_NOTHING, null=True, related_name="speeches"
    )
    constituency = models.ForeignKey(
        Constituency, on_delete=models.DO_NOTHING, null=True, related_name="speeches"
    )
    gender = models.TextField(choices=Gender.choices, blank=True, default="")
    began_at = models.DateTimeField()
    seconds = models.IntegerField(null=True)

    PERSONAL = frozenset(
        {"programme", "gathering", "participant", "constituency", "gender", "began_at", "seconds"}
    )
    PLAIN = frozenset()
    SCHEMA = 2
    KLASS = "votes"
    LIST = "gathering"

    class Meta:
        ordering = ["began_at"]

    participant_id: uuid.UUID | None
    constituency_id: uuid.UUID | None

    def __str__(self) -> str:
        """Who speaks, by name, or as far as anybody knew."""
        if self.participant is not None:
            return str(self.participant)
        return ", ".join(
            filter(None, [str(self.constituency), str(self.get_gender_display() if self.gender else "")])
        )

    @classmethod
    def upcast(cls, version: int, said: dict[str, Any]) -> dict[str, Any]:
        """Before, everybody who spoke was known by name."""
        return {"constituency": None, "gender": ""} | said


class Hand(OfProgramme):
    """Somebody asks for the word; the queue proposes who is next."""

    class State(models.TextChoices):
        WAITS = "waits", _("waits")
        SPOKE = "spoke", _("spoke")
        DOWN = "down", _("taken down")

    gathering = models.ForeignKey(Gathering, on_delete=models.DO_NOTHING, related_name="hands")
    participant = models.ForeignKey(Participant, on_delete=models.DO_NOTHING, related_name="hands")
    raised_at = models.DateTimeField()
    state = models.TextField(choices=State.choices, default=State.WAITS)

    PERSONAL = frozenset({"programme", "gathering", "participant", "raised_at", "state"})
    PLAIN = frozenset()
    KLASS = "votes"
    LIST = "gathering"

    class Meta:
        ordering = ["raised_at"]

    participant_id: uuid.UUID

    def __str__(self) -> str:
        return self.state


class Step(OfProgramme):
    """A line of the run sheet: what is done, by whom, for how long, with what.

    minutes: planned. began_at, ended_at: when it was really done. added: minutes given to it on the way.
    """

    class Kind(models.TextChoices):
        WELCOME = "welcome", _("welcome")
        LISTEN = "listen", _("listen")
        ROUND = "round", _("round")
        TABLES = "tables", _("at tables")
        PLENARY = "plenary", _("plenary")
        VISIT = "visit", _("site visit")
        BREAK = "break", _("break")
        CLOSE = "close", _("close")

    class Who(models.TextChoices):
        """Who may do what while the step runs."""

        STAFF = "staff", _("the facilitator speaks, all listen")
        VOTE = "vote", _("everybody votes")
        PROPOSE = "propose", _("everybody votes and proposes")
        SPEAK = "speak", _("people speak, in turn")
        TABLES = "tables", _("tables talk and keep notes")
        NOBODY = "nobody", _("nothing is asked of anybody")

    gathering = models.ForeignKey(Gathering, on_delete=models.DO_NOTHING, related_name="steps")
    day = models.IntegerField(_("day"), default=1)
    position = models.IntegerField(default=0)
    kind = models.TextField(_("kind"), choices=Kind.choices, default=Kind.PLENARY)
    title = models.TextField(_("name"))
    instructions = models.TextField(_("how it is done"), blank=True, default="")
    minutes = models.IntegerField(_("minutes"), default=15)
    materials = models.TextField(_("materials"), blank=True, default="")
    who = models.TextField(_("who may do what"), choices=Who.choices, default=Who.STAFF)
    round = models.ForeignKey(
        "Round",
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("round"),
    )
    began_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    added = models.IntegerField(default=0, editable=False)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "gathering",
            "day",
            "position",
            "kind",
            "title",
            "instructions",
            "minutes",
            "materials",
            "who",
            "round",
            "began_at",
            "ended_at",
            "added",
        }
    )

    class Meta:
        ordering = ["day", "position", "id"]

    gathering_id: uuid.UUID
    round_id: uuid.UUID | None

    def __str__(self) -> str:
        """Its title; one that came with a template is said in the reader's language."""
        return gettext(self.title) if self.title else ""


class Note(OfProgramme):
    """What was decided, promised or noted at a gathering, by the plenary or at a table.

    table: its number, from 1; None for the plenary. position: which of the three questions a table answers
    with it, from 1 (where are we, what must change, how); 0 for none of them.
    """

    class Kind(models.TextChoices):
        DECISION = "decision", _("decision")
        ACTION = "action", _("action")
        DISAGREEMENT = "disagreement", _("we agree that we disagree")
        NOTE = "note", _("note")

    gathering = models.ForeignKey(Gathering, on_delete=models.DO_NOTHING, related_name="notes")
    step = models.ForeignKey(Step, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="notes")
    kind = models.TextField(_("kind"), choices=Kind.choices, default=Kind.NOTE)
    text = models.TextField(_("what"), blank=True, default="")
    reason = models.TextField(_("why"), blank=True, default="")
    owner = models.TextField(_("who does it"), blank=True, default="")
    due_on = models.DateField(_("until when"), null=True, blank=True)
    table = models.IntegerField(_("table"), null=True, blank=True)
    plenary = models.BooleanField(_("brought to the plenary"), default=False)
    position = models.IntegerField(default=0, editable=False)

    PERSONAL = frozenset({"text", "reason", "owner"})
    PLAIN = frozenset({"programme", "gathering", "step", "kind", "due_on", "table", "plenary", "position"})

    class Meta:
        ordering = ["position", "hlc"]

    step_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.text

    @property
    def doer(self) -> str:
        """Who does it; nobody is named while the lists of people of its gathering are frozen."""
        return "" if self.gathering.frozen else self.owner


class Risk(OfProgramme):
    """Somebody who might be harmed by being at a gathering: how, and what is done about it."""

    class Level(models.TextChoices):
        LOW = "low", _("unlikely, and small")
        MEDIUM = "medium", _("possible")
        HIGH = "high", _("likely, or grave")

    gathering = models.ForeignKey(Gathering, on_delete=models.DO_NOTHING, related_name="risks")
    who = models.TextField(_("who might be harmed"), blank=True, default="")
    harm = models.TextField(_("how"), blank=True, default="")
    level = models.TextField(_("how likely"), choices=Level.choices, default=Level.MEDIUM)
    measure = models.TextField(_("what is done about it"), blank=True, default="")
    tell = models.TextField(_("whom to tell if it happens"), blank=True, default="")

    PERSONAL = frozenset({"programme", "gathering", "who", "harm", "level", "measure", "tell"})
    PLAIN = frozenset()
    KLASS = "incidents"
    LIST = "gathering"

    def __str__(self) -> str:
        return self.who


class Incident(OfProgramme):
    """Something that harmed, or nearly harmed, somebody for taking part. Few may read it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    gathering = models.ForeignKey(
        Gathering, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="incidents"
    )
    happened_on = models.DateField(_("when"))
    what = models.TextField(_("what happened"), blank=True, default="")
    done = models.TextField(_("what was done"), blank=True, default="")
    told = models.TextField(_("who was told"), blank=True, default="")
    state = models.TextField(_("state"), choices=State.choices, default=State.OPEN)
    by = models.UUIDField(null=True, editable=False, help_text="the member who wrote it down")

    PERSONAL = frozenset({"programme", "gathering", "happened_on", "what", "done", "told", "state", "by"})
    PLAIN = frozenset()
    KLASS = "incidents"
    LIST = "gathering"

    class Meta:
        ordering = ["-happened_on", "-hlc"]

    def __str__(self) -> str:
        return self.what


class Round(OfProgramme):
    """One question put to people, with the rule that decides it, stated before the voting.

    method: how people answer. dots: how many each has. constituency, women: for whom alone it is held;
    it crosses to the mixed room when that group releases it. released_hands: how many hands said so at the
    meeting; None where one of the group said so with their card.
    """

    class Kind(models.TextChoices):
        PROBLEMS = "problems", _("problems")
        SOLUTIONS = "solutions", _("solutions")

    class Method(models.TextChoices):
        VOTES = "votes", _("agree, disagree or pass")
        DOTS = "dots", _("dots")
        PAIRS = "pairs", _("one of two")
        RANKING = "ranking", _("in order")
        GRADIENT = "gradient", _("steps of agreement")

    gathering = models.ForeignKey(
        Gathering, on_delete=models.DO_NOTHING, related_name="rounds", verbose_name=_("gathering")
    )
    kind = models.TextField(_("kind"), choices=Kind.choices)
    question = models.TextField(_("question"))
    language = models.TextField(_("language"), default="en")
    answers = models.ForeignKey(
        "Finding",
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="answered_in",
        verbose_name=_("the problem it answers"),
    )
    threshold = models.DecimalField(_("agreement needed"), max_digits=3, decimal_places=2, default="0.60")
    seed = models.IntegerField(_("seed"), default=7)
    hidden = models.BooleanField(default=False, editable=False)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    published = models.BooleanField(_("results shown while people still vote"), default=False)
    method = models.TextField(_("how people answer"), choices=Method.choices, default=Method.VOTES)
    dots = models.IntegerField(_("dots each"), default=3)
    constituency = models.ForeignKey(
        Constituency,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="rounds_apart",
        verbose_name=_("for one group alone"),
    )
    women = models.BooleanField(_("for women alone"), default=False)
    released_at = models.DateTimeField(null=True, editable=False)
    released_hands = models.IntegerField(null=True, editable=False)
    paused_at = models.DateTimeField(null=True, editable=False)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "gathering",
            "kind",
            "question",
            "language",
            "answers",
            "threshold",
            "seed",
            "hidden",
            "opened_at",
            "closed_at",
            "published",
            "method",
            "dots",
            "constituency",
            "women",
            "released_at",
            "released_hands",
            "paused_at",
        }
    )
    SCHEMA = 2

    class Meta:
        ordering = ["opened_at", "question"]

    answers_id: uuid.UUID | None
    constituency_id: uuid.UUID | None
    said: Said

    def __str__(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        return reverse("dialogue:round", args=[self.programme.slug, self.pk])

    @property
    def snapshot(self) -> Snapshot | None:
        """What was drawn of it last, or None before."""
        last = LastDrawn.objects.filter(round=self.pk).select_related("snapshot").first()
        return last.snapshot if last else None

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether votes cast at that moment count."""
        at = at or timezone.now()
        return (
            not self.hidden
            and self.paused_at is None
            and self.opened_at is not None
            and self.opened_at <= at
            and (self.closed_at is None or at < self.closed_at)
        )

    @property
    def apart(self) -> bool:
        """Whether it is held for one group, or for women, alone."""
        return self.women or self.constituency_id is not None

    @property
    def kept_apart(self) -> bool:
        """Whether what was said in it may not cross to the mixed room yet."""
        return self.apart and self.released_at is None

    def is_for(self, participant: Participant) -> bool:
        """Whether this participant is asked: everybody is, but in a round that is held apart."""
        return (self.constituency_id in {None, participant.constituency_id}) and (
            not self.women or participant.gender == Gender.WOMAN
        )

    @property
    def asked(self) -> str:
        """Who is asked, in a sentence."""
        if self.women and self.constituency:
            return gettext("Only women of “%(group)s” are asked.") % {"group": self.constituency}
        if self.constituency:
            return gettext("Only “%(group)s” is asked.") % {"group": self.constituency}
        return gettext("Only women are asked.") if self.women else gettext("Everybody with a card is asked.")

    @property
    def rule(self) -> str:
        """How the round is decided, in a sentence that is read out before anybody votes."""
        said = {"share": round(self.threshold * 100), "dots": self.dots}
        return RULES[Round.Method(self.method)] % said

    def shows_results(self, at: datetime | None = None, *, to: Participant | None = None) -> bool:
        """Whether the public may see what the groups said: once it is closed, or when that was decided.

        to: a participant who looks; a round kept apart shows its results to those of its group only.
        """
        begun = not self.hidden and self.opened_at is not None
        theirs = not self.kept_apart or (to is not None and self.is_for(to))
        return begun and theirs and (self.published or self.is_closed(at))

    def is_closed(self, at: datetime | None = None) -> bool:
        """Whether no more votes are taken; a paused round goes on."""
        return self.closed_at is not None and self.closed_at <= (at or timezone.now())


# How each kind of round is decided.
RULES = {
    Round.Method.VOTES: _(
        "Every constituency counts the same. A statement is common ground when it is at least 80 in 100 "
        "likely that in each of them %(share)s of 100 people or more agree."
    ),
    Round.Method.DOTS: _(
        "Each person puts up to %(dots)s dots, at most one on a statement. Every constituency counts the "
        "same: a statement stands higher the larger the share of each that put a dot on it."
    ),
    Round.Method.PAIRS: _(
        "Each person chooses between two statements, up to %(dots)s times, and every statement is shown "
        "about as often. Every constituency counts the same: what is chosen more often stands higher."
    ),
    Round.Method.RANKING: _(
        "Each person puts up to %(dots)s statements in order. Every constituency counts the same: a "
        "statement stands above another when a larger share puts it before the other."
    ),
    Round.Method.GRADIENT: _(
        "Each person says how far they can go along, in eight steps. A statement passes when in every "
        "constituency %(share)s of 100 people or more consent (steps 1 to 4), and nobody blocks it."
    ),
}


class Statement(OfProgramme):
    """One sentence that people vote on. Its words are its author's, or the voice's that it came from."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for a moderator")
        APPROVED = "approved", _("put to the vote")
        REJECTED = "rejected", _("not put to the vote")
        JOINED = "joined", _("said in another statement")

    class Reason(models.TextChoices):
        """Why a statement is not put to the vote. Fixed words: a reason outlives the words it is about."""

        SAME = "same", _("Another statement says the same.")
        PERSON = "person", _("It names a person or a place that could be harmed.")
        TOPIC = "topic", _("It does not answer the question.")
        MANY = "many", _("It says several things at once.")
        UNCLEAR = "unclear", _("It cannot be understood.")
        HURTS = "hurts", _("It insults people.")

    class Bears(models.TextChoices):
        """What it is about, as a moderator reads it."""

        UNSAID = "", _("not said")
        PROBLEM = "problem", _("a problem")
        SOLUTION = "solution", _("a solution")

    class Looks(models.TextChoices):
        """Where it looks."""

        UNSAID = "", _("not said")
        BACK = "back", _("back")
        AHEAD = "ahead", _("ahead")

    round = models.ForeignKey(Round, on_delete=models.DO_NOTHING, related_name="statements")
    text = models.TextField(_("statement"), blank=True, default="")
    language = models.TextField(_("language"), default="en")
    picture = models.TextField(_("picture"), blank=True, default="", help_text="the name of an icon")
    photo = BlobField(blank=True, default="")
    bears = models.TextField(_("what it is about"), choices=Bears.choices, blank=True, default="")
    looks = models.TextField(_("where it looks"), choices=Looks.choices, blank=True, default="")
    state = models.TextField(choices=State.choices, default=State.PROPOSED)
    reason = models.TextField(_("reason"), choices=Reason.choices, blank=True, default="")
    position = models.IntegerField(default=0)
    trace_code = models.TextField(_("trace code"))
    by_participant = models.BooleanField(default=False)

    PERSONAL = frozenset({"text", "photo"})
    PLAIN = frozenset(
        {
            "programme",
            "round",
            "language",
            "picture",
            "bears",
            "looks",
            "state",
            "reason",
            "position",
            "trace_code",
            "by_participant",
        }
    )
    SAME = (("trace_code",), ("round", "text"))
    SCHEMA = 2

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["trace_code"], name="statements_by_trace_code")]

    round_id: uuid.UUID
    said: Said

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("dialogue:statement", args=[self.programme.slug, self.pk])

    @property
    def spoken_code(self) -> str:
        """The trace code in groups of four, to be read aloud."""
        return spaced(self.trace_code)


class Source(OfProgramme):
    """Ties a statement to a quote that it came from."""

    statement = models.ForeignKey(Statement, on_delete=models.DO_NOTHING, related_name="sources")
    quote = models.ForeignKey(Quote, on_delete=models.DO_NOTHING, related_name="sources")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "statement", "quote"})

    def __str__(self) -> str:
        return f"{self.statement_id} from {self.quote_id}"


class Descent(OfProgramme):
    """Where a statement came from when people moved it: joined with others, split, or carried to a new round.

    The words of `parent` go on in `statement`; a trace code of either answers for both.
    """

    class How(models.TextChoices):
        JOINED = "joined", _("joined with others")
        SPLIT = "split", _("split from")
        CARRIED = "carried", _("carried over from an earlier round")

    statement = models.ForeignKey(Statement, on_delete=models.DO_NOTHING, related_name="parents")
    parent = models.ForeignKey(Statement, on_delete=models.DO_NOTHING, related_name="children")
    how = models.TextField(choices=How.choices)

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "statement", "parent", "how"})

    statement_id: uuid.UUID
    parent_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.statement_id} {self.how} {self.parent_id}"


class Unlike(OfProgramme):
    """A moderator read two statements beside each other: they differ, and are not shown as alike again."""

    one = models.ForeignKey(Statement, on_delete=models.DO_NOTHING, related_name="+")
    other = models.ForeignKey(Statement, on_delete=models.DO_NOTHING, related_name="+")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "one", "other"})

    one_id: uuid.UUID
    other_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"

    @staticmethod
    def id_for(one: uuid.UUID, other: uuid.UUID) -> uuid.UUID:
        """One row for two statements, in either order: two facilitators write the same one."""
        first, second = sorted((one, other))
        return uuid.uuid5(first, f"unlike/{second.hex}")


class Wording(OfProgramme):
    """Other words that a moderator proposes for somebody's statement. They count when its author nods."""

    class State(models.TextChoices):
        ASKED = "asked", _("the author is asked")
        NODDED = "nodded", _("the author agreed")
        REFUSED = "refused", _("the author keeps their own words")
        TAKEN_BACK = "taken_back", _("taken back")

    statement = models.ForeignKey(Statement, on_delete=models.DO_NOTHING, related_name="wordings")
    text = models.TextField(_("statement"), blank=True, default="")
    language = models.TextField(_("language"), default="en")
    state = models.TextField(choices=State.choices, default=State.ASKED)

    PERSONAL = frozenset({"text"})
    PLAIN = frozenset({"programme", "statement", "language", "state"})

    class Meta:
        ordering = ["hlc"]

    statement_id: uuid.UUID

    def __str__(self) -> str:
        return self.text


class Spoken(OfProgramme):
    """A statement, or a round's question, read out in one language: by a person, or by the machine.

    object: the row whose words it says. The words stay their author's: the sound goes when the author
    withdraws.
    """

    class By(models.TextChoices):
        PERSON = "person", _("a person")
        MACHINE = "machine", _("the machine")

    object = models.UUIDField()
    language = models.TextField(_("language"))
    sound = BlobField()
    mime = models.TextField()
    made_by = models.TextField(choices=By.choices)

    PERSONAL = frozenset({"sound"})
    PLAIN = frozenset({"programme", "object", "language", "mime", "made_by"})

    class Meta:
        indexes = [models.Index(fields=["object", "language"], name="spoken_of_a_row")]

    def __str__(self) -> str:
        return f"{self.object} in {self.language}"

    @staticmethod
    def id_for(object_id: uuid.UUID, language: str, made_by: str) -> uuid.UUID:
        """One recording for each row, language and kind of voice; recorded anew it replaces the last."""
        return uuid.uuid5(object_id, f"spoken/{language}/{made_by}")


class Channel(models.TextChoices):
    WEB = "web", _("phone")
    KIOSK = "kiosk", _("shared tablet")
    PAPER = "paper", _("paper")
    HANDS = "hands", _("show of hands")
    SMS = "sms", _("SMS")
    USSD = "ussd", _("USSD")
    VOICE = "voice", _("voice call")
    HELPER = "helper", _("helper")
    IMPORT = "import", _("import")


class Vote(Recorded):
    """What a participant says to a statement; the latest counts. A pass is a vote; not voted is no row."""

    statement = models.ForeignKey(Statement, on_delete=models.DO_NOTHING, related_name="votes")
    participant = models.ForeignKey(
        Participant, on_delete=models.DO_NOTHING, related_name="votes", db_index=False
    )
    choice = models.SmallIntegerField()
    channel = models.TextField(choices=Channel.choices)
    probability = models.DecimalField(
        max_digits=7,
        decimal_places=6,
        null=True,
        default=None,
        help_text="with which chance this statement was asked, of all that were open; unknown on paper",
    )

    PERSONAL = frozenset({"statement", "participant", "choice", "channel", "probability"})
    PLAIN = frozenset()
    SCHEMA = 2
    KLASS = "votes"

    class Meta:
        indexes = [models.Index(fields=["participant", "statement"], name="votes_of_a_participant")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(choice__in=[-1, 0, 1]), name="a_vote_is_agree_pass_or_disagree"
            )
        ]

    def __str__(self) -> str:
        return str(self.choice)

    @staticmethod
    def id_for(statement_id: uuid.UUID, participant_id: uuid.UUID) -> uuid.UUID:
        """The row follows from who votes on what: a retry or another channel lands on the same one."""
        return uuid.uuid5(statement_id, participant_id.hex)


class Gradient(models.IntegerChoices):
    """Gradients of agreement (Kaner), from full support to a block. Only a block stops what is proposed.

    The first five can live with it, the next two disagree and let it go on.
    """

    FULL = 1, _("full support")
    ESSENCE = 2, _("agree with the essence")
    RESERVED = 3, _("agree, with reservations")
    NEUTRAL = 4, _("no opinion")
    ASIDE = 5, _("stand aside")
    DISAGREE = 6, _("disagree, will go with the others")
    FORMAL = 7, _("formal disagreement")
    BLOCK = 8, _("block")

    @property
    def side(self) -> str:
        """On which side it lies: for, neutral, against, or block."""
        if self == Gradient.BLOCK:
            return "block"
        if self >= Gradient.DISAGREE:
            return "against"
        return "neutral" if self >= Gradient.NEUTRAL else "for"

    @property
    def shape(self) -> str:
        """Its icon in the look, told apart without colour."""
        return _SHAPES[self.value]

    @property
    def share(self) -> float:
        """Where it lies on a line from a block (0) to full support (1)."""
        return (Gradient.BLOCK - self.value) / (Gradient.BLOCK - Gradient.FULL)


_SHAPES = {
    1: "confirm",
    2: "tick",
    3: "leaning",
    4: "ring",
    5: "out",
    6: "cross",
    7: "dispute",
    8: "warning",
}


class Mark(Recorded):
    """What a participant gives a statement in a round that is not of votes; the latest counts.

    value: dots (from 0), the place in their order (from 1), the step of agreement (1 to 8), or 1 where they
    chose it over `other`. reason: theirs for standing aside or blocking.
    """

    statement = models.ForeignKey(Statement, on_delete=models.DO_NOTHING, related_name="marks")
    other = models.ForeignKey(
        Statement, on_delete=models.DO_NOTHING, null=True, related_name="marks_against", db_index=False
    )
    participant = models.ForeignKey(Participant, on_delete=models.DO_NOTHING, related_name="marks")
    value = models.SmallIntegerField()
    reason = models.TextField(blank=True, default="")
    channel = models.TextField(choices=Channel.choices)

    PERSONAL = frozenset({"statement", "other", "participant", "value", "reason", "channel"})
    PLAIN = frozenset()
    KLASS = "votes"

    statement_id: uuid.UUID
    other_id: uuid.UUID | None
    participant_id: uuid.UUID

    def __str__(self) -> str:
        return str(self.value)

    @staticmethod
    def id_for(
        statement_id: uuid.UUID, participant_id: uuid.UUID, other_id: uuid.UUID | None = None
    ) -> uuid.UUID:
        """The row follows from who says what of which statement, or of which two, in either order."""
        if other_id is None:
            return uuid.uuid5(statement_id, f"mark/{participant_id.hex}")
        one, two = sorted((statement_id, other_id))
        return uuid.uuid5(one, f"mark/{two.hex}/{participant_id.hex}")


class Tally(OfProgramme):
    """One person's count of hands or papers: a statement, a constituency, a gender where that was counted.

    It counts once a second person has counted the same. also_…: how many of those voted by phone too, and are
    counted there. dots: in a round of dots. photo: of the cards or the sheet. by: the member who counted.
    """

    statement = models.ForeignKey(Statement, on_delete=models.DO_NOTHING, related_name="tallies")
    constituency = models.ForeignKey(Constituency, on_delete=models.DO_NOTHING, related_name="+")
    gender = models.TextField(choices=Gender.choices, blank=True, default="")
    channel = models.TextField(choices=Channel.choices)
    agree = models.IntegerField(default=0)
    disagree = models.IntegerField(default=0)
    passes = models.IntegerField(default=0)
    also_agree = models.IntegerField(default=0)
    also_disagree = models.IntegerField(default=0)
    also_passes = models.IntegerField(default=0)
    dots = models.IntegerField(default=0)
    photo = BlobField(blank=True, default="")
    by = models.UUIDField(help_text="the member who counted")

    PERSONAL = frozenset({"photo"})
    PLAIN = frozenset(
        {
            "programme",
            "statement",
            "constituency",
            "gender",
            "channel",
            "agree",
            "disagree",
            "passes",
            "also_agree",
            "also_disagree",
            "also_passes",
            "dots",
            "by",
        }
    )

    statement_id: uuid.UUID
    constituency_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.agree}/{self.disagree}/{self.passes}"

    @staticmethod
    def id_for(
        statement_id: uuid.UUID, constituency_id: uuid.UUID, gender: str, channel: str, by: uuid.UUID
    ) -> uuid.UUID:
        """The row follows from who counted what: counted anew it replaces the last."""
        return uuid.uuid5(statement_id, f"tally/{constituency_id.hex}/{gender}/{channel}/{by.hex}")


class Finding(OfProgramme):
    """What the groups said of one statement, taken up by a person: figures, rule, and digest of the votes."""

    statement = models.ForeignKey(Statement, on_delete=models.DO_NOTHING, related_name="findings")
    label = models.TextField()
    certainty = models.DecimalField(max_digits=4, decimal_places=3)
    figures = models.JSONField(help_text="by constituency: agree, disagree, passes, estimate, low, high")
    rule = models.TextField()
    threshold = models.DecimalField(max_digits=3, decimal_places=2)
    seed = models.IntegerField()
    inputs = models.TextField(help_text="digest of the votes")
    engine = models.TextField()
    voters = models.IntegerField()

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "statement",
            "label",
            "certainty",
            "figures",
            "rule",
            "threshold",
            "seed",
            "inputs",
            "engine",
            "voters",
        }
    )

    def __str__(self) -> str:
        return f"{self.label}: {self.statement}"

    def get_absolute_url(self) -> str:
        return reverse("dialogue:finding", args=[self.programme.slug, self.pk])


class Memoire(OfProgramme):
    """A gathering's aide-memoire in one language: two pages for those who were there, in six sections.

    A section that nobody wrote is "", and is composed from the record. published_at: since when everybody
    may read it; then all sections are written, and digest is the sha256 of their words.
    """

    gathering = models.ForeignKey(Gathering, on_delete=models.DO_NOTHING, related_name="memoires")
    language = models.TextField(_("language"))
    purpose = models.TextField(_("What we met for"), blank=True, default="")
    there = models.TextField(_("Who was there"), blank=True, default="")
    common = models.TextField(_("What we agree on"), blank=True, default="")
    apart = models.TextField(_("What we disagree on"), blank=True, default="")
    next = models.TextField(_("What happens next, and who does it"), blank=True, default="")
    follow = models.TextField(_("How to follow what comes of it"), blank=True, default="")
    published_at = models.DateTimeField(null=True, editable=False)
    digest = models.TextField(blank=True, default="", editable=False)

    SECTIONS = ("purpose", "there", "common", "apart", "next", "follow")
    PERSONAL = frozenset(SECTIONS)
    PLAIN = frozenset({"programme", "gathering", "language", "published_at", "digest"})

    gathering_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.gathering_id} in {self.language}"

    def get_absolute_url(self) -> str:
        """Where everybody reads it once it is published."""
        return reverse(
            "dialogue:public_memoire", args=[self.programme.slug, self.gathering_id, self.language]
        )

    @staticmethod
    def id_for(gathering: Gathering, language: str) -> uuid.UUID:
        """One for each gathering and language: two who write at once write the same one."""
        return uuid.uuid5(gathering.pk, f"memoire/{language}")


class Snapshot(models.Model):
    """Derived: a round's map and findings as drawn once, and never changed. Never recorded, never sent.

    `drawn` holds `said` (what the engine drew, without anybody's place), `names` (of the constituencies, by
    id, in their order), `apart` (where one of them clearly differs from the others), `hands` (what was
    counted without names), `channels` (how many people answered in each way) and `seen` (a digest of
    everything that was looked at). `forgotten` is how many of the programme had asked for it by then.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="snapshots", db_constraint=False)
    engine = models.TextField()
    seed = models.IntegerField()
    inputs = models.TextField()
    drawn_at = models.DateTimeField()
    voters = models.IntegerField()
    votes = models.IntegerField()
    forgotten = models.IntegerField()
    drawn: Any = models.JSONField()

    class Meta:
        ordering = ["-drawn_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.round_id} at {self.drawn_at}"

    def findings(self) -> list[dict[str, Any]]:
        """What was drawn of each statement; each constituency's figures bear its name, in their order."""
        return [self._named(found) for found in self.drawn["said"]["findings"]]

    def finding_of(self, statement_id: uuid.UUID) -> dict[str, Any] | None:
        """What was drawn of one statement: its label, certainty and figures, or None when nothing was."""
        wanted = str(statement_id)
        found = (f for f in self.drawn["said"]["findings"] if f["statement"] == wanted)
        return next((self._named(f) for f in found), None)

    def apart(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Where each constituency clearly stands apart, by its name, in their order; none without any."""
        found: dict[str, list[dict[str, Any]]] = {pk: [] for pk in self.drawn["names"]}
        for each in self.drawn["apart"]:
            found[each["constituency"]].append(each)
        return [(self.drawn["names"][pk], said) for pk, said in found.items() if said]

    def _named(self, found: dict[str, Any]) -> dict[str, Any]:
        names: dict[str, str] = self.drawn["names"]
        figures = {each["constituency"]: each for each in found["agreement"]}
        return found | {"agreement": [figures[pk] | {"name": n} for pk, n in names.items() if pk in figures]}


class LastDrawn(models.Model):
    """Derived: how a round was drawn last, and how far its programme's record went when somebody looked."""

    round = models.OneToOneField(
        Round, on_delete=models.CASCADE, primary_key=True, related_name="last_drawn", db_constraint=False
    )
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+")
    marks = models.TextField()

    def __str__(self) -> str:
        return f"{self.snapshot}"
