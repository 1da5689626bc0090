"""Field research: what people said at the mine site, and what was taken from it."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jukwaa.programmes.models import Cycle, Member, OfProgramme, Participant, Place
from jukwaa.record.models import BlobField


class Theme(OfProgramme):
    """What a quote is about; the code of field research."""

    title = models.TextField(_("title"))
    cycle = models.TextField(_("cycle"), choices=Cycle.choices, blank=True, default="")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "title", "cycle"})
    SAME = (("programme", "title"),)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Testimony(OfProgramme):
    """What one person told a researcher: words, a recording, a photo. Never shown to the public as it is."""

    voice = models.ForeignKey(
        Participant, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("who spoke")
    )
    place = models.ForeignKey(
        Place, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("place")
    )
    collected_by = models.ForeignKey(Member, on_delete=models.DO_NOTHING, null=True, blank=True)
    given_on = models.DateField(_("given on"), null=True, blank=True)
    language = models.TextField(_("language"), default="sw")
    text = models.TextField(_("what they said"), blank=True, default="")
    audio = BlobField(_("recording"), blank=True, default="")
    audio_mime = models.TextField(blank=True, default="")
    photo = BlobField(_("photo"), blank=True, default="")
    trace_code = models.TextField(_("trace code"))

    PERSONAL = frozenset({"place", "text", "audio", "audio_mime", "photo", "given_on"})
    PLAIN = frozenset({"programme", "voice", "collected_by", "language", "trace_code"})
    SAME = (("trace_code",),)
    KLASS = "testimonies"

    class Meta:
        ordering = ["-given_on", "trace_code"]
        indexes = [models.Index(fields=["trace_code"], name="testimonies_by_trace_code")]

    voice_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.trace_code

    def get_absolute_url(self) -> str:
        return reverse("field:testimony", args=[self.programme.slug, self.pk])


class Quote(OfProgramme):
    """Some of a testimony's words, coded to a theme."""

    # The testimony is of a narrower class: a node that may not hold it still holds the quote.
    testimony = models.ForeignKey(
        Testimony, on_delete=models.DO_NOTHING, db_constraint=False, related_name="quotes"
    )
    theme = models.ForeignKey(
        Theme,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="quotes",
        verbose_name=_("theme"),
    )
    text = models.TextField(_("words"), blank=True, default="")
    language = models.TextField(_("language"), default="sw")

    PERSONAL = frozenset({"text"})
    PLAIN = frozenset({"programme", "testimony", "theme", "language"})

    def __str__(self) -> str:
        return self.text
