"""What is asked of many submissions goes by an index, and never through all of a form's wide rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jukwaa.field.collect import actions, queries
from jukwaa.field.collect.xlsform import read_sheet
from tests import make
from tests.field import sheets

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def form():
    sheet = sheets.testimony()
    made = read_sheet(sheet, name="form.md")
    return actions.add_edition(programme=make.programme(), made=made, sheet=sheet, by=None).form


def test_one_instance_is_found_without_looking_at_the_others(form):
    plan = queries.of_instance(form.programme_id, form.form_id, "uuid:1").explain()

    assert "submissions_of_instance (programme_id=? AND form_id=? AND instance_id=?)" in plan


def test_a_list_is_counted_from_the_index_alone_and_paged_without_sorting(form):
    with (
        CaptureQueriesContext(
            connection,
        ) as asked,
        connection.cursor() as cursor,
    ):
        queries.submissions(form).count()
        cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[0]['sql']}")
        counting = str(cursor.fetchall())

    assert "COVERING INDEX submissions_as_listed" in counting
    assert "TEMP B-TREE" not in queries.submissions(form)[:25].explain()


@pytest.mark.parametrize(
    ("words", "told"), [("The water is dirty.", "The water is dirty."), ("", "nyarugusu")]
)
def test_a_list_tells_what_somebody_said_and_codes_only_where_they_said_nothing(form, words, told):
    actions.publish_edition(edition=form.editions.get(), by=None)
    collector, _token = actions.add_collector(programme=form.programme, name="Asha", by=None)
    sent = sheets.filled(words=words, voice="", photos=())
    actions.receive_submission(collector=collector, xml=sent, parts=[])

    [line] = queries.lines(queries.submissions(form))

    assert line.words == told
