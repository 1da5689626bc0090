"""A form as a page asks it: what an XForm (from `collect.xlsform`) holds, and what its expressions come to.

Expressions are XPath 1.0 with JavaRosa's functions; libxml2 evaluates them over the answers. What a page
cannot ask as Collect does (a film, a line on a map) makes the form unfit for a page: `Unfit` names it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from jukwaa.field.collect.queries import bare
from jukwaa.field.collect.xlsform import code_of, parser
from jukwaa.record import blobs

XF = "{http://www.w3.org/2002/xforms}"
JR = "{http://openrosa.org/javarosa}"
ORX = "http://openrosa.org/xforms"
INSTANCES = "_instances"
EPOCH = date(1970, 1, 1)
# What is typed, by the type of its bind; a point on the map is asked as a district.
TYPED = {
    "string": "text",
    "barcode": "text",
    "int": "integer",
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "datetime",
    "geopoint": "place",
}
FILES = frozenset({"image", "audio"})
PRELOADED = frozenset({"start", "end", "today", "uid"})


class Unfit(ValueError):
    """A form that a page cannot ask; the sentence says which question, and to use Collect."""


@dataclass(frozen=True)
class Bind:
    """What holds of one node: expressions, empty when there is none."""

    type: str = "string"
    required: str = ""
    relevant: str = ""
    constraint: str = ""
    calculate: str = ""
    readonly: bool = False
    preload: str = ""
    why: str = ""  # the author's sentence when the constraint does not hold
    missing: str = ""  # ... and when a required answer is not there


@dataclass(frozen=True)
class Asked:
    """One question. kind: of TYPED, FILES, one, many, note or tick. repeat: the path of the group that
    may come more than once, or empty. choices: nodeset, value and label; fixed: values with their labels."""

    path: str
    kind: str
    label: Any
    hint: Any
    repeat: str = ""
    choices: tuple[str, str, str] | None = None
    fixed: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A form: questions in their order, what holds of each node, and its words by language."""

    title: str
    form_id: str
    version: str
    questions: tuple[Asked, ...]
    binds: Mapping[str, Bind]
    empty: Any
    instances: Any
    words: Mapping[str, Mapping[str, Any]]
    language: str
    repeats: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The path of the outermost node."""
        return f"/{self.empty.tag}"

    def depends(self, path: str) -> set[str]:
        """Paths of questions whose answers decide whether, or how, this one is asked."""
        found: set[str] = set()
        for node in lineage(path):
            bind = self.binds.get(node, Bind())
            found |= self._named(bind.relevant) | self._named(bind.required)
        asked = next((each for each in self.questions if each.path == path), None)
        if asked:
            found |= self._named(asked.choices[0]) if asked.choices else set()
            for words in (asked.label, asked.hint):
                found |= {n for text in self._outputs(words) for n in self._named(text)}
        return found

    def _named(self, expression: str, seen: frozenset[str] = frozenset()) -> set[str]:
        found = set()
        for path in PATHS.findall(expression):
            found.add(path)
            calculated = self.binds.get(path, Bind()).calculate
            if calculated and path not in seen:
                found |= self._named(calculated, seen | {path})
        return found

    def _outputs(self, words: Any) -> list[str]:
        if words is None:
            return []
        if reference := ITEXT.match(words.get("ref", "")):
            held = [texts[reference[1]] for texts in self.words.values() if reference[1] in texts]
            return [each.get("value", "") for node in held for each in node.iter(f"{XF}output")]
        return [each.get("value", "") for each in words.iter(f"{XF}output")]


PATHS = re.compile(r"(?<![\w.])/[\w.-]+(?:/[\w.-]+)*")
ITEXT = re.compile(r"^jr:itext\('([^']+)'\)$")


def lineage(path: str) -> list[str]:
    """The path and all that it lies in, the outermost first; numbers of repeats stay."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: n + 1]) for n in range(len(parts))]


@lru_cache(maxsize=32)
def sheet_of(sha256: str) -> Sheet:
    """The form that is kept under this digest. Raises Unfit."""
    return read(blobs.read(sha256))


def read(xform: bytes) -> Sheet:
    """The form that an XForm describes. Raises Unfit for one that a page cannot ask."""
    root = etree.fromstring(xform, parser())
    model = root.find(f".//{XF}model")
    instances = model.findall(f"{XF}instance")
    empty = _plain(instances[0][0])
    held = etree.Element(INSTANCES)
    for each in instances[1:]:
        if not len(each):
            raise Unfit(_("This form has lists in files of their own. Fill it in with ODK Collect."))
        copy = etree.SubElement(held, "instance", id=each.get("id", ""))
        copy.append(_plain(each[0]))
    words, language = _words(model)
    binds = {each.get("nodeset"): _bind(each) for each in model.findall(f"{XF}bind")}
    body = root.find("{http://www.w3.org/1999/xhtml}body")
    questions = tuple(_asked(body, binds, ""))
    title = root.find(".//{http://www.w3.org/1999/xhtml}title")
    repeats = {each: _template(empty, each) for each in {q.repeat for q in questions if q.repeat}}
    sheet = Sheet(
        title=(title.text or "") if title is not None else "",
        form_id=empty.get("id", ""),
        version=empty.get("version", ""),
        questions=questions,
        binds=binds,
        empty=empty,
        instances=held,
        words=words,
        language=language,
        repeats=repeats,
        names={each.get("ref"): each.find(f"{XF}label") for each in body.iter(f"{XF}group")},
    )
    _all_expressions_are_known(sheet)
    return sheet


def _plain(node: Any) -> Any:
    """The tree without namespaces, so that paths are as authors write them."""
    copy = etree.Element(etree.QName(node).localname, {k: v for k, v in node.attrib.items() if "}" not in k})
    copy.text = node.text
    if node.get(f"{JR}template") is not None:
        copy.set("template", "")
    copy.extend(_plain(child) for child in node if isinstance(child.tag, str))
    return copy


def _template(empty: Any, path: str) -> Any:
    """One of a repeat's groups, empty; the tree keeps none."""
    found = empty.xpath(path)
    first = deepcopy(found[0])
    first.attrib.pop("template", None)
    for each in found[1:]:
        each.getparent().remove(each)
    found[0].attrib.pop("template", None)
    return first


def _words(model: Any) -> tuple[dict[str, dict[str, Any]], str]:
    words, first = {}, ""
    for translation in model.iter(f"{XF}translation"):
        code = code_of(translation.get("lang", ""))
        first = code if translation.get("default") or not first else first
        words[code] = {
            text.get("id"): value
            for text in translation.findall(f"{XF}text")
            for value in text.findall(f"{XF}value")
            if value.get("form") is None
        }
    return words, first


def _bind(node: Any) -> Bind:
    said = node.attrib
    return Bind(
        type=said.get("type", "string"),
        required=said.get("required", ""),
        relevant=said.get("relevant", ""),
        constraint=said.get("constraint", ""),
        calculate=said.get("calculate", ""),
        readonly=said.get("readonly", "") == "true()",
        preload=said.get(f"{JR}preloadParams") or said.get(f"{JR}preload", ""),
        why=said.get(f"{JR}constraintMsg", ""),
        missing=said.get(f"{JR}requiredMsg", ""),
    )


def _asked(node: Any, binds: Mapping[str, Bind], repeat: str) -> Iterator[Asked]:
    for child in node:
        name = etree.QName(child).localname
        if name == "group":
            yield from _asked(child, binds, repeat)
        elif name == "repeat":
            if repeat:
                raise Unfit(_("This form has a repeat within a repeat. Fill it in with ODK Collect."))
            yield from _asked(child, binds, child.get("nodeset"))
        elif name not in {"label", "hint"}:
            yield _question(child, name, binds.get(child.get("ref"), Bind()), repeat)


def _question(node: Any, name: str, bind: Bind, repeat: str) -> Asked:
    path = node.get("ref")
    kind = _kind(name, bind, node.get("mediatype", ""))
    if kind is None:
        raise Unfit(
            _("A page cannot ask “%(question)s”. Fill this form in with ODK Collect.")
            % {"question": path.rpartition("/")[2]}
        )
    items = node.find(f"{XF}itemset")
    choices = None
    if items is not None:
        value, label = items.find(f"{XF}value").get("ref"), items.find(f"{XF}label").get("ref")
        reference = re.match(r"^jr:itext\((.+)\)$", label)
        choices = (items.get("nodeset"), value, reference[1] if reference else f"={label}")
    fixed = tuple((i.findtext(f"{XF}value"), i.find(f"{XF}label")) for i in node.findall(f"{XF}item"))
    return Asked(path, kind, node.find(f"{XF}label"), node.find(f"{XF}hint"), repeat, choices, fixed)


def _kind(name: str, bind: Bind, mediatype: str) -> str | None:
    if name in {"select1", "select"}:
        return "one" if name == "select1" else "many"
    if name == "trigger":
        return "tick"
    if name == "upload":
        kind = mediatype.partition("/")[0]
        return kind if kind in FILES else None
    if name not in {"input", "range"}:
        return None
    return "note" if bind.readonly else TYPED.get(bind.type)


def _all_expressions_are_known(sheet: Sheet) -> None:
    """Ask every expression once: a function that is not known here shows now, not before a person."""
    filling = Filling(sheet, {}, started=datetime(2026, 1, 1))  # noqa: DTZ001 (any day will do)
    for path, bind in sheet.binds.items():
        for expression in (bind.relevant, bind.required, bind.constraint, bind.calculate):
            try:
                filling.ask(expression, path)
            except etree.XPathError as wrong:
                name = path.rpartition("/")[2]
                raise Unfit(
                    _("A page cannot work out “%(expression)s” at “%(question)s”. Use ODK Collect.")
                    % {"expression": expression.strip(), "question": name}
                ) from wrong


# ---- one person's answers --------------------------------------------------------------------------------


class Filling:
    """A form with what was answered so far. answers: by path, of repeats with their number: /f/r[2]/q.

    started: when it was begun. Nothing else of the clock is asked, so that the same answers make the same
    submission however often they are sent.
    """

    def __init__(self, sheet: Sheet, answers: Mapping[str, str], *, started: datetime) -> None:
        self.sheet, self.started = sheet, started
        self.answers = {path: said for path, said in answers.items() if said}
        self.many = {repeat: self.how_many(repeat, answers) for repeat in sheet.repeats}
        self.tree = self._build()
        self._work_out()

    @staticmethod
    def how_many(repeat: str, answers: Mapping[str, str]) -> int:
        numbered = re.compile(rf"^{re.escape(repeat)}\[(\d+)\]")
        return max([1, *(int(found[1]) for path in answers if (found := numbered.match(path)))])

    def _build(self) -> Any:
        tree = deepcopy(self.sheet.empty)
        for repeat, template in self.sheet.repeats.items():
            first = _node(tree, repeat)
            for _again in range(self.many[repeat] - 1):
                first.addnext(deepcopy(template))
        for path, said in self.answers.items():
            if (node := _node(tree, path)) is not None and not len(node):
                node.text = self._as_days(path, said)
        tree.append(deepcopy(self.sheet.instances))
        return tree

    def _as_days(self, path: str, said: str) -> str:
        """Days are compared and counted as numbers, as JavaRosa does: those since 1970."""
        return str(days_of(said)) if self._type(path) in {"date", "dateTime"} and days_of(said) else said

    def _type(self, path: str) -> str:
        return self.sheet.binds.get(bare(path), Bind()).type

    def _work_out(self) -> None:
        """What the form itself fills in: calculations, in the order of the form, until none changes."""
        for path, bind in self.sheet.binds.items():
            if bind.preload in PRELOADED and not path.startswith(f"{self.sheet.root}/meta/"):
                self._set(path, self._preloaded(bind))
        for _round in range(3):
            self._empty_what_is_not_asked()
            changed = [
                self._set(each, self.text(self.ask(bind.calculate, each)))
                for path, bind in self.sheet.binds.items()
                if bind.calculate and not path.startswith(f"{self.sheet.root}/meta/")
                for each in self._each(path)
            ]
            if not any(changed):
                break

    def _empty_what_is_not_asked(self) -> None:
        """An answer to a question that is not relevant counts for nothing in expressions, as on phones."""
        for question in self.sheet.questions:
            for path in self.paths(question):
                if self.answers.get(path) and not self.is_asked(path):
                    _node(self.tree, path).text = None

    def _preloaded(self, bind: Bind) -> str:
        return self.started.date().isoformat() if bind.preload == "today" else self.started.isoformat()

    def _each(self, path: str) -> list[str]:
        repeat = next((r for r in self.sheet.repeats if path.startswith(f"{r}/")), "")
        return numbered(path, repeat, self.many.get(repeat, 0))

    def _set(self, path: str, said: str) -> bool:
        before, self.answers[path] = self.answers.get(path, ""), said
        if (node := _node(self.tree, path)) is not None:
            node.text = self._as_days(path, said)
        return before != said

    # -- what the form says of a question --

    def paths(self, question: Asked) -> list[str]:
        """The question, or in a repeat each of it by number."""
        return numbered(question.path, question.repeat, self.many.get(question.repeat, 0))

    def is_asked(self, path: str) -> bool:
        """Whether it, and all that it lies in, is relevant."""
        return all(
            self.truth(self.sheet.binds.get(bare(node), Bind()).relevant, node, True)
            for node in lineage(path)
        )

    def wrong(self, question: Asked, path: str, language: str) -> str:
        """What is wrong with the answer, in a sentence; empty when nothing is."""
        bind, said = self.sheet.binds.get(question.path, Bind()), self.answers.get(path, "")
        if not said:
            if question.kind == "note" or not self.truth(bind.required, path, False):
                return ""
            return self._sentence(bind.missing, language) or _("Please answer this.")
        if problem := _misfit(question.kind, said):
            return problem
        if question.kind in {"one", "many"}:
            known = {value for value, _label in self.choices(question, path, language)}
            if not set(said.split() if question.kind == "many" else [said]) <= known:
                return _("Choose one of what is offered.")
        if not self.truth(bind.constraint, path, True):
            return self._sentence(bind.why, language) or _("This answer does not fit. Look at it again.")
        return ""

    def _sentence(self, said: str, language: str) -> str:
        reference = ITEXT.match(said)
        return self._told(reference[1], language) if reference else said

    def choices(self, question: Asked, path: str, language: str) -> list[tuple[str, str]]:
        """What one chooses from: values with their words."""
        if question.choices is None:
            return [(value, self.words(label, language, path)) for value, label in question.fixed]
        nodeset, value, label = question.choices
        return [
            (item.findtext(value) or "", self._label_of(item, label, language))
            for item in self.ask(nodeset, path) or []
        ]

    def _label_of(self, item: Any, label: str, language: str) -> str:
        if label.startswith("="):
            return item.findtext(label[1:]) or ""
        return self._told(item.findtext(label) or "", language)

    def words(self, node: Any, language: str, path: str) -> str:
        """A label or a hint in the language, or in the form's own where that has none."""
        if node is None:
            return ""
        if reference := ITEXT.match(node.get("ref", "")):
            return self._told(reference[1], language, path)
        return self._read_out(node, path)

    def _told(self, key: str, language: str, path: str = "") -> str:
        for code in (language, self.sheet.language, *self.sheet.words):
            value = self.sheet.words.get(code, {}).get(key)
            if value is not None and (told := self._read_out(value, path)) not in {"", "-"}:
                return told
        return ""

    def _read_out(self, node: Any, path: str) -> str:
        told = node.text or ""
        for child in node:
            if etree.QName(child).localname == "output":
                told += self.text(self.ask(child.get("value", ""), path))
            told += child.tail or ""
        return " ".join(told.split())

    # -- expressions --

    def ask(self, expression: str, path: str) -> Any:
        """What the expression comes to at that node; None when there is none."""
        node = _node(self.tree, path)
        if not expression.strip() or node is None:
            return None
        return node.xpath(expression, extensions=self._functions(node), namespaces={"jr": JR.strip("{}")})

    def truth(self, expression: str, path: str, otherwise: bool) -> bool:
        """Whether the expression holds at that node; `otherwise` when there is none."""
        found = self.ask(expression, path)
        return otherwise if found is None else is_true(found)

    def text(self, found: Any) -> str:
        """A value as a form holds it; a day as a day."""
        if isinstance(found, list) and found and found[0].tag == DAY:
            return day_of(found[0].text)
        if isinstance(found, list) and found and self._is_day(found[0]):
            return day_of(found[0].text)
        return _string(found)

    def _is_day(self, node: Any) -> bool:
        return self._type(node.getroottree().getpath(node)) == "date" and bool(node.text)

    def _functions(self, at: Any) -> dict[tuple[str | None, str], Callable[..., Any]]:
        here: dict[str, Callable[..., Any]] = {
            "instance": lambda _context, name: self.tree.xpath(
                f"/*/{INSTANCES}/instance[@id=$name]", name=name
            ),
            "current": lambda _context: [at],
            "today": lambda _context: _day(self.started.date()),
            "now": lambda _context: _day(self.started.date()),
            "once": lambda _context, found: [at] if at.text else found,
        }
        functions: dict[tuple[str | None, str], Callable[..., Any]] = {}
        functions |= {(None, name): function for name, function in FUNCTIONS.items()}
        functions |= {(None, name): function for name, function in here.items()}
        functions[JR.strip("{}"), "choice-name"] = self._choice_name
        return functions

    def _choice_name(self, _context: Any, value: Any, question: Any) -> str:
        asked = next((q for q in self.sheet.questions if q.path == _string(question).strip()), None)
        if asked is None:
            return ""
        return dict(self.choices(asked, asked.path, self.sheet.language)).get(_string(value), "")

    # -- what it comes to --

    def submission(self, instance_id: str, file_names: Mapping[str, str]) -> bytes:
        """The submission's text, as a phone would send it: what is not relevant is left out.

        file_names: of each file question that has one, by path.
        """
        said = self.answers | dict(file_names)
        name = self.text(self.ask(self.sheet.binds.get(self._named, Bind()).calculate, self._named))
        nodes = [(node, self._path(node)) for node in self.tree.iterdescendants()]
        asked = {path: self.is_asked(path) for _node_, path in nodes}
        tree = deepcopy(self.tree)
        for node, path in [(each, self._path(each)) for each in tree.iterdescendants()]:
            if (
                path.startswith((f"{self.sheet.root}/{INSTANCES}", f"{self.sheet.root}/meta"))
                or not asked[path]
            ):
                node.set("gone", "")
            elif not len(node):
                node.text = said.get(path) or None
        for node in tree.xpath("//*[@gone]"):
            node.getparent().remove(node)
        meta = etree.SubElement(tree, f"{{{ORX}}}meta", nsmap={"orx": ORX})
        etree.SubElement(meta, f"{{{ORX}}}instanceID").text = instance_id
        if name.strip():
            etree.SubElement(meta, f"{{{ORX}}}instanceName").text = name.strip()
        text: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
        return text

    @property
    def _named(self) -> str:
        return f"{self.sheet.root}/meta/instanceName"

    def _path(self, node: Any) -> str:
        """The node's path as answers have it: a repeat always with its number."""
        parts = []
        for each in [*reversed(list(node.iterancestors())), node]:
            parts.append(each.tag)
            if "/" + "/".join(bare(part) for part in parts) in self.sheet.repeats:
                parts[-1] += f"[{len(list(each.itersiblings(each.tag, preceding=True))) + 1}]"
        return "/" + "/".join(parts)


def numbered(path: str, repeat: str, many: int) -> list[str]:
    """The path as answers have it: of a repeat, each of it."""
    if not repeat:
        return [path]
    return [f"{repeat}[{n}]{path.removeprefix(repeat)}" for n in range(1, many + 1)]


def new_instance() -> str:
    """An id for one filled-in form."""
    return f"uuid:{uuid.uuid4()}"


def _node(tree: Any, path: str) -> Any:
    """The node at a path of our own making; None when the form has none."""
    if not OUR_PATH.match(path):
        return None
    found = tree.xpath(path)
    return found[0] if found else None


OUR_PATH = re.compile(r"^(/[\w.-]+(\[\d{1,3}\])?)+$")


# ---- values and functions as JavaRosa has them -----------------------------------------------------------

DAY = "_day"


def _day(day: date) -> list[Any]:
    node = etree.Element(DAY)
    node.text = str((day - EPOCH).days)
    return [node]


def days_of(said: str) -> int | None:
    """A day as the number of days since 1970; None for what is none."""
    try:
        return (date.fromisoformat(said[:10]) - EPOCH).days
    except ValueError:
        return None


def day_of(days: str) -> str:
    """The day that is so many days after 1970."""
    return date.fromordinal(EPOCH.toordinal() + int(float(days))).isoformat()


def _string(found: Any) -> str:
    if isinstance(found, list):
        return "".join(found[0].itertext()) if found and hasattr(found[0], "itertext") else "".join(found[:1])
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, float):
        return "NaN" if found != found else str(int(found)) if found == int(found) else str(found)
    return "" if found is None else str(found)


def is_true(found: Any) -> bool:
    """A value as XPath takes it for true or false."""
    if isinstance(found, float):
        return found == found and found != 0
    return bool(found)


def _number(found: Any) -> float:
    try:
        return float(_string(found))
    except ValueError:
        return float("nan")


def _selected(_context: Any, said: Any, value: Any) -> bool:
    return _string(value).strip() in _string(said).split()


def _if(_context: Any, test: Any, one: Any, other: Any) -> Any:
    return one if is_true(test) else other


def _coalesce(_context: Any, one: Any, other: Any) -> Any:
    return one if _string(one) else other


def _selected_at(_context: Any, said: Any, place: Any) -> str:
    words, at = _string(said).split(), int(_number(place))
    return words[at] if 0 <= at < len(words) else ""


def _date(_context: Any, said: Any) -> Any:
    days = days_of(_string(said))
    return _string(said) if days is None else float(days)


def _format_date(_context: Any, said: Any, form: Any) -> str:
    given = _string(said)
    day = date.fromisoformat(day_of(given) if given.isdecimal() else given[:10]) if given else None
    if day is None:
        return ""
    # %n and %e have no leading nought; Python has no names for them.
    plain = _string(form).replace("%n", str(day.month)).replace("%e", str(day.day))
    return datetime.combine(day, time()).strftime(plain)


def _join(_context: Any, between: Any, *given: Any) -> str:
    said = [each for found in given for each in (found if isinstance(found, list) else [found])]
    return _string(between).join(_string([each] if hasattr(each, "itertext") else each) for each in said)


def _numbers(given: Sequence[Any]) -> list[float]:
    said = [each for found in given for each in (found if isinstance(found, list) else [found])]
    return [_number([each] if hasattr(each, "itertext") else each) for each in said] or [float("nan")]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "selected": _selected,
    "count-selected": lambda _context, said: float(len(_string(said).split())),
    "selected-at": _selected_at,
    "coalesce": _coalesce,
    "if": _if,
    "int": lambda _context, said: (
        float(int(_number(said))) if _number(said) == _number(said) else _number(said)
    ),
    "regex": lambda _context, said, form: re.fullmatch(_string(form), _string(said)) is not None,
    "date": _date,
    "format-date": _format_date,
    "join": _join,
    "min": lambda _context, *given: min(_numbers(given)),
    "max": lambda _context, *given: max(_numbers(given)),
    "pow": lambda _context, one, other: _number(one) ** _number(other),
}


def _misfit(kind: str, said: str) -> str:
    """What is wrong with the shape of what was typed."""
    try:
        if kind == "integer":
            int(said)
        elif kind == "decimal":
            float(said)
        elif kind == "date":
            date.fromisoformat(said)
        elif kind == "time":
            time.fromisoformat(said)
        elif kind == "datetime":
            datetime.fromisoformat(said)
    except ValueError:
        return str(MISFITS[kind]())
    return ""


MISFITS: dict[str, Callable[[], str]] = {
    "integer": lambda: _("Write a whole number, such as 12."),
    "decimal": lambda: _("Write a number, such as 12.5."),
    "date": lambda: _("Write a day, such as 2026-11-26."),
    "time": lambda: _("Write a time, such as 14:30."),
    "datetime": lambda: _("Write a day and a time, such as 2026-11-26T14:30."),
}
