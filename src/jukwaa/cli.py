"""The `jukwaa` command: a few verbs of its own, and `manage` for all of Django's."""

import os
import sys

VERBS = {
    "demo": "fill an empty database with the Geita demo programme and serve it",
    "serve": "serve the site, with its worker",
    "work": "run only the worker: reactions and maps",
    "ready": "bring the database and the static files up to date, for another server than `jukwaa serve`",
    "seed": "write the Geita demo programme",
    "import-polis": "make a programme of a Polis export folder",
    "export": "write a programme's record to a file",
    "backup": "back this laptop up to a stick, while it runs",
    "take-over": "make this laptop go on from a backup on a stick",
    "contacts": "open a sealed contact book, or seal it anew: for custodians, on their own computer",
    "check": "see whether the record, the database and the files are whole",
    "manage": "any of Django's own commands, such as `jukwaa manage migrate`",
}
# Django names a command after its module: that has no hyphen, and Django has a `check` of its own.
MODULES = {"import-polis": "import_polis", "take-over": "take_over", "check": "verify"}


def main(arguments: list[str] | None = None) -> None:
    """Run one verb; without one, list them all."""
    # What is written here, the database above all, is nobody else's to read.
    os.umask(0o077)
    verb, *rest = (sys.argv[1:] if arguments is None else arguments) or ["help"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jukwaa.settings")
    if verb in {"help", "-h", "--help"}:
        print("\n".join(["jukwaa VERB [options], where VERB is", *(f"  {v:<14}{VERBS[v]}" for v in VERBS)]))
    elif verb not in VERBS:
        sys.exit(f"jukwaa: there is no verb {verb}; the verbs are {', '.join(VERBS)}")
    else:
        run(verb, rest)


def run(verb: str, rest: list[str]) -> None:
    """Hand a verb to Django; a refusal in the settings is one sentence, not a stack of calls."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    command = rest if verb == "manage" else [MODULES.get(verb, verb), *rest]
    try:
        execute_from_command_line(["jukwaa", *command])
    except ImproperlyConfigured as refusal:
        sys.exit(f"jukwaa: {refusal}")
