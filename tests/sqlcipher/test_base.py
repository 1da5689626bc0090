"""The SQLite that everything is kept in: plain or encrypted, never one that can corrupt its file."""

import datetime
import decimal
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, OperationalError, connections, models, transaction
from django.db.models import Count, F, Sum
from django.db.utils import NotSupportedError
from django.test.utils import isolate_apps
from django.utils import timezone

from jukwaa.sqlcipher.base import Database, DatabaseWrapper

KEY = "5f" * 32
OTHER_KEY = "6a" * 32
Open = Callable[..., DatabaseWrapper]


@pytest.fixture
def open_database(tmp_path: Path, django_db_blocker) -> Iterator[Open]:
    """Open a database file under an alias of its own, plain or with a key."""
    opened: list[str] = []

    def open_it(key: str = "", name: str = "own.sqlite3") -> DatabaseWrapper:
        alias = f"own{len(opened)}"
        options = {"key": lambda: key, "transaction_mode": "IMMEDIATE", "timeout": 0.1}
        pragmas = ";".join(f"PRAGMA {pragma}" for pragma in settings.SQLITE_PRAGMAS)
        connections.settings[alias] = {
            **connections.settings["default"],
            "ENGINE": "jukwaa.sqlcipher",
            "NAME": tmp_path / name,
            "OPTIONS": {**options, "init_command": pragmas},
        }
        opened.append(alias)
        return connections[alias]

    with django_db_blocker.unblock():
        yield open_it
        for alias in opened:
            connections[alias].close()
            del connections[alias], connections.settings[alias]


@pytest.fixture(params=["", KEY], ids=["plain", "encrypted"])
def database(request: pytest.FixtureRequest, open_database: Open) -> DatabaseWrapper:
    """A fresh database of either kind."""
    return open_database(request.param)


def write_a_word(database: DatabaseWrapper) -> None:
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE note (id integer PRIMARY KEY, word text UNIQUE)")
        cursor.execute("INSERT INTO note (word) VALUES (%s)", ["ushirika"])


def test_without_a_key_the_file_is_plain_sqlite(open_database: Open, tmp_path: Path):
    database = open_database()

    write_a_word(database)
    database.close()

    with sqlite3.connect(tmp_path / "own.sqlite3") as reader:
        assert reader.execute("SELECT word FROM note").fetchone() == ("ushirika",)
    reader.close()


def test_with_a_key_no_word_of_it_can_be_read(open_database: Open, tmp_path: Path):
    database = open_database(KEY)

    write_a_word(database)
    database.close()

    files = list(tmp_path.glob("own.sqlite3*"))
    assert files
    for file in files:
        assert b"ushirika" not in file.read_bytes()
        assert not file.read_bytes().startswith(b"SQLite format 3")
    reader = sqlite3.connect(tmp_path / "own.sqlite3")
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        reader.execute("SELECT word FROM note")
    reader.close()


def test_the_key_opens_it_again(open_database: Open):
    first = open_database(KEY)
    write_a_word(first)
    first.close()

    with open_database(KEY).cursor() as cursor:
        cursor.execute("SELECT word FROM note")
        assert cursor.fetchone() == ("ushirika",)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [(OTHER_KEY, "the key is not the one it was made with"), ("", "it is encrypted and no key was given")],
)
def test_a_wrong_or_missing_key_is_refused_in_one_sentence(open_database: Open, key: str, sentence: str):
    first = open_database(KEY)
    write_a_word(first)
    first.close()

    with pytest.raises(ImproperlyConfigured, match=sentence):
        open_database(key).ensure_connection()


def test_a_key_that_is_no_key_is_refused_before_a_file_is_made_with_it(open_database: Open, tmp_path: Path):
    with pytest.raises(ImproperlyConfigured, match="64 hexadecimal characters"):
        open_database("mgodi").ensure_connection()

    assert not (tmp_path / "own.sqlite3").exists() or not (tmp_path / "own.sqlite3").stat().st_size


def test_an_sqlite_that_can_corrupt_its_file_is_refused(open_database: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Database, "sqlite_version_info", (3, 51, 2))

    with pytest.raises(NotSupportedError, match=r"SQLite 3\.51\.2 can corrupt .* 3\.51\.3 or later"):
        open_database().ensure_connection()


def test_the_settings_reach_every_connection(database: DatabaseWrapper):
    def ask(pragma: str) -> object:
        with database.cursor() as cursor:
            return cursor.execute(f"PRAGMA {pragma}").fetchone()[0]

    assert ask("journal_mode") == "wal"
    assert ask("synchronous") == 2, "FULL: an acknowledged vote survives a power cut"
    assert ask("secure_delete") == 1
    assert ask("foreign_keys") == 1
    assert ask("temp_store") == 2
    assert ask("legacy_alter_table") == 0


def test_introspection_sees_what_was_made(database: DatabaseWrapper):
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE place (id integer PRIMARY KEY, name varchar(50) NOT NULL)")
        cursor.execute(
            "CREATE TABLE visit (id integer PRIMARY KEY, place_id integer REFERENCES place (id), day date,"
            " CONSTRAINT one_visit_a_day UNIQUE (place_id, day),"
            " CONSTRAINT not_too_old CHECK (day > '1900-01-01'))"
        )
        look = database.introspection

        assert set(look.table_names(cursor)) == {"place", "visit"}
        assert [column.name for column in look.get_table_description(cursor, "place")] == ["id", "name"]
        assert look.get_relations(cursor, "visit") == {"place_id": ("id", "place")}
        assert look.get_primary_key_column(cursor, "visit") == "id"
        constraints = look.get_constraints(cursor, "visit")
        assert constraints["one_visit_a_day"]["columns"] == ["place_id", "day"]
        assert constraints["not_too_old"]["check"]


def test_what_fails_inside_a_transaction_is_undone_and_the_rest_stays(database: DatabaseWrapper):
    write_a_word(database)

    with transaction.atomic(using=database.alias), database.cursor() as cursor:
        cursor.execute("INSERT INTO note (word) VALUES ('kept')")
        with pytest.raises(IntegrityError), transaction.atomic(using=database.alias):
            cursor.execute("INSERT INTO note (word) VALUES ('undone')")
            cursor.execute("INSERT INTO note (word) VALUES ('kept')")

    with database.cursor() as cursor:
        cursor.execute("SELECT word FROM note ORDER BY id")
        assert [word for (word,) in cursor.fetchall()] == ["ushirika", "kept"]


def test_commit_hooks_run_only_after_the_outermost_commit(database: DatabaseWrapper):
    write_a_word(database)
    heard: list[str] = []

    with transaction.atomic(using=database.alias):
        with transaction.atomic(using=database.alias):
            transaction.on_commit(lambda: heard.append("inner"), using=database.alias)
        assert heard == []
    assert heard == ["inner"]

    with pytest.raises(ZeroDivisionError), transaction.atomic(using=database.alias):
        transaction.on_commit(lambda: heard.append("never"), using=database.alias)
        _ = 1 / 0
    assert heard == ["inner"]


def test_a_second_writer_waits_at_the_door_and_not_halfway(open_database: Open):
    first, second = open_database(KEY), open_database(KEY)
    write_a_word(first)

    with transaction.atomic(using=first.alias):
        first.ensure_connection()
        with second.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM note")
            assert cursor.fetchone() == (1,), "readers do not wait"
        with pytest.raises(OperationalError, match="locked"), transaction.atomic(using=second.alias):
            pytest.fail("a transaction began while another was writing")


def test_a_connection_may_be_handed_to_another_thread(database: DatabaseWrapper):
    write_a_word(database)
    found: list[object] = []
    database.inc_thread_sharing()

    def look() -> None:
        with database.cursor() as cursor:
            cursor.execute("SELECT word FROM note")
            found.append(cursor.fetchone())

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    database.dec_thread_sharing()

    assert found == [("ushirika",)]


@isolate_apps("jukwaa.record")
def test_django_writes_reads_counts_and_alters_rows_of_every_kind(database: DatabaseWrapper):
    class Weighing(models.Model):
        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        grams = models.DecimalField(max_digits=8, decimal_places=3)
        at = models.DateTimeField()
        day = models.DateField()
        hour = models.TimeField()
        took = models.DurationField()
        paid = models.BooleanField()
        notes = models.JSONField()
        seal = models.BinaryField()
        site = models.CharField(max_length=20)

        class Meta:
            app_label = "record"

    at = timezone.now().replace(microsecond=123456)
    said = {
        "grams": decimal.Decimal("12.340"),
        "at": at,
        "day": at.date(),
        "hour": datetime.time(6, 30, 1),
        "took": datetime.timedelta(hours=2, microseconds=5),
        "paid": True,
        "notes": {"shimo": ["Nyarugusu", 7, None]},
        "seal": b"\x00\xff",
        "site": "Nyamalimbe %s",
    }
    with database.schema_editor() as editor:
        editor.create_model(Weighing)
    rows = Weighing.objects.using(database.alias)

    rows.create(**said)
    rows.bulk_create(Weighing(**{**said, "paid": False, "site": f"Rwamagasa {n}"}) for n in range(5_000))
    rows.filter(site="Rwamagasa 7").update(grams=F("grams") * 2)

    kept = rows.get(site="Nyamalimbe %s")
    assert {name: getattr(kept, name) for name in said} == said
    assert rows.filter(site__regex=r"^Rwa.*\s1\d$").count() == 10
    assert (
        rows.filter(notes__shimo__1=7, at__year=at.year, took__gt=datetime.timedelta(hours=1)).count()
        == 5_001
    )
    assert rows.filter(at__lt=at + F("took")).aggregate(n=Count("*"))["n"] == 5_001
    assert rows.filter(site__endswith=" 7").aggregate(sum=Sum("grams"))["sum"] == decimal.Decimal("24.680")
    assert not list(rows.raw("SELECT * FROM record_weighing WHERE site = %(site)s", {"site": "nowhere"}))
    with database.schema_editor() as editor:
        editor.alter_field(
            Weighing, Weighing._meta.get_field("site"), altered(Weighing, "site", max_length=60)
        )
    assert rows.count() == 5_001


def altered(model: type[models.Model], name: str, **changes: object) -> models.Field:
    """The field of a model with some of what it says changed."""
    field = model._meta.get_field(name).clone()
    for key, value in changes.items():
        setattr(field, key, value)
    field.set_attributes_from_name(name)
    field.model = model
    return field


def test_one_statement_may_carry_as_many_values_as_sqlite_allows(database: DatabaseWrapper):
    most = database.features.max_query_params

    with database.cursor() as cursor:
        cursor.execute(f"SELECT {'+'.join(['%s'] * 100)}", [1] * 100)
        assert cursor.fetchone() == (100,)
        cursor.execute(f"SELECT count(*) FROM (VALUES {','.join(['(%s)'] * most)})", range(most))
        assert cursor.fetchone() == (most,)


def test_many_rows_with_names_or_without_and_none_at_all(database: DatabaseWrapper):
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE pair (a text, b text)")
        cursor.executemany("INSERT INTO pair VALUES (%s, %s)", ((n, "100%") for n in "xy"))
        cursor.executemany("INSERT INTO pair VALUES (%(a)s, %(b)s)", [{"a": "z", "b": "q"}])
        cursor.executemany("INSERT INTO pair VALUES (%s, %s)", [])
        cursor.execute("SELECT a || b FROM pair WHERE b LIKE '%%' ORDER BY a", [])
        assert cursor.fetchall() == [("x100%",), ("y100%",), ("zq",)]
