"""Field research: what people said at the mine site, and what was taken from it."""

from __future__ import annotations

import uuid
from typing import Any

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

    class About(models.TextChoices):
        HURTS = "hurts", _("what hurts")
        HELPS = "helps", _("what would help")
        WORKS = "works", _("what already works")

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
    # The form that it was made of, if any: whoever forgets the one forgets the other.
    submission = models.ForeignKey(
        "Submission", on_delete=models.DO_NOTHING, null=True, related_name="testimonies", db_constraint=False
    )
    about = models.TextField(_("what was asked"), choices=About.choices, blank=True, default="")
    danger = models.BooleanField(_("could harm them"), default=False)

    PERSONAL = frozenset({"place", "text", "audio", "audio_mime", "photo", "given_on", "about", "danger"})
    PLAIN = frozenset({"programme", "voice", "collected_by", "language", "trace_code", "submission"})
    SAME = (("trace_code",),)
    KLASS = "testimonies"
    SCHEMA = 2

    class Meta:
        ordering = ["-given_on", "trace_code"]
        indexes = [models.Index(fields=["trace_code"], name="testimonies_by_trace_code")]

    voice_id: uuid.UUID | None
    submission_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.trace_code

    def get_absolute_url(self) -> str:
        return reverse("field:testimony", args=[self.programme.slug, self.pk])


class Quote(OfProgramme):
    """Some of a testimony's words, coded to a theme.

    start, end: seconds of the recording, when the words were heard in it. checked: the words as a second
    person read them and found that they tell nobody who spoke; other words are not checked.
    """

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
    start = models.FloatField(null=True, blank=True)
    end = models.FloatField(null=True, blank=True)
    worded_by = models.ForeignKey(Member, on_delete=models.DO_NOTHING, null=True, related_name="+")
    checked = models.TextField(blank=True, default="")
    checked_by = models.ForeignKey(Member, on_delete=models.DO_NOTHING, null=True, related_name="+")

    PERSONAL = frozenset({"text", "start", "end", "checked"})
    PLAIN = frozenset({"programme", "testimony", "theme", "language", "worded_by", "checked_by"})
    SCHEMA = 2

    worded_by_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.text

    @property
    def is_checked(self) -> bool:
        """Whether a second person found these very words safe."""
        return bool(self.text) and self.checked == self.text


# ---- forms that are filled in at the site ----------------------------------------------------------------


class Form(OfProgramme):
    """A questionnaire that an XLSForm describes. form_id: what phones call it."""

    form_id = models.TextField(_("form id"))
    title = models.TextField(_("title"))

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "form_id", "title"})
    SAME = (("programme", "form_id"),)

    class Meta:
        ordering = ["title", "form_id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("field:form", args=[self.programme.slug, self.pk])


class Edition(OfProgramme):
    """One version of a form: the author's sheet, the XForm made of it, and what it asks.

    questions: a list of {name, path, type, group, repeat, labels}. warnings: what pyxform found missing.
    md5: of the XForm's bytes, as OpenRosa wants it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    form = models.ForeignKey(Form, on_delete=models.DO_NOTHING, related_name="editions")
    version = models.TextField(_("version"))
    sheet = BlobField()
    xform = BlobField()
    md5 = models.TextField()
    languages = models.TextField(_("languages"), blank=True, default="")
    questions: Any = models.JSONField()
    warnings: Any = models.JSONField()
    state = models.TextField(choices=State.choices, default=State.DRAFT)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {
            "programme",
            "form",
            "version",
            "sheet",
            "xform",
            "md5",
            "languages",
            "questions",
            "warnings",
            "state",
        }
    )
    SAME = (("form", "version"),)

    class Meta:
        ordering = ["-hlc"]

    form_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.form} {self.version}"


class FormFile(OfProgramme):
    """A picture, sound or list that an edition of a form shows."""

    edition = models.ForeignKey(Edition, on_delete=models.DO_NOTHING, related_name="files")
    name = models.TextField()
    file = BlobField()
    mime = models.TextField()
    md5 = models.TextField()

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "edition", "name", "file", "mime", "md5"})
    SAME = (("edition", "name"),)

    class Meta:
        ordering = ["name"]

    edition_id: uuid.UUID

    def __str__(self) -> str:
        return self.name


class Collector(OfProgramme):
    """Somebody whose phone may fetch forms and send what was filled in: one token, which can be revoked.

    The token is also the password of their log-in (`login`). Of it only a digest is kept, and what Digest
    authentication compares (RFC 7616, section 3.4.2).
    """

    name = models.TextField(_("name"), blank=True, default="")
    token_hash = models.TextField()
    digest = models.TextField(help_text="MD5 of user:realm:token")
    revoked = models.BooleanField(default=False)

    PERSONAL = frozenset({"name"})
    PLAIN = frozenset({"programme", "token_hash", "digest", "revoked"})
    KLASS = "cards"

    class Meta:
        ordering = ["revoked", "name"]
        indexes = [models.Index(fields=["token_hash"], name="collectors_by_token")]

    @property
    def login(self) -> str:
        """The user name that a phone gives where the token is not in the address."""
        return f"c{self.pk.hex[-10:]}"

    def __str__(self) -> str:
        return self.name


class WrongPassword(models.Model):
    """That somebody gave a wrong password for a collector's log-in, and when. Never which, never who."""

    collector = models.ForeignKey(Collector, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["collector", "at"], name="wrong_passwords_of")]

    def __str__(self) -> str:
        return str(self.at)


class AnsweredQuestion(models.Model):
    """A question of ours that a phone's Digest answered, so that no answer to it counts twice."""

    nonce = models.TextField(primary_key=True)
    turn = models.BigIntegerField(help_text="the highest number of an answer to it (nc in RFC 7616)")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.nonce


class Submission(OfProgramme):
    """A form as somebody's phone sent it, its bytes unchanged. Another text under the same instance id is
    another row, so that nothing is stranded on a phone.

    answers: by the path of the question. expected: names of the files that the text refers to.
    edition: None while this node does not know the form.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        VARIANT = "variant", _("another version of one that is here")
        UNKNOWN = "unknown", _("its form is not known here")
        REPLACED = "replaced", _("replaced by a later version of it")

    class Review(models.TextChoices):
        NONE = "", _("not looked at")
        APPROVED = "approved", _("approved")
        ISSUES = "issues", _("has issues")
        REJECTED = "rejected", _("rejected")

    edition = models.ForeignKey(
        Edition, on_delete=models.DO_NOTHING, null=True, related_name="submissions", db_constraint=False
    )
    form_id = models.TextField()
    version = models.TextField()
    instance_id = models.TextField()
    deprecated_id = models.TextField(blank=True, default="")
    xml = BlobField()
    answers: Any = models.JSONField()
    expected: Any = models.JSONField()
    collector = models.ForeignKey(
        Collector, on_delete=models.DO_NOTHING, null=True, related_name="submissions", db_constraint=False
    )
    received_at = models.DateTimeField()
    state = models.TextField(choices=State.choices, default=State.RECEIVED)
    review = models.TextField(choices=Review.choices, blank=True, default="")

    PERSONAL = frozenset(
        {
            "programme",
            "edition",
            "form_id",
            "version",
            "instance_id",
            "deprecated_id",
            "xml",
            "answers",
            "expected",
            "collector",
            "received_at",
            "state",
            "review",
        }
    )
    PLAIN = frozenset()
    KLASS = "testimonies"

    class Meta:
        ordering = ["-received_at", "id"]
        indexes = [
            # In the order of a list: SQLite would rather go through a whole form than sort one row.
            models.Index(
                fields=["programme", "form_id", "instance_id", "-received_at", "id"],
                name="submissions_of_instance",
            ),
            # Lists count and page by it without looking at a single wide row.
            models.Index(
                fields=["programme", "form_id", "-received_at", "id", "removed", "merged_into"],
                name="submissions_as_listed",
            ),
            models.Index(fields=["programme", "state"], name="submissions_by_state"),
        ]

    edition_id: uuid.UUID | None
    collector_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.instance_id

    @staticmethod
    def id_for(programme_id: uuid.UUID, form_id: str, instance_id: str, sha256: str) -> uuid.UUID:
        """The row follows from what was sent: however often and from wherever, it is the same one."""
        return uuid.uuid5(programme_id, f"submission\n{form_id}\n{instance_id}\n{sha256}")


class Attachment(OfProgramme):
    """A file that came with a submission. Two of one name with other bytes both stay; the newest is shown.

    named: whether the submission's text refers to it.
    """

    submission = models.ForeignKey(Submission, on_delete=models.DO_NOTHING, related_name="attachments")
    name = models.TextField()
    file = BlobField()
    mime = models.TextField()
    named = models.BooleanField(default=True)

    PERSONAL = frozenset({"programme", "submission", "name", "file", "mime", "named"})
    PLAIN = frozenset()
    KLASS = "testimonies"

    class Meta:
        ordering = ["name", "-hlc"]

    submission_id: uuid.UUID

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def id_for(submission_id: uuid.UUID, name: str, sha256: str) -> uuid.UUID:
        """The row follows from what was sent with what."""
        return uuid.uuid5(submission_id, f"{name}\n{sha256}")


class Unreadable(OfProgramme):
    """What a phone sent and nobody could read as a submission: the bytes as they came, and what is wrong."""

    body = BlobField()
    reason = models.TextField()
    collector = models.ForeignKey(
        Collector, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    received_at = models.DateTimeField()

    PERSONAL = frozenset({"programme", "body", "reason", "collector", "received_at"})
    PLAIN = frozenset()
    KLASS = "testimonies"

    class Meta:
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return self.reason


# ---- voices and codes ------------------------------------------------------------------------------------


class Codebook(OfProgramme):
    """The themes as they were at one moment, by number, so that codes are read as they were meant.

    said: a list of {id, title, cycle}.
    """

    number = models.IntegerField(_("number"))
    said: Any = models.JSONField()
    made_at = models.DateTimeField()

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "number", "said", "made_at"})
    SAME = (("programme", "number"),)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class Coding(OfProgramme):
    """What one coder made of a quote. coder: None is what was agreed on after all."""

    class Sort(models.TextChoices):
        PROBLEM = "problem", _("a problem")
        PROPOSAL = "proposal", _("a proposal")

    class When(models.TextChoices):
        PAST = "past", _("past")
        PRESENT = "present", _("present")
        FUTURE = "future", _("future")

    quote = models.ForeignKey(Quote, on_delete=models.DO_NOTHING, related_name="codings", db_constraint=False)
    coder = models.ForeignKey(Member, on_delete=models.DO_NOTHING, null=True, related_name="+")
    codebook = models.ForeignKey(Codebook, on_delete=models.DO_NOTHING, related_name="+")
    theme = models.ForeignKey(Theme, on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("theme"))
    cycle = models.TextField(_("the shift that it belongs to"), choices=Cycle.choices, blank=True, default="")
    sort = models.TextField(_("problem or proposal"), choices=Sort.choices)
    when = models.TextField(_("past, present or future"), choices=When.choices)

    PERSONAL = frozenset({"programme", "quote", "coder", "codebook", "theme", "cycle", "sort", "when"})
    PLAIN = frozenset()

    class Meta:
        ordering = ["hlc"]

    quote_id: uuid.UUID
    coder_id: uuid.UUID | None
    theme_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.theme}, {self.sort}, {self.when}"

    @staticmethod
    def id_for(quote: Quote, coder: Member | None) -> uuid.UUID:
        """A coder's second thoughts land on the same row as the first."""
        return uuid.uuid5(quote.pk, f"coded by {coder.pk}" if coder else "agreed")


class Draft(OfProgramme):
    """Words for a statement that a researcher made of quotes; a facilitator puts them to the vote or not."""

    class State(models.TextChoices):
        OFFERED = "offered", _("waits for a facilitator")
        USED = "used", _("put to the vote")
        LEFT = "left", _("left aside")

    text = models.TextField(_("words"), blank=True, default="")
    language = models.TextField(_("language"), default="sw")
    state = models.TextField(choices=State.choices, default=State.OFFERED)
    statement = models.UUIDField(null=True)

    PERSONAL = frozenset({"text"})
    PLAIN = frozenset({"programme", "language", "state", "statement"})

    class Meta:
        ordering = ["-hlc"]

    def __str__(self) -> str:
        return self.text


class DraftSource(OfProgramme):
    """A quote that a draft was made of."""

    draft = models.ForeignKey(Draft, on_delete=models.DO_NOTHING, related_name="sources")
    quote = models.ForeignKey(Quote, on_delete=models.DO_NOTHING, related_name="drafts")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "draft", "quote"})

    def __str__(self) -> str:
        return str(self.pk)
