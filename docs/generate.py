"""Writes what follows from the code: docs/reference on settings, commands, events; the verbs in words.

`make docs` writes them, `make check` fails when one is stale (`--check`).
"""

import argparse
import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BY = "<!-- Written by docs/generate.py from the code: change it there, then `make docs`. -->"
RECORDERS = {"fact": "fact", "facts": "fact", "put": "put", "puts": "put"}


def main(arguments: list[str]) -> int:
    """Write each page that is stale; with --check write none and give 1 if there was one."""
    only_check = "--check" in arguments
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        print(
            f"{path.relative_to(ROOT)} is stale" + (": run `make docs`" if only_check else ", written anew")
        )
        if not only_check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages()[path], "utf-8")
    return 1 if stale and only_check else 0


def pages() -> dict[Path, str]:
    """Each generated page, and what it should hold."""
    reference, package = ROOT / "docs" / "reference", ROOT / "src" / "jukwaa"
    return {
        reference / "settings.md": settings_page(package / "settings.py"),
        reference / "commands.md": commands_page(),
        reference / "events.md": events_page(package),
        package / "programmes" / "verbs.py": verbs_module(package),
    }


# ---- settings --------------------------------------------------------------------------------------------


class Setting(NamedTuple):
    """What an operator can set: its name in the environment, its default as written, what it is for."""

    name: str
    default: str
    meaning: str


def settings_in(file: Path) -> list[Setting]:
    """Every variable that the settings file reads, in its order; the comment above says what it is for."""
    source = file.read_text("utf-8")
    lines = source.splitlines()
    found: dict[str, Setting] = {}
    for statement in ast.parse(source).body:
        for call in ast.walk(statement):
            if reads_the_environment(call):
                name, *default = [*call.args, *(keyword.value for keyword in call.keywords)]
                shown = ast.unparse(default[0]) if default else ""
                setting = Setting(ast.literal_eval(name), shown, comment_above(lines, statement.lineno))
                found.setdefault(setting.name, setting)
    return list(found.values())


def reads_the_environment(node: ast.AST) -> bool:
    """Whether the node is a call such as env.str("NAME", "default")."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
    )


def comment_above(lines: list[str], number: int) -> str:
    """The comment that ends on the line before that one (counted from 1), as one text."""
    words: list[str] = []
    for line in reversed(lines[: number - 1]):
        if not line.startswith("# ") or line.startswith("# --"):
            break
        words.insert(0, line.removeprefix("# "))
    return " ".join(words)


def settings_page(file: Path) -> str:
    """docs/reference/settings.md."""
    rows = [
        f"| `{setting.name}` | {f'`{setting.default}`' if setting.default else 'none'} | {setting.meaning} |"
        for setting in settings_in(file)
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            BY,
            "",
            "All settings come from environment variables and are read once, at the start.",
            "A laptop needs none of them.",
            "",
            "| variable | default | what it is for |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


# ---- commands --------------------------------------------------------------------------------------------


def commands_page() -> str:
    """docs/reference/commands.md."""
    from jukwaa.cli import MODULES, VERBS

    parts = ["# Commands", "", BY, "", "`make` alone lists the commands of a checkout. An installed Jukwaa has one command, `jukwaa`.", ""]  # fmt: skip  # noqa: E501
    for verb, does in VERBS.items():
        parts += [f"## jukwaa {verb}", "", does[0].upper() + does[1:] + ".", ""]
        rows = list(options_of(MODULES.get(verb, verb))) if verb != "manage" else []
        if rows:
            parts += ["| option | default | what it does |", "|---|---|---|", *rows, ""]
    return "\n".join(parts)


def options_of(module: str) -> Iterator[str]:
    """One row for each option of a command of ours."""
    from django.core.management import get_commands, load_command_class

    command = load_command_class(get_commands()[module], module)
    parser = argparse.ArgumentParser(add_help=False)
    command.add_arguments(parser)
    for action in parser._actions:
        said = ", ".join(action.option_strings) or str(action.metavar or action.dest).upper()
        default = "" if action.default in {None, False, argparse.SUPPRESS} else f"`{action.default}`"
        meaning = (
            (action.help or "").replace(" (default: %(default)s)", "").replace("(default: %(default)s)", "")
        )
        yield f"| `{said}` | {default} | {meaning} |"


# ---- events ----------------------------------------------------------------------------------------------


class Verb(NamedTuple):
    """A verb of the record: which kind of event says it, where, and the first sentence of who says it."""

    name: str
    kind: str
    where: str
    meaning: str


def verbs_in(folder: Path) -> list[Verb]:
    """Every verb that the code under `folder` records, sorted."""
    found: set[Verb] = set()
    for file in sorted(folder.rglob("*.py")):
        for function in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                where = f"`{file.relative_to(folder).as_posix()}`, {function.name}"
                meaning = (ast.get_docstring(function) or "").split("\n")[0]
                found |= {Verb(name, kind, where, meaning) for name, kind in said_by(function)}
    return sorted(found)


def said_by(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """The verbs that a function records, with their kind of event."""
    for call in ast.walk(function):
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="record"), attr=name), args=[verb, *_]):
                kind = RECORDERS.get(name)
            case ast.Call(args=[_, verb, ast.Attribute(attr="WITHDRAWAL"), *_]):
                kind = "withdrawal"  # the one verb that the record says itself
            case ast.Call(func=ast.Name(id=helper), args=[_, ast.Constant() as verb, *_]) if is_verb(verb):
                kind = "put" if helper.startswith("_") else None  # a helper that puts what its callers name
            case _:
                continue
        for word in ast.walk(verb):
            if kind and isinstance(word, ast.Constant) and isinstance(word.value, str) and "." in word.value:
                yield word.value, kind


def is_verb(word: ast.Constant) -> bool:
    """Whether a constant looks like a verb of the record: member_key_given of a room."""
    return isinstance(word.value, str) and re.fullmatch(r"[a-z]+\.[a-z]+(_[a-z]+)+", word.value) is not None


def events_page(folder: Path) -> str:
    """docs/reference/events.md."""
    rows = [f"| `{verb.name}` | {verb.kind} | {verb.meaning} | {verb.where} |" for verb in verbs_in(folder)]
    return "\n".join(
        [
            "# Events",
            "",
            BY,
            "",
            "What the record can say. A *fact* adds a row, a *put* says fields of a row anew,",
            "a *withdrawal* erases a subject and wins for ever.",
            "",
            "| verb | kind | what it says | recorded by |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def verbs_module(folder: Path) -> str:
    """src/jukwaa/programmes/verbs.py."""
    from jukwaa.programmes.queries import in_words

    words = sorted({in_words(verb.name) for verb in verbs_in(folder)})
    return "\n".join(
        [
            '"""Every verb of the record in words, so that each is collected for translation.',
            "",
            "Generated by `make docs` from the code: do not edit. New words then need `make messages`.",
            "`queries.said` looks the words up; only the collection of messages reads this.",
            '"""',
            "",
            "from django.utils.translation import pgettext_lazy",
            "",
            "WORDS = (",
            *(f'    pgettext_lazy("history", "{each}"),' for each in words),
            ")",
            "",
        ]
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jukwaa.settings")
    import django

    django.setup()
    sys.exit(main(sys.argv[1:]))
