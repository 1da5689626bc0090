"""Votes in Parquet, read and written by duckdb, which the extra [io] brings."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from commonground._columns import ONE_CONSTITUENCY, SECONDS_END, About, Columns
from commonground._exceptions import Fault, NotInstalled
from commonground._sheets import MOST_FAULTS, VOTE_MEND
from commonground._shelf import Block, Local, Shelf, bounds, store
from commonground._votes import Ballots

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "1GB"  # what duckdb may hold before it goes to disk
NEEDED = ("participant", "statement", "vote")
OF_A_VOTE = {
    "moment": "a time",
    "probability": "a probability",
}
OF_A_PERSON = ("constituency", "gender", "weight")
MENDS = {
    "participant": "Write the participant",
    "statement": "Write the statement",
    "vote": VOTE_MEND,
    "moment": "Write the milliseconds, or seconds, since 1970 as a whole number",
    "probability": "Write a number above 0 and at most 1, or leave the cell empty",
    "weight": "Write a number above 0, or leave the cell empty",
    "constituency": ONE_CONSTITUENCY,
    "gender": "Write the same gender in all rows of a participant",
}
# What each column is read as. A text of blanks is an empty cell.
READ = {
    **dict.fromkeys(
        ("participant", "statement", "constituency", "gender"), "nullif(trim(CAST({0} AS VARCHAR)), '')"
    ),
    **dict.fromkeys(("vote", "probability", "weight"), "TRY_CAST({0} AS DOUBLE)"),
    "moment": "TRY_CAST({0} AS BIGINT)",
}
# What does not fit in each column; to duckdb nan is larger than everything.
BROKEN = {
    "participant": "participant IS NULL",
    "statement": "statement IS NULL",
    "vote": "vote IS NULL OR vote NOT IN (-1, 0, 1)",
    "moment": "moment IS NULL OR moment < 0",
    "probability": "(raw_probability IS NOT NULL AND probability IS NULL) "
    "OR NOT (probability > 0 AND probability <= 1)",
    "weight": "(raw_weight IS NOT NULL AND weight IS NULL) OR NOT (weight > 0 AND weight < 'inf'::DOUBLE)",
}


@contextmanager
def database() -> Iterator[DuckDBPyConnection]:
    """A duckdb that holds nothing yet; what memory cannot hold goes to a folder that is gone afterwards.

    Raises NotInstalled.
    """
    try:
        import duckdb
    except ImportError:
        raise NotInstalled("Parquet is read and written by duckdb", "io") from None
    with tempfile.TemporaryDirectory(prefix="commonground-") as folder:
        connection = duckdb.connect(config={"temp_directory": folder, "memory_limit": MEMORY})
        try:
            yield connection
        finally:
            connection.close()


def is_parquet(place: Path) -> bool:
    """Whether this is a Parquet file, or a folder of nothing else."""
    if place.is_dir():
        return any(place.glob("*.parquet")) and not any(place.glob("*.csv"))
    return place.suffix == ".parquet"


def read_parquet(place: Path, faults: list[Fault]) -> Columns:
    """The votes of a Parquet file, or of all that lie in a folder, with the same columns as a CSV."""
    with database() as known:
        there = look(known, place, faults)
        if faults:
            return NOTHING
        about = of_people(known, place.name, there, faults)
        columns = fetch(known, there, about)
        if columns.moments is None and len(columns.once().values) < len(columns.values):
            twice(known, place.name, there["probability"], faults)
        return NOTHING if faults else columns if there["moment"] else columns.once()


NOTHING = Columns(
    (), (), np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8), None, None, About()
)


def look(known: DuckDBPyConnection, place: Path, faults: list[Fault]) -> dict[str, bool]:
    """Open the files as the view `votes` and check every cell; gives which columns there are.

    Rows are counted from 1 in each file: Parquet has no row of names.
    """
    import duckdb

    files = sorted(str(file) for file in place.glob("*.parquet")) if place.is_dir() else [str(place)]
    try:
        known.read_parquet(files, file_row_number=True, filename=True).create_view("files")
        names = [row[0] for row in known.execute("DESCRIBE files").fetchall()]
    except duckdb.Error:
        wrong, mend = "the file is not Parquet, or only a part of it", "Save the table as Parquet again"
        faults.append(Fault(place.name, None, "", "", wrong, mend))
        return {}
    mend = f"Name the columns {', '.join(NEEDED)}"
    faults += [
        Fault(place.name, None, name, "", f"there is no column {name}", mend)
        for name in NEEDED
        if name not in names
    ]
    if faults:
        return {}
    there = {name: name in names for name in READ}
    cells = [
        f'{READ[name].format(chr(34) + name + chr(34))} AS {name}, "{name}" AS raw_{name}'
        for name in READ
        if there[name]
    ]
    known.execute(
        f"CREATE VIEW votes AS SELECT {', '.join(cells)}, filename, file_row_number AS number FROM files"
    )
    number_names(known)
    checks = {name: check for name, check in BROKEN.items() if there[name] and name not in TABLES.values()}
    counts = known.execute(
        f"SELECT {', '.join(f'count(*) FILTER ({check})' for check in checks.values())} FROM votes"
    ).fetchone()
    wrong_names = [
        known.execute(f"SELECT count(*) FROM {table} WHERE name IS NULL").fetchall()[0][0] for table in TABLES
    ]
    for name, count in zip((*TABLES.values(), *checks), (*wrong_names, *(counts or ())), strict=True):
        if count:
            faults += broken(known, name, BROKEN[name])
    return there


TABLES = {"people": "participant", "statements": "statement"}


def number_names(known: DuckDBPyConnection) -> None:
    """Number participants and statements in the order of their ids: tables of raw cell, name and place.

    Cells are made into names here, once for each that is different, and not in every row.
    """
    for table, column in TABLES.items():
        known.execute(
            f"CREATE TEMP TABLE {table} AS SELECT raw, name, CAST(dense_rank() OVER (ORDER BY name) - 1 AS "
            f"INTEGER) AS place FROM (SELECT raw, {READ[column].format('raw')} AS name FROM "
            f"(SELECT DISTINCT {column} AS raw FROM files))"
        )


def names_of(known: DuckDBPyConnection, table: str) -> list[str]:
    """The names in their order."""
    rows = known.execute(f"SELECT DISTINCT place, name FROM {table} ORDER BY place").fetchnumpy()
    names: list[str] = rows["name"].tolist()
    return names


def broken(known: DuckDBPyConnection, name: str, check: str) -> list[Fault]:
    """The faults in one column."""
    rows = known.execute(
        f"SELECT filename, number, CAST(raw_{name} AS VARCHAR) FROM votes WHERE {check} "
        f"ORDER BY filename, number LIMIT {MOST_FAULTS}"
    ).fetchall()
    what = {"vote": "a vote", "weight": "a weight", **OF_A_VOTE}
    return [
        Fault(
            Path(file).name,
            number + 1,
            name,
            value or "",
            f"{value.strip()} is not {what[name]}" if value and value.strip() else "the cell is empty",
            MENDS[name],
        )
        for file, number, value in rows
    ]


def of_people(known: DuckDBPyConnection, file: str, there: dict[str, bool], faults: list[Fault]) -> About:
    """Constituencies, genders and weights; nobody has two."""
    found: dict[str, dict[str, Any]] = {name: {} for name in OF_A_PERSON}
    for name in OF_A_PERSON:
        if not there[name]:
            continue
        rows = known.execute(
            f"SELECT participant, min({name}), max({name}) FROM votes WHERE {name} IS NOT NULL "
            "GROUP BY participant ORDER BY participant"
        ).fetchall()
        for who, one, other in rows:
            found[name][who] = one
            if one != other and len(faults) < MOST_FAULTS:
                wrong = f"{who} has {name} {one} in some rows and {other} in others"
                faults.append(Fault(file, None, name, str(other), wrong, MENDS[name]))
    return About(found["constituency"], found["gender"], found["weight"])


def twice(known: DuckDBPyConnection, file: str, drawn: bool, faults: list[Fault]) -> None:
    """Nobody has two different votes on a statement where no moment tells which one counts."""
    for column in ("vote", *["probability"] * drawn):
        rows = known.execute(
            "SELECT participant, statement, max(number) + 1 FROM votes GROUP BY participant, statement "
            "HAVING "
            f"count(*) > 1 AND count(DISTINCT coalesce({column}, 0)) > 1 ORDER BY 3 LIMIT {MOST_FAULTS}"
        ).fetchall()
        for who, what, number in rows:
            wrong = f"{who} has another {column} on {what} further up"
            faults.append(Fault(file, number, column, "", wrong, "Keep the one that counts"))


def fetch(known: DuckDBPyConnection, there: dict[str, bool], about: About) -> Columns:
    """The numbers, those with moments in the order of time."""
    more = [name for name in OF_A_VOTE if there[name]]
    order = " ORDER BY moment, filename, number" if there["moment"] else ""
    wanted = ["p.place AS rows", "s.place AS columns", "CAST(vote AS TINYINT) AS said", *more]
    found = known.execute(
        f"SELECT {', '.join(wanted)} FROM votes JOIN people p ON p.raw = raw_participant "
        "JOIN statements s ON s.raw = raw_statement" + order
    ).fetchnumpy()
    moments = found["moment"].astype(np.int64) if there["moment"] else None
    if moments is not None and len(moments) and moments.max() < SECONDS_END:
        moments = moments * 1000
    chances = None
    if there["probability"]:
        chances = np.ma.filled(found["probability"].astype(float), math.nan)
    return Columns(
        names_of(known, "people"),
        names_of(known, "statements"),
        np.asarray(found["rows"]),
        np.asarray(found["columns"]),
        np.asarray(found["said"]),
        moments,
        chances,
        about,
    )


def shelve(place: Path, faults: list[Fault], folder: Path | None = None) -> tuple[Shelf, About]:
    """The votes that count, in blocks of people: in files of `folder`, else in memory.

    They are parted on disk, by duckdb, so that no more of them is in memory at once than a block.
    """
    with database() as known, tempfile.TemporaryDirectory(prefix="commonground-", dir=folder) as parted:
        there = look(known, place, faults)
        about = of_people(known, place.name, there, faults) if not faults else About()
        if faults:
            return Shelf((), (), ()), About()
        people, statements = names_of(known, "people"), names_of(known, "statements")
        edges = bounds(len(people))
        vote = "arg_max(vote, (moment, filename, number))" if there["moment"] else "vote"
        by = "GROUP BY ALL" if there["moment"] else ""
        known.execute(
            f"COPY (SELECT p.place AS person, s.place AS statement, CAST({vote} AS TINYINT) AS vote, "
            f"((p.place::BIGINT + 1) * {len(edges)} - 1) // {max(len(people), 1)} AS block FROM votes "
            f"JOIN people p ON p.raw = raw_participant JOIN statements s ON s.raw = raw_statement {by}) "
            f"TO '{quoted(parted)}' (FORMAT parquet, PARTITION_BY (block), OVERWRITE_OR_IGNORE)"
        )

        def block(number: int) -> Block | None:
            first, last = edges[number]
            part = Path(parted) / f"block={number}"
            ballots = ballots_in(known.cursor(), part, first, last, len(statements))
            if ballots is None or folder is None:
                return None if ballots is None else Block(first, last, ballots)
            return store(Block(first, last, ballots), folder)

        blocks = Local().each(block, range(len(edges))) if people else []
        if None in blocks:
            twice(known, place.name, False, faults)
            return Shelf((), (), ()), About()
        whole = tuple(each for each in blocks if each is not None)
        return Shelf(people, tuple(statements), whole), about


def ballots_in(
    known: DuckDBPyConnection, folder: Path, first: int, last: int, statements: int
) -> Ballots | None:
    """The votes of the people from first to last, sorted; None where somebody has two that are not alike."""
    found = known.execute(
        f"SELECT person, statement, vote FROM read_parquet('{quoted(folder)}/*.parquet')"
    ).fetchnumpy()
    # One number a vote: sorting it sorts people, their statements, and brings together what is said twice.
    keys = (found["person"] - first).astype(np.int64) * statements + found["statement"]
    packed = np.sort(keys * 4 + (found["vote"] + 1))
    packed = packed[np.append(packed[1:] != packed[:-1], True)] if len(packed) else packed
    keys, values = np.divmod(packed, 4)
    if np.any(keys[1:] == keys[:-1]):
        return None
    people, columns = np.divmod(keys, statements)
    counts = np.bincount(people, minlength=last - first)
    return Ballots(
        np.concatenate(([0], np.cumsum(counts))),
        columns.astype(np.uint16 if statements <= 1 << 16 else np.int32),
        (values - 1).astype(np.int8),
    )


def quoted(path: str | Path) -> str:
    """A path between the quotation marks of SQL."""
    return str(path).replace("'", "''")


def write_parquet(columns: Columns, file: Path) -> None:
    """A row a vote, in the order of the votes; read back by read_parquet(). Raises NotInstalled."""
    people = {"name": text(columns.people), "place": np.arange(len(columns.people))}
    statements = {"name": text(columns.statements), "place": np.arange(len(columns.statements))}
    votes: dict[str, Any] = {
        "person": columns.rows,
        "place": columns.columns,
        "vote": columns.values,
        "number": np.arange(len(columns.values)),
    }
    more = []
    if columns.moments is not None:
        votes["moment"] = columns.moments
        more.append("moment")
    if columns.probabilities is not None:
        votes["probability"] = columns.probabilities
        more.append("CASE WHEN isnan(probability) THEN NULL ELSE probability END AS probability")
    known_of: tuple[Mapping[str, object], ...] = (
        columns.about.constituencies,
        columns.about.genders,
        columns.about.weights,
    )
    for name, known_by in zip(OF_A_PERSON, known_of, strict=True):
        if known_by:
            kind = "DOUBLE" if name == "weight" else "VARCHAR"
            said = [known_by.get(who) for who in columns.people]
            people[name] = np.array(["" if each is None else str(each) for each in said], object)
            more.append(f"CAST(nullif(people.{name}, '') AS {kind}) AS {name}")
    with database() as known:
        for name, table in (("votes", votes), ("people", people), ("statements", statements)):
            known.register(name, table)
        known.execute(
            f"COPY (SELECT people.name AS participant, statements.name AS statement, vote"
            f"{''.join(f', {each}' for each in more)} FROM votes JOIN people ON people.place = votes.person "
            "JOIN statements ON statements.place = votes.place ORDER BY number) "
            f"TO '{quoted(file)}' (FORMAT parquet, COMPRESSION zstd)"
        )


def text(names: Any) -> Any:
    """Names as duckdb takes them."""
    return np.array([*names, None], object)[:-1]
