"""Stories of change and publications: what came of it, told with the consent of those it is about."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jukwaa.delivery.models import Outcome
from jukwaa.dialogue.models import Finding
from jukwaa.programmes.models import (
    Audience,
    Constituency,
    Cycle,
    Member,
    OfProgramme,
    Participant,
    Place,
)
from jukwaa.record.models import BlobField


class Story(OfProgramme):
    """A story of change, tied to an outcome; told only to an audience its teller consented to."""

    outcome = models.ForeignKey(
        Outcome, on_delete=models.DO_NOTHING, related_name="stories", verbose_name=_("outcome")
    )
    teller = models.ForeignKey(
        Participant, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("who tells it")
    )
    title = models.TextField(_("title"), blank=True)
    text = models.TextField(_("story"), blank=True)
    language = models.TextField(_("language"), default="en")
    photo = BlobField(_("photo"), blank=True, default="")
    photo_shows = models.TextField(_("what the photo shows"), blank=True, default="")
    audience = models.TextField(_("audience"), choices=Audience.choices, default=Audience.PROGRAMME)
    published_on = models.DateField(_("published on"), null=True, blank=True)

    PERSONAL = frozenset({"title", "text", "photo", "photo_shows"})
    PLAIN = frozenset({"programme", "outcome", "teller", "language", "audience", "published_on"})

    class Meta:
        ordering = ["-published_on", "title"]
        verbose_name_plural = "stories"

    teller_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("stories:story", args=[self.programme.slug, self.pk])


class Publication(OfProgramme):
    """A report, memo or film that the programme gives out."""

    class Kind(models.TextChoices):
        MEMO = "memo", _("aide-memoire")
        REPORT = "report", _("report")
        BRIEFING = "briefing", _("briefing")
        FILM = "film", _("film")
        OTHER = "other", _("other")

    title = models.TextField(_("title"))
    kind = models.TextField(_("kind"), choices=Kind.choices)
    summary = models.TextField(_("summary"), blank=True, default="")
    language = models.TextField(_("language"), default="en")
    file = BlobField(_("file"), blank=True, default="")
    file_name = models.TextField(blank=True, default="")
    published_on = models.DateField(_("published on"))
    public = models.BooleanField(_("shown to the public"), default=False)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {"programme", "title", "kind", "summary", "language", "file", "file_name", "published_on", "public"}
    )

    class Meta:
        ordering = ["-published_on", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("stories:publication", args=[self.programme.slug, self.pk])


class Correction(OfProgramme):
    """What people of a place or a group said is wrong in what was brought back to them. Never a name.

    finding: which one, or None for all that was heard there. taken_by: who of the staff took it down.
    """

    finding = models.ForeignKey(
        Finding, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="corrections"
    )
    place = models.ForeignKey(
        Place, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("place")
    )
    constituency = models.ForeignKey(
        Constituency, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("group")
    )
    text = models.TextField(_("what they say instead"), blank=True)
    language = models.TextField(_("language"), default="sw")
    said_on = models.DateField(_("said on"))
    taken_by = models.ForeignKey(Member, on_delete=models.DO_NOTHING, null=True, related_name="+")

    PERSONAL = frozenset({"text"})
    PLAIN = frozenset({"programme", "finding", "place", "constituency", "language", "said_on", "taken_by"})

    class Meta:
        ordering = ["said_on", "id"]

    finding_id: uuid.UUID | None
    place_id: uuid.UUID | None
    constituency_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.text


class Answered(OfProgramme):
    """That somebody who said something was told what came of it. The first time counts.

    of: the id of what they said: a testimony, a statement, or an answer about a promise. told_by: who told
    them; None where they opened the page of their trace code themselves.
    """

    class Way(models.TextChoices):
        PAGE = "page", _("opened the page themselves")
        VISIT = "visit", _("told on a visit")
        GATHERING = "gathering", _("told at a gathering")
        CALL = "call", _("told by phone")
        LETTER = "letter", _("by a printed letter")
        RADIO = "radio", _("told on the radio")
        SMS = "sms", _("by SMS")

    of = models.UUIDField()
    way = models.TextField(_("how"), choices=Way.choices)
    told_on = models.DateField(_("on"))
    told_by = models.ForeignKey(Member, on_delete=models.DO_NOTHING, null=True, related_name="+")

    PERSONAL = frozenset({"programme", "of", "way", "told_on", "told_by", "removed", "merged_into"})
    PLAIN = frozenset()
    # Who was told on which day is as delicate as what they said.
    KLASS = "testimonies"

    class Meta:
        ordering = ["-told_on", "id"]
        indexes = [models.Index(fields=["of"], name="answered_of_what_was_said")]

    told_by_id: uuid.UUID | None

    def __str__(self) -> str:
        return f"{self.way} {self.told_on}"

    @staticmethod
    def id_for(of: uuid.UUID) -> uuid.UUID:
        """One for each thing said: told on two nodes, it is the same row."""
        return uuid.uuid5(of, "answered")


class Selection(OfProgramme):
    """Which of several stories a panel held to tell of the most significant change, and why.

    Most significant change (Davies and Dart 2005): stories go up two levels, each choice with its reasons. It
    is a sample of extremes: it says what people value, never how much changed. read: ids of the stories that
    were read. panel: who chose, in numbers: each with constituency (an id), women, men and others. Its
    subject is itself: its words can be erased.
    """

    class Level(models.TextChoices):
        FIRST = "first", _("where it happened: a site, a group, a district")
        SECOND = "second", _("for the whole programme, among those chosen before")

    level = models.TextField(_("level"), choices=Level.choices)
    cycle = models.TextField(_("in which shift"), choices=Cycle.choices, blank=True, default="")
    where = models.TextField(_("who chose, and where"))
    held_on = models.DateField(_("on"))
    panel: Any = models.JSONField(default=list)
    read: Any = models.JSONField(default=list)
    chosen = models.ForeignKey(Story, on_delete=models.DO_NOTHING, related_name="selections")
    reasons = models.TextField(_("why this one"))
    doubts = models.TextField(_("what was said against it"), blank=True, default="")

    PERSONAL = frozenset({"reasons", "doubts"})
    PLAIN = frozenset({"programme", "level", "cycle", "where", "held_on", "panel", "read", "chosen"})
    SCHEMA = 2

    class Meta:
        ordering = ["-held_on", "level"]

    chosen_id: uuid.UUID

    def __str__(self) -> str:
        return self.reasons
