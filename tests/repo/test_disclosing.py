"""The guard of counts of people holds, and notices a planted breach."""

from pathlib import Path

import pytest

from tests.repo import disclosing, guards

PACKAGE = guards.ROOT / "src" / "jukwaa"

VIEW = """
def page(request, programme):
    of = get_public_programme(request, programme)
    return render(request, "agenda/page.html", {})
"""


@pytest.fixture
def page(tmp_path: Path):
    """Write a page that everybody can open into an otherwise empty tree."""

    def write(text: str, view: str = VIEW) -> Path:
        (tmp_path / "agenda" / "templates" / "agenda").mkdir(parents=True)
        (tmp_path / "agenda" / "views.py").write_text(view, "utf-8")
        (tmp_path / "agenda" / "templates" / "agenda" / "page.html").write_text(text, "utf-8")
        return tmp_path

    return write


def test_no_page_for_everybody_counts_people_around_the_module():
    assert disclosing.people_counted_in_public(PACKAGE) == []
    assert len(disclosing.public_templates(PACKAGE)) > 60


def test_nothing_rounds_or_weighs_ten_anywhere_else():
    assert disclosing.rounding_elsewhere(PACKAGE) == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ result.voted }}",
        "{{ group.participants|length }}",
        "{{ votes.count }}",
        "{% blocktranslate with n=row.voters %}{{ n }} people{% endblocktranslate %}",
        "{% blocktranslate count n=people %}one{% plural %}{{ n }}{% endblocktranslate %}",
        "{% if member %}a{% else %}{{ line.voted }}{% endif %}",
        "{% if not member %}{{ line.voted }}{% endif %}",
        "{% if a %}{% blocktranslate with n=stand.said.yes %}{{ n }}{% endblocktranslate %}{% endif %}",
    ],
)
def test_a_count_of_people_on_a_page_for_everybody_is_noticed(page, text):
    assert "count people by programmes/disclosure.py" in disclosing.people_counted_in_public(page(text))[0]


def test_a_count_is_noticed_in_what_a_page_takes_in(page):
    tree = page('{% include "agenda/_line.html" %}')
    (tree / "agenda" / "templates" / "agenda" / "_line.html").write_text("{{ line.voted }}", "utf-8")

    assert disclosing.people_counted_in_public(tree) == [
        "agenda/_line.html prints line.voted: count people by programmes/disclosure.py"
    ]


def test_a_count_is_noticed_where_another_function_of_the_module_shows_the_page(page):
    view = VIEW.replace("return render", "return show(request)\n\ndef show(request):\n    return render")

    assert disclosing.people_counted_in_public(page("{{ row.voted }}", view)) != []


@pytest.mark.parametrize(
    "text",
    [
        "{{ result.shown_voted }}",
        "{% if member %}{{ line.voted }}{% endif %}",
        "{% if not member %}a{% else %}{{ line.voted }}{% endif %}",
        "{% if may.facilitate %}{{ line.voted }}{% endif %}",
        "{% blocktranslate with people=said.shown_people %}{{ people }} people{% endblocktranslate %}",
    ],
)
def test_what_went_through_the_module_and_what_only_staff_read_is_fine(page, text):
    assert disclosing.people_counted_in_public(page(text)) == []


def test_a_page_for_staff_alone_may_count(page):
    assert disclosing.people_counted_in_public(page("{{ voted }}", VIEW.replace("public_", "only_"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "from jukwaa.programmes.disclosure import rounded\n",
        "from jukwaa.programmes.disclosure import SMALLEST\n\n\ndef few(n):\n    return n < SMALLEST\n",
        "def few(n):\n    return disclosure.SMALLEST <= n\n",
    ],
)
def test_rounding_by_oneself_is_noticed(tmp_path, text):
    (tmp_path / "queries.py").write_text(text, "utf-8")

    assert len(disclosing.rounding_elsewhere(tmp_path)) == 1
