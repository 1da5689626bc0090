"""Pages of indicators by role: what the public sees of people, charts, tables taken whole or not at all."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jukwaa.delivery.charts import limits
from jukwaa.delivery.measures import actions, drawing, queries, sheets
from jukwaa.delivery.models import Indicator, Measurement
from jukwaa.programmes.models import Programme, Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-04-01T09:00:00+03:00", tick=False):
        yield


@pytest.fixture
def programme() -> Programme:
    return make.programme(public=True)


@pytest.fixture
def indicator(programme) -> Indicator:
    return make.indicator(programme)


@pytest.fixture
def flo(programme) -> Client:
    """The browser of Flo, who facilitates."""
    return make.client_of(make.member(programme, role=Role.FACILITATOR))


def page(name: str, programme: Programme, *things) -> str:
    return reverse(f"delivery:{name}", args=[programme.slug, *(getattr(t, "pk", t) for t in things)])


def text_of(client: Client, address: str, **asked) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200, answer
    return answer.getvalue().decode()


# ---- for everybody ---------------------------------------------------------------------------------------


def test_everybody_reads_from_to_and_where_we_are(programme, indicator):
    make.figure(indicator)

    shifts = text_of(Client(), page("shifts", programme))
    shift = text_of(Client(), page("shift", programme, "C1"))

    assert "ASM driven by poverty and a lack of options" in shifts
    assert "Getting better: 1." in shifts
    assert "Efficient small businesses with access to information and finance" in shift
    assert "fell from 365 to 210" in shift
    assert page("indicator", programme, indicator) in shift
    assert Client().get(page("shift", programme, "C9")).status_code == 404


def test_what_is_kept_inside_the_programme_is_on_no_public_page(programme, flo):
    hidden = make.indicator(programme, name="Bribes asked", public=False)
    figure = make.figure(hidden)

    for name in ("shifts", "indicators", "figures_csv"):
        assert "Bribes" not in text_of(Client(), page(name, programme))
    for name, thing in (("indicator", hidden), ("figures", hidden), ("figure", figure)):
        assert Client().get(page(name, programme, thing)).status_code == 404
        assert flo.get(page(name, programme, thing)).status_code == 200


def test_indicators_are_found_by_words_shift_and_way(programme, indicator):
    make.figure(indicator)
    make.indicator(programme, name="Injury rate", cycle="C2")
    address = page("indicators", programme)

    assert "Injury rate" not in text_of(Client(), address, words="LICENCE days")
    assert "Injury rate" in text_of(Client(), address, cycle="C2")
    assert "Injury rate" not in text_of(Client(), address, way="better")
    assert "Nothing fits this search." in text_of(Client(), address, words="gold", way="worse")
    # What does not fit is left out of the search.
    assert "Injury rate" in text_of(Client(), address, cycle="C9")


def test_figures_are_found_by_source_and_day(programme, indicator):
    make.figure(indicator, 300, on=date(2025, 6, 1), source="Survey")
    make.figure(indicator, 210)
    address = page("figures", programme, indicator)

    assert "Mines office" not in text_of(Client(), address, source="surv")
    assert "Survey" not in text_of(Client(), address, since="2026-01-01")
    assert "Mines office" in text_of(Client(), address)


def test_a_chart_has_its_title_its_words_and_its_table(programme, indicator):
    make.figure(indicator, 300, on=date(2025, 6, 1))
    make.figure(indicator, 210, low=Decimal(200), high=Decimal(230))

    shown = text_of(Client(), page("indicator", programme, indicator))

    chart, _svg, beneath = shown.partition("<figure")[2].partition("</svg>")
    assert 'role="img" aria-labelledby="chart-title chart-desc"' in chart
    assert "<desc" in chart
    assert "<table" in beneath
    assert "likely between 200 and 230" in beneath


# ---- what the public may see of people -------------------------------------------------------------------


def seen(figure: Measurement, *, exact: bool) -> dict[str, str]:
    """Each group of the figure, and what is shown of it."""
    found = queries.cells(figure, exact=exact).values()
    return {each.group: each.amount.words for groups in found for each in groups}


def cell(group: str, value: float, people: int | None, by: str = "W") -> dict:
    return {"by": by, "group": group, "value": value, "people": people}


def asked(programme: Programme, cells: list[dict], **others) -> Measurement:
    """A share of 152 people, told apart."""
    made = make.indicator(
        programme,
        name="Felt influence",
        figure="share",
        unit="%",
        better="more",
        baseline=Decimal(22),
        baseline_sample=160,
        target=Decimal(50),
        apart=["W", "L"],
    )
    return make.figure(made, 43, **({"sample": 152, "cells": cells} | others))


def test_no_public_page_counts_few_people_or_any_exactly(programme):
    cells = [cell("women", 37, 83), cell("men", 51, 62), cell("others", 14, 7)]
    figure = asked(programme, cells)
    pages = [
        ("shifts", ()),
        ("shift", ("C1",)),
        ("indicators", ()),
        ("indicator", (figure.indicator,)),
        ("figures", (figure.indicator,)),
        ("figure", (figure,)),
        ("figures_csv", ()),
    ]

    for name, things in pages:
        shown = text_of(Client(), page(name, programme, *things))
        for exact in (">152<", ">83<", ">62<", ">7<", ",152,", ",83,", ",7,", ",14,", ">14<"):
            assert exact not in shown, (name, exact)


def test_a_group_that_would_give_a_small_one_away_is_hidden_with_it(programme):
    figure = asked(programme, [cell("women", 37, 83), cell("men", 51, 62), cell("others", 14, 7)])

    assert seen(figure, exact=False) == {"women": "35", "men": "too few people", "others": "too few people"}
    assert seen(figure, exact=True) == {"women": "37", "men": "51", "others": "14"}


def test_of_two_groups_one_of_which_is_small_neither_is_shown(programme):
    figure = asked(programme, [cell("women", 37, 143), cell("men", 51, 9)])

    assert set(seen(figure, exact=False).values()) == {"too few people"}


def test_a_share_of_nobody_knows_how_many_is_not_shown_to_the_public(programme):
    figure = asked(programme, [], sample=None)

    assert "too few people" in text_of(Client(), page("indicator", programme, figure.indicator))


def test_a_price_told_apart_by_who_was_asked_is_a_figure_of_people(programme):
    made = make.indicator(programme, apart=["W", "D"])
    cells = [cell("women", 240, 8), cell("men", 200, 40), cell("Geita", 230, None, "D")]

    figure = make.figure(made, 210, cells=cells)

    assert seen(figure, exact=False) == {
        "women": "too few people",
        "men": "too few people",
        "Geita": "230",
    }


def test_people_who_moved_on_are_rounded_and_compared_with_few(programme):
    made = make.indicator(
        programme, figure="people", unit="people", better="more", baseline=Decimal(0), target=Decimal(120)
    )
    make.figure(made, 61)

    shown = text_of(Client(), page("indicator", programme, made))

    assert "rose from fewer than ten to about 60" in shown
    assert ">61" not in shown


# ---- limits ----------------------------------------------------------------------------------------------


def drawn(indicator: Indicator) -> tuple[drawing.Drawing, drawing.Series]:
    points = queries.points(indicator, queries.figures(indicator), exact=True)
    series = drawing.series_of(points)
    found = queries.reading(queries.in_the_readers_language([indicator])[0], [], exact=True)
    return drawing.draw(found, points, series), series


def test_usual_ups_and_downs_prove_no_change(indicator):
    for month, value in enumerate([41, 33, 44, 36, 31, 42], 1):
        make.figure(indicator, value, on=date(2025, month, 1))

    _drawing, series = drawn(indicator)

    assert series.chart == limits([41, 33, 44, 36, 31, 42])
    assert "they do not prove a change" in series.sentence


def test_a_figure_that_they_do_not_explain_is_named(indicator):
    for month, value in enumerate([40, 41, 40, 41, 40, 41, 80], 1):
        make.figure(indicator, value, on=date(2025, month, 1))

    shown, series = drawn(indicator)

    assert "something else happened by" in series.sentence
    assert "1 July 2025" in series.sentence
    assert [dot.outside for dot in shown.dots].count(True) == 1


def test_four_figures_have_no_limits():
    assert limits([1.0, 2.0, 3.0, 4.0]) is None
    assert limits([0.0, 2.0, 0.0, 4.0, 0.0]).low == 0


def test_limits_are_of_one_source_and_no_line_runs_through_a_range(indicator):
    for month in range(1, 6):
        make.figure(indicator, 40 + month, on=date(2025, month, 1))
    make.figure(indicator, 90, on=date(2025, 3, 1), source="Survey")

    shown, series = drawn(indicator)

    assert series.source == "Mines office"
    assert series.chart == limits([41, 42, 43, 44, 45])
    assert len(shown.ranges) == 1
    assert len(shown.lines) == 2


# ---- staff keep figures ----------------------------------------------------------------------------------


def test_a_figure_that_does_not_fit_says_why_and_loses_nothing(flo, programme, indicator):
    said = {"value": "210", "unit": "weeks", "on": "2026-03-01", "source": "Register", "method": "By stamp"}

    shown = flo.post(page("measure", programme, indicator), said).content.decode()

    assert "not in “weeks”" in shown
    assert 'value="Register"' in shown
    assert "By stamp" in shown
    assert not Measurement.objects.exists()


def test_a_figure_is_kept_with_its_groups(flo, programme):
    made = make.indicator(programme, apart=["W"])
    said = {"value": "210", "unit": "days", "on": "2026-03-01", "source": "Register"}

    wrong = flo.post(page("measure", programme, made), said | {"apart_W": "women; 240; 30\nmen"})
    assert "Line 2: write group" in wrong.content.decode()
    flo.post(page("measure", programme, made), said | {"apart_W": "women; 240; 30\nmen; 190"})

    assert Measurement.objects.get().cells == [cell("men", 190, None), cell("women", 240, 30)]


def test_an_indicator_is_picked_with_the_programmes_own_baseline(flo, programme):
    address = page("pick_indicator", programme, "mercury-to-gold")
    form = flo.get(address).context["form"]
    said = {name: value for name, value in form.initial.items() if value not in (None, False)}

    said |= {"baseline_on": "2025-03-01", "target_on": "2027-01-01"}

    wrong = flo.post(address, said | {"baseline": "1", "target": "2"})
    assert "beyond the target" in wrong.content.decode()
    flo.post(address, said | {"baseline": "2", "target": "1"})

    made = Indicator.objects.get()
    assert (made.catalogue, made.better, made.baseline) == ("mercury-to-gold", "less", 2)
    assert "picked" in text_of(flo, page("catalogue", programme))


def test_the_catalogue_is_searched_in_any_language(flo, programme):
    shown = text_of(flo, page("catalogue", programme), words="zebaki")

    assert "Mercury avoided" in shown
    assert "Pay gap" not in shown


def test_what_is_taken_away_is_offered_back(flo, programme, indicator):
    figure = make.figure(indicator)
    after = flo.post(page("remove_figure", programme, figure), follow=True).content.decode()
    assert page("restore_figure", programme, figure) in after
    assert "210" not in text_of(Client(), page("indicator", programme, indicator))
    assert Client().get(page("figure", programme, figure)).status_code == 404

    flo.post(page("restore_figure", programme, figure))
    assert "210" in text_of(Client(), page("indicator", programme, indicator))

    after = flo.post(page("remove_indicator", programme, indicator), follow=True).content.decode()
    assert page("restore_indicator", programme, indicator) in after
    assert Client().get(page("indicator", programme, indicator)).status_code == 404
    flo.post(page("restore_indicator", programme, indicator))
    assert "fell from 365 to 210" in text_of(Client(), page("shift", programme, "C1"))


def test_a_corrected_figure_tells_everybody_why_and_staff_what_it_was(flo, programme, indicator):
    figure = make.figure(indicator, 240)
    said = {
        "value": "210",
        "unit": "days",
        "on": "2026-03-01",
        "source": "Mines office",
        "why": "Counted twice.",
    }
    flo.post(page("correct_figure", programme, figure), said)

    public, staff = (text_of(who, page("figure", programme, figure)) for who in (Client(), flo))

    assert "Counted twice." in public
    assert "240" not in public
    assert "Before: 240" in staff


# ---- tables ----------------------------------------------------------------------------------------------

GOOD = """indicator,day,figure,unit,source,asked,apart_by,group
Median days to a licence,2026-02-01,220,days,Register,66,,
Median days to a licence,2026-02-01,240,days,Register,29,sex,women
Median days to a licence,2026-02-01,200,days,Register,37,W,men
Median days to a licence,2026-03-01,210,days,Register,,,
"""


def send(client: Client, programme: Programme, table: str | bytes, name: str = "figures.csv") -> str:
    data = table if isinstance(table, bytes) else table.encode()
    answer = client.post(page("import_figures", programme), {"table": SimpleUploadedFile(name, data)})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_table_is_looked_at_and_then_taken_in(flo, programme):
    make.indicator(programme, apart=["W"])

    shown = send(flo, programme, GOOD)
    assert "The table has 2 figures, and all fit." in shown
    assert not Measurement.objects.exists()
    flo.post(page("import_figures", programme), {"text": GOOD})

    first = queries.figures(Indicator.objects.get()).last()
    assert (first.value, first.sample) == (220, 66)
    assert first.cells == [cell("men", 200, 37), cell("women", 240, 29)]
    assert Measurement.objects.count() == 2
    # Sent twice it is there once.
    assert "already" in flo.post(page("import_figures", programme), {"text": GOOD}).content.decode()
    assert Measurement.objects.count() == 2


BAD = """indicator;day;figure;unit;source;at_least;at_most;apart_by;group
Gold;2026-02-01;1;kg;Register;;;;
Median days to a licence;1.2.2026;220;days;Register;;;;
Median days to a licence;2026-02-01;many;days;Register;;;;
Median days to a licence;2026-02-02;220;;Register;;;;
Median days to a licence;2027-02-01;220;days;Register;;;;
Median days to a licence;2026-02-03;220,5;days;Register;230;210;;
Median days to a licence;2026-02-04;220,5;days;Register;210;230;;
Median days to a licence;2026-02-04;221;days;register;;;;
Median days to a licence;2026-02-05;221;days;Register;;;W;women
Median days to a licence;2026-02-04;221;days;Register;;;shoe;big
"""


BIG = "9" * 5000


@pytest.mark.parametrize(
    "text",
    [
        f"indicator,day,figure,unit,source\n{'x' * 140_000},2026-02-01,1,days,Register\n",
        f"indicator,day,figure,unit,source,asked\nMedian days to a licence,2026-02-01,1,days,a,{BIG}\n",
    ],
)
def test_a_table_that_no_program_can_read_is_refused_in_a_sentence(programme, indicator, text):
    read = sheets.read(text, programme=programme)

    assert len(read.faults) == 1
    assert not read.figures


def test_a_table_with_the_line_ends_of_old_programs_is_read(programme, indicator):
    usual = sheets.read(GOOD, programme=programme)

    read = sheets.read(GOOD.replace("\n", "\r"), programme=programme)

    assert [str(figure) for figure in read.figures] == [str(figure) for figure in usual.figures]
    assert read.faults == usual.faults


def test_each_bad_cell_is_named_by_row_and_column_and_nothing_is_kept(flo, programme, indicator):
    read = sheets.read(BAD, programme=programme)

    assert {(fault.row, fault.column) for fault in read.faults} == {
        (2, "indicator"),
        (3, "day"),
        (4, "figure"),
        (5, "unit"),
        (6, "day"),
        (7, "at_least"),
        (9, "source"),
        (10, "group"),
        (11, "apart_by"),
    }
    assert [each.value for each in read.figures] == [Decimal("220.5")]
    shown = send(flo, programme, BAD)
    assert "9 things do not fit, so nothing is taken in." in shown
    assert "Row 4, column “figure”: “many” is no number." in shown
    assert "Yes, take all of it in" not in shown
    flo.post(page("import_figures", programme), {"text": BAD})
    assert not Measurement.objects.exists()


def test_a_workbook_is_read_as_a_table(flo, programme, indicator):
    book = openpyxl.Workbook()
    book.active.append(["indicator", "day", "figure", "unit", "source", "exact"])
    book.active.append([indicator.name, date(2026, 2, 1), 220.5, "days", "Register", True])
    file = io.BytesIO()
    book.save(file)

    assert "one figure, and it fits" in send(flo, programme, file.getvalue(), "figures.xlsx")
    [read] = sheets.read(sheets.as_text(file.getvalue()), programme=programme).figures
    assert (read.value, read.on, read.exact) == (Decimal("220.5"), date(2026, 2, 1), True)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a,b\n1,2\n", "lacks the heading indicator, day, figure, unit, source"),
        (b"\xff\xfe\x00", "no table in UTF-8"),
        (b"PK\x03\x04rubbish", "no XLSX that can be read"),
        (b"x" * (sheets.LARGEST + 1), "larger than 2 MB"),
        (",".join(sheets.COLUMNS).encode(), "no figure in this table"),
    ],
)
def test_a_file_that_is_no_such_table_says_so(flo, programme, data, said):
    assert said in send(flo, programme, data)


def test_what_is_taken_out_can_be_taken_in_again(flo, programme):
    made = make.indicator(programme, apart=["W"])
    cells = [cell("men", 200.5, 37), cell("women", 240, 29)]
    make.figure(made, "210.25", sample=66, cells=cells, method="=By stamp", since=date(2026, 2, 1))
    make.figure(made, 300, on=date(2025, 6, 1), low=Decimal(280), high=Decimal(310))
    out = text_of(flo, page("figures_csv", programme))
    before = [said(each) for each in queries.figures(made)]
    for figure in Measurement.objects.all():
        actions.remove_figure(figure=figure, by=None)

    flo.post(page("import_figures", programme), {"text": out})

    assert [said(each) for each in queries.figures(made)] == before


def said(figure: Measurement) -> dict:
    return {name: getattr(figure, name) for name in actions.SAID_OF_FIGURES}


def test_the_empty_table_names_what_is_typed_and_can_be_sent_half_filled(flo, programme, indicator):
    make.indicator(programme, name="Price share")
    empty = text_of(flo, page("empty_sheet", programme))

    assert [row[0] for row in csv.reader(io.StringIO(empty))] == ["indicator", indicator.name, "Price share"]
    filled = empty.replace(f"{indicator.name},,,,days,", f"{indicator.name},,2026-02-01,220,days,Register")
    assert "one figure, and it fits" in send(flo, programme, filled)


# ---- speed -----------------------------------------------------------------------------------------------


def many(indicator: Indicator, figures: int) -> None:
    first = date(2026, 3, 1) - timedelta(days=figures)
    made = [
        actions.ready(
            indicator,
            units=frozenset({"days"}),
            since=None,
            on=first + timedelta(days=day),
            value=Decimal(300 - day % 90),
            unit="days",
            source="Register",
            method="",
            low=None,
            high=None,
            exact=False,
            sample=None,
            cells=[],
        )
        for day in range(figures)
    ]
    actions.measure_many(figures=made, by=None)


def asked_of(client: Client, address: str) -> int:
    """How many queries the page takes."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_queries_stay_as_few_with_many_indicators_and_figures(programme, indicator, flo):
    many(indicator, 3)
    pages = [page("shifts", programme), page("shift", programme, "C1"), page("indicators", programme)]
    pages += [page("indicator", programme, indicator), page("figures", programme, indicator)]
    few = [asked_of(who, address) for who in (Client(), flo) for address in pages]
    for number in range(12):
        many(make.indicator(programme, name=f"Indicator {number}"), 3)
    many(make.indicator(programme, name="Long"), 150)
    for figure in queries.figures(indicator)[:1]:
        make.figure(indicator, 100, on=figure.on, source="Survey")

    assert [asked_of(who, address) for who in (Client(), flo) for address in pages] == few
    assert max(few) <= 16


@pytest.mark.sqlite
def test_last_days_and_pages_of_figures_are_found_by_the_index(programme, indicator):
    last = queries.indicators(programme).explain()
    listed = queries.figures(indicator)[:25].explain()
    [row] = queries.indicators(programme)
    row.last_on = date(2026, 3, 1)
    with CaptureQueriesContext(connection) as asked:
        queries.last_figures([row])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        of_a_day = str(cursor.fetchall())

    for plan in (last, listed, of_a_day):
        assert "figures_of_an_indicator" in plan
    assert "SCAN delivery_measurement" not in last + listed + of_a_day
