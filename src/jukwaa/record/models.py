"""What the record holds: events and their streams, and what is derived from them.

`Event`, `Stream` and the files named by `Blob` are the record; everything else here can be thrown away
and made again from them.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, NoReturn

from django.db import models


class Node(models.Model):
    """This node: one row. It writes under a new incarnation after every start."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    incarnation = models.UUIDField()

    def __str__(self) -> str:
        return str(self.incarnation)


class Stream(models.Model):
    """One writer's events in one programme and one sensitivity class."""

    id = models.UUIDField(primary_key=True)
    incarnation = models.UUIDField()
    programme = models.UUIDField()
    klass = models.TextField()
    lane = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["programme", "klass"], name="streams_of_a_programme")]

    def __str__(self) -> str:
        return f"{self.incarnation}/{self.programme}/{self.klass}/{self.lane}"

    @staticmethod
    def id_for(incarnation: uuid.UUID, programme: uuid.UUID, klass: str, lane: int) -> uuid.UUID:
        """The id follows from what the stream is, so two writers can never make it twice."""
        return uuid.uuid5(incarnation, f"{programme}/{klass}/{lane}")


class Kind(models.TextChoices):
    FACT = "fact"
    PUT = "put"
    WITHDRAWAL = "withdrawal"


class Event(models.Model):
    """Something that was done. Only its personal part is ever erased."""

    id = models.UUIDField(primary_key=True)
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="events")
    seq = models.BigIntegerField()
    hlc = models.BigIntegerField()
    act = models.UUIDField()
    rest = models.IntegerField(help_text="how many events of the same act follow in the stream")
    verb = models.TextField()
    kind = models.TextField(choices=Kind.choices)
    model = models.TextField()
    schema = models.IntegerField()
    object = models.UUIDField()
    subject = models.UUIDField(null=True)
    actor = models.UUIDField(null=True)
    plain = models.TextField()
    plain_salt = models.TextField()
    personal = models.TextField(null=True)
    personal_salt = models.TextField(null=True)
    personal_digest = models.TextField()
    previous = models.TextField()
    hash = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="one_event_at_each_place")]
        indexes = [
            models.Index(fields=["object", "hlc"], name="events_of_a_row"),
            models.Index(fields=["subject"], name="events_of_a_subject"),
            models.Index(fields=["model"], name="events_of_a_model"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object}"


class Withdrawal(models.Model):
    """Derived: what was asked to be forgotten: a person, a row, or a list of rows. It wins for ever."""

    subject = models.UUIDField(primary_key=True)

    def __str__(self) -> str:
        return str(self.subject)


class Waiting(models.Model):
    """Derived: a row that is not shown because what it points to is not here yet."""

    model = models.TextField()
    object = models.UUIDField()
    needs = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object", "needs"], name="waits_once_for_each_need")]
        indexes = [models.Index(fields=["needs"], name="who_waits_for_it")]

    def __str__(self) -> str:
        return f"{self.model} {self.object} waits for {self.needs}"


class Conflict(models.Model):
    """Derived: one of several rows that say the same thing and should be one. A person merges them."""

    model = models.TextField()
    fields = models.TextField()
    key = models.TextField()
    object = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fields", "object"], name="one_conflict_a_row_and_rule")
        ]
        indexes = [models.Index(fields=["model", "fields", "key"], name="rows_that_clash")]

    def __str__(self) -> str:
        return f"{self.model} {self.object}: same {self.fields}"


class Quarantined(models.Model):
    """An event that was received and cannot be right: kept, shown, never applied, never dropped."""

    stream = models.UUIDField()
    seq = models.BigIntegerField()
    hash = models.TextField()
    reason = models.TextField()
    wire = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq", "hash"], name="quarantined_once")]

    def __str__(self) -> str:
        return f"{self.stream}/{self.seq}: {self.reason}"


class Blob(models.Model):
    """A file that is here, by its digest. The bytes lie in the node's folder."""

    sha256 = models.TextField(primary_key=True)
    size = models.BigIntegerField()
    mime = models.TextField()

    def __str__(self) -> str:
        return self.sha256


class BlobUse(models.Model):
    """Derived: an event that names a file."""

    sha256 = models.TextField()
    event = models.ForeignKey(Event, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256", "event"], name="one_use_an_event")]

    def __str__(self) -> str:
        return self.sha256


class Done(models.Model):
    """Derived: how far this node's worker has followed a stream."""

    stream = models.OneToOneField(Stream, primary_key=True, on_delete=models.CASCADE)
    next_seq = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.stream_id} before {self.next_seq}"


class BlobField(models.TextField):  # type: ignore[type-arg]
    """The sha256 of a file, in hexadecimal; empty when there is none."""


class Recorded(models.Model):
    """A row that is the fold of its events. Only the record writes it.

    PERSONAL names the fields that are somebody's: a withdrawal blanks them, or deletes the row when they
    are all it has. PLAIN names the others; every field is in one of the two. SAME names fields that should be
    unique, and are watched instead of enforced. KLASS is the sensitivity class, and so the stream, that the
    row's events go to. LIST names the link to what the row is listed under, as an attendance under its
    gathering: such a list can be forgotten as a whole.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hlc = models.BigIntegerField(default=0, editable=False)
    subject = models.UUIDField(null=True, editable=False)

    PERSONAL: ClassVar[frozenset[str]]
    PLAIN: ClassVar[frozenset[str]]
    SAME: ClassVar[tuple[tuple[str, ...], ...]] = ()
    SCHEMA: ClassVar[int] = 1
    KLASS: ClassVar[str] = "open"
    LIST: ClassVar[str] = ""

    class Meta:
        abstract = True

    @classmethod
    def list_under(cls, pk: uuid.UUID) -> uuid.UUID:
        """What is withdrawn so that all such rows listed under that one are forgotten, later ones too."""
        return uuid.uuid5(pk, cls._meta.label_lower)

    @classmethod
    def upcast(cls, version: int, said: dict[str, Any]) -> dict[str, Any]:
        """What an event of an older schema would have said today."""
        return said

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} changes only through the record: use record.fact or record.put"
        )

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is never deleted: put removed=True, or withdraw its subject")


class Removable(Recorded):
    """A recorded row that can be taken away, or be merged into the row that it doubles."""

    removed = models.BooleanField(default=False)
    merged_into = models.UUIDField(null=True, blank=True)

    class Meta:
        abstract = True


class Translation(Removable):
    """What a recorded text says in another language, by whom or which machine, and who reviewed it."""

    model = models.TextField()
    object = models.UUIDField()
    field = models.TextField()
    language = models.TextField()
    text = models.TextField()
    made_by = models.TextField()
    reviewed_by = models.TextField(default="", blank=True)

    PERSONAL = frozenset({"text"})
    PLAIN = frozenset({"model", "object", "field", "language", "made_by", "reviewed_by"})

    class Meta:
        indexes = [models.Index(fields=["object", "field", "language"], name="translations_of_a_text")]

    def __str__(self) -> str:
        return self.text

    @staticmethod
    def id_for(object_id: uuid.UUID, field: str, language: str) -> uuid.UUID:
        return uuid.uuid5(object_id, f"{field}/{language}")
