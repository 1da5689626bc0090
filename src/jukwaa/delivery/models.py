"""Delivery: what somebody promised, what they report, what those affected say, and what changed."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jukwaa.agenda.models import RoadmapRow
from jukwaa.programmes.cards import spaced
from jukwaa.programmes.models import Cycle, OfProgramme, Organisation, Participant
from jukwaa.record.models import BlobField


class Commitment(OfProgramme):
    """A promise that an office made for a roadmap row. A transfer of its officer does not wipe it."""

    row = models.ForeignKey(RoadmapRow, on_delete=models.DO_NOTHING, related_name="commitments")
    promise = models.TextField(_("promise"))
    owner_office = models.TextField(_("who promises (office)"))
    owner_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.DO_NOTHING,
        related_name="commitments",
        verbose_name=_("of which organisation"),
    )
    made_on = models.DateField(_("made on"))
    due_on = models.DateField(_("due on"))
    link = models.IntegerField(
        default=0,
        editable=False,
        help_text="how many personal links were given or ended: only one given last opens",
    )

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {"programme", "row", "promise", "owner_office", "owner_organisation", "made_on", "due_on", "link"}
    )

    class Meta:
        ordering = ["due_on", "promise"]

    def __str__(self) -> str:
        return self.promise

    def get_absolute_url(self) -> str:
        return reverse("delivery:commitment", args=[self.programme.slug, self.pk])


class Report(OfProgramme):
    """What the owner says of the promise."""

    class Status(models.TextChoices):
        DONE = "done", _("done")
        ON_TRACK = "on_track", _("on track")
        LATE = "late", _("late")
        BLOCKED = "blocked", _("blocked")

    commitment = models.ForeignKey(Commitment, on_delete=models.DO_NOTHING, related_name="reports")
    status = models.TextField(_("how it stands"), choices=Status.choices)
    text = models.TextField(_("what was done"))
    evidence = models.TextField(_("evidence"), blank=True, default="")
    photo = BlobField(_("photo"), blank=True, default="")
    next_step = models.TextField(_("next step"), blank=True, default="")
    reported_on = models.DateField(_("reported on"))
    by_owner = models.BooleanField(_("written by the owner, by their personal link"), default=False)
    photo_shown = models.BooleanField(_("everybody may see the photo"), default=False)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "commitment",
            "status",
            "text",
            "evidence",
            "photo",
            "next_step",
            "reported_on",
            "by_owner",
            "photo_shown",
        }
    )

    class Meta:
        ordering = ["-reported_on"]

    commitment_id: uuid.UUID

    def __str__(self) -> str:
        return self.text


class Verdict(OfProgramme):
    """What a person whom a promise concerns says of a report: confirmed, or disputed."""

    class Kind(models.TextChoices):
        CONFIRM = "confirm", _("I confirm it")
        DISPUTE = "dispute", _("I dispute it")

    class Screening(models.TextChoices):
        """Whether the reason of a dispute is shown: only once somebody saw that it names nobody."""

        WAITS = "waits", _("waits to be read")
        SHOWN = "shown", _("shown")
        KEPT = "kept", _("kept back")

    report = models.ForeignKey(Report, on_delete=models.DO_NOTHING, related_name="verdicts")
    participant = models.ForeignKey(Participant, on_delete=models.DO_NOTHING)
    kind = models.TextField(choices=Kind.choices)
    reason = models.TextField(_("reason"), blank=True, default="")
    screening = models.TextField(choices=Screening.choices, default=Screening.WAITS)
    trace_code = models.TextField(_("trace code"))

    PERSONAL = frozenset(
        {
            "programme",
            "report",
            "participant",
            "kind",
            "reason",
            "screening",
            "trace_code",
            "removed",
            "merged_into",
        }
    )
    PLAIN = frozenset()
    # Who disputes an office's word is as delicate as a vote.
    KLASS = "votes"

    class Meta:
        indexes = [models.Index(fields=["trace_code"], name="verdicts_by_trace_code")]

    def __str__(self) -> str:
        return self.kind

    @property
    def spoken_code(self) -> str:
        """The trace code in groups of four, to be read aloud."""
        return spaced(self.trace_code)

    @staticmethod
    def id_for(report_id: uuid.UUID, participant_id: uuid.UUID) -> uuid.UUID:
        """The row follows from who speaks of what: said anew, by any channel, it is the same one."""
        return uuid.uuid5(report_id, participant_id.hex)


class Outcome(OfProgramme):
    """Something that changed: who does what differently, and how far the dialogue may have helped."""

    class Contribution(models.TextChoices):
        NONE = "none", _("none that can be seen")
        POSSIBLE = "possible", _("possible")
        LIKELY = "likely", _("likely")
        STRONG = "strong", _("strong")

    class Size(models.TextChoices):
        MINOR = "minor", _("minor")
        MODERATE = "moderate", _("moderate")
        MAJOR = "major", _("major")

    class Proof(models.TextChoices):
        UNPROVEN = "unproven", _("unproven")
        PARTLY = "partly", _("partly substantiated")
        FULLY = "fully", _("substantiated by somebody independent")
        REFUTED = "refuted", _("not borne out")

    commitment = models.ForeignKey(
        Commitment,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("the promise behind it"),
    )
    cycle = models.TextField(_("cycle"), choices=Cycle.choices)
    who = models.TextField(_("who changed"))
    what = models.TextField(_("what they do differently"))
    when = models.TextField(_("when"))
    where = models.TextField(_("where"))
    significance = models.TextField(_("why it matters"), blank=True, default="")
    contribution = models.TextField(_("part of the dialogue in it"), choices=Contribution.choices)
    size = models.TextField(_("size of that part"), choices=Size.choices)
    proof = models.TextField(_("how well it is proven"), choices=Proof.choices, default=Proof.UNPROVEN)
    how = models.TextField(_("how the dialogue may have helped"), blank=True, default="")
    evidence = models.TextField(_("evidence"), blank=True, default="")
    other_causes = models.TextField(_("other causes"))
    substantiated_by = models.TextField(_("asked for substantiation (office)"), blank=True, default="")

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "commitment",
            "cycle",
            "who",
            "what",
            "when",
            "where",
            "significance",
            "contribution",
            "size",
            "proof",
            "how",
            "evidence",
            "other_causes",
            "substantiated_by",
        }
    )

    class Meta:
        ordering = ["cycle", "who", "what"]

    commitment_id: uuid.UUID | None

    def __str__(self) -> str:
        return f"{self.who}: {self.what}"

    def get_absolute_url(self) -> str:
        return reverse("delivery:outcome", args=[self.programme.slug, self.pk])


class Noticed(models.Model):
    """What the public could read of a report's verdicts when that last changed. Derived, on this node only.

    Verdicts bear the day of the report, so as not to tell who came when; followers hear of them from the
    midnight after (`from_then`, a time of the record).
    """

    report = models.UUIDField(primary_key=True)
    said = models.TextField()
    from_then = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.said


class Reminded(models.Model):
    """On which day this node last reminded a programme's owners. On this node only."""

    programme = models.UUIDField(primary_key=True)
    day = models.DateField()

    def __str__(self) -> str:
        return str(self.day)
