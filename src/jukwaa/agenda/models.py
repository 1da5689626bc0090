"""The agenda: problems everyone can accept, solutions, the roadmap, and the group that carries it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jukwaa.dialogue.models import Channel, Finding, Gathering, Gradient, Statement
from jukwaa.programmes.models import (
    Certificate,
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


class Cause(OfProgramme):
    """Why a problem is there, in the groups' words; under another cause when it explains that one."""

    problem = models.ForeignKey(Problem, on_delete=models.DO_NOTHING, related_name="causes")
    under = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, null=True, related_name="causes", verbose_name=_("explains")
    )
    text = models.TextField(_("cause"))
    position = models.IntegerField(default=0)

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "problem", "under", "text", "position"})

    under_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.text


class Disagreement(OfProgramme):
    """A question about a problem on which the groups agree that they disagree, and what would settle it."""

    problem = models.ForeignKey(Problem, on_delete=models.DO_NOTHING, related_name="disagreements")
    question = models.TextField(_("on what they disagree"))
    would_settle = models.TextField(_("what would settle it"))
    settled = models.TextField(_("how it was settled"), blank=True, default="")
    settled_on = models.DateField(_("settled on"), null=True, blank=True)

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "problem", "question", "would_settle", "settled", "settled_on"})

    def __str__(self) -> str:
        return self.question


class Side(OfProgramme):
    """What one constituency says in a disagreement, in its words. Said anew it replaces the last."""

    disagreement = models.ForeignKey(Disagreement, on_delete=models.DO_NOTHING, related_name="sides")
    constituency = models.ForeignKey(Constituency, on_delete=models.DO_NOTHING, related_name="sides")
    words = models.TextField(_("what they say"))

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "disagreement", "constituency", "words"})

    def __str__(self) -> str:
        return self.words

    @staticmethod
    def id_for(disagreement_id: uuid.UUID, constituency_id: uuid.UUID) -> uuid.UUID:
        """The row follows from who speaks on what, so that nobody has two sides."""
        return uuid.uuid5(disagreement_id, constituency_id.hex)


class Solution(OfProgramme):
    """A finding of a solutions round, taken up as an answer to a problem."""

    problem = models.ForeignKey(Problem, on_delete=models.DO_NOTHING, related_name="solutions")
    finding = models.ForeignKey(Finding, on_delete=models.DO_NOTHING, related_name="solutions")
    title = models.TextField(_("solution"))

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "problem", "finding", "title"})

    def __str__(self) -> str:
        return self.title


class Clause(OfProgramme):
    """A clause of a solution's first text. What it reads today follows from the amendments accepted since."""

    solution = models.ForeignKey(Solution, on_delete=models.DO_NOTHING, related_name="clauses")
    position = models.IntegerField()
    text = models.TextField(_("clause"))

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "solution", "position", "text"})

    def __str__(self) -> str:
        return self.text


class Amendment(OfProgramme):
    """A change that a constituency asks for in one clause of a solution; accepted, or declined with a reason.

    at: the clause that it changes or stands after: the id of a Clause, or of the amendment that brought the
    clause in; None puts it first. was: how that clause read when this was proposed. place: the how manieth
    change of the text it became, from 1; None as long as it is none.
    """

    class Kind(models.TextChoices):
        REPLACE = "replace", _("say a clause otherwise")
        INSERT = "insert", _("add a clause after it")
        STRIKE = "strike", _("strike a clause")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    solution = models.ForeignKey(Solution, on_delete=models.DO_NOTHING, related_name="amendments")
    constituency = models.ForeignKey(
        Constituency, on_delete=models.DO_NOTHING, null=True, related_name="amendments"
    )
    kind = models.TextField(_("kind"), choices=Kind.choices)
    at = models.UUIDField(null=True)
    was = models.TextField(blank=True, default="")
    text = models.TextField(_("new words"), blank=True, default="")
    because = models.TextField(_("why"), blank=True, default="")
    state = models.TextField(_("state"), choices=State.choices, default=State.PROPOSED)
    reason = models.TextField(_("reason of the decision"), blank=True, default="")
    decided_on = models.DateField(_("decided on"), null=True)
    place = models.IntegerField(null=True)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "solution",
            "constituency",
            "kind",
            "at",
            "was",
            "text",
            "because",
            "state",
            "reason",
            "decided_on",
            "place",
        }
    )

    def __str__(self) -> str:
        return self.text or self.was


class Argument(OfProgramme):
    """What speaks for a solution, or against it, in a constituency's words or in nobody's."""

    class Side(models.TextChoices):
        PRO = "pro", _("for it")
        CON = "con", _("against it")

    solution = models.ForeignKey(Solution, on_delete=models.DO_NOTHING, related_name="arguments")
    constituency = models.ForeignKey(
        Constituency, on_delete=models.DO_NOTHING, null=True, related_name="arguments"
    )
    side = models.TextField(_("for or against"), choices=Side.choices)
    text = models.TextField(_("what speaks for or against it"))

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "solution", "constituency", "side", "text"})

    def __str__(self) -> str:
        return self.text


class AgendaChange(OfProgramme):
    """What a facilitator changed in an agenda that was computed, and why. One for each statement.

    certificate: the agenda as computed. statement: which of its items. place: where it stands instead, from
    1; None when it was left out.
    """

    certificate = models.ForeignKey(Certificate, on_delete=models.DO_NOTHING, related_name="agenda_changes")
    statement = models.ForeignKey(Statement, on_delete=models.DO_NOTHING, related_name="agenda_changes")
    place = models.IntegerField(_("place"), null=True)
    reason = models.TextField(_("reason"))

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "certificate", "statement", "place", "reason"})

    statement_id: uuid.UUID

    def __str__(self) -> str:
        return self.reason

    @staticmethod
    def id_for(certificate_id: uuid.UUID, statement_id: uuid.UUID) -> uuid.UUID:
        """The row follows from what is changed where: said anew it replaces the last."""
        return uuid.uuid5(certificate_id, statement_id.hex)


class RoadmapRow(OfProgramme):
    """One row of the roadmap: who does what by when, with what, and how one will see it.

    What each side owes the other stands in its obligations, a line each; rows of earlier versions have words
    for all of it. baseline and target are numbers, in `unit`, kept as they were written: earlier rows have
    words there, and the record is not rewritten.
    """

    class Level(models.TextChoices):
        SITE = "site", _("site")
        DISTRICT = "district", _("district")
        NATIONAL = "national", _("national")

    class Direction(models.TextChoices):
        """Which way the indicator should go."""

        RISE = "rise", _("it should rise")
        FALL = "fall", _("it should fall")

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
    first_step_on = models.DateField(_("first step by"), null=True, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    due_on = models.DateField(_("due on"))
    resources = models.TextField(_("money and other resources"), blank=True, default="")
    secured = models.BooleanField(_("the money is secured"), default=False)
    indicator = models.TextField(_("indicator"), blank=True, default="")
    unit = models.TextField(_("unit"), blank=True, default="")
    direction = models.TextField(
        _("which way it should go"), choices=Direction.choices, default=Direction.RISE
    )
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
            "first_step_on",
            "starts_on",
            "due_on",
            "resources",
            "secured",
            "indicator",
            "unit",
            "direction",
            "baseline",
            "target",
            "adopted_on",
            "public",
        }
    )
    SCHEMA = 2

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


class Obligation(OfProgramme):
    """One line of what a row asks of its sides: who owes what to whom.

    Who owes is a constituency or an organisation; to whom too, or nobody in particular: then it is owed to
    everybody whom the row concerns.
    """

    row = models.ForeignKey(RoadmapRow, on_delete=models.DO_NOTHING, related_name="lines")
    by_constituency = models.ForeignKey(
        Constituency, on_delete=models.DO_NOTHING, null=True, related_name="owes", verbose_name=_("who owes")
    )
    by_organisation = models.ForeignKey(
        Organisation, on_delete=models.DO_NOTHING, null=True, related_name="owes", verbose_name=_("who owes")
    )
    to_constituency = models.ForeignKey(
        Constituency, on_delete=models.DO_NOTHING, null=True, related_name="gets", verbose_name=_("to whom")
    )
    to_organisation = models.ForeignKey(
        Organisation, on_delete=models.DO_NOTHING, null=True, related_name="gets", verbose_name=_("to whom")
    )
    what = models.TextField(_("what is owed"))
    position = models.IntegerField(default=0)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "position",
            "row",
            "by_constituency",
            "by_organisation",
            "to_constituency",
            "to_organisation",
            "what",
        }
    )

    row_id: uuid.UUID

    def __str__(self) -> str:
        return self.what

    @property
    def debtor(self) -> Constituency | Organisation | None:
        """Who owes it."""
        return self.by_constituency or self.by_organisation

    @property
    def creditor(self) -> Constituency | Organisation | None:
        """To whom; None is everybody whom the row concerns."""
        return self.to_constituency or self.to_organisation

    @staticmethod
    def constituency_of(party: Constituency | Organisation | None) -> uuid.UUID | None:
        """The constituency that a side is, or belongs to."""
        if isinstance(party, Constituency):
            return party.pk
        return party.constituency_id if party is not None else None


class Spokesperson(OfProgramme):
    """Who speaks for a constituency: an office, or a person who agreed to be named.

    Its subject is its own, so that the name can be forgotten; the office stays on record.
    """

    constituency = models.ForeignKey(Constituency, on_delete=models.DO_NOTHING, related_name="spokespersons")
    office = models.TextField(_("office"))
    name = models.TextField(_("name"), blank=True, default="")
    named = models.BooleanField(_("agreed to be named to the public"), default=False)

    PERSONAL = frozenset({"name"})
    PLAIN = frozenset({"programme", "constituency", "office", "named"})

    class Meta:
        ordering = ["office"]

    constituency_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.name}, {self.office}" if self.name else self.office

    @property
    def public_name(self) -> str:
        """Who spoke, as everybody may read it: the person only if they agreed to be named."""
        return str(self) if self.named else self.office


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
    spokesperson = models.ForeignKey(
        Spokesperson,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        verbose_name=_("who said it for them"),
    )
    said_on = models.DateField(_("said on"))

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "row",
            "constituency",
            "gathering",
            "gradient",
            "present",
            "reservation",
            "spokesperson",
            "said_on",
        }
    )
    SCHEMA = 2

    def __str__(self) -> str:
        return f"{self.constituency}: {self.get_gradient_display()}"


class Comment(OfProgramme):
    """A remark on the draft of a row, by the staff or by a participant for their constituency.

    A participant's remark has them as its subject, and goes when they ask to be forgotten.
    """

    row = models.ForeignKey(RoadmapRow, on_delete=models.DO_NOTHING, related_name="comments")
    constituency = models.ForeignKey(
        Constituency, on_delete=models.DO_NOTHING, null=True, related_name="comments"
    )
    text = models.TextField(_("comment"))
    resolved_on = models.DateField(_("resolved on"), null=True)
    resolution = models.TextField(_("what was done about it"), blank=True, default="")

    PERSONAL = frozenset({"text"})
    PLAIN = frozenset({"programme", "row", "constituency", "resolved_on", "resolution"})

    def __str__(self) -> str:
        return self.text


class RoadmapVersion(OfProgramme):
    """The public rows of the roadmap as they stood on a day. Never changed.

    content: all that it says, without names of people. digest: SHA-256 of it as canonical JSON (RFC 8785),
    so that anybody who has the file can see that it is the same.
    """

    number = models.IntegerField(_("number"))
    title = models.TextField(_("what it is for"))
    frozen_on = models.DateField(_("frozen on"))
    content: Any = models.JSONField()
    digest = models.TextField(_("fingerprint"))

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "number", "title", "frozen_on", "content", "digest"})

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return gettext("Version %(number)d: %(title)s") % {"number": self.number, "title": self.title}

    def get_absolute_url(self) -> str:
        return reverse("agenda:version", args=[self.programme.slug, self.pk])


class Goal(OfProgramme):
    """A programme's own entry of a catalogue, such as a priority of the national plan."""

    catalogue = models.TextField(_("catalogue"))
    code = models.TextField(_("number or code"))
    title = models.TextField(_("what it says"))
    source = models.TextField(_("where it stands"), blank=True, default="")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "catalogue", "code", "title", "source"})
    SAME = (("programme", "catalogue", "code"),)

    class Meta:
        ordering = ["catalogue", "code"]

    def __str__(self) -> str:
        return f"{self.catalogue} {self.code}"


class Alignment(OfProgramme):
    """A goal of a catalogue that a row serves, and how. It names the goal, for some come with Jukwaa."""

    row = models.ForeignKey(RoadmapRow, on_delete=models.DO_NOTHING, related_name="alignments")
    catalogue = models.TextField(_("catalogue"))
    code = models.TextField(_("number or code"))
    how = models.TextField(_("how the row serves it"), blank=True, default="")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "row", "catalogue", "code", "how"})

    def __str__(self) -> str:
        return f"{self.catalogue} {self.code}"


class LeadershipGroup(OfProgramme):
    """A Learning and Leadership Group (LLG): it carries the roadmap on after the dialogue.

    size and quotas: how many members a ballot chooses, and from how many to how many of them are of a gender,
    a constituency or a place. They stand once the ballot is open, and so does how it is counted. terms: its
    terms of reference, clause by clause. paper: the slip is the ballot of record, and every box is counted by
    two. recount_within: when so few ticks or fewer part somebody chosen from somebody of the same
    constituency who is not, all boxes are counted again. seed: of the order of names on the slips.
    objection_days: how long anybody may object before a seat is confirmed.
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
    terms: Any = models.JSONField(default=list, help_text="clauses, each with key, title, text")
    paper = models.BooleanField(_("the paper slip is the ballot of record"), default=False)
    recount_within = models.IntegerField(default=0)
    recount_asked_at = models.DateTimeField(null=True)
    seed = models.IntegerField(default=0)
    objection_days = models.IntegerField(_("days in which anybody may object"), default=14)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "terms",
            "paper",
            "recount_within",
            "recount_asked_at",
            "seed",
            "objection_days",
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
    SCHEMA = 3

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

    Its subject is the participant who stands, or the row's own, so that the name can be forgotten. link: how
    many personal links and codes they were given; only the last opens.
    """

    class State(models.TextChoices):
        NOMINATED = "nominated", _("nominated, not asked yet")
        CONSENTED = "consented", _("consents to stand")
        WITHDRAWN = "withdrawn", _("does not stand")
        DECLINED = "declined", _("declined")

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
    link = models.IntegerField(default=0)

    PERSONAL = frozenset({"name", "gender", "says"})
    PLAIN = frozenset({"programme", "group", "constituency", "place", "organisation", "state", "link"})
    SCHEMA = 2

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


class Nomination(OfProgramme):
    """That somebody of the constituency named a candidate, and how it came. Of whom, only they know.

    participant: who named them, where it was by their card; it goes when they ask to be forgotten.
    """

    class How(models.TextChoices):
        SCREEN = "screen", _("on a screen")
        PAPER = "paper", _("on paper")
        FLOOR = "floor", _("from the floor")

    group = models.ForeignKey(LeadershipGroup, on_delete=models.DO_NOTHING, related_name="nominations")
    candidate = models.ForeignKey(Candidate, on_delete=models.DO_NOTHING, related_name="nominations")
    participant = models.ForeignKey(
        Participant, on_delete=models.DO_NOTHING, null=True, related_name="nominations"
    )
    how = models.TextField(_("how it came"), choices=How.choices)
    said_on = models.DateField(_("on which day"))

    PERSONAL = frozenset({"participant"})
    PLAIN = frozenset({"programme", "group", "candidate", "how", "said_on"})

    candidate_id: uuid.UUID

    def __str__(self) -> str:
        return str(self.get_how_display())


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


class SlipGiven(OfProgramme):
    """That the desk gave a participant their one slip. What they ticked on it nobody can tell."""

    group = models.ForeignKey(LeadershipGroup, on_delete=models.DO_NOTHING, related_name="slips_given")
    participant = models.ForeignKey(Participant, on_delete=models.DO_NOTHING, related_name="slips_given")

    PERSONAL = frozenset({"programme", "group", "participant"})
    PLAIN = frozenset()
    KLASS = "votes"

    def __str__(self) -> str:
        return str(self.pk)

    @staticmethod
    def id_for(group_id: uuid.UUID, participant_id: uuid.UUID) -> uuid.UUID:
        """The row follows from who got a slip for which group: nobody gets two."""
        return uuid.uuid5(group_id, f"given/{participant_id.hex}")


class Slip(OfProgramme):
    """What is ticked on one paper slip, typed in from its box: nobody's, for it bears no name and no card.

    number: what is printed on it. spoilt: it says nothing that can be read, and counts for nobody.
    """

    group = models.ForeignKey(LeadershipGroup, on_delete=models.DO_NOTHING, related_name="slips")
    constituency = models.ForeignKey(Constituency, on_delete=models.DO_NOTHING, related_name="+")
    number = models.IntegerField(_("number on the slip"))
    approved: Any = models.JSONField(help_text="ids of candidates, sorted")
    spoilt = models.BooleanField(_("it cannot be read"), default=False)

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "group", "constituency", "number", "approved", "spoilt"})
    KLASS = "votes"

    constituency_id: uuid.UUID

    def __str__(self) -> str:
        return str(self.number)

    @staticmethod
    def id_for(group_id: uuid.UUID, number: int) -> uuid.UUID:
        """The row follows from the number: a slip typed in twice is one slip."""
        return uuid.uuid5(group_id, f"slip/{number}")


class HandCount(OfProgramme):
    """What one person counted of one box: how many slips, and how many ticks each candidate has.

    It counts once a second person has counted the same. turn: 1, or 2 for the recount.
    """

    group = models.ForeignKey(LeadershipGroup, on_delete=models.DO_NOTHING, related_name="counts")
    constituency = models.ForeignKey(Constituency, on_delete=models.DO_NOTHING, related_name="+")
    turn = models.IntegerField(default=1)
    slips = models.IntegerField(_("slips in the box"))
    spoilt = models.IntegerField(_("of them, slips that cannot be read"), default=0)
    ticks: Any = models.JSONField(help_text="number of ticks by a candidate's id")
    by = models.UUIDField(help_text="the member who counted")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "group", "constituency", "turn", "slips", "spoilt", "ticks", "by"})

    constituency_id: uuid.UUID

    def __str__(self) -> str:
        return str(self.slips)

    @staticmethod
    def id_for(group_id: uuid.UUID, constituency_id: uuid.UUID, turn: int, by: uuid.UUID) -> uuid.UUID:
        """The row follows from who counted what: counted anew it replaces the last."""
        return uuid.uuid5(group_id, f"count/{constituency_id.hex}/{turn}/{by.hex}")

    @property
    def said(self) -> tuple[int, int, dict[str, int]]:
        """What was counted, to be compared with what another counted."""
        return self.slips, self.spoilt, {pk: many for pk, many in self.ticks.items() if many}


class Seat(OfProgramme):
    """A seat in the group: for a constituency, held by somebody who accepted it.

    stands_in: who takes it if they leave, as the slate says. published_on: since when anybody may object to
    who is proposed; confirmed_on: when that time was over and the seat was theirs. link: how many personal
    links the holder was given; only the last opens.
    """

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
    stands_in = models.ForeignKey(
        Candidate, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="stands_in_for"
    )
    published_on = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    link = models.IntegerField(default=0)

    PERSONAL = frozenset({"holder", "gender", "alternate"})
    PLAIN = frozenset(
        {
            "programme",
            "group",
            "candidate",
            "constituency",
            "place",
            "organisation",
            "state",
            "named",
            "stands_in",
            "published_on",
            "confirmed_on",
            "link",
        }
    )
    SCHEMA = 3

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
    def is_the_chosen(self) -> bool:
        """Whether whoever was chosen for it has it: they may have left, and somebody else be named since."""
        return self.candidate is not None and self.holder.casefold() == self.candidate.name.casefold()

    @property
    def steps_in(self) -> str:
        """Who takes the seat if its holder leaves: who was written down, or whom the slate says; or empty."""
        if self.alternate or self.stands_in is None or not self.stands_in.stands:
            return self.alternate
        return self.stands_in.name

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


class AuthorityEndorsement(OfProgramme):
    """Whether an authority endorses the leadership group, by which office. Said anew it replaces the last."""

    class Stand(models.TextChoices):
        ENDORSES = "endorses", _("endorses it")
        RESERVED = "reserved", _("endorses it, with a reservation")
        DECLINES = "declines", _("does not endorse it")

    group = models.ForeignKey(LeadershipGroup, on_delete=models.DO_NOTHING, related_name="authorities")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("organisation")
    )
    office = models.TextField(_("office"))
    stand = models.TextField(_("where they stand"), choices=Stand.choices)
    reservation = models.TextField(_("their reservation, in their words"), blank=True, default="")
    reference = models.TextField(_("letter or minute where it is written"), blank=True, default="")
    said_on = models.DateField(_("said on"))

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {"programme", "group", "organisation", "office", "stand", "reservation", "reference", "said_on"}
    )

    class Meta:
        ordering = ["organisation__name", "office"]

    def __str__(self) -> str:
        return f"{self.office}, {self.organisation}"

    @staticmethod
    def id_for(group_id: uuid.UUID, organisation_id: uuid.UUID, office: str) -> uuid.UUID:
        """The row follows from whose word it is."""
        return uuid.uuid5(group_id, f"authority/{organisation_id.hex}/{office.casefold()}")


class Objection(OfProgramme):
    """What somebody has against a proposed member or the whole group, and what was answered.

    Its subject is the participant who objects, or the row's own. seat: against whom; None for the whole
    group. constituency: of whom it came, where they say. shown: somebody read it for names, and everybody may
    read it.
    """

    group = models.ForeignKey(LeadershipGroup, on_delete=models.DO_NOTHING, related_name="objections")
    seat = models.ForeignKey(Seat, on_delete=models.DO_NOTHING, null=True, related_name="objections")
    constituency = models.ForeignKey(Constituency, on_delete=models.DO_NOTHING, null=True, related_name="+")
    text = models.TextField(_("what they object to, and why"), blank=True, default="")
    confidential = models.BooleanField(_("in confidence"), default=True)
    how = models.TextField(_("how it came"), choices=Nomination.How.choices)
    received_on = models.DateField(_("received on"))
    answer = models.TextField(_("answer"), blank=True, default="")
    upheld = models.BooleanField(_("it is right"), null=True)
    answered_on = models.DateField(null=True)
    shown = models.BooleanField(_("everybody may read it"), default=False)

    PERSONAL = frozenset({"text", "constituency"})
    PLAIN = frozenset(
        {
            "programme",
            "group",
            "seat",
            "confidential",
            "how",
            "received_on",
            "answer",
            "upheld",
            "answered_on",
            "shown",
        }
    )
    KLASS = "testimonies"

    class Meta:
        ordering = ["hlc"]

    def __str__(self) -> str:
        return self.text or str(_("somebody who asked to be forgotten"))


class Handover(OfProgramme):
    """What somebody who leaves a seat tells whoever comes after them. It goes with the names of the seat."""

    seat = models.ForeignKey(Seat, on_delete=models.DO_NOTHING, related_name="handovers")
    text = models.TextField(_("what is open, who to talk to, where the papers are"), blank=True, default="")
    written_on = models.DateField()
    read_on = models.DateField(null=True)

    PERSONAL = frozenset({"text"})
    PLAIN = frozenset({"programme", "seat", "written_on", "read_on"})

    def __str__(self) -> str:
        return self.text


class Auditor(OfProgramme):
    """Somebody named to compute a slate again: they alone get its ballot files, by a personal link."""

    slate = models.ForeignKey(Certificate, on_delete=models.DO_NOTHING, related_name="auditors")
    name = models.TextField(_("name"), blank=True, default="")
    organisation = models.TextField(_("of which organisation"), blank=True, default="")
    named_on = models.DateField()
    link = models.IntegerField(default=0)

    PERSONAL = frozenset({"name"})
    PLAIN = frozenset({"programme", "slate", "organisation", "named_on", "link"})

    slate_id: uuid.UUID

    def __str__(self) -> str:
        return self.name or str(_("somebody who asked to be forgotten"))


class FilesTaken(OfProgramme):
    """That a named auditor took the ballot files: when, and the digest of each."""

    auditor = models.ForeignKey(Auditor, on_delete=models.DO_NOTHING, related_name="taken")
    taken_at = models.DateTimeField()
    digests: Any = models.JSONField(help_text="sha256 by the file's name")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "auditor", "taken_at", "digests"})

    class Meta:
        ordering = ["taken_at"]

    def __str__(self) -> str:
        return f"{self.taken_at}"
