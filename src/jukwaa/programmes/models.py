"""The programme: its stages, places, groups and people, and what each person consented to."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jukwaa.record.models import BlobField, Removable


class Cycle(models.TextChoices):
    """The four shifts that the programme aims at, each a From → To."""

    BUSINESS = "C1", _("From poverty to small businesses with information and finance")
    JOBS = "C2", _("From insecure work to safe, decent jobs")
    LAND = "C3", _("From degradation to clean technology and good practice")
    POLICY = "C4", _("From outdated policy to informed, joint policy")


class Programme(Removable):
    """A dialogue programme, from the mine site to the ministry."""

    title = models.TextField(_("title"))
    slug = models.SlugField(_("short name"), max_length=60)
    country = models.TextField(_("country"))
    summary = models.TextField(_("summary"), blank=True)
    languages = models.TextField(
        _("languages"), default="en", help_text=_("codes, the first one first: sw en")
    )
    organiser = models.TextField(_("organiser"), blank=True)
    public = models.BooleanField(_("shown to the public"), default=False)

    PERSONAL = frozenset()
    PLAIN = frozenset({"title", "slug", "country", "summary", "languages", "organiser", "public"})
    SAME = (("slug",),)

    def __str__(self) -> str:
        return self.title

    @property
    def programme_id(self) -> uuid.UUID:
        """A programme is its own programme, so that its first event has a stream."""
        return self.pk

    @property
    def first_language(self) -> str:
        """The code of the language that most participants read or hear."""
        return (self.languages.split() or ["en"])[0]

    def get_absolute_url(self) -> str:
        return reverse("web:road", args=[self.slug])


class OfProgramme(Removable):
    """A row that belongs to one programme."""

    programme = models.ForeignKey(Programme, on_delete=models.DO_NOTHING, related_name="%(class)ss")
    programme_id: uuid.UUID

    class Meta:
        abstract = True


class StageKind(models.TextChoices):
    SCOPING = "scoping", _("Scoping")
    PARTNERS = "partners", _("Partners")
    RESEARCH = "research", _("Field research")
    APART = "apart", _("Each group apart")
    THEMATIC = "thematic", _("Thematic sessions")
    WORKSHOP = "workshop", _("Pre-dialogue workshop")
    DIALOGUE = "dialogue", _("Action dialogue")
    MEMOIRE = "memoire", _("Aide-memoire")
    LEADERSHIP = "leadership", _("Learning and Leadership Group")
    FOLLOW_UP = "follow_up", _("Follow-up")
    COMMUNICATIONS = "communications", _("Communications")


class Stage(OfProgramme):
    """A station on the programme's road. Stages can come in any order."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        PRESENT = "present", _("now")
        DONE = "done", _("done")

    kind = models.TextField(_("kind"), choices=StageKind.choices)
    title = models.TextField(_("name"))
    position = models.IntegerField(_("position"))
    state = models.TextField(_("state"), choices=State.choices, default=State.PLANNED)
    note = models.TextField(_("what came of it"), blank=True, default="")
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "kind", "title", "position", "state", "note", "starts_on", "ends_on"})

    class Meta:
        ordering = ["position", "title"]

    def __str__(self) -> str:
        """Its title; one that came with an order of stages is said in the reader's language."""
        return gettext(self.title) if self.title else ""


class Place(OfProgramme):
    """A country, region, district or site. Coarse on purpose: no coordinates."""

    class Level(models.TextChoices):
        COUNTRY = "country", _("country")
        REGION = "region", _("region")
        DISTRICT = "district", _("district")
        SITE = "site", _("site")

    parent = models.ForeignKey(
        "self",
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
    )
    level = models.TextField(_("level"), choices=Level.choices)
    name = models.TextField(_("name"))

    parent_id: uuid.UUID | None

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "parent", "level", "name"})
    SAME = (("programme", "parent", "name"),)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Constituency(OfProgramme):
    """A declared stakeholder group. Declared before anybody votes, and equal to every other."""

    name = models.TextField(_("name"))
    position = models.IntegerField(_("position"), default=0)
    description = models.TextField(_("who belongs to it"), blank=True, default="")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "name", "position", "description"})
    SAME = (("programme", "name"),)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Organisation(OfProgramme):
    """A ministry, company, association or other body that takes part or owes something."""

    name = models.TextField(_("name"))
    constituency = models.ForeignKey(
        Constituency, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("constituency")
    )

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "name", "constituency"})
    SAME = (("programme", "name"),)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    COORDINATOR = "coordinator", _("Coordinator")
    FACILITATOR = "facilitator", _("Facilitator")
    RESEARCHER = "researcher", _("Researcher")
    COMMUNICATIONS = "communications", _("Communications")
    OBSERVER = "observer", _("Observer")


class Member(OfProgramme):
    """Somebody on the programme's staff, with one role in it. Their password stays on their node."""

    name = models.TextField(_("name"), blank=True)
    role = models.TextField(_("role"), choices=Role.choices)
    account = models.UUIDField(null=True, editable=False)

    PERSONAL = frozenset({"name"})
    PLAIN = frozenset({"programme", "role", "account"})
    SAME = (("programme", "account"),)

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(login=username)


class Account(AbstractBaseUser):
    """A login on this node: a name and a password, never sent anywhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    login = models.CharField(_("login"), max_length=60, unique=True)
    is_active = models.BooleanField(default=True)
    founder = models.BooleanField(_("may begin programmes"), default=False)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    def __str__(self) -> str:
        return self.login


class Gender(models.TextChoices):
    WOMAN = "woman", _("woman")
    MAN = "man", _("man")
    OTHER = "other", _("other")
    UNSAID = "", _("prefers not to say")


class AgeBand(models.TextChoices):
    YOUNG = "18-24", _("18 to 24")
    ADULT = "25-34", _("25 to 34")
    MIDDLE = "35-54", _("35 to 54")
    ELDER = "55+", _("55 or over")
    UNSAID = "", _("prefers not to say")


class Participant(OfProgramme):
    """Somebody who takes part. No phone, no e-mail, no legal status; a name only if they wish one kept.

    heard: they spoke in the field and have no card: what they agreed to is kept, but they are not among those
    who take part, are invited or vote.
    """

    constituency = models.ForeignKey(
        Constituency, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("constituency")
    )
    place = models.ForeignKey(
        Place, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("place")
    )
    called = models.TextField(_("what to call them"), blank=True, default="")
    gender = models.TextField(_("gender"), choices=Gender.choices, blank=True, default="")
    age_band = models.TextField(_("age"), choices=AgeBand.choices, blank=True, default="")
    language = models.TextField(_("language"), default="sw", blank=True)
    household = models.TextField(_("household"), blank=True, default="")
    heard = models.BooleanField(_("only heard in the field"), default=False)

    PERSONAL = frozenset(
        {"constituency", "place", "called", "gender", "age_band", "language", "household", "heard"}
    )
    PLAIN = frozenset({"programme"})
    SCHEMA = 3

    constituency_id: uuid.UUID | None
    place_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.called or str(self.pk)[:8]

    @property
    def is_anonymous(self) -> bool:
        return False


class Card(OfProgramme):
    """A printed card that lets a participant take part: a number to read aloud and a QR code.

    Neither is kept: only what is needed to recognise them.
    """

    class State(models.TextChoices):
        PRINTED = "printed", _("printed")
        ISSUED = "issued", _("handed out")
        REVOKED = "revoked", _("no longer valid")

    participant = models.ForeignKey(Participant, on_delete=models.DO_NOTHING, null=True, related_name="cards")
    shelf = models.TextField(help_text="the first seven digits, to find the card by")
    number_hash = models.TextField()
    secret_hash = models.TextField()
    state = models.TextField(choices=State.choices, default=State.PRINTED)

    PERSONAL = frozenset({"participant"})
    PLAIN = frozenset({"programme", "shelf", "number_hash", "secret_hash", "state"})
    KLASS = "cards"

    class Meta:
        indexes = [
            models.Index(fields=["shelf"], name="cards_on_a_shelf"),
            models.Index(fields=["secret_hash"], name="cards_by_secret"),
        ]

    participant_id: uuid.UUID | None

    def __str__(self) -> str:
        return str(self.pk)


class WrongCode(models.Model):
    """That somebody tried a card number that is none, and when. Never which, never who."""

    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.at)


class Purpose(models.TextChoices):
    TAKE_PART = "take_part", _("take part and vote")
    QUOTE = "quote", _("be quoted without a name")
    VOICE = "voice", _("let the recording of my voice be heard")
    PHOTO = "photo", _("let my photo be seen")
    STORY = "story", _("let my story be told")
    RECONTACT = "recontact", _("be asked again")


class Audience(models.TextChoices):
    """Who may see it, the narrowest first."""

    PROGRAMME = "1-programme", _("the people of this programme")
    REPORT = "2-report", _("printed reports")
    PUBLIC = "3-public", _("everybody, on the web")
    MEDIA = "4-media", _("newspapers, radio and television")


class Consent(OfProgramme):
    """What a participant agreed to: one purpose, the widest audience, in which words, how, before whom.

    recording: of a yes that was given by voice. until: the last day on which it holds. danger: it could harm
    them, so that it reaches nobody outside the programme. child: they are under 18, so that it never holds.
    """

    class Way(models.TextChoices):
        SIGNATURE = "signature", _("signed")
        THUMB = "thumb", _("by thumb")
        WITNESS = "witness", _("before a witness")
        VOICE = "voice", _("by voice, recorded")

    participant = models.ForeignKey(Participant, on_delete=models.DO_NOTHING, related_name="consents")
    purpose = models.TextField(choices=Purpose.choices)
    audience = models.TextField(choices=Audience.choices)
    given = models.BooleanField()
    version = models.TextField(help_text="of the words that were read out")
    language = models.TextField()
    witness = models.TextField(blank=True, default="")
    way = models.TextField(choices=Way.choices, blank=True, default="")
    said_on = models.DateField()
    recording = BlobField(blank=True, default="")
    until = models.DateField(null=True)
    danger = models.BooleanField(default=False)
    child = models.BooleanField(default=False)

    SCHEMA = 3
    PERSONAL = frozenset(
        {
            "programme",
            "participant",
            "purpose",
            "audience",
            "given",
            "version",
            "language",
            "witness",
            "way",
            "said_on",
            "recording",
            "until",
            "danger",
            "child",
        }
    ) | {"removed", "merged_into"}
    PLAIN = frozenset()

    def __str__(self) -> str:
        return f"{self.purpose}: {self.given}"

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed: nothing new may use it then."""
        return self.until is not None and self.until < today

    @staticmethod
    def id_for(participant: Participant, purpose: str) -> uuid.UUID:
        return uuid.uuid5(participant.pk, purpose)


class Copy(OfProgramme):
    """That people's words or votes left the house: what was taken, by whom, on which day.

    What the same person takes again on the same day is the same row. destroyed_on: since when they say that
    the copy is no more.
    """

    class Kind(models.TextChoices):
        EXPORT = "export", _("download")
        FEED = "feed", _("feed for programs")
        PRINT = "print", _("print")
        BACKUP = "backup", _("backup")
        POLIS = "polis", _("Polis export")

    class Holds(models.TextChoices):
        """What can be in it, by the room that it comes from."""

        FORMS = "field", _("forms and testimonies")
        VOTES = "dialogue", _("statements, votes and lists of a gathering")
        PEOPLE = "programmes", _("lists of people")
        ALL = "all", _("everything")

    kind = models.TextField(choices=Kind.choices)
    holds = models.TextField(choices=Holds.choices)
    name = models.TextField()
    taken_by = models.UUIDField(null=True)
    taken_by_name = models.TextField(blank=True, default="")
    day = models.DateField()
    destroyed_on = models.DateField(null=True)

    PERSONAL = frozenset({"taken_by_name"})
    PLAIN = frozenset({"programme", "kind", "holds", "name", "taken_by", "day", "destroyed_on"})

    class Meta:
        ordering = ["-day", "name"]
        indexes = [models.Index(fields=["programme", "day"], name="copies_by_day")]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def id_for(
        programme_id: uuid.UUID, kind: str, name: str, taken_by: uuid.UUID | None, day: date
    ) -> uuid.UUID:
        """The row follows from what was taken, by whom and when."""
        return uuid.uuid5(programme_id, f"copy\n{kind}\n{name}\n{taken_by}\n{day}")


class Certificate(OfProgramme):
    """What a fair method gave, with all it follows from, so that anybody can compute it again. Never changed.

    about: the row it was made for, such as a gathering, a round or a leadership group. rule: what was asked.
    digest: of its inputs; the people among them are its entries. said: what came out, everybody by a number.
    drawn: the number that was drawn in public, once it was.
    """

    class Kind(models.TextChoices):
        PANEL = "panel", _("Panel drawn by lot")
        SEATING = "seating", _("Tables")
        PRIORITIES = "priorities", _("Ranked list")
        AGENDA = "agenda", _("Agenda")
        SLATE = "slate", _("Leadership group")
        VOICE = "voice", _("Who is heard")

    kind = models.TextField(choices=Kind.choices)
    about = models.UUIDField(null=True)
    title = models.TextField(_("for what"))
    rule = models.JSONField()
    seed = models.IntegerField()
    engine = models.TextField()
    digest = models.TextField()
    people = models.IntegerField()
    said: Any = models.JSONField()
    made_at = models.DateTimeField()
    drawn = models.IntegerField(null=True)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "drawn",
            "programme",
            "kind",
            "about",
            "title",
            "rule",
            "seed",
            "engine",
            "digest",
            "people",
            "said",
            "made_at",
        }
    )

    class Meta:
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["about", "kind"], name="certificates_about_a_row")]

    def __str__(self) -> str:
        return self.title


class Entry(OfProgramme):
    """One person's line in the inputs of a certificate. It goes when they ask to be forgotten.

    number: who they are in it, from 1. line: what was known of them then, by column.
    """

    class State(models.TextChoices):
        """How far somebody has come whom a panel was drawn from."""

        LISTED = "listed", _("on the list")
        INVITED = "invited", _("invited")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        LEFT = "left", _("left")

    certificate = models.ForeignKey(Certificate, on_delete=models.DO_NOTHING, related_name="entries")
    participant = models.ForeignKey(Participant, on_delete=models.DO_NOTHING, related_name="entries")
    number = models.IntegerField()
    line: Any = models.JSONField()
    state = models.TextField(choices=State.choices, default=State.LISTED)

    PERSONAL = frozenset({"programme", "certificate", "participant", "number", "line", "state"})
    PLAIN = frozenset()
    LIST = "certificate"

    class Meta:
        ordering = ["number"]

    certificate_id: uuid.UUID
    participant_id: uuid.UUID

    def __str__(self) -> str:
        return str(self.number)


# ---- mail ------------------------------------------------------------------------------------------------


class Home(OfProgramme):
    """From which node the programme's mail goes out, and the public key that addresses are sealed to.

    node: the number that node gave itself when it made the key; a copy of it has another one
    (`post/home.py`). Said anew when mail moves to another node.
    """

    recipient = models.TextField()
    node = models.UUIDField()

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "recipient", "node"})

    def __str__(self) -> str:
        return str(self.node)

    @staticmethod
    def id_for(programme_id: uuid.UUID) -> uuid.UUID:
        return uuid.uuid5(programme_id, "home of its mail")


class Address(OfProgramme):
    """Where somebody wants to be written to, readable to the programme's home node alone.

    role, of: why, and for which row: the owner of a promise, a follower of the programme. mark: what tells
    the home node that an address was given before, and nothing to anybody else. All of it is personal: ended,
    the row is withdrawn and nothing of it stays.
    """

    class Role(models.TextChoices):
        OWNER = "owner", _("owners")
        MEMBER = "member", _("members of a leadership group")
        NOMINEE = "nominee", _("people who were nominated")
        FOLLOWER = "follower", _("followers")

    class Rhythm(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        DAILY = "daily", _("once a day, when something changed")
        WEEKLY = "weekly", _("once a week, when something changed")

    role = models.TextField(choices=Role.choices)
    of = models.UUIDField()
    sealed = models.TextField()
    mark = models.TextField(blank=True, default="")
    language = models.TextField()
    rhythm = models.TextField(choices=Rhythm.choices, default=Rhythm.DAILY)

    PERSONAL = frozenset(
        {"programme", "role", "of", "sealed", "mark", "language", "rhythm", "removed", "merged_into"}
    )
    PLAIN = frozenset()
    KLASS = "contacts"

    class Meta:
        indexes = [
            models.Index(fields=["role", "of"], name="addresses_of_a_row"),
            models.Index(fields=["mark"], name="addresses_by_mark"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Message(models.Model):
    """A mail in this node's outbox. Nothing here is recorded, and what it says is sealed until it is sent.

    address: the id of the Address that it goes to; None when it goes to what is sealed with its words.
    key: what it is about and for whom: the same key twice is one message. number: its place among all that
    this node began to send. done_at: when it was sent or given up. reason: why it was not sent, one of
    `post.line.REASONS`.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waits")
        SENDING = "sending", _("is being sent")
        SENT = "sent", _("sent")
        GIVEN_UP = "given_up", _("given up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.DO_NOTHING, related_name="messages")
    role = models.TextField(choices=Address.Role.choices)
    address = models.UUIDField(null=True)
    key = models.TextField(unique=True)
    state = models.TextField(choices=State.choices, default=State.QUEUED)
    sealed = models.TextField()
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    number = models.BigIntegerField(null=True)
    done_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["state", "next_at"], name="messages_due"),
            models.Index(fields=["programme", "queued_at"], name="messages_of_a_programme"),
            models.Index(fields=["address"], name="messages_to_an_address"),
        ]

    programme_id: uuid.UUID

    def __str__(self) -> str:
        return str(self.pk)


class Outbox(models.Model):
    """This node's outbox: one row. number: how many messages it began to send, in all.

    failures, retry_at, trouble: since when the mail server cannot be reached, and why (as `Message.reason`).
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return str(self.number)


class Asking(models.Model):
    """Somebody asked to follow and has not confirmed by the link that was sent. Sealed, on this node only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.DO_NOTHING, related_name="askings")
    mark = models.TextField()
    sealed = models.TextField()
    asked_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)


class Told(models.Model):
    """How far a follower was told: of everything before that time of the record. Only this node's matter."""

    address = models.UUIDField(primary_key=True)
    up_to = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.address)
