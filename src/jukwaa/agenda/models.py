"""The agenda: problems everyone can accept, solutions, the roadmap, and the group that carries it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.models import Channel, Finding, Gathering, Gradient
from jukwaa.programmes.models import (
    Constituency,
    Cycle,
    Gender,
    OfProgramme,
    Organisation,
    Participant,
    Place,
)
from jukwaa.record.models import Recorded


class Problem(OfProgramme):
    """A finding taken up: what the groups agree must change."""

    finding = models.ForeignKey(Finding, on_delete=models.DO_NOTHING, related_name="problems")
    title = models.TextField(_("problem"))
    cycle = models.TextField(_("cycle"), choices=Cycle.choices)

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "finding", "title", "cycle"})

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("agenda:problem", args=[self.programme.slug, self.pk])


class Solution(OfProgramme):
    """A finding of a solutions round, taken up as an answer to a problem."""

    problem = models.ForeignKey(Problem, on_delete=models.DO_NOTHING, related_name="solutions")
    finding = models.ForeignKey(Finding, on_delete=models.DO_NOTHING, related_name="solutions")
    title = models.TextField(_("solution"))

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "problem", "finding", "title"})

    def __str__(self) -> str:
        return self.title


class RoadmapRow(OfProgramme):
    """One row of the roadmap: who does what by when, what each side owes, and how one will see it."""

    class Level(models.TextChoices):
        SITE = "site", _("site")
        DISTRICT = "district", _("district")
        NATIONAL = "national", _("national")

    problem = models.ForeignKey(Problem, on_delete=models.DO_NOTHING, related_name="rows")
    solution = models.ForeignKey(
        Solution,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="rows",
        verbose_name=_("solution"),
    )
    theme = models.TextField(_("theme"))
    action = models.TextField(_("action"))
    level = models.TextField(_("level"), choices=Level.choices)
    owner_office = models.TextField(_("who leads (office)"))
    owner_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.DO_NOTHING,
        related_name="leads",
        verbose_name=_("of which organisation"),
    )
    partners = models.TextField(_("partners"), blank=True, default="")
    obligations = models.TextField(_("what each side owes the other"), blank=True, default="")
    first_step = models.TextField(_("first step within 30 days"), blank=True, default="")
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    due_on = models.DateField(_("due on"))
    resources = models.TextField(_("money and other resources"), blank=True, default="")
    secured = models.BooleanField(_("the money is secured"), default=False)
    indicator = models.TextField(_("indicator"), blank=True, default="")
    baseline = models.TextField(_("baseline"), blank=True, default="")
    target = models.TextField(_("target"), blank=True, default="")
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    public = models.BooleanField(_("shown to the public"), default=True)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "problem",
            "solution",
            "theme",
            "action",
            "level",
            "owner_office",
            "owner_organisation",
            "partners",
            "obligations",
            "first_step",
            "starts_on",
            "due_on",
            "resources",
            "secured",
            "indicator",
            "baseline",
            "target",
            "adopted_on",
            "public",
        }
    )

    class Meta:
        ordering = ["due_on", "action"]

    solution_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.action

    def get_absolute_url(self) -> str:
        return reverse("agenda:row", args=[self.programme.slug, self.pk])


class Affected(OfProgramme):
    """Whom a row affects, named at its adoption: one constituency, at one place and its parts or everywhere.

    Only their cards confirm or dispute what is reported on promises for the row.
    """

    row = models.ForeignKey(RoadmapRow, on_delete=models.DO_NOTHING, related_name="affected")
    constituency = models.ForeignKey(Constituency, on_delete=models.DO_NOTHING, related_name="affected")
    place = models.ForeignKey(
        Place, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="affected"
    )

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "row", "constituency", "place"})

    class Meta:
        ordering = ["constituency__position", "constituency__name", "place__name"]

    row_id: uuid.UUID
    constituency_id: uuid.UUID
    place_id: uuid.UUID | None

    def __str__(self) -> str:
        return f"{self.constituency}, {self.place}" if self.place else str(self.constituency)

    @staticmethod
    def id_for(row_id: uuid.UUID, constituency_id: uuid.UUID, place_id: uuid.UUID | None) -> uuid.UUID:
        """The row follows from who is affected by what: named twice, on nodes apart, it is the same one."""
        return uuid.uuid5(row_id, f"{constituency_id}\n{place_id}")


class Endorsement(OfProgramme):
    """How one constituency stands to a roadmap row. One each; said anew it replaces the last.

    Of several, made on nodes apart, the latest counts.
    """

    row = models.ForeignKey(RoadmapRow, on_delete=models.DO_NOTHING, related_name="endorsements")
    constituency = models.ForeignKey(Constituency, on_delete=models.DO_NOTHING, related_name="endorsements")
    gathering = models.ForeignKey(
        Gathering, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("at which gathering")
    )
    gradient = models.SmallIntegerField(_("where they stand"), choices=Gradient.choices)
    present = models.IntegerField(_("how many of them were there"), default=0)
    reservation = models.TextField(_("their reservation, in their words"), blank=True, default="")
    said_on = models.DateField(_("said on"))

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {"programme", "row", "constituency", "gathering", "gradient", "present", "reservation", "said_on"}
    )

    def __str__(self) -> str:
        return f"{self.constituency}: {self.get_gradient_display()}"


class LeadershipGroup(OfProgramme):
    """A Learning and Leadership Group (LLG): it carries the roadmap on after the dialogue.

    size and quotas: how many members a ballot chooses, and from how many to how many of them are of a gender,
    a constituency or a place. They stand once the ballot is open.
    """

    class Phase(models.TextChoices):
        """How far the choice of its members has come."""

        NOMINATING = "nominating", _("people are nominated")
        VOTING = "voting", _("the vote is open")
        CLOSED = "closed", _("the vote is closed")

    name = models.TextField(_("name"))
    mandate = models.TextField(_("terms of reference"), blank=True, default="")
    gathering = models.ForeignKey(
        Gathering, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("nominated at")
    )
    term_starts = models.DateField(_("term starts"), null=True, blank=True)
    term_ends = models.DateField(_("term ends"), null=True, blank=True)
    size = models.IntegerField(_("members to choose"), default=0)
    quotas: Any = models.JSONField(default=list, help_text="each with column, value (an id), least, most")
    one_per_organisation = models.BooleanField(default=False)
    ballot_opened_at = models.DateTimeField(null=True)
    ballot_closed_at = models.DateTimeField(null=True)
    slate_asked_at = models.DateTimeField(null=True)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "name",
            "mandate",
            "gathering",
            "term_starts",
            "term_ends",
            "size",
            "quotas",
            "one_per_organisation",
            "ballot_opened_at",
            "ballot_closed_at",
            "slate_asked_at",
        }
    )
    SCHEMA = 2

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("agenda:group", args=[self.programme.slug, self.pk])

    def phase(self, at: datetime | None = None) -> Phase:
        """Whether people are still nominated for it, vote, or have voted."""
        at = at or timezone.now()
        if self.ballot_opened_at is None or at < self.ballot_opened_at:
            return self.Phase.NOMINATING
        voting = self.ballot_closed_at is None or at < self.ballot_closed_at
        return self.Phase.VOTING if voting else self.Phase.CLOSED


class Candidate(OfProgramme):
    """Somebody nominated for a leadership group, by their own constituency; on the ballot if they consent.

    Its subject is the participant who stands, or the row's own, so that the name can be forgotten.
    """

    class State(models.TextChoices):
        NOMINATED = "nominated", _("nominated, not asked yet")
        CONSENTED = "consented", _("consents to stand")
        WITHDRAWN = "withdrawn", _("does not stand")

    group = models.ForeignKey(LeadershipGroup, on_delete=models.DO_NOTHING, related_name="candidates")
    constituency = models.ForeignKey(
        Constituency, on_delete=models.DO_NOTHING, related_name="candidates", verbose_name=_("constituency")
    )
    place = models.ForeignKey(
        Place, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("place")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("organisation")
    )
    name = models.TextField(_("name"), blank=True, default="")
    gender = models.TextField(_("gender"), choices=Gender.choices, blank=True, default="")
    says = models.TextField(_("what they say"), blank=True, default="")
    state = models.TextField(_("state"), choices=State.choices, default=State.NOMINATED)

    PERSONAL = frozenset({"name", "gender", "says"})
    PLAIN = frozenset({"programme", "group", "constituency", "place", "organisation", "state"})

    class Meta:
        ordering = ["constituency__position", "name"]

    constituency_id: uuid.UUID
    group_id: uuid.UUID
    organisation_id: uuid.UUID | None
    place_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.name or str(_("somebody who asked to be forgotten"))

    @property
    def stands(self) -> bool:
        """Whether they are on the ballot: they consented, and did not ask to be forgotten since."""
        return self.state == Candidate.State.CONSENTED and bool(self.name)


class Ballot(Recorded):
    """Whom a participant approves of for a leadership group; the latest counts. None is one too."""

    group = models.ForeignKey(LeadershipGroup, on_delete=models.DO_NOTHING, related_name="ballots")
    participant = models.ForeignKey(Participant, on_delete=models.DO_NOTHING, related_name="ballots")
    approved: Any = models.JSONField(help_text="ids of candidates, sorted")
    channel = models.TextField(choices=Channel.choices)

    PERSONAL = frozenset({"group", "participant", "approved", "channel"})
    PLAIN = frozenset()
    KLASS = "votes"

    participant_id: uuid.UUID

    def __str__(self) -> str:
        return str(self.pk)

    @staticmethod
    def id_for(group_id: uuid.UUID, participant_id: uuid.UUID) -> uuid.UUID:
        """The row follows from who votes on which group: a retry or paper lands on the same one."""
        return uuid.uuid5(group_id, participant_id.hex)


class Seat(OfProgramme):
    """A seat in the group: for a constituency, held by somebody who accepted it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        NOMINATED = "nominated", _("nominated")
        ACCEPTED = "accepted", _("accepted")
        STOOD_DOWN = "stood_down", _("stood down")

    group = models.ForeignKey(LeadershipGroup, on_delete=models.DO_NOTHING, related_name="seats")
    candidate = models.ForeignKey(
        Candidate, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="seats"
    )
    constituency = models.ForeignKey(
        Constituency, on_delete=models.DO_NOTHING, related_name="seats", verbose_name=_("constituency")
    )
    place = models.ForeignKey(
        Place, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("place")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("organisation")
    )
    holder = models.TextField(_("held by"), blank=True, default="")
    gender = models.TextField(_("gender"), choices=Gender.choices, blank=True, default="")
    alternate = models.TextField(_("alternate"), blank=True, default="")
    state = models.TextField(_("state"), choices=State.choices, default=State.OPEN)
    named = models.BooleanField(_("the holder agreed to be named to the public"), default=False)

    PERSONAL = frozenset({"holder", "gender", "alternate"})
    PLAIN = frozenset(
        {"programme", "group", "candidate", "constituency", "place", "organisation", "state", "named"}
    )
    SCHEMA = 2

    class Meta:
        ordering = ["constituency__position", "holder"]

    candidate_id: uuid.UUID | None
    organisation_id: uuid.UUID | None
    place_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.holder

    @property
    def held(self) -> bool:
        """Whether somebody is nominated for it or has accepted it."""
        return self.state in {Seat.State.NOMINATED, Seat.State.ACCEPTED}

    @property
    def public_name(self) -> str:
        """Who holds it, if they accepted it and agreed to be named; else empty."""
        return self.holder if self.named and self.state == Seat.State.ACCEPTED else ""

    @property
    def public_place(self) -> Place | None:
        """Where the seat is for, unless it is one site: few people are there."""
        return None if self.place is None or self.place.level == Place.Level.SITE else self.place


class GroupEndorsement(OfProgramme):
    """Whether one constituency endorses the leadership group, by a count of hands or slips.

    One each; said anew, as each year, it replaces the last.
    """

    group = models.ForeignKey(LeadershipGroup, on_delete=models.DO_NOTHING, related_name="endorsements")
    constituency = models.ForeignKey(Constituency, on_delete=models.DO_NOTHING)
    yes = models.IntegerField(_("for"))
    no = models.IntegerField(_("against"))
    reservation = models.TextField(_("their reservation, in their words"), blank=True, default="")
    said_on = models.DateField(_("said on"))

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "group", "constituency", "yes", "no", "reservation", "said_on"})

    def __str__(self) -> str:
        return f"{self.constituency}: {self.yes}"
