"""The guards of the repository hold, and each of them notices a planted breach."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.test import override_settings
from django.test.utils import isolate_apps

from docs import generate
from jukwaa.record.models import Recorded
from tests.repo import guards, schemas

PACKAGE = guards.ROOT / "src" / "jukwaa"


@pytest.fixture
def plant(tmp_path: Path):
    """Write a file into an otherwise empty tree."""

    def plant_it(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return tmp_path

    return plant_it


# ---- personal or plain -----------------------------------------------------------------------------------


def test_every_field_of_a_recorded_model_says_whether_it_is_personal():
    assert guards.unclassified_fields(guards.recorded_models()) == []


@isolate_apps("jukwaa.record")
def test_a_field_that_does_not_say_whether_it_is_personal_is_noticed():
    class Visit(Recorded):
        who = models.TextField()
        day = models.DateField()
        place = models.TextField()
        PERSONAL = frozenset({"who", "place", "shoes"})
        PLAIN = frozenset({"place"})

        class Meta:
            app_label = "record"

    assert guards.unclassified_fields([Visit]) == [
        "record.Visit.day is neither in PERSONAL nor in PLAIN",
        "record.Visit.place is both in PERSONAL and in PLAIN",
        "record.Visit.shoes is classified, but is no field",
    ]


# ---- links, writes, pages --------------------------------------------------------------------------------


def test_links_between_rooms_name_the_imported_class():
    assert guards.links_by_name(PACKAGE) == []


@pytest.mark.parametrize(
    "link",
    [
        'models.ForeignKey("dialogue.Statement", on_delete=models.PROTECT)',
        'OneToOneField(to="dialogue.Statement", on_delete=models.PROTECT)',
        'apps.get_model("dialogue.Statement")',
    ],
)
def test_a_link_by_name_to_another_room_is_noticed(plant, link: str):
    tree = plant("programmes/models.py", f"x = {link}\n")

    assert guards.links_by_name(tree) == [
        "programmes/models.py:1 names dialogue.Statement by a string: import its class"
    ]


def test_a_link_by_name_inside_the_room_is_fine(plant):
    assert guards.links_by_name(plant("field/models.py", 'x = models.ForeignKey("Visit")\n')) == []


def test_only_actions_write():
    assert guards.writes_outside_actions(PACKAGE, may_write=guards.DERIVED) == []


@pytest.mark.parametrize(
    "write",
    [
        "statement.save()",
        "vote.save(update_fields=['choice'])",
        "statement.delete()",
        "Vote.objects.create(choice=1)",
        "Vote.objects.bulk_create(votes)",
        "Vote.objects.filter(choice=7).update(choice=0)",
        "round.votes.all().update(choice=0)",
        "Vote.objects.filter(choice=7).delete()",
        "record.put('dialogue.vote_cast', vote, by=ann)",
        "cursor.execute('UPDATE dialogue_vote SET choice = 0')",
    ],
)
@pytest.mark.parametrize("where", ["dialogue/views.py", "dialogue/queries.py", "web/reactions.py"])
def test_a_write_outside_actions_is_noticed(plant, where: str, write: str):
    assert len(guards.writes_outside_actions(plant(where, f"def f():\n    {write}\n"))) == 1


@pytest.mark.parametrize(
    "harmless",
    [
        "image.save(file, 'JPEG')",
        "seen.update(a=1)",
        "digest.update(words)",
        "response.delete_cookie('card')",
        "record.history(statement)",
        "cursor.execute('SELECT 1')",
        "hub.create_server(port)",
    ],
)
def test_what_only_looks_like_a_write_is_not_one(plant, harmless: str):
    assert guards.writes_outside_actions(plant("dialogue/views.py", harmless + "\n")) == []


def test_actions_and_the_record_may_write(plant):
    plant("dialogue/actions.py", "vote.save()\n")

    assert guards.writes_outside_actions(plant("record/fold.py", "row.save()\n")) == []


def test_a_room_shows_only_its_own_pages_and_the_shared_ones():
    assert guards.borrowed_templates(PACKAGE) == []


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("field/templates/field/visit.html", '{% include "dialogue/_card.html" %}'),
        ("field/templates/field/visit.html", "{%extends 'agenda/base.html'%}"),
        ("field/templates/visit.html", "no folder of its own"),
        ("field/views.py", 'render(request, "stories/story.html", {})'),
    ],
)
def test_another_rooms_page_is_noticed(plant, where: str, text: str):
    assert len(guards.borrowed_templates(plant(where, text))) == 1


def test_no_page_holds_what_the_content_security_policy_refuses():
    assert guards.markup_that_the_policy_refuses(PACKAGE) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        '<button onclick="go()">',
        "<script>go()</script>",
    ],
)
def test_markup_that_the_policy_refuses_is_noticed(plant, markup: str):
    tree = plant("web/templates/web/page.html", markup)

    assert len(guards.markup_that_the_policy_refuses(tree)) == 1


# ---- documents -------------------------------------------------------------------------------------------


def test_files_that_documents_name_exist():
    assert guards.files_that_are_not_there(guards.ROOT) == []


@pytest.mark.parametrize(
    "text", ["See `dialogue/actoins.py`.", "[the road](explanation/raod.md)", "[it](gone.md#part)"]
)
def test_a_document_that_names_a_missing_file_is_noticed(plant, text: str):
    assert len(guards.files_that_are_not_there(plant("docs/page.md", text))) == 1


def test_a_document_may_name_what_is_there_and_what_is_elsewhere(plant):
    plant("src/jukwaa/dialogue/actions.py", "")
    tree = plant("docs/page.md", "`dialogue/actions.py`, `page.md`, [top](#top), [page](page.md)")

    assert guards.files_that_are_not_there(tree) == []


def test_every_setting_is_described():
    assert guards.settings_not_described(guards.ROOT) == []


def test_a_setting_that_is_not_described_is_noticed(plant):
    plant("src/jukwaa/settings.py", 'A = env.bool("JUKWAA_A", False)\n')

    breaches = guards.settings_not_described(plant("docs/reference/settings.md", "# Settings\n"))

    assert breaches == [
        "JUKWAA_A is not in docs/reference/settings.md",
        "JUKWAA_A has no comment above it in settings.py",
    ]


def test_the_architecture_tells_of_every_room():
    assert guards.rooms_not_described(guards.ROOT) == []


def test_a_room_that_the_architecture_forgets_is_noticed(plant):
    plant("src/jukwaa/kitchen/__init__.py", "")

    breaches = guards.rooms_not_described(plant("ARCHITECTURE.md", "The record, the field.\n"))

    assert breaches == ["ARCHITECTURE.md does not tell of kitchen"]


def test_there_is_one_version():
    assert guards.versions_that_differ(guards.ROOT) == []


def test_a_second_version_is_noticed(plant):
    plant("pyproject.toml", 'name = "jukwaa"\nversion = "1.2"\n')
    plant("src/jukwaa/__init__.py", '__version__ = "1.2"\n')

    assert guards.versions_that_differ(plant("CHANGELOG.md", "# Changes\n\n## 1.1\n\n## 1.0\n")) != []
    assert guards.versions_that_differ(plant("CHANGELOG.md", "# Changes\n\n## 1.2 – unreleased\n")) == []


def test_no_file_says_from_where_packages_come():
    assert guards.channels_named(guards.ROOT, guards.tracked(guards.ROOT)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.lock", "--index-" + "url something\n"),
        ("requirements.lock", "six @ http://packages.example.org/six.whl\n"),
        ("docs/install.md", "Fetch it from py" + "pi.org.\n"),
        ("Makefile", "setup:\n\tcurl http://example.org\n"),
        (".ci/run", "pip config set global.trusted-" + "host x\n"),
    ],
)
def test_a_file_that_says_from_where_packages_come_is_noticed(plant, name: str, text: str):
    assert guards.channels_named(plant(name, text), [name]) != []


# ---- what other nodes rely on ----------------------------------------------------------------------------


def changes_to(state: ProjectState) -> dict:
    """The migrations that would bring the database from what is written to that state."""
    # Tests make their tables without them (pyproject.toml), and so look away from what is written.
    with override_settings(MIGRATION_MODULES={}):
        loader = MigrationLoader(None)
    asker = NonInteractiveMigrationQuestioner(specified_apps=set(), dry_run=True)
    return MigrationAutodetector(loader.project_state(), state, asker).changes(graph=loader.graph)


def test_no_migration_is_missing():
    assert changes_to(ProjectState.from_apps(apps)) == {}


def test_a_missing_migration_is_noticed():
    state = ProjectState.from_apps(apps)
    state.models["dialogue", "statement"].fields["planted"] = models.TextField(default="")

    assert list(changes_to(state)) == ["dialogue"]


def test_no_recorded_model_changed_under_an_unchanged_schema():
    now = schemas.schemas_of(guards.recorded_models())

    assert schemas.changed_silently(now, schemas.read()) == []


@isolate_apps("jukwaa.record")
def test_a_model_that_changed_under_an_unchanged_schema_is_noticed():
    class Visit(Recorded):
        day = models.DateField()
        PERSONAL = frozenset()
        PLAIN = frozenset({"day"})

        class Meta:
            app_label = "record"

    kept = schemas.schemas_of([Visit])
    assert schemas.changed_silently(schemas.schemas_of([Visit]), kept) == []

    Visit.PERSONAL = frozenset({"day"})
    now = schemas.schemas_of([Visit])
    assert "raise its SCHEMA" in schemas.changed_silently(now, kept)[0]
    assert schemas.accepted(now, kept) == kept, "the old word stays until the version is raised"

    Visit.SCHEMA = 2
    raised = schemas.schemas_of([Visit])
    assert "make docs" in schemas.changed_silently(raised, kept)[0]
    assert schemas.changed_silently(raised, schemas.accepted(raised, kept)) == []


# ---- generated pages -------------------------------------------------------------------------------------


def test_the_generated_pages_are_those_of_the_code():
    stale = [path.name for path, text in generate.pages().items() if path.read_text("utf-8") != text]

    assert stale == []


def test_a_verb_in_the_code_is_a_verb_on_the_page(plant):
    tree = plant(
        "dialogue/actions.py",
        'def cast_vote():\n    """Record a vote."""\n    record.put("dialogue.vote_cast", vote, by=by)\n',
    )

    page = generate.events_page(tree)

    assert "| `dialogue.vote_cast` | put | Record a vote. | `dialogue/actions.py`, cast_vote |" in page


def test_a_verb_that_a_helper_records_is_a_verb_in_words(plant):
    tree = plant("delivery/actions.py", 'def end_key():\n    _new_key(seat, "delivery.key_ended", by)\n')

    assert 'pgettext_lazy("history", "key ended"),' in generate.verbs_module(tree)
