"""The guard of programmes/disclosure.py: no page that everybody can open counts people around it.

It reads names. What it cannot see, a number that comes under another name, the harness finds in the rendered
pages (tests/web/test_disclosed.py). The two fail apart.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.repo.guards import ROOMS, calls, is_page, modules

# Where it is decided what may be seen of a count; here alone one rounds and compares.
DISCLOSURE = "programmes/disclosure.py"
ITS_OWN = {"rounded", "STEP", "BASE_FOR_SHARES", "TOP", "BOTTOM"}

# The last word of whatever counts people in this house. A figure that went through the module is `shown_…`.
PEOPLE = {
    *("voted", "voters", "people", "participants", "respondents", "agree", "disagree", "passes", "came"),
    *("women", "men", "confirm", "dispute", "confirmed", "disputed", "verdicts", "votes", "ballots"),
    *("testimonies", "voices", "turnout", "answered", "sample", "headcount"),
    *("said.yes", "said.no", "said.present"),
}
# What bears such a name and is none: words that went through the module, and one's own answers.
SHOWN = {
    ("delivery/measures/_cells.html", "each.people"),
    ("delivery/measures/figure.html", "told.people"),
    ("stories/answering/of_my_votes.html", "told.answered"),
}
# What a view that opens to everybody gives to staff alone. The harness sees that nobody else gets them.
STAFF_PAGES = frozenset(
    {"dialogue/round.html", "dialogue/results.html", "dialogue/statement.html", "dialogue/gathering.html"}
)
# Who may be asked for in {% if … %} before a page shows what only staff may see.
STAFF_ONLY = re.compile(r"\b(?:member|staff|may\.\w+)\b")
OPENS_TO_EVERYBODY = {"get_public_programme", "get_participant", "Feed"}


def rounding_elsewhere(package: Path) -> list[str]:
    """Modules that round, or weigh ten, for themselves."""
    breaches = []
    for where, tree in modules(package):
        if where == DISCLOSURE:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("programmes.disclosure"):
                taken = sorted(ITS_OWN & {name.name for name in node.names})
                breaches += [f"{where}:{node.lineno} takes {name} of the rule" for name in taken]
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                if any(_last(side) == "SMALLEST" for side in sides):
                    breaches.append(f"{where}:{node.lineno} weighs ten by itself: ask disclosure.enough()")
    return breaches


def _last(node: ast.AST) -> str:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


# ---- templates -------------------------------------------------------------------------------------------


def people_counted_in_public(package: Path) -> list[str]:
    """What pages that everybody, or whoever has a card, can open print of people, around the module."""
    breaches = []
    for name in sorted(public_templates(package)):
        text = _template(package, name).read_text("utf-8")
        for said in printed(text):
            counted = sorted(word for word in said.words() if word in PEOPLE)
            if counted and not said.staff_only and (name, said.expression.split("|")[0]) not in SHOWN:
                breaches.append(f"{name} prints {said.expression}: count people by programmes/disclosure.py")
    return breaches


def public_templates(package: Path) -> set[str]:
    """Each template that a view for everybody shows, with all that those take in."""
    found, due = set(), set(_shown_to_everybody(package)) - STAFF_PAGES
    while due:
        found |= due
        taken = {t for name in due for t in _taken_in(_template(package, name).read_text("utf-8"))}
        due = {name for name in taken - found if _template(package, name).exists()}
    return found


def _template(package: Path, name: str) -> Path:
    return package / name.split("/", maxsplit=1)[0] / "templates" / name


def _shown_to_everybody(package: Path) -> Iterator[str]:
    """The templates named by views that open to everybody, or by what those call in the same module."""
    for where, tree in modules(package):
        if not where.endswith("views.py") or where.split("/")[0] not in ROOMS:
            continue
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        opening = {
            name
            for name, node in functions.items()
            if OPENS_TO_EVERYBODY & {called for called, _call in calls(node)} or where == "web/views.py"
        }
        reached = set()
        while opening - reached:
            name = (opening - reached).pop()
            reached.add(name)
            opening |= {called for called, _call in calls(functions[name]) if called in functions}
        for name in reached:
            for node in ast.walk(functions[name]):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_page(node.value):
                    yield node.value


TAKEN_IN = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
TAG = re.compile(r"{%\s*(\w+)\s*(.*?)\s*%}|{{\s*(.*?)\s*}}", re.DOTALL)
GIVEN = re.compile(r"(\w+)=(\"[^\"]*\"|'[^']*'|[\w.|:\"'-]+)")


def _taken_in(text: str) -> set[str]:
    return set(TAKEN_IN.findall(text))


@dataclass(frozen=True)
class Printed:
    """An expression that a template prints, or gives to a translated sentence."""

    expression: str
    staff_only: bool

    def words(self) -> set[str]:
        """The names in it that say what it is: the last of each path, or the one that is counted."""
        path, *filters = self.expression.split("|")
        parts = [part for part in path.split(".") if not part.isdigit()]
        counted = {"count", "length", "total"}
        if any(each.split(":")[0] in counted for each in filters) or (parts and parts[-1] in counted):
            return set(parts)
        return {parts[-1], ".".join(parts[-2:])} if parts else set()


@dataclass
class Reading:
    """Where in a template one is, and the names that a sentence was given.

    around: of each {% if %} whether only staff read what follows, and whether only they read its {% else %}.
    """

    around: list[tuple[bool, bool]] = field(default_factory=list)
    sentence: set[str] = field(default_factory=set)


def printed(text: str) -> Iterator[Printed]:
    """Each expression that the template prints, and whether only staff read it."""
    at = Reading()
    for tag, rest, expression in TAG.findall(text):
        staff = any(now for now, _otherwise in at.around)
        if tag in {"if", "elif", "else", "endif"}:
            _turn(at, tag, rest)
        elif tag == "blocktranslate":
            given = dict(GIVEN.findall(rest))
            at.sentence = set(given)
            yield from (Printed(said, staff) for said in given.values() if said[0] not in "\"'")
        elif tag == "endblocktranslate":
            at.sentence = set()
        elif expression and expression not in at.sentence:
            yield Printed(expression, staff)


def _turn(at: Reading, tag: str, condition: str) -> None:
    """Go into a condition, to its other side, or out of it."""
    if tag == "if":
        at.around.append(_whose(condition))
    elif at.around:
        _now, otherwise = at.around.pop()
        if tag != "endif":
            at.around.append(_whose(condition) if tag == "elif" else (otherwise, False))


def _whose(condition: str) -> tuple[bool, bool]:
    """Whether what follows the condition is only for staff, and whether what follows its {% else %} is."""
    asks = bool(STAFF_ONLY.search(condition)) and " or " not in condition
    return asks and not condition.startswith("not "), asks and condition.startswith("not ")
