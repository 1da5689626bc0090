"""Delivery: what somebody promised, what they report, what those affected say, and what changed."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jukwaa.agenda.models import RoadmapRow
from jukwaa.dialogue.models import Channel
from jukwaa.programmes.cards import spaced
from jukwaa.programmes.models import Cycle, OfProgramme, Organisation, Participant
from jukwaa.record.models import BlobField


class Commitment(OfProgramme):
    """A promise that an office made for a roadmap row. A transfer of its officer does not wipe it.

    extended_to: the day that was agreed to since, when the owner asked for more time. The first day stays.
    """

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
    extended_to = models.DateField(_("more time was given until"), null=True, blank=True)
    link = models.IntegerField(
        default=0,
        editable=False,
        help_text="how many personal links were given or ended: only one given last opens",
    )

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "row",
            "promise",
            "owner_office",
            "owner_organisation",
            "made_on",
            "due_on",
            "extended_to",
            "link",
        }
    )
    SCHEMA = 2

    class Meta:
        ordering = ["due_on", "promise"]

    owner_organisation_id: uuid.UUID
    row_id: uuid.UUID

    def __str__(self) -> str:
        return self.promise

    def get_absolute_url(self) -> str:
        return reverse("delivery:commitment", args=[self.programme.slug, self.pk])

    @property
    def last_day(self) -> date:
        """The day that counts: the one agreed to since, or the one that was promised."""
        return self.extended_to or self.due_on


class MoreTime(OfProgramme):
    """That the owner of a promise asks for more time, why, and what was answered. Both days stay."""

    class Answer(models.TextChoices):
        WAITS = "waits", _("not answered yet")
        AGREED = "agreed", _("agreed")
        REFUSED = "refused", _("not agreed")

    commitment = models.ForeignKey(Commitment, on_delete=models.DO_NOTHING, related_name="times")
    due_before = models.DateField(_("due until then"))
    until = models.DateField(_("asks for time until"))
    reason = models.TextField(_("why"))
    asked_on = models.DateField(_("asked on"))
    by_owner = models.BooleanField(default=False)
    answer = models.TextField(_("answer"), choices=Answer.choices, default=Answer.WAITS)
    answered_on = models.DateField(_("answered on"), null=True)
    answer_words = models.TextField(_("what was answered"), blank=True, default="")

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "commitment",
            "due_before",
            "until",
            "reason",
            "asked_on",
            "by_owner",
            "answer",
            "answered_on",
            "answer_words",
        }
    )

    class Meta:
        ordering = ["asked_on"]

    commitment_id: uuid.UUID

    def __str__(self) -> str:
        return self.reason


class Office(OfProgramme):
    """An office that promised something, and the personal link that whoever holds it has now.

    What it promised, reported and was told is the office's: no person is named here.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.DO_NOTHING, related_name="offices")
    title = models.TextField(_("office"))
    link = models.IntegerField(default=0, editable=False, help_text="as a promise's own")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "organisation", "title", "link"})

    organisation_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.title}, {self.organisation}"

    @staticmethod
    def id_for(organisation_id: uuid.UUID, title: str) -> uuid.UUID:
        """The row follows from what the office is called, and of which organisation it is."""
        return uuid.uuid5(organisation_id, title)


class Handover(OfProgramme):
    """That somebody else holds an office from a day on. Neither of the two is named."""

    office = models.ForeignKey(Office, on_delete=models.DO_NOTHING, related_name="handovers")
    on = models.DateField(_("holds the office from"))
    note = models.TextField(_("what the one before leaves"), blank=True, default="")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "office", "on", "note"})

    class Meta:
        ordering = ["on"]

    office_id: uuid.UUID

    def __str__(self) -> str:
        return str(self.on)


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
    evidence_link = models.TextField(_("where it can be read"), blank=True, default="")
    evidence_file = BlobField(_("file"), blank=True, default="")
    photo = BlobField(_("photo"), blank=True, default="")
    next_step = models.TextField(_("next step"), blank=True, default="")
    next_step_on = models.DateField(_("next step until"), null=True, blank=True)
    reported_on = models.DateField(_("reported on"))
    by_owner = models.BooleanField(_("written by the owner, by their personal link"), default=False)
    photo_shown = models.BooleanField(_("everybody may see the photo"), default=False)
    file_shown = models.BooleanField(_("everybody may see the file"), default=False)

    SCHEMA = 2
    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "commitment",
            "status",
            "text",
            "evidence",
            "evidence_link",
            "evidence_file",
            "photo",
            "next_step",
            "next_step_on",
            "reported_on",
            "by_owner",
            "photo_shown",
            "file_shown",
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
    channel = models.TextField(choices=Channel.choices, default=Channel.WEB)

    SCHEMA = 2
    PERSONAL = frozenset(
        {
            "programme",
            "report",
            "participant",
            "kind",
            "reason",
            "screening",
            "trace_code",
            "channel",
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
