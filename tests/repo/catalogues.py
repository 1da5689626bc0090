"""The catalogues of src/jukwaa/locale: taken anew from the code, and compared with it.

`make messages` runs this file. It needs gettext; reading and comparing needs only polib.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent.parent
LOCALE = ROOT / "src" / "jukwaa" / "locale"
# English is what the code says. A participant can read everything in these two as well.
LANGUAGES = ("sw", "fr")
PLACE = re.compile(r"%\(\w+\)[sd]")

# Beginnings of the paths of all that a participant or the public sees; the rest is for staff, in English.
FOR_EVERYBODY = (
    "web/",
    "programmes/consent.py",
    "programmes/models.py",
    "programmes/orders.py",
    "programmes/queries.py",
    "programmes/verbs.py",
    *(
        f"programmes/templates/programmes/{page}.html"
        for page in (
            "_branch",
            "_counts",
            "cards_print",
            "consent",
            "forget_me",
            "forgotten",
            "join",
            "login",
            "me",
            "mine",
            "no_card",
            "scan",
            "too_many_tries",
            "wait",
        )
    ),
    "field/media.py",
    "field/models.py",
    "field/leaving/",
    "field/plain/",
    "field/templates/field/leaving/",
    "field/templates/field/plain/",
    "field/templates/field/slip.html",
    "stories/returning/",
    "stories/templates/stories/returning/",
    "dialogue/actions.py",
    "dialogue/counting/actions.py",
    "dialogue/counting/queries.py",
    "dialogue/hall/sheets.py",
    "dialogue/minutes/memo.py",
    "dialogue/models.py",
    "dialogue/phone/pictures.py",
    "dialogue/phone/views.py",
    "dialogue/printing/",
    "dialogue/queries.py",
    "dialogue/wall/",
    *(
        f"dialogue/templates/dialogue/{page}"
        for page in (
            "_ends",
            "_public",
            "answers",
            "closed",
            "counting/_thanks",
            "counting/answers",
            "counting/dots",
            "counting/gradient",
            "counting/pairs",
            "counting/ranking",
            "done",
            "door/join_sheet",
            "hall/my_table",
            "hall/run_sheet_print",
            "map",
            "minutes/_minutes",
            "minutes/public_memoire",
            "phone/consent",
            "phone/kiosk",
            "phone/no_kiosk",
            "phone/picture",
            "phone/turn",
            "printing/",
            "propose",
            "public",
            "steering/_asked",
            "steering/_became",
            "steering/release",
            "tables_print",
            "take",
            "vote",
            "wall/",
        )
    ),
    *(
        f"agenda/{page}"
        for page in (
            "models.py",
            "queries.py",
            *(
                f"templates/agenda/{name}"
                for name in (
                    "_",
                    "agenda.",
                    "ballot",
                    "group",
                    "problem",
                    "roadmap",
                    "row.",
                    "sheet",
                    "slate",
                )
            ),
        )
    ),
    *(
        f"delivery/{page}"
        for page in (
            "models.py",
            "queries.py",
            *(
                f"templates/delivery/{name}"
                for name in ("_s", "answer", "commitment", "dispute", "no_link", "outcome", "owner", "say")
            ),
        )
    ),
    "stories/models.py",
    "stories/trace.py",
    *(f"stories/templates/stories/{page}.html" for page in ("library", "publication", "story")),
)

# What files of mostly staff words say to a participant, an owner or the public: labels of their few fields,
# refusals of what they sent, and titles of public pages.
SAID_TO_EVERYBODY = frozenset(
    {
        "Which",
        "The vote is not open: ballots are not taken any more, or not yet.",
        "This card belongs to no group yet, so the ballot would count for nobody. Ask the staff.",
        "One of these names is not on the ballot, or no longer. Look at it again.",
        "Whom you trust",
        "Stories only",
        "Publications only",
        "Say in a few words what is not so.",
        "Say it in %(most)d letters or fewer.",
        "This promise was made to other people.",
        "The owner has reported anew since. Read the new report first.",
        "This report was taken away. Look at the list of promises again.",
        "This day is still to come. Write the day of the report.",
        "A report comes after the promise was made. Change the day.",
        "A report needs words: write what was done.",
        "This promise was taken away, so nothing can be reported on it.",
        "What was done?",
        "A few words. Leave out names of people.",
        "How can one see it?",
        "A list, a receipt, a place to look.",
        "Photo",
        "Of the thing, not of faces. Place and time hidden in the file are taken out.",
        "What is the next step?",
        "What is not so?",
        "A few words. Leave out names of people. Somebody reads it before it is shown.",
        "Words",
        "any",
        "anybody",
        "none",
        "anywhere",
        "Theme",
        "Level",
        "Place",
        "Adopted",
        "or not",
        "not yet",
        "Who promised",
        "Where",
        "What else may have brought it about",
        "How the dialogue may have helped",
        "Why it matters",
        "Evidence",
        "Asked for substantiation",
        "nobody yet",
        "Leadership groups",
        "Findings",
        "What should others say yes or no to?",
        "One thing, in a short sentence. Leave out names of people.",
        "Five of yours wait for a moderator. Come back when they are read.",
        "The round is not open.",
        "Rule",
        "People who voted in the round",
        "Digest of the votes",
        "Seed",
        "Drawn by",
        "English",
        "Swahili",
        "French",
        "Malagasy",
        "Sukuma",
        "Twi",
        "A card number has digits only. Look at the card again.",
        "A card number has 16 digits; you typed %(count)d. Look at the card again.",
        "One digit seems wrong. Look at the card again.",
        "Number on the card",
        "16 digits",
        "The number on your card",
        "Choose yes or no.",
        "No",
        "Yes",
        "Yes: %(audience)s",
        "With this card you vote, and hear what came of it.",
        "This number opens nothing here. Look at the card again, or ask who gave it to you for a new one.",
        "Login",
        "Password",
        "not said",
        "Gender",
        "Name",
        "Probably against: %(groups)s.",
        "Ask: %(groups)s.",
        "Groups in the order in which they were declared.",
        "being prepared",
    }
)


def collect(package: Path) -> None:
    """Take the words of the code under `package` (a src/jukwaa) into its catalogues; what is gone goes."""
    languages = [word for language in LANGUAGES for word in ("--locale", language)]
    (package / "locale").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "jukwaa", "manage", "makemessages", *languages]
    command += ["--no-obsolete", "--no-wrap", "--add-location", "file", "--verbosity", "0"]
    around = {**os.environ, "PYTHONPATH": str(package.parent), "JUKWAA_HOME": str(package / ".home")}
    try:
        subprocess.run(command, cwd=package, env=around, check=True, stdin=subprocess.DEVNULL)
    finally:
        shutil.rmtree(package / ".home", ignore_errors=True)
    for catalogue in package.glob("locale/*/LC_MESSAGES/django.po"):
        undated(catalogue)


def undated(catalogue: Path) -> None:
    """Take the time of collection out, so that a catalogue changes only when its words do."""
    lines = catalogue.read_text("utf-8").splitlines(keepends=True)
    catalogue.write_text(
        "".join(line for line in lines if not line.startswith('"POT-Creation-Date')), "utf-8"
    )


def compile_all(locale: Path) -> None:
    """Write each catalogue in the form that the site reads."""
    for catalogue in sorted(locale.glob("*/LC_MESSAGES/django.po")):
        polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo")))


def words_of(catalogue: Path) -> set[tuple[str, str]]:
    """What a catalogue translates: contexts and words."""
    return {
        (entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(catalogue)) if not entry.obsolete
    }


def not_collected(package: Path, scratch: Path) -> Iterator[str]:
    """Words that are in the code and not in the catalogues, or the other way about."""
    copy = scratch / "jukwaa"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    collect(copy)
    for language in LANGUAGES:
        name = f"locale/{language}/LC_MESSAGES/django.po"
        kept = words_of(package / name) if (package / name).exists() else set()
        for _, words in sorted(words_of(copy / name) ^ kept):
            yield f"{language}: {words!r} is only in {'the catalogue' if ('', words) in kept else 'the code'}"


def not_compiled(locale: Path) -> Iterator[str]:
    """Catalogues whose compiled form says something else."""
    for catalogue in sorted(locale.glob("*/LC_MESSAGES/django.po")):
        compiled = catalogue.with_suffix(".mo")
        language = catalogue.parent.parent.name
        if not compiled.exists():
            yield f"{language} is not compiled"
        elif said(polib.mofile(str(compiled))) != said(polib.pofile(str(catalogue)).translated_entries()):
            yield f"{language} is compiled from older words"


def said(entries: list[polib.POEntry] | polib.MOFile) -> dict[tuple[str, str], object]:
    """What each entry says in its language."""
    return {(entry.msgctxt or "", entry.msgid): entry.msgstr or entry.msgstr_plural for entry in entries}


def not_translated(locale: Path, pages: tuple[str, ...], also: frozenset[str] = frozenset()) -> Iterator[str]:
    """Words without a translation, or with a guessed one: `also`, and of pages whose paths begin so."""
    for catalogue in sorted(locale.glob("*/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(catalogue)):
            shown = entry.msgid in also or any(page.startswith(pages) for page, _ in entry.occurrences)
            if shown and not entry.obsolete and ("fuzzy" in entry.flags or not entry.translated()):
                yield f"{catalogue.parent.parent.name}: {entry.msgid!r}"


def misplaced(catalogue: polib.POFile) -> Iterator[str]:
    """Translations that lost a placeholder or made one up; all forms but the last may spell it out."""
    for entry in catalogue.translated_entries():
        forms = list(entry.msgstr_plural.values()) or [entry.msgstr]
        places = set(PLACE.findall(entry.msgid + entry.msgid_plural))
        for form in forms:
            if not set(PLACE.findall(form)) <= places:
                yield f"{entry.msgid!r}: {form!r}"
        if set(PLACE.findall(forms[-1])) != set(PLACE.findall(entry.msgid_plural or entry.msgid)):
            yield f"{entry.msgid!r}: {forms[-1]!r}"


if __name__ == "__main__":
    collect(ROOT / "src" / "jukwaa")
    compile_all(LOCALE)
