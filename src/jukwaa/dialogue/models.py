"""The dialogue: gatherings, the questions put to people, statements, votes, and what the groups said."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jukwaa.field import languages
from jukwaa.field.models import Quote
from jukwaa.programmes.cards import spaced
from jukwaa.programmes.models import OfProgramme, Participant, Place, Stage
from jukwaa.record.models import Recorded

AGREE, PASS, DISAGREE = 1, 0, -1


@dataclass(frozen=True)
class Said:
    """Words as one reader meets them: in which language, and from which they were translated, if they were.

    unchecked: no speaker has checked the translation yet.
    """

    text: str
    language: str
    translated_from: str = ""
    unchecked: bool = False

    @property
    def original(self) -> str:
        """The name of the language that it was translated from, in that language."""
        return languages.NAMES.get(self.translated_from, self.translated_from)


class Gathering(OfProgramme):
    """A workshop, thematic session, dialogue or meeting of the leadership group."""

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

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "stage", "kind", "title", "place", "starts_on", "ends_on"})

    class Meta:
        ordering = ["starts_on", "title"]

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

    participant_id: uuid.UUID

    def __str__(self) -> str:
        return self.state

    @staticmethod
    def id_for(gathering: Gathering, participant: Participant) -> uuid.UUID:
        """The row follows from who comes where: two desks at the door write the same one."""
        return uuid.uuid5(gathering.pk, participant.pk.hex)


class Speech(OfProgramme):
    """Somebody speaks at a gathering. seconds: for how long; None while they do."""

    gathering = models.ForeignKey(Gathering, on_delete=models.DO_NOTHING, related_name="speeches")
    participant = models.ForeignKey(Participant, on_delete=models.DO_NOTHING, related_name="speeches")
    began_at = models.DateTimeField()
    seconds = models.IntegerField(null=True)

    PERSONAL = frozenset({"programme", "gathering", "participant", "began_at", "seconds"})
    PLAIN = frozenset()
    KLASS = "votes"

    class Meta:
        ordering = ["began_at"]

    def __str__(self) -> str:
        return f"{self.began_at}"


class Round(OfProgramme):
    """One question put to people, with the rule that decides it, stated before the voting."""

    class Kind(models.TextChoices):
        PROBLEMS = "problems", _("problems")
        SOLUTIONS = "solutions", _("solutions")

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
        }
    )

    class Meta:
        ordering = ["opened_at", "question"]

    answers_id: uuid.UUID | None
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
            and self.opened_at is not None
            and self.opened_at <= at
            and (self.closed_at is None or at < self.closed_at)
        )

    @property
    def rule(self) -> str:
        """How the round is decided, in a sentence that is read out before anybody votes."""
        return _(
            "Every constituency counts the same. A statement is common ground when it is at least 80 in 100 "
            "likely that in each of them %(share)s of 100 people or more agree."
        ) % {"share": round(self.threshold * 100)}

    def shows_results(self, at: datetime | None = None) -> bool:
        """Whether the public may see what the groups said: once it is closed, or when that was decided."""
        begun = not self.hidden and self.opened_at is not None
        return begun and (self.published or not self.is_open(at))


class Statement(OfProgramme):
    """One sentence that people vote on. Its words are its author's, or the voice's that it came from."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for a moderator")
        APPROVED = "approved", _("put to the vote")
        REJECTED = "rejected", _("not put to the vote")

    class Reason(models.TextChoices):
        """Why a statement is not put to the vote. Fixed words: a reason outlives the words it is about."""

        SAME = "same", _("Another statement says the same.")
        PERSON = "person", _("It names a person or a place that could be harmed.")
        TOPIC = "topic", _("It does not answer the question.")
        MANY = "many", _("It says several things at once.")
        UNCLEAR = "unclear", _("It cannot be understood.")
        HURTS = "hurts", _("It insults people.")

    round = models.ForeignKey(Round, on_delete=models.DO_NOTHING, related_name="statements")
    text = models.TextField(_("statement"), blank=True, default="")
    language = models.TextField(_("language"), default="en")
    state = models.TextField(choices=State.choices, default=State.PROPOSED)
    reason = models.TextField(_("reason"), choices=Reason.choices, blank=True, default="")
    position = models.IntegerField(default=0)
    trace_code = models.TextField(_("trace code"))
    by_participant = models.BooleanField(default=False)

    PERSONAL = frozenset({"text"})
    PLAIN = frozenset(
        {
            "programme",
            "round",
            "language",
            "state",
            "reason",
            "position",
            "trace_code",
            "by_participant",
        }
    )
    SAME = (("trace_code",), ("round", "text"))

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


class Snapshot(models.Model):
    """Derived: a round's map and findings as drawn once, and never changed. Never recorded, never sent.

    `drawn` holds `said` (what the engine drew, without anybody's place), `names` (of the constituencies, by
    id, in their order), `apart` (where one of them clearly differs from the others) and `seen` (a digest of
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
