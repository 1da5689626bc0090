"""An export of Polis becomes a programme: checked whole, written in batches, gone on with, done once."""

import csv
import fcntl
import io
import json
import random
import re
import subprocess
import uuid
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from jukwaa import record
from jukwaa.dialogue import analysis, polis, queries
from jukwaa.dialogue.models import Round, Statement, Vote
from jukwaa.programmes.models import Account, Card, Participant, Programme
from jukwaa.record.models import Event, Stream
from tests import make
from tests.served import JUKWAA, ROOT, Phone, environment_of, prepare, served

PEOPLE, STATEMENTS = 30, 9
QUICK = polis.Pace(batch=40, pause=0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small made-up export: one statement was moderated away, some people changed their minds."""
    return written(tmp_path / "export", people=PEOPLE, statements=STATEMENTS)


def written(folder: Path, *, people: int, statements: int) -> Path:
    """An export in which everybody votes on everything, and every tenth vote is cast once more."""
    rng, folder_ = random.Random(5), folder
    folder_.mkdir()
    (folder_ / "summary.csv").write_text('topic,"Maji, na barabara"\nurl,here\n', encoding="utf-8")
    header = ["timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body"]
    said = [
        [1000 + n, n, n, 0, 0, -1 if n == 0 else n % 2, f"Statement {n}, said aloud"]
        for n in range(statements)
    ]
    save(folder_ / "comments.csv", [header, *reversed(said)])
    pairs = [(n, who) for n in range(statements) for who in range(people)]
    pairs += pairs[::10]
    moment = 1_435_654_192_085
    votes = [
        [moment + place, n, who, rng.choice([-1, 0, 1, 1 if (n + who) % 2 else -1])]
        for place, (n, who) in enumerate(pairs)
    ]
    save(folder_ / "votes.csv", [["timestamp", "comment-id", "voter-id", "vote"], *reversed(votes)])
    return folder


def save(file: Path, rows: list[list[object]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)


def imported(folder: Path, pace: polis.Pace = QUICK) -> Round:
    login = Account.objects.filter(login="mary").first() or make.account("mary")
    return polis.import_export(polis.read(folder), coordinator=login, pace=pace)


def run(folder: Path, *words: str) -> str:
    """What the command says on a pipe."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_polis", str(folder), *words, stdout=out, stderr=err)
    assert err.getvalue() == "", "quiet when piped"
    return out.getvalue()


def events() -> list[tuple[object, ...]]:
    """All that was recorded."""
    return list(Event.objects.order_by("stream__klass", "seq").values_list("verb", "personal", "object"))


# ---- what an import makes --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_export_becomes_a_closed_round_with_its_people_statements_and_votes(folder: Path):
    round_ = imported(folder)

    assert Participant.objects.filter(programme=round_.programme).count() == PEOPLE
    assert Card.objects.count() == 0
    assert Statement.objects.filter(round=round_, state="approved").count() == STATEMENTS - 1
    [away] = Statement.objects.filter(round=round_, state="rejected")
    assert away.text == "Statement 0, said aloud"
    assert Event.objects.filter(verb="dialogue.vote_cast").count() == PEOPLE * STATEMENTS * 11 // 10
    assert Vote.objects.count() == PEOPLE * STATEMENTS
    assert (round_.hidden, round_.is_open(), round_.question) == (False, False, "Maji, na barabara")
    assert round_.opened_at is not None
    assert round_.opened_at.isoformat() == "2015-06-30T08:49:52.085000+00:00"


@pytest.mark.django_db
def test_of_a_vote_that_was_changed_the_latest_counts_whatever_the_order_of_the_file(folder: Path):
    export = polis.read(folder)

    round_ = imported(folder)

    latest = {(n, who): vote for who, n, vote in export.conversation.current_votes()}
    texts = {s.pk: s.text for s in round_.statements.all()}
    people = {person.pk: number for number, person in numbered(round_.programme)}
    kept = Vote.objects.values_list("statement_id", "participant_id", "choice")
    assert {(texts[s].split()[1].strip(","), people[p]): c for s, p, c in kept} == latest


def numbered(programme: Programme) -> list[tuple[str, Participant]]:
    """The people of an import with Polis' number for each."""
    found = {person.pk: person for person in Participant.objects.filter(programme=programme)}
    numbers = map(str, range(PEOPLE))
    return [(n, found[polis.participant_id(programme, n)]) for n in numbers]


@pytest.mark.django_db
def test_a_statement_belongs_to_its_author_who_can_still_be_forgotten(folder: Path):
    round_ = imported(folder)
    [author] = [person for number, person in numbered(round_.programme) if number == "3"]

    record.withdraw(author.pk, by=None, programme=round_.programme)

    assert not Vote.objects.filter(participant=author.pk).exists()
    assert [s.text for s in round_.statements.filter(position=3)] == [""]


@pytest.mark.django_db
def test_map_and_findings_are_drawn_before_the_round_is_shown(folder: Path):
    round_ = imported(folder)

    found = queries.results(round_, round_.snapshot)

    assert len(found) == STATEMENTS - 1
    assert sum(result.voted for result in found) == PEOPLE * (STATEMENTS - 1)
    assert Event.objects.order_by("hlc").last().verb == "dialogue.round_revealed"


@pytest.mark.django_db
def test_the_command_makes_a_login_and_says_where_the_map_and_the_findings_are(folder: Path, client):
    said = run(folder)

    login, password = re.search(r"as +(\S+) +(\S+)", said).groups()
    assert client.post("/login/", {"username": login, "password": password}).status_code == 302
    for name in ("The map", "The findings", "The programme"):
        address = re.search(rf"{name} +http://127\.0\.0\.1:8000(\S+)", said).group(1)
        assert client.get(address).status_code == 200
    assert f"People         {PEOPLE}" in said
    assert "Votes          297, 270 of them count" in said


@pytest.mark.django_db
def test_a_programme_is_coordinated_by_whom_the_command_names_and_shown_to_nobody_else(folder: Path, client):
    make.account("mary")

    said = run(folder, "--coordinator", "mary", "--title", "Water")

    [programme] = Programme.objects.all()
    assert (programme.title, programme.public) == ("Water", False)
    assert [member.name for member in programme.members.all()] == ["mary"]
    assert "Log in" not in said
    assert client.get(f"/p/{programme.slug}/").status_code == 404


# ---- what is refused, with nothing written ---------------------------------------------------------------


def cell(file: str, row: int, column: int, value: str):
    """A change of one cell of a file; rows and columns as a spreadsheet counts them."""

    def change(folder: Path) -> None:
        with (folder / file).open(newline="", encoding="utf-8") as before:
            rows = list(csv.reader(before))
        rows[row - 1][column - 1] = value
        save(folder / file, rows)

    return change


def line(file: str, row: int, raw: bytes):
    """A row of a file written over with these bytes."""

    def change(folder: Path) -> None:
        lines = (folder / file).read_bytes().split(b"\r\n")
        lines[row - 1] = raw
        (folder / file).write_bytes(b"\r\n".join(lines))

    return change


def gone(file: str):
    return lambda folder: (folder / file).unlink()


def all_moderated_away(folder: Path) -> None:
    for row in range(2, STATEMENTS + 2):
        cell("comments.csv", row, 6, "-1")(folder)


REFUSED = [
    (cell("votes.csv", 7, 4, "7"), "votes.csv, row 7, column vote: 7 is not a vote. Write 1 for agree"),
    (
        cell("votes.csv", 4, 2, "99"),
        "votes.csv, row 4, column comment-id: no statement 99 is in comments.csv",
    ),
    (cell("votes.csv", 5, 1, "noon"), "votes.csv, row 5, column timestamp: noon is not a time. Write the"),
    (line("votes.csv", 9, b"1,2"), "votes.csv, row 9: the row has 2 cells and the header 4. Put text"),
    (line("votes.csv", 3, b'1,2,"3,1'), "votes.csv, row 3: the row cannot be read"),
    (
        line("comments.csv", 2, b"1,2,3,0,0,1,\xff"),
        "comments.csv, row 2: the byte 0xff is not UTF-8 text. Save",
    ),
    (line("comments.csv", 3, b"1,2,3,0,0,1,a\0b"), "comments.csv, row 3: the character NUL is no text. Save"),
    (cell("comments.csv", 4, 7, ""), "comments.csv, column comment-body: statement 6 has no words. Write"),
    (gone("comments.csv"), "comments.csv: the file is not there. Put it into export"),
    (gone("votes.csv"), "votes.csv: the file is not there. Put it, or participants-votes.csv, into export"),
    (all_moderated_away, "comments.csv, column moderated: no statement is left. Keep at least one"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("change", "said"), REFUSED)
def test_files_that_do_not_fit_are_refused_with_the_place_and_the_mend(folder: Path, change, said: str):
    change(folder)

    with pytest.raises(CommandError) as refused:
        run(folder)

    assert said in str(refused.value)
    assert "nothing was written" in str(refused.value)
    assert not Event.objects.exists()
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_an_unknown_coordinator_is_refused_with_the_command_that_makes_one(folder: Path):
    with pytest.raises(
        CommandError, match="there is no login mary: make it with `jukwaa manage founder mary`"
    ):
        run(folder, "--coordinator", "mary")

    assert not Event.objects.exists()


@pytest.mark.django_db
def test_the_same_export_is_not_imported_twice_under_whatever_name(folder: Path):
    run(folder)
    before = events()

    with pytest.raises(CommandError, match=r"was imported before: it is the programme “Maji, na barabara”"):
        run(folder.rename(folder.with_name("another")), "--title", "Another")

    assert events() == before


@pytest.mark.django_db
def test_two_imports_are_not_at_work_at_once(folder: Path):
    with (Path(settings.JUKWAA_HOME) / "import.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        with pytest.raises(
            CommandError, match="another import is at work here; start this one when it is done"
        ):
            run(folder)

    assert not Event.objects.exists()
    assert not Account.objects.exists(), "the login of the one at work keeps its password"
    run(folder)


# ---- an import that was broken off, and those who vote meanwhile -----------------------------------------


class BrokenOff(Exception):
    pass


def break_off_after(batches: int) -> polis.Pace:
    """A pace at which an import is broken off after so many batches."""
    left = iter(range(batches))

    def progress(what: str, done: int, total: int) -> None:
        if next(left, None) is None:
            raise BrokenOff

    return polis.Pace(batch=40, pause=0, progress=progress)


@pytest.mark.django_db
def test_an_import_broken_off_after_any_batch_is_hidden_and_goes_on_where_it_stopped(folder: Path):
    export = polis.read(folder)
    batches = 1 + 1 + 8  # people, statements, votes

    for _ in range(batches):
        with pytest.raises(BrokenOff):
            imported(folder, break_off_after(0))
        assert not queries.rounds(Programme.objects.get()).exists()
        assert analysis.redraw_due() == 0
    round_ = imported(folder)

    words = list(round_.statements.order_by("position").values_list("text", flat=True))
    assert words == [said.text for said in export.conversation.statements]
    assert choices_by_vote() == of_export(export, round_)
    assert Participant.objects.count() == PEOPLE
    assert queries.rounds(round_.programme).get() == round_
    assert [fault for stream in Stream.objects.all() for fault in record.verify(stream)] == []


def choices_by_vote() -> dict[uuid.UUID, list[int]]:
    """All that the record holds of each vote, in the order in which it was said."""
    choices = defaultdict(list)
    said = Event.objects.filter(verb="dialogue.vote_cast").order_by("hlc")
    for pk, personal in said.values_list("object", "personal"):
        choices[pk].append(json.loads(personal)["choice"])
    return choices


def of_export(export: polis.Export, round_: Round) -> dict[uuid.UUID, list[int]]:
    """The same as the files have it."""
    places = {said.id: place for place, said in enumerate(export.conversation.statements)}
    statements = list(round_.statements.order_by("position").values_list("pk", flat=True))
    choices = defaultdict(list)
    for event in export.conversation.votes:
        person = polis.participant_id(round_.programme, event.participant)
        choices[Vote.id_for(statements[places[event.statement]], person)].append(event.vote)
    return choices


@pytest.mark.django_db
def test_the_command_goes_on_with_an_import_under_the_login_that_it_made(folder: Path, client):
    with pytest.raises(BrokenOff):
        imported(folder, break_off_after(3))

    said = run(folder)

    assert "Votes          297, 270 of them count" in said
    assert Programme.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_between_two_batches_nothing_is_held(folder: Path):
    held = []

    imported(folder, polis.Pace(40, 0, lambda *_: held.append(connection.in_atomic_block)))

    assert held == [False] * 10


@pytest.mark.slow
def test_whoever_votes_elsewhere_is_answered_while_an_import_writes(tmp_path: Path):
    environment = environment_of(tmp_path)
    round_ = prepare(tmp_path, environment, phones=1, statements=60)
    export = written(tmp_path / "export", people=150, statements=30)
    answered = 0

    with (
        served(tmp_path, environment) as server,
        closing(Phone(server.port, round_.path, *round_.cookies)) as ann,
    ):
        ann.open()
        command = [*JUKWAA, "import-polis", str(export)]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        ) as importing:
            importing.stdout.readline()  # the login: from here on it writes
            while ann.shown and importing.poll() is None:
                ann.vote(1)
                answered += 1
            told, _ = importing.communicate()

    assert answered >= 10
    assert "Votes          4,950, 4,500 of them count" in told


@pytest.mark.django_db
def test_on_a_terminal_the_command_shows_how_far_it_is(folder: Path):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown = Terminal()

    call_command("import_polis", str(folder), stdout=io.StringIO(), stderr=shown)

    assert "votes: 297 of 297" in shown.getvalue()


# ---- real votes ------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.django_db
def test_a_real_conversation_comes_in_whole(shared_data: Path):
    folder = shared_data / "opendata" / "vtaiwan.uberx"

    round_ = imported(folder, polis.Pace(pause=0))

    assert Participant.objects.count() == 1_921
    assert round_.statements.count() == 197
    assert Event.objects.filter(verb="dialogue.vote_cast").count() == 49_997
    assert choices_by_vote() == of_export(polis.read(folder), round_)
    assert Vote.objects.count() == 49_443
    assert len(queries.results(round_, round_.snapshot)) == round_.statements.filter(state="approved").count()
