"""Field research: what people said at the mine site, and what was taken from it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jukwaa.programmes.models import (
    Constituency,
    Cycle,
    Member,
    OfProgramme,
    Organisation,
    Participant,
    Place,
    Programme,
)
from jukwaa.record.models import BlobField


class Theme(OfProgramme):
    """What a quote is about; the code of field research. meaning: what belongs to it and what does not."""

    title = models.TextField(_("title"))
    cycle = models.TextField(_("cycle"), choices=Cycle.choices, blank=True, default="")
    meaning = models.TextField(_("what belongs to it"), blank=True, default="")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "title", "cycle", "meaning"})
    SAME = (("programme", "title"),)
    SCHEMA = 2

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
    collected_by_id: uuid.UUID | None
    submission_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.trace_code

    def get_absolute_url(self) -> str:
        return reverse("field:testimony", args=[self.programme.slug, self.pk])

    @property
    def is_as_the_phone_made_it(self) -> bool:
        """Whether the recording may still say where and with what it was made: there was no ffmpeg."""
        return bool(self.audio) and "codecs" not in self.audio_mime


class Writing(OfProgramme):
    """A testimony as somebody wrote it down: heard from the recording, or said in another language.

    One is never changed: whoever writes it anew adds another, and all are kept with who wrote them.
    segments: a list of {start, end, words}; start and end are seconds of the recording, or null. text: all of
    the words. machine: which program drafted it. source: the writing that a translation was made from.
    """

    testimony = models.ForeignKey(
        Testimony, on_delete=models.DO_NOTHING, db_constraint=False, related_name="writings"
    )
    language = models.TextField(_("language"))
    text = models.TextField(_("words"), blank=True, default="")
    segments: Any = models.JSONField(default=list)
    translation = models.BooleanField(default=False)
    source = models.UUIDField(null=True)
    machine = models.TextField(_("made by a machine"), blank=True, default="")
    written_by = models.ForeignKey(Member, on_delete=models.DO_NOTHING, null=True, related_name="+")
    reviewed_by = models.ForeignKey(Member, on_delete=models.DO_NOTHING, null=True, related_name="+")

    PERSONAL = frozenset({"text", "segments"})
    PLAIN = frozenset(
        {
            "programme",
            "testimony",
            "language",
            "translation",
            "source",
            "machine",
            "written_by",
            "reviewed_by",
        }
    )
    KLASS = "testimonies"

    class Meta:
        ordering = ["-hlc"]

    testimony_id: uuid.UUID
    written_by_id: uuid.UUID | None
    reviewed_by_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.text

    @property
    def holds(self) -> bool:
        """Whether words may be taken from it: what a person heard, or what a second person read through."""
        return self.reviewed_by_id is not None or not (self.translation or self.machine)


class Quote(OfProgramme):
    """Some of a testimony's words, coded to a theme once coders agree.

    start, end: seconds of the recording, when the words were heard in it. writing: the translation that the
    words are from. checked: the words as a second person read them and found that they tell nobody who
    spoke; other words are not checked.
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
    writing = models.ForeignKey(
        Writing, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    worded_by = models.ForeignKey(Member, on_delete=models.DO_NOTHING, null=True, related_name="+")
    checked = models.TextField(blank=True, default="")
    checked_by = models.ForeignKey(Member, on_delete=models.DO_NOTHING, null=True, related_name="+")

    PERSONAL = frozenset({"text", "start", "end", "checked"})
    PLAIN = frozenset({"programme", "testimony", "theme", "language", "writing", "worded_by", "checked_by"})
    SCHEMA = 3

    testimony_id: uuid.UUID
    theme_id: uuid.UUID | None
    writing_id: uuid.UUID | None
    worded_by_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.text

    @property
    def is_checked(self) -> bool:
        """Whether a second person found these very words safe."""
        return bool(self.text) and self.checked == self.text


# ---- forms that are filled in at the site ----------------------------------------------------------------


class Form(OfProgramme):
    """A questionnaire that an XLSForm describes. form_id: what phones call it. by_card: whether people with a
    card may fill it in themselves on a page; staff may always."""

    form_id = models.TextField(_("form id"))
    title = models.TextField(_("title"))
    by_card = models.BooleanField(_("people with a card may fill it in themselves"), default=False)

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "form_id", "title", "by_card"})
    SCHEMA = 2
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
    md5: of the XForm's bytes, as OpenRosa wants it. referral: which words of the referral card it shows
    (`collect.referral.digest`), NO_WORDS where it has a place for them and there were none; else blank.
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
    referral = models.TextField(blank=True, default="")

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
            "referral",
        }
    )
    SAME = (("form", "version"),)
    SCHEMA = 2
    NO_WORDS = "none"

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


class Referral(OfProgramme):
    """Where a child or somebody in danger finds help here, in one language: offices, phones, opening hours.

    All of a programme's languages together are its referral card.
    """

    language = models.TextField(_("language"))
    text = models.TextField(_("words"), blank=True, default="")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "language", "text"})
    SAME = (("programme", "language"),)

    class Meta:
        ordering = ["language"]

    def __str__(self) -> str:
        return self.text


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

    named: whether the submission's text refers to it. cleaning: a photo or a sound waits until it is made
    anew as another row, and this one goes; what the phone wrote into it goes with it.
    """

    class Cleaning(models.TextChoices):
        NOTHING = "", _("nothing to clean")
        PHOTO = "photo", _("a photo as the phone made it")
        SOUND = "sound", _("a recording as the phone made it")
        DONE = "clean", _("made anew")
        CANNOT = "cannot", _("cannot be read")

    submission = models.ForeignKey(Submission, on_delete=models.DO_NOTHING, related_name="attachments")
    name = models.TextField()
    file = BlobField()
    mime = models.TextField()
    named = models.BooleanField(default=True)
    cleaning = models.TextField(choices=Cleaning.choices, blank=True, default="")

    PERSONAL = frozenset({"programme", "submission", "name", "file", "mime", "named", "cleaning"})
    PLAIN = frozenset()
    KLASS = "testimonies"
    SCHEMA = 2

    class Meta:
        ordering = ["name", "-hlc"]

    submission_id: uuid.UUID

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def id_for(submission_id: uuid.UUID, name: str, sha256: str) -> uuid.UUID:
        """The row follows from what was sent with what."""
        return uuid.uuid5(submission_id, f"{name}\n{sha256}")

    @staticmethod
    def clean_id(pk: uuid.UUID) -> uuid.UUID:
        """The row that holds the same photo or recording made anew, on whichever node that was done."""
        return uuid.uuid5(pk, "made anew")

    @property
    def is_as_the_phone_made_it(self) -> bool:
        """Whether it may still say where and with what it was made."""
        return self.cleaning in {self.Cleaning.PHOTO, self.Cleaning.SOUND, self.Cleaning.CANNOT}


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


# ---- before the field ------------------------------------------------------------------------------------


class Level(models.IntegerChoices):
    """How much power somebody has over what is decided, or how much it touches them."""

    VERY_LOW = 1, _("very low")
    LOW = 2, _("low")
    MEDIUM = 3, _("medium")
    RATHER_HIGH = 4, _("rather high")
    HIGH = 5, _("high")


class Stakeholder(OfProgramme):
    """A constituency, an organisation, or somebody who is neither yet, on the stakeholder map.

    silences: what keeps them from speaking; how: what is done so that they are heard all the same.
    """

    constituency = models.ForeignKey(
        Constituency, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("constituency")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("organisation")
    )
    name = models.TextField(_("name"), blank=True, default="")
    power = models.IntegerField(_("power"), choices=Level.choices, default=Level.MEDIUM)
    interest = models.IntegerField(_("interest"), choices=Level.choices, default=Level.MEDIUM)
    silences = models.TextField(_("what silences them"), blank=True, default="")
    how = models.TextField(_("how we hear them all the same"), blank=True, default="")

    PERSONAL = frozenset({"name", "silences", "how"})
    PLAIN = frozenset({"programme", "constituency", "organisation", "power", "interest"})
    KLASS = "testimonies"

    constituency_id: uuid.UUID | None
    organisation_id: uuid.UUID | None

    def __str__(self) -> str:
        return str(self.constituency or self.organisation or self.name)

    @staticmethod
    def id_on_the_map(row: Constituency | Organisation) -> uuid.UUID:
        """One place on the map for each group and organisation, whoever puts it there."""
        return uuid.uuid5(row.pk, "stakeholder")


class Check(OfProgramme):
    """An answer on the readiness checklist; scoping/readiness.py has the questions, by their key."""

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        PARTLY = "partly", _("partly")
        NO = "no", _("no")
        UNKNOWN = "unknown", _("we do not know")

    key = models.TextField()
    answer = models.TextField(_("answer"), choices=Answer.choices)
    because = models.TextField(_("how we know"), blank=True, default="")

    PERSONAL = frozenset({"because"})
    PLAIN = frozenset({"programme", "key", "answer"})
    KLASS = "testimonies"

    def __str__(self) -> str:
        return f"{self.key}: {self.answer}"

    @staticmethod
    def id_for(programme: Programme, key: str) -> uuid.UUID:
        """A later answer takes the place of the earlier one."""
        return uuid.uuid5(programme.pk, f"readiness {key}")


class ResearchQuestion(OfProgramme):
    """What the field research is to find out. statement: as which it was put to people, in a round."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CHOSEN = "chosen", _("chosen")
        LEFT = "left", _("left aside")

    text = models.TextField(_("question"))
    language = models.TextField(_("language"), default="en")
    why = models.TextField(_("why it matters, and to whom"), blank=True, default="")
    position = models.IntegerField(default=0)
    state = models.TextField(_("state"), choices=State.choices, default=State.PROPOSED)
    chosen_with = models.TextField(_("with whom, and how"), blank=True, default="")
    statement = models.UUIDField(null=True)

    PERSONAL = frozenset()
    PLAIN = frozenset(
        {"programme", "text", "language", "why", "position", "state", "chosen_with", "statement"}
    )

    class Meta:
        ordering = ["position", "hlc"]

    def __str__(self) -> str:
        return self.text


class Reviewer(OfProgramme):
    """Somebody in the reference group, which checks the quality of the research."""

    name = models.TextField(_("name"), blank=True, default="")
    office = models.TextField(_("where from"), blank=True, default="")
    knows = models.TextField(_("what they know well"), blank=True, default="")

    PERSONAL = frozenset({"name", "office", "knows"})
    PLAIN = frozenset({"programme"})

    class Meta:
        ordering = ["hlc"]

    def __str__(self) -> str:
        return self.name


class Review(OfProgramme):
    """What somebody of the reference group checked, what they found, and what was done about it."""

    class Of(models.TextChoices):
        QUESTIONS = "questions", _("the research questions")
        STAKEHOLDERS = "stakeholders", _("the stakeholder map")
        METHOD = "method", _("the method and the consent words")
        FORMS = "forms", _("the forms")
        CODING = "coding", _("the codes and quotes")
        FINDINGS = "findings", _("the findings")
        REPORT = "report", _("the report")

    class Verdict(models.TextChoices):
        GOOD = "good", _("good as it is")
        CHANGES = "changes", _("good with changes")
        AGAIN = "again", _("not good enough yet")

    reviewer = models.ForeignKey(Reviewer, on_delete=models.DO_NOTHING, related_name="reviews")
    of = models.TextField(_("what was checked"), choices=Of.choices)
    said_on = models.DateField(_("when"))
    verdict = models.TextField(_("verdict"), choices=Verdict.choices)
    remarks = models.TextField(_("what they said"), blank=True, default="")
    answer = models.TextField(_("what was done about it"), blank=True, default="")

    PERSONAL = frozenset({"remarks", "answer"})
    PLAIN = frozenset({"programme", "reviewer", "of", "said_on", "verdict"})

    class Meta:
        ordering = ["-said_on", "-hlc"]

    reviewer_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.of}: {self.verdict}"


# ---- visits and meetings ---------------------------------------------------------------------------------


class Spot(OfProgramme):
    """About where a district, or something larger, lies: tenths of a degree, some eleven kilometres.

    A column that holds whole tenths cannot hold the place of a pit. Sites have no spot.
    """

    place = models.ForeignKey(Place, on_delete=models.DO_NOTHING, related_name="spots")
    north = models.IntegerField(help_text="tenths of a degree north of the equator")
    east = models.IntegerField(help_text="tenths of a degree east of Greenwich")

    PERSONAL = frozenset()
    PLAIN = frozenset({"programme", "place", "north", "east"})

    place_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.north / 10} {self.east / 10}"

    @staticmethod
    def id_on_the_map(place: Place) -> uuid.UUID:
        """One spot a place."""
        return uuid.uuid5(place.pk, "spot")


class Visit(OfProgramme):
    """A visit to a site: the plan, and whether it was made. All of it can be forgotten, notes and photos too.

    Each visit is its own subject: what is withdrawn is the visit.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        MADE = "made", _("made")
        OFF = "off", _("called off")

    place = models.ForeignKey(Place, on_delete=models.DO_NOTHING, verbose_name=_("where"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    purpose = models.TextField(_("what for"), blank=True, default="")
    goes = models.TextField(_("who goes"), blank=True, default="")
    bring = models.TextField(_("what to bring"), blank=True, default="")
    consent = models.TextField(_("consent"), blank=True, default="")
    safety = models.TextField(_("safety"), blank=True, default="")
    tell = models.TextField(_("whom to tell"), blank=True, default="")
    state = models.TextField(_("state"), choices=State.choices, default=State.PLANNED)
    state_note = models.TextField(_("what came of it"), blank=True, default="")

    PERSONAL = frozenset(
        {
            "programme",
            "place",
            "starts_on",
            "ends_on",
            "purpose",
            "goes",
            "bring",
            "consent",
            "safety",
            "tell",
            "state",
            "state_note",
        }
    )
    PLAIN = frozenset()
    KLASS = "testimonies"

    class Meta:
        ordering = ["-starts_on", "-hlc"]

    place_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.place}, {self.starts_on}"

    def get_absolute_url(self) -> str:
        return reverse("field:visit", args=[self.programme.slug, self.pk])


class SiteNote(OfProgramme):
    """What was seen at a visit: words, and a photo painted anew. It is of the visit's subject."""

    visit = models.ForeignKey(Visit, on_delete=models.DO_NOTHING, related_name="notes")
    text = models.TextField(_("what you saw"), blank=True, default="")
    photo = BlobField(_("photo"), blank=True, default="")
    written_by = models.ForeignKey(Member, on_delete=models.DO_NOTHING, null=True, related_name="+")

    PERSONAL = frozenset({"programme", "visit", "text", "photo", "written_by"})
    PLAIN = frozenset()
    KLASS = "testimonies"

    class Meta:
        ordering = ["hlc"]

    visit_id: uuid.UUID

    def __str__(self) -> str:
        return self.text


class SiteProfile(OfProgramme):
    """What a site is like, as somebody saw it on a day. said: answers by the names of the ready form.

    submission: the filled-in form that it was taken from, if any. Of the site, never of a person.
    """

    place = models.ForeignKey(Place, on_delete=models.DO_NOTHING, related_name="profiles")
    seen_on = models.DateField(_("seen on"))
    said: Any = models.JSONField()
    submission = models.ForeignKey(
        Submission, on_delete=models.DO_NOTHING, null=True, related_name="profiles", db_constraint=False
    )

    PERSONAL = frozenset({"programme", "place", "seen_on", "said", "submission"})
    PLAIN = frozenset()
    KLASS = "testimonies"

    class Meta:
        ordering = ["-seen_on", "-hlc"]

    place_id: uuid.UUID
    submission_id: uuid.UUID | None

    def __str__(self) -> str:
        return f"{self.place}, {self.seen_on}"


class Meeting(OfProgramme):
    """A meeting of one constituency by itself, or of its women. Its own subject, as a visit is.

    What it agreed on stays with it until the group releases it: released_by says who spoke for the group,
    released_way how the group said so, released_hands how many hands there were.
    """

    class Way(models.TextChoices):
        HANDS = "hands", _("by a show of hands")
        ALOUD = "aloud", _("said aloud, and nobody against it")
        PAPER = "paper", _("on paper")

    constituency = models.ForeignKey(
        Constituency, on_delete=models.DO_NOTHING, verbose_name=_("constituency")
    )
    women = models.BooleanField(_("only its women"), default=False)
    place = models.ForeignKey(
        Place, on_delete=models.DO_NOTHING, null=True, blank=True, verbose_name=_("where")
    )
    held_on = models.DateField(_("when"))
    came = models.IntegerField(_("how many came"), null=True, blank=True)
    note = models.TextField(_("notes"), blank=True, default="")
    released_at = models.DateTimeField(null=True, editable=False)
    released_by = models.TextField(blank=True, default="")
    released_way = models.TextField(choices=Way.choices, blank=True, default="")
    released_hands = models.IntegerField(null=True)

    PERSONAL = frozenset(
        {
            "programme",
            "constituency",
            "women",
            "place",
            "held_on",
            "came",
            "note",
            "released_at",
            "released_by",
            "released_way",
            "released_hands",
        }
    )
    PLAIN = frozenset()
    KLASS = "testimonies"

    class Meta:
        ordering = ["-held_on", "-hlc"]

    constituency_id: uuid.UUID
    place_id: uuid.UUID | None

    def __str__(self) -> str:
        return f"{self.constituency}, {self.held_on}"

    def get_absolute_url(self) -> str:
        return reverse("field:meeting", args=[self.programme.slug, self.pk])


class MeetingProblem(OfProgramme):
    """A problem that a meeting agreed on. kept: the group does not let this one go, whatever it releases.

    statement: as which it was put to the vote, once it crossed.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.DO_NOTHING, related_name="problems")
    text = models.TextField(_("problem"), blank=True, default="")
    language = models.TextField(_("language"), default="sw")
    position = models.IntegerField(default=0)
    kept = models.BooleanField(_("stays with the group"), default=False)
    statement = models.UUIDField(null=True)

    PERSONAL = frozenset({"programme", "meeting", "text", "language", "position", "kept", "statement"})
    PLAIN = frozenset()
    KLASS = "testimonies"

    class Meta:
        ordering = ["position", "hlc"]

    meeting_id: uuid.UUID

    def __str__(self) -> str:
        return self.text


# ---- how people who spoke can be reached -----------------------------------------------------------------


class Custodian(OfProgramme):
    """Somebody who keeps a private key, away from this computer, that opens the contact book.

    recipient: their public key, as `age` writes it. lost: that the private key is gone.
    """

    name = models.TextField(_("name"))
    recipient = models.TextField(_("public key"))
    lost = models.BooleanField(default=False)

    PERSONAL = frozenset({"name"})
    PLAIN = frozenset({"programme", "recipient", "lost"})
    SAME = (("programme", "recipient"),)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Sealed(OfProgramme):
    """Something that only custodians can read: age (X25519) to each of their public keys.

    Its subject is no person's id but a token that this computer alone can work out from one
    (`contacts/book.py`), so that neither the row nor its events say whose it is. sealed_for: ids of the
    custodians who can open it.
    """

    sealed = models.TextField()
    sealed_for: Any = models.JSONField()

    PERSONAL = frozenset({"programme", "sealed", "sealed_for"})
    PLAIN = frozenset()
    KLASS = "contacts"

    class Meta:
        abstract = True


class Contact(Sealed):
    """The name and the phone number of somebody who gave testimony and agreed to be asked again."""

    def __str__(self) -> str:
        return str(self.pk)


class Errand(Sealed):
    """What a researcher asks the custodians to tell or ask such a person."""

    def __str__(self) -> str:
        return str(self.pk)
