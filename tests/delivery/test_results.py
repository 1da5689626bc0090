"""What came of a programme, given out: on a page, as tables, for Word and for IATI; rounded for all."""

import io
import json
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from jukwaa.delivery.harvest import actions
from jukwaa.delivery.models import Indicator
from jukwaa.programmes.models import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def outcome():
    """A change with evidence that everybody may see, in a programme that measures two things."""
    of = make.programme(public=True, title="Geita <gold>")
    outcome = make.outcome(make.commitment(make.row(make.problem(of)), promise="A pump & a well"))
    said = {"kind": "document", "source": "District office", "by": None}
    actions.add_evidence(outcome=outcome, what="The list of pumps", public=True, **said)
    actions.add_evidence(outcome=outcome, what="A private letter", **said)
    return outcome


@pytest.fixture
def days(outcome):
    """An indicator that is no count of people, with a figure."""
    row = make.indicator(outcome.programme)
    make.figure(row, low=Decimal(190), high=Decimal(230))
    return row


@pytest.fixture
def people(outcome):
    """An indicator that counts people: seven women and sixty-three men."""
    row = make.indicator(
        outcome.programme,
        name="People with a licence",
        unit="people",
        figure=Indicator.Figure.PEOPLE,
        better="more",
        apart="W",
        baseline=None,
        baseline_on=None,
        target=None,
        target_on=None,
    )
    cells = [
        {"by": "W", "group": "women", "value": "7", "people": None},
        {"by": "W", "group": "men", "value": "63", "people": None},
    ]
    make.figure(row, value=70, cells=cells)
    return row


def file(outcome, ending: str, client: Client | None = None) -> bytes:
    address = reverse("delivery:results_file", args=[outcome.programme.slug, ending])
    answer = (client or Client()).get(address)
    assert answer.status_code == 200
    return answer.content


def iati(outcome, **said) -> ElementTree.Element:
    asked = {"organisation": "GB-COH-02188452", "activity": "ASM-1"} | said
    answer = Client().get(reverse("delivery:results_iati", args=[outcome.programme.slug]), asked)
    assert answer["Content-Type"] == "application/xml"
    return ElementTree.fromstring(answer.content)


def test_the_page_says_where_it_stands_and_each_line_leads_to_its_source(outcome, days):
    page = Client().get(reverse("delivery:results", args=[outcome.programme.slug])).content.decode()

    assert "fell from 365 to 210" in page
    assert "1 piece of evidence." in page
    for thing in (outcome, days):
        assert thing.get_absolute_url() in page


def test_the_tables_hold_what_everybody_may_know_with_where_one_reads_of_it(outcome, days):
    tables = json.loads(file(outcome, "json"))

    [row] = tables["outcomes"]
    assert (row["proof"], row["other_causes"], row["evidence"]) == ("unproven", "Rain", 1)
    assert row["address"] == f"http://testserver{outcome.get_absolute_url()}"
    assert [each["what"] for each in tables["evidence"]] == ["The list of pumps"]
    [figure] = tables["figures"]
    assert (figure["figure"], figure["at_least"], figure["source"]) == ("210", "190", "Mines office")
    assert [each["promise"] for each in tables["commitments"]] == ["A pump & a well"]


def test_figures_of_people_are_rounded_for_everybody_and_exact_for_staff(outcome, people):
    staff = make.client_of(make.member(outcome.programme, role=Role.OBSERVER))
    public = json.loads(file(outcome, "json"))["told_apart"]

    exact = json.loads(file(outcome, "json", staff))["told_apart"]

    assert {row["group"]: row["figure"] for row in exact} == {"women": "7", "men": "63"}
    assert not {"7", "63"} & {row["figure"] for row in public}


def test_the_workbook_and_the_tables_of_text_hold_the_same(outcome, days, people):
    tables = json.loads(file(outcome, "json"))
    book = openpyxl.load_workbook(io.BytesIO(file(outcome, "xlsx")))
    packed = zipfile.ZipFile(io.BytesIO(file(outcome, "zip")))

    for name in set(tables) - {"format", "edition", "readme"}:
        assert book[name].max_row == 1 + len(tables[name])
        text = packed.read(f"{outcome.programme.slug}-results/{name}.csv").decode()
        assert text.splitlines()[0].split(",") == list(book[name].values.__next__())


def test_the_report_for_word_tells_it_by_shift_with_evidence(outcome, days):
    document = Document(io.BytesIO(file(outcome, "docx")))

    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Geita <gold>" in words
    assert "fell from 365 to 210" in words
    assert "The list of pumps (District office)" in words
    assert "A private letter" not in words


def test_iati_has_baseline_target_figures_and_outcomes_in_the_order_of_its_schema(outcome, days):
    [activity] = iati(outcome)

    assert [each.tag for each in activity][:7] == [
        "iati-identifier",
        "reporting-org",
        "title",
        "description",
        "participating-org",
        "activity-status",
        "activity-date",
    ]
    assert activity.findtext("iati-identifier") == "GB-COH-02188452-ASM-1"
    measured, told = activity.findall("result")
    indicator = measured.find("indicator")
    assert indicator.attrib["ascending"] == "0"
    assert indicator.find("baseline").attrib == {"year": "2025", "iso-date": "2025-03-01", "value": "365"}
    assert [each.attrib["value"] for each in indicator.iter("actual")] == ["210"]
    assert [each.attrib["value"] for each in indicator.iter("target")] == ["120"]
    assert told.find("indicator").attrib["measure"] == "5"
    assert "possible, minor" in told.find("indicator/period/actual/comment/narrative").text


def test_iati_tells_nothing_of_fewer_than_ten(outcome, people):
    values = {each.attrib.get("value") for each in iati(outcome).iter("actual")}

    assert not {"7", "63"} & values


@pytest.mark.parametrize("wrong", [{"organisation": "us"}, {"activity": "a b"}])
def test_what_is_no_identifier_of_iati_is_refused_and_what_was_typed_stays(outcome, wrong):
    asked = {"organisation": "GB-COH-02188452", "activity": "ASM-1"} | wrong

    answer = Client().get(reverse("delivery:results_iati", args=[outcome.programme.slug]), asked)

    assert "text/html" in answer["Content-Type"]
    assert next(iter(wrong.values())) in answer.content.decode()


def test_another_ending_is_not_there(outcome):
    address = reverse("delivery:results_file", args=[outcome.programme.slug, "exe"])

    assert Client().get(address).status_code == 404
