"""Delivery: what somebody promised, what they report, what those affected say, and what changed."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jukwaa.agenda.models import RoadmapRow
from jukwaa.programmes.cards import spaced
from jukwaa.programmes.models import Cycle, Member, OfProgramme, Organisation, Participant
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

    class Bearing(models.TextChoices):
        BETTER = "better", _("for the better")
        WORSE = "worse", _("for the worse")
        BOTH = "both", _("better for some, worse for others")

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
    bearing = models.TextField(_("for better or worse"), choices=Bearing.choices, default=Bearing.BETTER)
    unexpected = models.BooleanField(_("nobody had expected it"), default=False)
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
            "bearing",
            "unexpected",
            "substantiated_by",
        }
    )
    SCHEMA = 2

    class Meta:
        ordering = ["cycle", "who", "what"]

    commitment_id: uuid.UUID | None

    def __str__(self) -> str:
        return f"{self.who}: {self.what}"

    def get_absolute_url(self) -> str:
        return reverse("delivery:outcome", args=[self.programme.slug, self.pk])


class Evidence(OfProgramme):
    """Something that one can look at to see whether an outcome is so: a paper, a photo, a page, a place."""

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("document")
        PHOTO = "photo", _("photo")
        RECORDING = "recording", _("recording")
        COUNT = "count", _("count or measurement")
        SEEN = "seen", _("seen on the spot")
        SAID = "said", _("what an office said")

    outcome = models.ForeignKey(Outcome, on_delete=models.DO_NOTHING, related_name="pieces")
    what = models.TextField(_("what it shows"))
    kind = models.TextField(_("kind"), choices=Kind.choices)
    source = models.TextField(_("where it comes from (office)"))
    dated_on = models.DateField(_("of the day"), null=True, blank=True)
    address = models.URLField(_("address on the web"), blank=True, default="", max_length=500)
    file = BlobField(_("file"), blank=True, default="")
    file_name = models.TextField(blank=True, default="")
    public = models.BooleanField(_("everybody may see it"), default=False)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "outcome",
            "what",
            "kind",
            "source",
            "dated_on",
            "address",
            "file",
            "file_name",
            "public",
        }
    )

    class Meta:
        ordering = ["dated_on", "what"]
        verbose_name_plural = "evidence"

    outcome_id: uuid.UUID

    def __str__(self) -> str:
        return self.what


class Substantiation(OfProgramme):
    """Somebody independent is asked whether an outcome is so, and answers: an office, never a named person.

    independent: why they know of it and gain nothing by it. link: how many personal links were given or
    ended. by_link: they wrote it themselves. Until they answer, answer is empty.
    """

    class Answer(models.TextChoices):
        FULLY = "fully", _("It is so.")
        PARTLY = "partly", _("It is so in part.")
        NOT = "not", _("It is not so.")
        UNKNOWN = "unknown", _("We cannot tell.")

    outcome = models.ForeignKey(Outcome, on_delete=models.DO_NOTHING, related_name="substantiations")
    office = models.TextField(_("who is asked (office)"))
    independent = models.TextField(_("why they know, and gain nothing by it"))
    asked_on = models.DateField(_("asked on"))
    link = models.IntegerField(default=0, editable=False)
    answer = models.TextField(_("their answer"), choices=Answer.choices, blank=True, default="")
    says = models.TextField(_("in their words"), blank=True, default="")
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    by_link = models.BooleanField(default=False)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "outcome",
            "office",
            "independent",
            "asked_on",
            "link",
            "answer",
            "says",
            "answered_on",
            "by_link",
        }
    )

    class Meta:
        ordering = ["asked_on", "office"]

    outcome_id: uuid.UUID

    def __str__(self) -> str:
        return self.office


class Package(OfProgramme):
    """What one would look for to tell whether the dialogue contributed: pieces that depend on each other are
    one package, for they must not be counted twice.
    """

    outcome = models.ForeignKey(Outcome, on_delete=models.DO_NOTHING, related_name="packages")
    seen = models.TextField(_("what is seen"))

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "outcome", "seen"})

    class Meta:
        ordering = ["hlc", "id"]

    outcome_id: uuid.UUID

    def __str__(self) -> str:
        return self.seen


class Weighing(OfProgramme):
    """How likely one of the staff holds what a package says: if the dialogue did contribute, and if not.

    Both in per cent, from 1 to 99. One each; weighed anew it replaces the last.
    """

    package = models.ForeignKey(Package, on_delete=models.DO_NOTHING, related_name="weighings")
    member = models.ForeignKey(Member, on_delete=models.DO_NOTHING, related_name="+")
    if_so = models.SmallIntegerField(_("if the dialogue contributed"))
    if_not = models.SmallIntegerField(_("if it did not"))
    why = models.TextField(_("why"), blank=True, default="")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "package", "member", "if_so", "if_not", "why"})

    package_id: uuid.UUID
    member_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.if_so} : {self.if_not}"

    @staticmethod
    def id_for(package_id: uuid.UUID, member_id: uuid.UUID) -> uuid.UUID:
        """The row follows from who weighs what."""
        return uuid.uuid5(package_id, member_id.hex)
