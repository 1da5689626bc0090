"""What must stay true of the repository: each guard takes a tree, or models, and gives its breaches."""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from docs.generate import settings_in

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("record", "programmes", "field", "dialogue", "agenda", "delivery", "stories", "web")

# ---- models ----------------------------------------------------------------------------------------------

# What every recorded row has and nobody wrote: whether it was taken away.
OF_THE_RECORD = frozenset({"removed", "merged_into"})


def recorded_models() -> list[type[Any]]:
    """Every model whose rows the record writes."""
    from django.apps import apps

    from jukwaa.record.models import Recorded

    return [model for model in apps.get_models() if issubclass(model, Recorded)]


def unclassified_fields(models: Iterable[type[Any]]) -> list[str]:
    """Fields of recorded models that do not say whether they are somebody's, or say both."""
    from jukwaa.record.payload import fields_of

    breaches = []
    for model in models:
        personal, plain = getattr(model, "PERSONAL", frozenset()), getattr(model, "PLAIN", frozenset())
        fields = fields_of(model).keys() - OF_THE_RECORD
        for wrong, names in (
            ("is neither in PERSONAL nor in PLAIN", fields - personal - plain),
            ("is both in PERSONAL and in PLAIN", personal & plain),
            ("is classified, but is no field", (personal | plain) - fields - OF_THE_RECORD),
        ):
            breaches += [f"{model._meta.label}.{name} {wrong}" for name in sorted(names)]
    return breaches


# ---- Python ----------------------------------------------------------------------------------------------

LINKS = {"ForeignKey", "OneToOneField", "ManyToManyField"}


def modules(package: Path) -> Iterator[tuple[str, ast.Module]]:
    """Each module of the package but its migrations: its path inside it, and what it says."""
    for file in sorted(package.rglob("*.py")):
        if "migrations" not in file.parts:
            yield file.relative_to(package).as_posix(), ast.parse(file.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Each call and the last word of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(attr=name) | ast.Name(id=name):
                    yield name, node


def links_by_name(package: Path) -> list[str]:
    """Links to another room's model by "room.Model", which the import contracts cannot see."""
    return [
        f"{where}:{call.lineno} names {word.value} by a string: import its class"
        for where, tree in modules(package)
        for name, call in calls(tree)
        if name in LINKS | {"get_model"}
        for word in [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "to")]
        if isinstance(word, ast.Constant) and isinstance(word.value, str) and "." in word.value
    ]


# Doors to the engine keep what they draw: derived rows, never recorded, thrown away at will.
DERIVED = ("dialogue/analysis.py",)
RECORD_WRITES = {"act", "fact", "facts", "put", "puts", "withdraw"}
ROW_WRITES = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
ROW_WRITES |= {f"a{name}" for name in ROW_WRITES}
QUERIES = {"objects", "filter", "exclude", "all", "order_by", "using", "select_for_update", "get"}
WRITING_SQL = re.compile(r"\s*(insert|update|delete|replace|drop|alter)\s", re.IGNORECASE)


def writes_outside_actions(package: Path, may_write: Iterable[str] = ()) -> list[str]:
    """Rows written anywhere but in an actions.py, in record/, or in the files of `may_write`."""
    excused = set(may_write)
    return [
        f"{where}:{call.lineno} {said}: only actions.py writes"
        for where, tree in modules(package)
        if not (where.endswith("/actions.py") or where.startswith("record/") or where in excused)
        for name, call in calls(tree)
        if (said := what_it_writes(name, call))
    ]


def what_it_writes(name: str, call: ast.Call) -> str:
    """The write that a call makes, in a word or two; empty when it makes none."""
    if not isinstance(call.func, ast.Attribute):
        return ""
    owner = call.func.value
    if isinstance(owner, ast.Name) and owner.id == "record":
        return f"record.{name}" if name in RECORD_WRITES else ""
    if name in {"execute", "executemany"}:
        said = call.args[0] if call.args else None
        return (
            "SQL that writes" if isinstance(said, ast.Constant) and WRITING_SQL.match(str(said.value)) else ""
        )
    # An image's save(file) and a set's update(others) take values; a row's save() and a query's update(a=1)
    # do not.
    if name in {"save", "asave", "delete", "adelete"} and not call.args:
        return f"{name}()"
    if name in ROW_WRITES or (name in {"update", "aupdate"} and not call.args and asks_the_database(owner)):
        return f"{name}()"
    return ""


def asks_the_database(node: ast.AST) -> bool:
    """Whether an expression is a query, by the words in it."""
    return any(isinstance(part, ast.Attribute) and part.attr in QUERIES for part in ast.walk(node))


# ---- templates -------------------------------------------------------------------------------------------

TAKEN_IN = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
STRANGE_MARKUP = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style|<script(?![^>]*\ssrc=)""", re.IGNORECASE
)


def borrowed_templates(package: Path) -> list[str]:
    """Templates, and views, that use another room's pages."""
    breaches = []
    for room in ROOMS:
        own = {room, "web"}
        for file in sorted((package / room / "templates").rglob("*.html")):
            name = file.relative_to(package / room / "templates").as_posix()
            if name.split("/")[0] != room:
                breaches.append(f"{room}/templates/{name} should lie in {room}/templates/{room}/")
            taken = TAKEN_IN.findall(file.read_text("utf-8"))
            breaches += [f"{room}/templates/{name} takes in {t}" for t in taken if t.split("/")[0] not in own]
        for where, tree in modules(package / room):
            for node in ast.walk(tree):
                page = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
                if is_page(page) and page.split("/")[0] not in own:
                    breaches.append(f"{room}/{where}:{node.lineno} shows {page}")
    return breaches


def is_page(text: str) -> bool:
    """Whether a string names a template."""
    return re.fullmatch(r"[a-z_]+/[\w/-]+\.html", text) is not None


def markup_that_the_policy_refuses(package: Path) -> list[str]:
    """Inline styles and scripts, which the Content-Security-Policy keeps browsers from obeying."""
    return [
        f"{page.relative_to(package).as_posix()}: {found.group().strip()}"
        for page in sorted(package.rglob("templates/**/*.html"))
        if (found := STRANGE_MARKUP.search(page.read_text("utf-8")))
    ]


# ---- documents -------------------------------------------------------------------------------------------

NAMED_FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|md|html|css|toml|lock|json|po|sh))`")
LINKED_FILE = re.compile(r"\]\((?!\w+:|#|/)([^)#\s]+)(?:#[^)]*)?\)")


def documents(tree: Path) -> list[Path]:
    """The texts for readers. Decisions are never rewritten, so what they name may be gone."""
    found = [*tree.glob("*.md"), *(tree / "docs").rglob("*.md")]
    return sorted(page for page in found if "decisions" not in page.parts)


def files_that_are_not_there(tree: Path) -> list[str]:
    """Files that a document names or links to and that do not exist."""
    breaches = []
    for page in documents(tree):
        text = page.read_text("utf-8")
        homes = [page.parent, tree, tree / "src", tree / "src" / "jukwaa"]
        homes += [tree / "src" / "jukwaa" / room / kind for room in ROOMS for kind in ("templates", "static")]
        said = page.relative_to(tree).as_posix()
        breaches += [
            f"{said} names {name}"
            for name in NAMED_FILE.findall(text)
            if not name.startswith("var/") and not any((home / name).exists() for home in homes)
        ]
        breaches += [
            f"{said} links to {n}" for n in LINKED_FILE.findall(text) if not (page.parent / n).exists()
        ]
    return breaches


def settings_not_described(tree: Path) -> list[str]:
    """Variables that the settings read and docs/reference/settings.md does not name or explain."""
    page = (tree / "docs" / "reference" / "settings.md").read_text("utf-8")
    breaches = []
    for setting in settings_in(tree / "src" / "jukwaa" / "settings.py"):
        if f"`{setting.name}`" not in page:
            breaches.append(f"{setting.name} is not in docs/reference/settings.md")
        if not setting.meaning:
            breaches.append(f"{setting.name} has no comment above it in settings.py")
    return breaches


def rooms_not_described(tree: Path) -> list[str]:
    """Rooms that ARCHITECTURE.md does not name."""
    text = (tree / "ARCHITECTURE.md").read_text("utf-8")
    rooms = sorted(path.parent.name for path in (tree / "src" / "jukwaa").glob("*/__init__.py"))
    return [
        f"ARCHITECTURE.md does not tell of {room}" for room in rooms if not re.search(rf"\b{room}\b", text)
    ]


def versions_that_differ(tree: Path) -> list[str]:
    """The package, pyproject.toml and the top of CHANGELOG.md name one version."""
    said = {}
    for name, pattern in (
        ("pyproject.toml", r'^version = "([^"]+)"'),
        ("src/jukwaa/__init__.py", r'^__version__ = "([^"]+)"'),
        ("CHANGELOG.md", r"^## \[?v?(\d[\w.]*)"),
    ):
        found = re.search(pattern, (tree / name).read_text("utf-8"), re.MULTILINE)
        said[name] = found.group(1) if found else "no version"
    return (
        [] if len(set(said.values())) == 1 else [f"{name} says {version}" for name, version in said.items()]
    )


# ---- where packages come from ----------------------------------------------------------------------------

# The words are cut in two so that this file does not breach its own guard.
CHANNEL_WORDS = (
    "index-" + "url",
    "find-" + "links",
    "trusted-" + "host",
    "registry" + "=",
    "http_" + "proxy",
)
HOSTS = re.compile(
    "py" + r"pi\.org|python" + r"hosted|npm" + r"js\.|deb\.deb" + r"ian|regis" + r"try\.\w+\.\w",
    re.IGNORECASE,
)
NO_ADDRESS_AT_ALL = re.compile(
    r"\.lock$|^Makefile$|^\.ci/|^pyproject\.toml$|package(-lock)?\.json$|\.npmrc$|pip\.conf$"
)


def channels_named(tree: Path, names: Iterable[str]) -> list[str]:
    """Tracked files that say from which host packages come: that is for each machine to know."""
    breaches = []
    for name in names:
        file = tree / name
        if not file.is_file() or b"\0" in (raw := file.read_bytes()):
            continue
        text = raw.decode("utf-8", "replace")
        breaches += [f"{name} says {word}" for word in CHANNEL_WORDS if word in text.lower()]
        breaches += [f"{name} names {found}" for found in sorted(set(HOSTS.findall(text)))]
        if NO_ADDRESS_AT_ALL.search(name) and re.search(r"://(?!127\.0\.0\.1|localhost)", text):
            breaches.append(f"{name} holds an address")
    return breaches


def tracked(tree: Path) -> list[str]:
    """The names of the files that git keeps."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=tree, capture_output=True, check=True, text=True)
    return [name for name in listed.stdout.split("\0") if name]
