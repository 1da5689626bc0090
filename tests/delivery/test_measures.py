"""Indicators and figures: what does not fit is refused, words lead, and sources are never averaged."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from jukwaa.delivery.measures import actions, catalogue, queries
from jukwaa.delivery.measures.queries import Way
from jukwaa.delivery.models import Indicator, Measurement
from jukwaa.programmes.models import Cycle
from jukwaa.record.models import Event
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-04-01T09:00:00+03:00", tick=False):
        yield


def read(indicator: Indicator, *, public: bool = False) -> queries.Reading:
    """How far the indicator has come, as staff or the public read it."""
    [found] = [r for r in queries.readings(indicator.programme, public=public) if r.indicator == indicator]
    return found


# ---- indicators ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unit": " "}, "unit"),
        ({"name": ""}, "name"),
        ({"definition": ""}, "definition"),
        ({"baseline": Decimal(100)}, "baseline"),
        ({"better": "more"}, "baseline"),
        ({"baseline_on": None}, "baseline_on"),
        ({"baseline_on": date(2026, 4, 2)}, "baseline_on"),
        ({"target_on": None}, "target_on"),
        ({"target": None}, "target"),
        ({"target_on": date(2025, 3, 1)}, "target_on"),
        ({"figure": "share"}, "baseline"),
        ({"figure": "people", "target": Decimal("1.5")}, "target"),
        ({"baseline_sample": -1}, "baseline_sample"),
        ({"baseline": Decimal("NaN")}, "baseline"),
    ],
)
def test_an_indicator_that_does_not_fit_is_refused_by_its_field(wrong, field):
    with pytest.raises(actions.Unfit) as refused:
        make.indicator(**wrong)

    assert refused.value.field == field
    assert str(refused.value).endswith(".")
    assert not Indicator.objects.exists()


def test_a_baseline_that_is_the_target_already_can_be_kept():
    made = make.indicator(baseline=Decimal(120))
    make.figure(made, 120)

    assert read(made).way == Way.REACHED


def test_an_action_of_another_programme_is_no_action_of_the_indicator():
    with pytest.raises(actions.Unfit, match="another programme"):
        make.indicator(tells_of=make.row())


def test_the_unit_stands_once_a_figure_was_kept():
    made = make.indicator()
    said = {name: getattr(made, name) for name in actions.SAID_OF_INDICATORS} | {"unit": "months"}
    actions.change_indicator(indicator=made, apart=[], by=None, **said)
    make.figure(made)

    with pytest.raises(actions.Unfit, match="the unit stands"):
        actions.change_indicator(indicator=made, apart=[], by=None, **(said | {"unit": "weeks"}))

    assert Indicator.objects.get().unit == "months"


# ---- figures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unit": ""}, "unit"),
        ({"unit": "weeks"}, "unit"),
        ({"source": " "}, "source"),
        ({"on": date(2026, 4, 2)}, "on"),
        ({"since": date(2026, 3, 2)}, "since"),
        ({"low": Decimal(220), "high": Decimal(200)}, "low"),
        ({"low": Decimal(200)}, "high"),
        ({"low": Decimal(200), "high": Decimal(205)}, "value"),
        ({"low": Decimal(200), "high": Decimal(220), "exact": True}, "exact"),
        ({"sample": -1}, "sample"),
        ({"value": Decimal("Infinity")}, "value"),
        ({"value": Decimal(10) ** 15}, "value"),
        ({"cells": [{"by": "W", "group": "women", "value": 3.0, "people": 30}]}, "cells"),
    ],
)
def test_a_figure_that_does_not_fit_is_refused_by_its_field(wrong, field):
    made = make.indicator()

    with pytest.raises(actions.Unfit) as refused:
        make.figure(made, **wrong)

    assert refused.value.field == field
    assert not Measurement.objects.exists()


def test_one_source_has_one_figure_a_day():
    first = make.figure()

    with pytest.raises(actions.Unfit, match="already"):
        make.figure(first.indicator, 200, source="mines OFFICE")

    make.figure(first.indicator, 200, source="Survey")
    make.figure(first.indicator, 200, on=date(2026, 2, 1))
    assert Measurement.objects.count() == 3


def test_the_unit_may_be_said_in_any_language_of_the_indicator():
    made = make.indicator()
    said = {"name": "Siku", "unit": "siku"}
    actions.translate_indicator(indicator=made, language="sw", said=said, made_by="Juma", by=None)

    kept = make.figure(made, unit="Siku")

    assert kept.unit == "days"


def test_a_corrected_figure_says_why_and_keeps_what_it_said():
    figure = make.figure(value=240)
    said = {name: getattr(figure, name) for name in actions.SAID_OF_FIGURES} | {"value": Decimal(210)}
    with pytest.raises(actions.Unfit, match="what was wrong"):
        actions.correct_figure(figure=figure, why=" ", by=None, **said)

    actions.correct_figure(figure=figure, why="Withdrawn ones were counted.", by=None, **said)

    assert Measurement.objects.get().value == 210
    [before] = queries.versions(Measurement.objects.get())
    assert before.said == "240\N{NO-BREAK SPACE}days, 1 March 2026, Mines office"
    assert before.why == "Withdrawn ones were counted."


def test_what_is_taken_away_can_be_put_back():
    figure = make.figure()
    actions.remove_figure(figure=figure, by=None)
    assert read(figure.indicator).way == Way.UNMEASURED

    actions.restore_figure(figure=figure, by=None)
    assert read(figure.indicator).way == Way.BETTER

    actions.remove_indicator(indicator=figure.indicator, by=None)
    assert queries.readings(figure.programme, public=False) == []
    actions.restore_indicator(indicator=figure.indicator, by=None)
    assert len(queries.readings(figure.programme, public=False)) == 1


def test_a_figure_does_not_come_back_beside_the_one_that_took_its_place():
    figure = make.figure()
    actions.remove_figure(figure=figure, by=None)
    make.figure(figure.indicator, 220)

    with pytest.raises(actions.Refused, match="already"):
        actions.restore_figure(figure=figure, by=None)


# ---- progress in words -----------------------------------------------------------------------------------


def test_progress_is_a_sentence_first():
    made = make.indicator()
    make.figure(made, 210)

    found = read(made)

    nbsp = "\N{NO-BREAK SPACE}"
    assert found.sentence == (
        f"Median days to a licence fell from 365 to 210{nbsp}days; the target is 120, by June 2027."
    )
    assert found.verdict == "63 % of the way is done."


@pytest.mark.parametrize(
    ("value", "way", "said"),
    [
        (400, Way.WORSE, "It is getting worse."),
        (365, Way.SAME, "It has not moved."),
        (100, Way.REACHED, "The target is reached."),
        (210, Way.BETTER, "63 % of the way is done."),
    ],
)
def test_which_way_it_goes_is_said_plainly(value, way, said):
    made = make.indicator()
    make.figure(made, value)

    assert (read(made).way, read(made).verdict) == (way, said)


def test_the_last_day_counts_and_not_the_last_that_was_typed():
    made = make.indicator()
    make.figure(made, 210)
    make.figure(made, 300, on=date(2025, 6, 1))

    assert read(made).last.words == "210"


def test_sources_that_differ_are_a_range_and_never_a_mean():
    made = make.indicator()
    make.figure(made, 180)
    make.figure(made, 240, source="Survey")

    found = read(made)

    assert "to between 180 and 240" in found.sentence
    assert "210" not in found.sentence
    assert found.shares == (51, 75)
    assert "2 sources differ" in found.verdict


def test_sources_on_both_sides_of_the_baseline_leave_it_open():
    made = make.indicator()
    make.figure(made, 300)
    make.figure(made, 400, source="Survey")

    assert read(made).way == Way.UNSURE


def test_an_interval_that_holds_the_baseline_is_no_proof():
    made = make.indicator()
    make.figure(made, 350, low=Decimal(300), high=Decimal(400))

    assert "may be no change at all" in read(made).verdict


def test_a_figure_is_waited_for_when_its_time_has_come():
    made = make.indicator()
    make.figure(made, 210)
    assert not read(made).is_due

    with time_machine.travel("2026-06-02T09:00:00+03:00", tick=False):
        assert read(made).is_due


# ---- the catalogue ---------------------------------------------------------------------------------------


def test_the_catalogue_says_everything_in_three_languages():
    found = catalogue.entries()

    assert [sum(e.cycle == cycle for e in found.values()) for cycle in Cycle] == [12, 12, 11, 12]
    for entry in found.values():
        assert entry.words.keys() == {"en", "sw", "fr"}
        Indicator.Figure(entry.figure), Indicator.Better(entry.better), Indicator.Every(entry.every)
        assert set(entry.apart) <= queries.DISAGGREGATION.keys()


def picked(programme, key: str, language: str = "en", **others) -> Indicator:
    entry = catalogue.entries()[key]
    words = entry.said(language)
    said = {name: getattr(words, name) for name in Indicator.WORDED}
    said |= {
        name: getattr(entry, name) for name in ("cycle", "figure", "better", "every", "standard", "apart")
    }
    return actions.add_indicator(programme=programme, key=key, language=language, by=None, **(said | others))


def test_a_picked_indicator_speaks_every_language_of_the_catalogue():
    made = picked(make.programme(), "felt-influence", "sw")

    with translation.override("fr"):
        assert read(made).indicator.said.name == "Influence ressentie"
    with translation.override("en"):
        assert read(made).indicator.said.name == "Felt influence"
        assert not read(made).indicator.said.unchecked


def test_words_that_change_lose_the_translations_that_say_something_else():
    made = picked(make.programme(), "felt-influence")
    said = {name: getattr(made, name) for name in actions.SAID_OF_INDICATORS} | {
        "name": "Heard by the council"
    }

    actions.change_indicator(indicator=made, apart=made.apart.split(), by=None, **said)

    with translation.override("fr"):
        assert read(made).indicator.said.name == "Heard by the council"
        assert read(made).indicator.said.definition.startswith("Mineurs qui disent")


# ---- computed --------------------------------------------------------------------------------------------


def test_what_the_record_tells_is_computed_and_not_typed():
    programme = make.programme()
    made = picked(programme, "roadmap-delivery")
    done = make.commitment(
        make.row(make.problem(programme)), made_on=date(2026, 1, 1), due_on=date(2026, 12, 1)
    )
    make.commitment(done.row, promise="Another", made_on=date(2026, 1, 1), due_on=date(2026, 12, 1))
    assert read(made).last.words == "0"

    make.report(done, status="done")

    assert read(made).last.words == "50"
    with pytest.raises(actions.Computed, match="none is typed"):
        make.figure(made, 90)
    with pytest.raises(actions.Refused, match="there already"):
        picked(programme, "roadmap-delivery")


def test_nothing_to_compute_from_is_not_nothing_done():
    made = picked(make.programme(), "real-commitments")

    assert read(made).way == Way.UNMEASURED


def test_the_public_computes_from_what_the_public_may_see():
    programme = make.programme()
    made = picked(programme, "policy-or-practice-change")
    seen = make.commitment(make.row(make.problem(programme)))
    hidden = make.commitment(make.row(make.problem(programme), public=False))
    for behind in (seen, hidden):
        make.outcome(behind, proof="fully", substantiated_by="Legal aid office")

    assert read(made).last.words == "2"
    assert read(made, public=True).last.words == "1"


def test_every_change_is_in_the_record_under_its_verb():
    figure = make.figure()
    actions.remove_figure(figure=figure, by=None)

    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"delivery.indicator_added", "delivery.figure_measured", "delivery.figure_removed"} <= verbs
