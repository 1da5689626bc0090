"""Submissions as OData v4 gives them, in the shape of ODK Central (field.md §1.4), for Excel and pyodk.

Points on the map are left out: a place is never named more closely than by its site (models.Place).
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now
from django.utils.translation import gettext as _

from jukwaa.field.collect import queries
from jukwaa.field.collect.xlsform import Question
from jukwaa.field.models import Submission

SEGMENT = re.compile(r"([^/\[]+)(?:\[(\d+)\])?")
EDM = {"int": "Edm.Int64", "integer": "Edm.Int64", "decimal": "Edm.Decimal", "date": "Edm.Date"}
REVIEWS = {"": None, "approved": "approved", "issues": "hasIssues", "rejected": "rejected"}


class Refused(ValueError):
    """A question that this feed does not answer; the sentence says which part of it."""


def number(pk: uuid.UUID) -> int:
    """The whole number that stands for a row where ODK's programs want one."""
    return pk.int % 2**31


def tables(asked: Iterable[Question]) -> list[str]:
    """Submissions, and one for each repeat: Submissions.group.repeat."""
    repeats = dict.fromkeys(question.repeat for question in asked if question.repeat)
    return ["Submissions", *(_table_of(path) for path in repeats)]


def _dotted(path: str) -> str:
    return ".".join(path.split("/")[2:])


# ---- what is asked ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """The system query options that are understood. top: None for all."""

    top: int | None = None
    skip: int = 0
    count: bool = False
    after: tuple[datetime, uuid.UUID] | None = None
    where: Q = field(default_factory=Q)
    order: tuple[str, ...] = ("-received_at", "id")
    select: frozenset[str] = frozenset()
    expand: bool = False


def read_options(said: Mapping[str, str]) -> Asked:
    """What the options of an address ask. Raises Refused."""
    if (expand := said.get("$expand", "")) not in {"", "*"}:
        raise Refused(_("Only $expand=* is understood, not %(words)s.") % {"words": expand})
    order = _order(said["$orderby"]) if said.get("$orderby") else Asked.order
    if said.get("$skiptoken") and order != Asked.order:
        raise Refused(_("$skiptoken goes with the usual order only. Use $skip."))
    return Asked(
        top=_whole(said, "$top"),
        skip=_whole(said, "$skip") or 0,
        count=said.get("$count", "").lower() == "true",
        after=_after(said["$skiptoken"]) if said.get("$skiptoken") else None,
        where=read_filter(said["$filter"]) if said.get("$filter") else Q(),
        order=order,
        select=frozenset(filter(None, said.get("$select", "").split(","))),
        expand=bool(expand),
    )


def _whole(said: Mapping[str, str], name: str) -> int | None:
    words = said.get(name)
    if words is None:
        return None
    if not words.isdecimal():
        raise Refused(_("%(name)s is a whole number, not %(words)s.") % {"name": name, "words": words})
    return int(words)


def _order(words: str) -> tuple[str, ...]:
    field, _space, way = words.strip().partition(" ")
    if field not in COLUMNS or way.strip() not in {"", "asc", "desc"}:
        raise Refused(
            _("$orderby goes by one field of __system, asc or desc: not %(words)s.") % {"words": words}
        )
    return (f"{'-' if way.strip() == 'desc' else ''}{COLUMNS[field]}", "id")


def token_after(row: Submission) -> str:
    """Where the page after this row begins."""
    return base64.urlsafe_b64encode(f"{row.received_at.isoformat()} {row.pk}".encode()).decode()


def _after(token: str) -> tuple[datetime, uuid.UUID]:
    try:
        when, pk = base64.urlsafe_b64decode(token).decode().split(" ")
        return datetime.fromisoformat(when), uuid.UUID(pk)
    except ValueError as wrong:
        raise Refused(_("This $skiptoken is none of ours.")) from wrong


def chosen(rows: QuerySet[Submission], asked: Asked) -> QuerySet[Submission]:
    """The rows that fit, in the order that was asked for, from where it was asked."""
    rows = rows.filter(asked.where).order_by(*asked.order)
    if asked.after:
        when, pk = asked.after
        rows = rows.filter(Q(received_at__lt=when) | Q(received_at=when, pk__gt=pk))
    return rows


# ---- $filter ---------------------------------------------------------------------------------------------

COLUMNS = {
    "__id": "instance_id",
    "__system/submissionDate": "received_at",
    "__system/reviewState": "review",
    "__system/formVersion": "version",
}
PARTS = frozenset({"year", "month", "day", "hour", "minute", "second"})
COMPARED = {"eq": "exact", "lt": "lt", "le": "lte", "gt": "gt", "ge": "gte"}
WORDS = re.compile(r"\s*(now\(\)|[()]|'(?:[^']|'')*'|[^\s()']+)")


def read_filter(words: str) -> Q:
    """A $filter on fields of __system as a condition. Raises Refused."""
    found = WORDS.findall(words)
    if len(found) > 200:
        raise Refused(_("This $filter is too long."))
    condition = _either(found)
    if found:
        raise _not_understood(found[0])
    return condition


def _not_understood(words: str) -> Refused:
    return Refused(_("$filter: “%(words)s” is not understood.") % {"words": words})


def _next(words: list[str]) -> str:
    if not words:
        raise Refused(_("$filter ends in the middle."))
    return words.pop(0)


def _either(words: list[str]) -> Q:
    found = _both(words)
    while words and words[0] == "or":
        words.pop(0)
        found |= _both(words)
    return found


def _both(words: list[str]) -> Q:
    found = _one(words)
    while words and words[0] == "and":
        words.pop(0)
        found &= _one(words)
    return found


def _one(words: list[str]) -> Q:
    word = _next(words)
    if word == "not":
        return ~_one(words)
    if word == "(":
        inner = _either(words)
        if _next(words) != ")":
            raise _not_understood("(")
        return inner
    return _comparison(word, words)


def _comparison(word: str, words: list[str]) -> Q:
    part = ""
    if word in PARTS and words and words[0] == "(":
        part, word = f"{word}__", [_next(words) for _ in range(3)][1]
    column, how, value = COLUMNS.get(word), _next(words), _next(words)
    if column is None or (part and column != "received_at"):
        raise _not_understood(word)
    if how not in {*COMPARED, "ne"}:
        raise _not_understood(how)
    same = Q(**{f"{column}__{part}{COMPARED.get(how, 'exact')}": _value(column, part, value)})
    return ~same if how == "ne" else same


def _value(column: str, part: str, words: str) -> object:
    if part:
        if not words.isdecimal():
            raise _not_understood(words)
        return int(words)
    if column == "received_at":
        when = now() if words == "now()" else _moment(words)
        if when is None:
            raise _not_understood(words)
        return when
    said = None if words == "null" else words.strip("'").replace("''", "'")
    if column != "review":
        return said or ""
    if said not in REVIEWS.values():
        raise _not_understood(words)
    return next(ours for ours, theirs in REVIEWS.items() if theirs == said)


def _moment(words: str) -> datetime | None:
    try:
        found = parse_datetime(words if "T" in words else f"{words}T00:00:00Z")
    except ValueError:
        return None
    return found if found and found.tzinfo else None


# ---- what is given ---------------------------------------------------------------------------------------


def entries(
    rows: Iterable[Submission], asked: list[Question], table: str, *, expand: bool = False
) -> Iterator[tuple[Submission, dict[str, Any]]]:
    """The rows of a table, each with its submission, a few submissions in memory at a time."""
    kinds = {question.path: question for question in asked}
    for batch in queries.batched(rows, queries.A_CHUNK):
        yield from _of(batch, kinds, table, expand)


def _of(
    batch: list[Submission], kinds: Mapping[str, Question], table: str, expand: bool
) -> Iterator[tuple[Submission, dict[str, Any]]]:
    here = queries.names_here(row.pk for row in batch)
    for row in batch:
        main, repeats = _told(row, kinds)
        if table == "Submissions":
            yield row, _whole_entry(row, main, repeats, here[row.pk], expand)
        else:
            yield from ((row, told) for told in repeats.get(table, []))


def _told(row: Submission, kinds: Mapping[str, Question]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answers outside repeats, nested by group, and those in each repeat's table."""
    main: dict[str, Any] = {}
    repeats: dict[str, dict[str, Any]] = {}
    for path, value in row.answers.items():
        question = kinds.get(queries.bare(path))
        if question is None or not question.repeat:
            _put(main, path.split("/")[2:], question, value)
            continue
        deep = question.repeat.count("/") + 1
        at, inside = "/".join(path.split("/")[:deep]), path.split("/")[deep:]
        key = f"{row.instance_id}{at if at.endswith(']') else at + '[1]'}"
        entry = repeats.setdefault(_table_of(question.repeat), {}).setdefault(
            key, {"__id": str(uuid.uuid5(row.pk, key)), "__Submissions-id": row.instance_id}
        )
        _put(entry, inside, question, value)
    return main, {table: list(found.values()) for table, found in repeats.items()}


def _put(into: dict[str, Any], names: list[str], question: Question | None, value: str) -> None:
    *groups, last = [queries.bare(name) for name in names] or [""]
    for group in groups:
        inner = into.setdefault(group, {})
        into = inner if isinstance(inner, dict) else {}
    into[last] = typed(question, value)


def typed(question: Question | None, value: str) -> object:
    """An answer as JSON has it: numbers as numbers, nothing as null, and no point on the map."""
    kind = question.type if question else ""
    if not value or kind in queries.ON_THE_MAP:
        return None
    reads: dict[str, Callable[[str], object]] = {"integer": int, "int": int, "decimal": float}
    try:
        return reads[kind](value) if kind in reads else value
    except ValueError:
        return value


def _whole_entry(
    row: Submission, main: dict[str, Any], repeats: dict[str, Any], here: set[str], expand: bool
) -> dict[str, Any]:
    entry = {"__id": row.instance_id, "__system": system(row, here), **main}
    for table, found in repeats.items():
        names = table.split(".")[1:]
        inside = entry
        for name in names[:-1]:
            inside = inside.setdefault(name, {})
        link = f"Submissions('{row.instance_id}')/{'/'.join(names)}"
        inside[f"{names[-1]}@odata.navigationLink"] = link
        if expand:
            inside[names[-1]] = found
    return entry


def system(row: Submission, here: set[str]) -> dict[str, Any]:
    """What is known of a submission beside its answers."""
    who = row.collector
    return {
        "submissionDate": queries.iso(row.received_at),
        "updatedAt": queries.iso(queries.moment(row.hlc)) if row.review else None,
        "deletedAt": None,
        "submitterId": str(number(who.pk)) if who else None,
        "submitterName": who.name if who else None,
        "attachmentsPresent": len(here & set(row.expected)),
        "attachmentsExpected": len(row.expected),
        "status": None if set(row.expected) <= here else "missingAttachment",
        "reviewState": REVIEWS[row.review],
        "deviceId": None,
        "edits": 1 if row.deprecated_id else 0,
        "formVersion": row.version,
    }


def feed(
    rows: QuerySet[Submission], asked: list[Question], table: str, options: Asked, *, here: str, context: str
) -> Iterator[str]:
    """A table as JSON, written as it is read. here: this address without $skip and $skiptoken."""
    total = rows.filter(options.where)
    yield '{"@odata.context":' + json.dumps(f"{context}#{table}")
    if options.count:
        size = total.count() if table == "Submissions" else sum(1 for _ in entries(total, asked, table))
        yield f',"@odata.count":{size}'
    yield ',"value":['
    told, last, more, skip = 0, None, False, options.skip
    wanted = chosen(rows, options)
    if table == "Submissions":
        # A row each: the database skips them, and reads no more than is asked for.
        end = None if options.top is None else skip + options.top + 1
        wanted, skip = wanted[skip:end], 0
    found = entries(wanted.iterator(chunk_size=queries.A_CHUNK), asked, table, expand=options.expand)
    for place, (row, entry) in enumerate(found):
        if place < skip:
            continue
        if options.top is not None and told >= options.top:
            more = True
            break
        keep = options.select
        if keep:
            entry = {k: v for k, v in entry.items() if k in keep or k == "__id"}
        yield ("," if told else "") + json.dumps(entry, ensure_ascii=False)
        told, last = told + 1, row
    yield "]"
    if more and options.top:
        usual = table == "Submissions" and options.order == Asked.order and last
        onward = f"$skiptoken={token_after(last)}" if usual and last else f"$skip={options.skip + told}"
        yield ',"@odata.nextLink":' + json.dumps(f"{here}{'&' if '?' in here else '?'}{onward}")
    yield "}"


def metadata(asked: list[Question]) -> str:
    """What the tables hold (EDMX): an entity type for each, a complex type for each group, and __system."""
    types: list[str] = []
    sets: list[str] = []
    for table in tables(asked):
        mine = [q for q in asked if (_table_of(q.repeat) if q.repeat else "Submissions") == table]
        tree: dict[str, Any] = {"__id": "Edm.String"}
        if table == "Submissions":
            tree |= {"__system": "jukwaa.metadata", "meta": dict.fromkeys(META, "Edm.String")}
        else:
            tree["__Submissions-id"] = "Edm.String"
        for question in mine:
            start = question.repeat.count("/") + 1 if question.repeat else 2
            _grow(tree, question.path.split("/")[start:], EDM.get(question.type, "Edm.String"))
        for inner in tables(asked):
            if _holder(inner, tables(asked)) == table:
                _grow(tree, inner.removeprefix(f"{table}.").split("."), f"Collection(jukwaa.{inner})")
        types += _typed_tree(table, tree, entity=True)
        sets.append(f"<EntitySet Name={quoteattr(table)} EntityType={quoteattr(f'jukwaa.{table}')}/>")
    types.append(f'<ComplexType Name="metadata">{_properties(SYSTEM)}</ComplexType>')
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"><edmx:DataServices>'
        '<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="jukwaa">'
        f'{"".join(types)}<EntityContainer Name="jukwaa">{"".join(sets)}</EntityContainer>'
        "</Schema></edmx:DataServices></edmx:Edmx>"
    )


META = ("instanceID", "instanceName", "deprecatedID", "audit")
SYSTEM = {
    "submissionDate": "Edm.DateTimeOffset",
    "updatedAt": "Edm.DateTimeOffset",
    "deletedAt": "Edm.DateTimeOffset",
    "submitterId": "Edm.String",
    "submitterName": "Edm.String",
    "attachmentsPresent": "Edm.Int64",
    "attachmentsExpected": "Edm.Int64",
    "status": "Edm.String",
    "reviewState": "Edm.String",
    "deviceId": "Edm.String",
    "edits": "Edm.Int64",
    "formVersion": "Edm.String",
}


def _table_of(repeat: str) -> str:
    return f"Submissions.{_dotted(repeat)}"


def _grow(tree: dict[str, Any], names: list[str], kind: str) -> None:
    *groups, last = names
    for group in groups:
        tree = tree.setdefault(group, {})
    tree[last] = kind


def _holder(table: str, known: list[str]) -> str:
    """The table in whose rows the rows of this one are."""
    return max((name for name in known if table.startswith(f"{name}.")), key=len, default="")


def _typed_tree(name: str, tree: dict[str, Any], *, entity: bool = False) -> Iterator[str]:
    """The type of that name, after those of the groups in it."""
    flat: dict[str, str] = {}
    for word, kind in tree.items():
        if isinstance(kind, dict):
            yield from _typed_tree(f"{name}.{word}", kind)
            kind = f"jukwaa.{name}.{word}"
        flat[word] = kind
    key = '<Key><PropertyRef Name="__id"/></Key>' if entity else ""
    word = "EntityType" if entity else "ComplexType"
    yield f"<{word} Name={quoteattr(name)}>{key}{_properties(flat)}</{word}>"


def _properties(kinds: Mapping[str, str]) -> str:
    """Properties by name; those of many rows are navigation properties."""
    return "".join(
        f"<{'Navigation' if kind.startswith('Collection(') else ''}Property "
        f"Name={quoteattr(name)} Type={quoteattr(kind)}/>"
        for name, kind in kinds.items()
    )
