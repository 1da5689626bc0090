"""Delivery: what somebody promised, what they report, what those affected say, and what changed."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jukwaa.agenda.models import LeadershipGroup, RoadmapRow, Seat
from jukwaa.dialogue.models import Channel
from jukwaa.programmes.cards import spaced
from jukwaa.programmes.models import Cycle, Member, OfProgramme, Organisation, Participant
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


class Transfer(OfProgramme):
    """That somebody else holds an office from a day on. Neither of the two is named."""

    office = models.ForeignKey(Office, on_delete=models.DO_NOTHING, related_name="transfers")
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

    @property
    def as_read(self) -> str:
        """What tells whether the reason is still the one that somebody read."""
        return hashlib.sha256(self.reason.encode()).hexdigest()

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


# ---- meetings of a leadership group ----------------------------------------------------------------------


class GroupRule(OfProgramme):
    """How a leadership group decides, and how many have to be there. The newest counts for what comes.

    needed: in percent, of those there (gradient) or of those who vote (majority); quorum: of the seats that
    are held, in percent; quorum_groups: from how many constituencies, at least.
    """

    class Decides(models.TextChoices):
        CONSENT = "consent", _("by consent: nobody blocks it")
        GRADIENT = "gradient", _("by steps of agreement: enough can go along, and nobody blocks it")
        MAJORITY = "majority", _("by majority: more say yes than the share you write")

    group = models.ForeignKey(LeadershipGroup, on_delete=models.DO_NOTHING, related_name="rules")
    decides = models.TextField(_("how the group decides"), choices=Decides.choices)
    needed = models.IntegerField(_("share that is needed"), default=0)
    quorum = models.IntegerField(_("quorum: share of the seats"))
    quorum_groups = models.IntegerField(_("quorum: number of constituencies"), default=0)
    declared_on = models.DateField(_("declared on"))

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "group", "decides", "needed", "quorum", "quorum_groups", "declared_on"})

    def __str__(self) -> str:
        return self.get_decides_display()


class GroupMeeting(OfProgramme):
    """A meeting of a leadership group: called, held, read back and signed off, published.

    It keeps the rule that stood when it was called: decisions follow that one.
    """

    group = models.ForeignKey(LeadershipGroup, on_delete=models.DO_NOTHING, related_name="meetings")
    rule = models.ForeignKey(GroupRule, on_delete=models.DO_NOTHING, related_name="meetings")
    title = models.TextField(_("title"))
    on = models.DateField(_("on"))
    begins = models.TextField(_("begins at"), blank=True, default="", help_text="as said: 10:00")
    where = models.TextField(_("place or phone"))
    sent_on = models.DateField(_("call sent by mail on"), null=True, blank=True)
    held = models.BooleanField(_("it was held"), default=False)
    signed_by = models.ForeignKey(
        Seat, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="signed_meetings"
    )
    signed_on = models.DateField(_("read back and signed off on"), null=True, blank=True)
    published_on = models.DateField(_("minutes published on"), null=True, blank=True)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "group",
            "rule",
            "title",
            "on",
            "begins",
            "where",
            "sent_on",
            "held",
            "signed_by",
            "signed_on",
            "published_on",
        }
    )
    SCHEMA = 2

    class Meta:
        ordering = ["-on"]

    group_id: uuid.UUID
    signed_by_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("delivery:meeting", args=[self.programme.slug, self.pk])


class GroupQuestion(OfProgramme):
    """A question put to the members between meetings: yes, no or abstain, until a day."""

    group = models.ForeignKey(LeadershipGroup, on_delete=models.DO_NOTHING, related_name="questions")
    rule = models.ForeignKey(GroupRule, on_delete=models.DO_NOTHING, related_name="questions")
    text = models.TextField(_("question"))
    asked_on = models.DateField(_("asked on"))
    until = models.DateField(_("answers until"))

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "group", "rule", "text", "asked_on", "until"})

    class Meta:
        ordering = ["-asked_on"]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("delivery:question", args=[self.programme.slug, self.pk])


class Task(OfProgramme):
    """What a meeting gave a seat to do, by a day. It may become a promise of an office."""

    meeting = models.ForeignKey(GroupMeeting, on_delete=models.DO_NOTHING, related_name="tasks")
    decision = models.ForeignKey(
        "Decision", on_delete=models.DO_NOTHING, null=True, blank=True, related_name="tasks"
    )
    what = models.TextField(_("what is to be done"))
    seat = models.ForeignKey(Seat, on_delete=models.DO_NOTHING, related_name="tasks")
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    commitment = models.ForeignKey(
        Commitment, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="tasks"
    )

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "meeting", "decision", "what", "seat", "due_on", "done_on", "commitment"})

    class Meta:
        ordering = ["due_on", "what"]

    decision_id: uuid.UUID | None
    commitment_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.what


class AgendaItem(OfProgramme):
    """A line of a meeting's agenda: what, for how many minutes, who leads.

    What comes on it by itself (a promise, a task, a question) is written down when the meeting is held;
    until then it comes and goes with what it is about.
    """

    class Kind(models.TextChoices):
        ITEM = "item", _("item")
        TASK = "task", _("task of an earlier meeting")
        PROMISE = "promise", _("promise")
        QUESTION = "question", _("question put between meetings")

    meeting = models.ForeignKey(GroupMeeting, on_delete=models.DO_NOTHING, related_name="items")
    kind = models.TextField(choices=Kind.choices, default=Kind.ITEM)
    position = models.IntegerField(_("position"), default=0)
    title = models.TextField(_("what it is about"))
    minutes = models.IntegerField(_("minutes"), default=0)
    lead = models.TextField(_("who leads"), blank=True, default="")
    stands = models.TextField(blank=True, default="", help_text="how a promise stood when it was held")
    late = models.IntegerField(default=0, help_text="and how many days late it was then")
    commitment = models.ForeignKey(
        Commitment, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="items"
    )
    task = models.ForeignKey(Task, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="items")
    question = models.ForeignKey(
        GroupQuestion, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="items"
    )

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "meeting",
            "kind",
            "position",
            "title",
            "minutes",
            "lead",
            "stands",
            "late",
            "commitment",
            "task",
            "question",
        }
    )

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title


class Decision(OfProgramme):
    """What a meeting decided, by the rule that it was called under; agreed or not.

    stances: where each seat that was there stood, by its id: by a majority one of yes, no, abstain; else a
    step of agreement from 1 (full support) to 8 (block). Its subject is itself: the reasons can be erased.
    """

    meeting = models.ForeignKey(GroupMeeting, on_delete=models.DO_NOTHING, related_name="decisions")
    item = models.ForeignKey(
        AgendaItem, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="decisions"
    )
    text = models.TextField(_("what was decided"))
    stances: Any = models.JSONField(default=dict)
    reasons = models.TextField(_("reasons of those who stood aside or blocked"), blank=True, default="")
    agreed = models.BooleanField(_("agreed"))

    PERSONAL = frozenset({"reasons"})
    PLAIN = frozenset({"programme", "meeting", "item", "text", "stances", "agreed"})
    SCHEMA = 2

    def __str__(self) -> str:
        return self.text


class Presence(OfProgramme):
    """Whether a seat was there at a meeting: its holder, its alternate, apologies, or nobody."""

    class State(models.TextChoices):
        CAME = "came", _("came")
        ALTERNATE = "alternate", _("the alternate came")
        APOLOGIES = "apologies", _("sent apologies")
        ABSENT = "absent", _("absent")

    meeting = models.ForeignKey(GroupMeeting, on_delete=models.DO_NOTHING, related_name="presences")
    seat = models.ForeignKey(Seat, on_delete=models.DO_NOTHING, related_name="presences")
    state = models.TextField(choices=State.choices)

    # The states in which a seat is represented.
    THERE = frozenset({"came", "alternate"})

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "meeting", "seat", "state"})

    meeting_id: uuid.UUID
    seat_id: uuid.UUID

    def __str__(self) -> str:
        return self.get_state_display()

    @property
    def there(self) -> bool:
        """Whether the seat was represented."""
        return self.state in Presence.THERE


class Way(models.TextChoices):
    """By which way a member's answer came."""

    LINK = "link", _("by their link")
    CODE = "code", _("by their code")
    SMS = "sms", _("by SMS")
    STAFF = "staff", _("told to the staff")


class MeetingReply(OfProgramme):
    """What a member says to the call of a meeting. One each; the latest counts."""

    class Comes(models.TextChoices):
        COMES = "comes", _("I come")
        ALTERNATE = "alternate", _("I send my alternate")
        CANNOT = "cannot", _("I cannot come")

    meeting = models.ForeignKey(GroupMeeting, on_delete=models.DO_NOTHING, related_name="replies")
    seat = models.ForeignKey(Seat, on_delete=models.DO_NOTHING, related_name="replies")
    comes = models.TextField(choices=Comes.choices)
    note = models.TextField(_("note"), blank=True, default="")
    way = models.TextField(choices=Way.choices)

    PERSONAL = frozenset({"note"})
    PLAIN = frozenset({"programme", "meeting", "seat", "comes", "way"})

    seat_id: uuid.UUID

    def __str__(self) -> str:
        return self.get_comes_display()


class GroupAnswer(OfProgramme):
    """What a member says to a question put between meetings. One each; the latest counts."""

    class Says(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        ABSTAIN = "abstain", _("I abstain")

    question = models.ForeignKey(GroupQuestion, on_delete=models.DO_NOTHING, related_name="answers")
    seat = models.ForeignKey(Seat, on_delete=models.DO_NOTHING, related_name="answers")
    says = models.TextField(choices=Says.choices)
    note = models.TextField(_("note"), blank=True, default="")
    way = models.TextField(choices=Way.choices)

    PERSONAL = frozenset({"note"})
    PLAIN = frozenset({"programme", "question", "seat", "says", "way"})

    question_id: uuid.UUID
    seat_id: uuid.UUID

    def __str__(self) -> str:
        return self.get_says_display()


class MemberKey(OfProgramme):
    """What lets the holder of a seat answer without a log-in: a link, and a code that is never kept.

    link: how many links were given or ended, only one given last opens. Of the code and of the holder's name
    only digests keyed by this node are kept; once somebody else holds the seat, both open nothing.
    """

    seat = models.ForeignKey(Seat, on_delete=models.DO_NOTHING, related_name="keys")
    link = models.IntegerField(default=0)
    code = models.TextField(blank=True, default="", help_text="keyed digest")
    holder = models.TextField(blank=True, default="", help_text="keyed digest")
    given_on = models.DateField()

    PERSONAL = frozenset({"code", "holder"})
    PLAIN = frozenset({"programme", "seat", "link", "given_on"})
    KLASS = "cards"

    class Meta:
        indexes = [models.Index(fields=["code"], name="member_keys_by_code")]

    seat_id: uuid.UUID

    def __str__(self) -> str:
        return str(self.pk)


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


# What figures can be told apart by: the letters of the catalogue, and its words.
DISAGGREGATION = {
    "W": _("sex"),
    "A": _("age"),
    "R": _("role"),
    "M": _("mineral"),
    "T": _("kind of site"),
    "D": _("district"),
    "O": _("from here or elsewhere"),
    "L": _("language or reading"),
    "P": _("process or product"),
    "G": _("constituency"),
    "theme": _("theme"),
    "level": _("level"),
    "pair": _("pair of groups"),
    "channel": _("channel"),
    "type": _("type"),
    "country": _("country"),
}


class Indicator(OfProgramme):
    """What one looks at to see whether a shift of the programme comes about: from a baseline to a target.

    language: of its words; what they say in others is in the record's translations. apart: what its figures
    are told apart by, keys of DISAGGREGATION with spaces. baseline_sample: how many were asked for it.
    catalogue: its key there, if it was picked. computed: the platform works its figures out from the record,
    and nobody types one.
    """

    class Figure(models.TextChoices):
        """What its figures tell of: those of people are shown to the public by the 10-5 rule."""

        PEOPLE = "people", _("a count of people")
        SHARE = "share", _("a share of people, in per cent")
        AVERAGE = "average", _("an average or a rate of people")
        OTHER = "other", _("something else than people")

    class Better(models.TextChoices):
        MORE = "more", _("more is better")
        LESS = "less", _("less is better")

    class Every(models.TextChoices):
        MONTH = "month", _("every month")
        QUARTER = "quarter", _("every three months")
        HALF = "half", _("every six months")
        YEAR = "year", _("every year")

    cycle = models.TextField(_("cycle"), choices=Cycle.choices)
    name = models.TextField(_("name"))
    definition = models.TextField(_("definition"))
    unit = models.TextField(_("unit"))
    language = models.TextField(_("language"))
    figure = models.TextField(_("what it counts"), choices=Figure.choices)
    apart = models.TextField(_("told apart by"), blank=True, default="")
    source = models.TextField(_("where its figures come from"), blank=True, default="")
    standard = models.TextField(_("standard"), blank=True, default="")
    better = models.TextField(_("which way is good"), choices=Better.choices)
    baseline = models.DecimalField(_("baseline"), max_digits=20, decimal_places=6, null=True)
    baseline_on = models.DateField(_("baseline of"), null=True)
    baseline_sample = models.IntegerField(_("how many were asked for the baseline"), null=True)
    target = models.DecimalField(_("target"), max_digits=20, decimal_places=6, null=True)
    target_on = models.DateField(_("target by"), null=True)
    measured_by = models.TextField(_("who measures"), blank=True, default="")
    every = models.TextField(_("how often"), choices=Every.choices)
    tells_of = models.ForeignKey(
        RoadmapRow,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="indicators",
        verbose_name=_("action of the roadmap"),
    )
    catalogue = models.TextField(blank=True, default="")
    computed = models.BooleanField(default=False)
    public = models.BooleanField(_("shown to the public"), default=True)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "cycle",
            "name",
            "definition",
            "unit",
            "language",
            "figure",
            "apart",
            "source",
            "standard",
            "better",
            "baseline",
            "baseline_on",
            "baseline_sample",
            "target",
            "target_on",
            "measured_by",
            "every",
            "tells_of",
            "catalogue",
            "computed",
            "public",
        }
    )
    # What is said of it in words, and translated.
    WORDED = ("name", "definition", "unit", "source")

    class Meta:
        ordering = ["cycle", "name"]

    tells_of_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("delivery:indicator", args=[self.programme.slug, self.pk])

    @property
    def dimensions(self) -> list[tuple[str, str]]:
        """What its figures are told apart by: key and word."""
        return [(key, str(DISAGGREGATION.get(key, key))) for key in self.apart.split()]


class Measurement(OfProgramme):
    """One figure of an indicator, from one source, of one day or of the time that ends on it.

    exact: everything was counted, so there is no interval; else low and high say how sure it is, or nobody
    knows. sample: how many were asked. cells: the figure told apart, each with by (a key of DISAGGREGATION),
    group, value and people (how many were asked, or null). why: why it was corrected last; what it said
    before is in the record.
    """

    # The index below begins with it.
    indicator = models.ForeignKey(
        Indicator, on_delete=models.DO_NOTHING, related_name="measurements", db_index=False
    )
    since = models.DateField(_("since"), null=True)
    on = models.DateField(_("of the day"))
    value = models.DecimalField(_("figure"), max_digits=20, decimal_places=6)
    unit = models.TextField(_("unit"))
    source = models.TextField(_("source"))
    method = models.TextField(_("method"), blank=True, default="")
    low = models.DecimalField(_("at least"), max_digits=20, decimal_places=6, null=True)
    high = models.DecimalField(_("at most"), max_digits=20, decimal_places=6, null=True)
    exact = models.BooleanField(_("counted in full"), default=False)
    sample = models.IntegerField(_("how many were asked"), null=True)
    cells: Any = models.JSONField(default=list)
    why = models.TextField(_("why it was corrected"), blank=True, default="")

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "indicator",
            "since",
            "on",
            "value",
            "unit",
            "source",
            "method",
            "low",
            "high",
            "exact",
            "sample",
            "cells",
            "why",
        }
    )

    class Meta:
        ordering = ["-on", "source"]
        indexes = [
            # The last days of an indicator, and what its sources say of each, without a sort.
            models.Index(fields=["indicator", "-on", "source"], name="figures_of_an_indicator"),
        ]

    indicator_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.value} ({self.on})"

    def get_absolute_url(self) -> str:
        return reverse("delivery:figure", args=[self.programme.slug, self.pk])
