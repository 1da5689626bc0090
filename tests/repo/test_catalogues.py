"""The catalogues hold what the code says, and each guard of them notices a planted breach."""

import shutil
from pathlib import Path

import polib
import pytest

from tests.repo import catalogues
from tests.repo.guards import ROOT

PACKAGE = ROOT / "src" / "jukwaa"
needs_gettext = pytest.mark.skipif(
    not shutil.which("xgettext"), reason="needs gettext: apt-get install gettext"
)


@pytest.fixture
def planted(tmp_path: Path):
    """A catalogue with two words, one of them translated, and its compiled form."""
    path = tmp_path / "sw" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    page = "dialogue/templates/dialogue/vote.html"
    catalogue.append(polib.POEntry(msgid="Agree", msgstr="Nakubali", occurrences=[(page, "")]))
    catalogue.append(polib.POEntry(msgid="Pass", msgstr="", occurrences=[(page, "")]))
    catalogue.save(str(path))
    catalogues.compile_all(tmp_path)
    return path


@needs_gettext
def test_every_word_of_the_code_is_in_the_catalogues(tmp_path: Path):
    assert list(catalogues.not_collected(PACKAGE, tmp_path)) == []


@needs_gettext
def test_a_new_word_that_was_not_collected_is_noticed(tmp_path: Path):
    copy = tmp_path / "jukwaa"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    page = copy / "web" / "templates" / "web" / "planted.html"
    page.write_text("{% load i18n %}{% translate 'A planted word' %}", "utf-8")

    missing = list(catalogues.not_collected(copy, tmp_path / "scratch"))

    assert "sw: 'A planted word' is only in the code" in missing


def test_the_catalogues_are_compiled():
    assert list(catalogues.not_compiled(catalogues.LOCALE)) == []


def test_a_catalogue_that_was_changed_and_not_compiled_is_noticed(planted: Path):
    locale = planted.parent.parent.parent
    assert list(catalogues.not_compiled(locale)) == []

    catalogue = polib.pofile(str(planted))
    catalogue[0].msgstr = "Ndiyo"
    catalogue.save()
    assert list(catalogues.not_compiled(locale)) == ["sw is compiled from older words"]

    planted.with_suffix(".mo").unlink()
    assert list(catalogues.not_compiled(locale)) == ["sw is not compiled"]


def test_every_word_for_participants_and_the_public_is_translated():
    missing = catalogues.not_translated(
        catalogues.LOCALE, catalogues.FOR_EVERYBODY, catalogues.SAID_TO_EVERYBODY
    )

    assert list(missing) == []


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_words_said_to_everybody_are_words_of_the_code(language: str):
    collected = {
        words for _, words in catalogues.words_of(catalogues.LOCALE / language / "LC_MESSAGES" / "django.po")
    }

    assert catalogues.SAID_TO_EVERYBODY - collected == set()


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_translations_keep_the_places_where_figures_and_names_go(language: str):
    catalogue = polib.pofile(str(catalogues.LOCALE / language / "LC_MESSAGES" / "django.po"))

    assert list(catalogues.misplaced(catalogue)) == []


def test_a_translation_that_lost_a_figure_is_noticed():
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="%(count)s people", msgstr="watu"))

    assert list(catalogues.misplaced(catalogue)) == ["'%(count)s people': 'watu'"]


def test_a_word_without_translation_is_noticed_on_the_pages_that_need_it(planted: Path):
    locale = planted.parent.parent.parent

    assert list(catalogues.not_translated(locale, ("dialogue/templates/dialogue/vote",))) == ["sw: 'Pass'"]
    assert list(catalogues.not_translated(locale, ("agenda/",))) == []
    assert list(catalogues.not_translated(locale, ("agenda/",), frozenset({"Pass"}))) == ["sw: 'Pass'"]


def test_a_guessed_translation_is_none(planted: Path):
    catalogue = polib.pofile(str(planted))
    catalogue[0].flags.append("fuzzy")
    catalogue.save()

    missing = list(catalogues.not_translated(planted.parent.parent.parent, ("dialogue/",)))

    assert missing == ["sw: 'Agree'", "sw: 'Pass'"]
