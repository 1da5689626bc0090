"""The staff's pages of the dialogue room, and what the public sees, through their addresses."""

import pytest
from django.urls import reverse

from jukwaa.dialogue import actions, analysis, queries
from jukwaa.dialogue.models import Finding, Gathering, Round, Statement
from jukwaa.programmes.models import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def flo():
    return make.member()


@pytest.fixture
def browser(flo):
    return make.client_of(flo)


def page(name: str, thing) -> str:
    return reverse(f"dialogue:{name}", args=[thing.programme.slug, thing.pk])


def of(name: str, programme) -> str:
    return reverse(f"dialogue:{name}", args=[programme.slug])


def test_a_round_is_walked_from_the_gathering_to_the_finding(flo, browser):
    programme = flo.programme
    women = make.constituency(programme, name="Women panners")
    browser.post(of("add_gathering", programme), {"title": "Workshop", "kind": "workshop"})
    gathering = Gathering.objects.get()

    said = {"question": "What hurts most?", "kind": "problems", "language": "en", "threshold": "0.60"}
    browser.post(page("prepare_round", gathering), said)
    round_ = Round.objects.get()
    browser.post(page("add_statement", round_), {"text": "The water is dirty.", "language": "en"})

    asked = browser.get(page("open_round", round_)).content.decode()
    assert "60 of 100 people" in asked
    assert "Women panners" in asked
    browser.post(page("open_round", round_))

    statement = Statement.objects.select_related("round").get()
    for _person in range(30):
        actions.cast_vote(statement=statement, choice=1, by=make.participant(programme, constituency=women))
    browser.post(page("close_round", round_))
    analysis.redraw_due()

    told = browser.get(page("results", round_)).content.decode()
    assert "Common ground" in told
    assert "30 of 30" in told
    answer = browser.post(page("take_up", statement))
    finding = Finding.objects.get()
    assert answer["Location"] == page("finding", finding)
    assert finding.inputs in browser.get(page("finding", finding)).content.decode()


def test_an_empty_room_offers_the_first_step(flo, browser):
    assert of("add_gathering", flo.programme) in browser.get(of("gatherings", flo.programme)).content.decode()


def test_a_solutions_round_is_prepared_from_its_finding(flo, browser):
    round_ = make.round_(flo.programme, opened=True)
    make.drawn(round_)
    finding = actions.take_up_finding(statement=round_.statements.select_related("round").get(), by=flo)
    address = f"{page('prepare_round', round_.gathering)}?answers={finding.pk}"
    assert f'value="{finding.pk}" selected' in browser.get(address).content.decode()

    said = {"question": "What helps?", "language": "en", "threshold": "0.60", "kind": "solutions"}
    refused = browser.post(address, said)
    assert "choose which" in refused.content.decode()
    browser.post(address, said | {"answers": finding.pk})

    assert Round.objects.get(kind="solutions").answers == finding


def test_an_open_round_cannot_be_edited_and_its_rule_stands(flo, browser):
    round_ = make.round_(flo.programme, opened=True)

    answer = browser.post(page("edit_round", round_), {"threshold": "0.50"}, follow=True)

    assert "its rule stand" in answer.content.decode()
    assert str(Round.objects.get().threshold) == "0.60"


def test_a_round_without_statements_is_not_opened(flo, browser):
    round_ = make.round_(flo.programme)

    answer = browser.post(page("open_round", round_), follow=True)

    assert "no statement to vote on" in answer.content.decode()


def test_a_round_is_closed_after_asking_and_opened_again(flo, browser):
    round_ = make.round_(flo.programme, opened=True)
    browser.get(page("close_round", round_))
    assert Round.objects.get().is_open()

    browser.post(page("close_round", round_))
    assert not Round.objects.get().is_open()
    browser.post(page("reopen_round", round_))
    assert Round.objects.get().is_open()


def test_quotes_become_one_statement(flo, browser):
    round_ = make.round_(flo.programme)
    one = make.usable_quote(flo.programme, text="Dirty water.")
    other, testimony = make.usable_quote(flo.programme, text="We drink it."), one.testimony
    picked = f"{of('statement_from_quotes', flo.programme)}?quote={one.pk}&quote={other.pk}"
    assert "We drink it." in browser.get(of("quotes", flo.programme)).content.decode()
    assert "Dirty water." in browser.get(picked).content.decode()

    browser.post(picked, {"text": "We drink dirty water.", "language": "en", "round": round_.pk})

    statement = Statement.objects.get()
    assert list(queries.sources(statement)) == [one, other]
    shown = browser.get(statement.get_absolute_url()).content.decode()
    assert "Dirty water." in shown
    assert reverse("field:testimony", args=[flo.programme.slug, testimony.pk]) not in shown


def test_no_quote_no_statement(flo, browser):
    answer = browser.get(of("statement_from_quotes", flo.programme), follow=True)

    assert "Tick at least one quote" in answer.content.decode()


def test_proposals_are_approved_kept_away_and_put_back(flo, browser):
    ann = make.participant(flo.programme)
    round_ = make.round_(flo.programme, opened=True)
    good, bad = (actions.propose_statement(round=round_, text=t, by=ann) for t in ("Good one", "Bad one"))
    listed = browser.get(page("moderation", round_)).content.decode()
    assert "Good one" in listed
    assert "Bad one" in listed

    browser.post(page("approve_statement", good))
    browser.post(page("reject_statement", bad), {"reason": "topic"})
    assert states(round_) == {"Good one": "approved", "Bad one": "rejected"}

    browser.post(page("requeue_statement", bad))
    assert states(round_)["Bad one"] == "proposed"
    assert browser.post(page("reject_statement", bad), {"reason": "I dislike it"}).status_code == 200
    assert states(round_)["Bad one"] == "proposed"


def states(round_: Round) -> dict[str, str]:
    return dict(round_.statements.filter(by_participant=True).values_list("text", "state"))


def test_words_that_people_voted_on_are_not_reworded(flo, browser):
    ann = make.participant(flo.programme)
    statement = make.statement(make.round_(flo.programme, opened=True))
    browser.post(page("reword_statement", statement), {"text": "Better words", "language": "en"})
    statement.refresh_from_db()
    assert statement.text == "Better words"

    actions.cast_vote(statement=statement, choice=1, by=ann)
    refused = browser.post(page("reword_statement", statement), {"text": "Other words", "language": "en"})
    assert "add another statement" in refused.content.decode()


def test_results_are_told_by_label_and_given_as_a_table(flo, browser):
    round_ = make.round_(flo.programme, opened=True)
    make.statement(round_, text="=1+1 is a formula")
    make.drawn(round_)

    assert (
        "No statement bears this label"
        in browser.get(page("results", round_), {"label": "divided"}).content.decode()
    )
    table = browser.get(page("results_csv", round_))
    assert table["Content-Type"].startswith("text/csv")
    lines = table.content.decode().splitlines()
    assert len(lines) == 3
    assert any("'=1+1" in line for line in lines)


@pytest.mark.parametrize("order", ["", "divided", "asked", "nonsense"])
def test_results_can_be_put_in_order(flo, browser, order):
    round_ = make.round_(flo.programme, opened=True, statements=3)
    make.drawn(round_)

    assert browser.get(page("results", round_), {"order": order}).status_code == 200


def test_results_say_when_they_will_be_drawn_again(flo, browser):
    round_ = make.round_(flo.programme, opened=True)
    make.drawn(round_)
    assert "in a moment" not in browser.get(page("results", round_)).content.decode()

    make.participant(flo.programme)
    assert "in a moment" in browser.get(page("results", round_)).content.decode()


def test_a_finding_of_an_open_round_is_not_taken_up(flo, browser):
    round_ = make.round_(flo.programme, opened=True)
    make.drawn(round_)
    actions.reopen_round(round=round_, by=None)

    answer = browser.post(page("take_up", round_.statements.get()), follow=True)

    assert "still open" in answer.content.decode()
    assert not Finding.objects.exists()


@pytest.mark.parametrize("name", ["edit_round", "open_round", "close_round", "add_statement", "moderation"])
@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.COMMUNICATIONS, Role.OBSERVER])
def test_only_facilitators_run_a_round(flo, name, role):
    round_ = make.round_(flo.programme, opened=True)
    other = make.client_of(make.member(flo.programme, role=role))

    assert other.get(page(name, round_)).status_code == 403
    assert other.post(page(name, round_)).status_code == 403
    assert other.get(page("results", round_)).status_code == 200


def test_an_outsider_finds_nothing(flo):
    round_ = make.round_(flo.programme, opened=True)
    otto = make.client_of(make.member())

    for name in ("round", "results", "map", "moderation", "public_results", "results_csv"):
        assert otto.get(page(name, round_)).status_code == 404


# ---- the public ------------------------------------------------------------------------------------------


def public_round(**others) -> Round:
    return make.round_(make.programme(public=True), opened=True, **others)


def test_the_public_sees_a_round_only_once_its_results_are_shown(client):
    round_ = public_round()
    make.drawn(round_)
    actions.reopen_round(round=round_, by=None)
    before = client.get(page("round", round_)).content.decode()
    assert "People are voting now" in before
    assert "Statement 1" not in before

    actions.close_round(round=round_, by=None)
    after = client.get(page("public_results", round_)).content.decode()
    assert "Statement 1" in after
    assert "Common ground" in after


def test_the_public_never_sees_exact_figures_or_few_people(client):
    round_ = public_round()
    make.drawn(round_, agree=33, disagree=4)
    few = make.constituency(round_.programme, name="Large mine")
    ann = make.participant(round_.programme, constituency=few)
    actions.reopen_round(round=round_, by=None)
    actions.cast_vote(statement=round_.statements.select_related("round").get(), choice=-1, by=ann)
    actions.close_round(round=round_, by=None)
    analysis.redraw_due()

    shown = client.get(page("public_results", round_)).content.decode()

    assert "of about 40 people agreed" in shown
    assert "Large mine: too few voices" in shown
    assert "most agree" in shown
    for exact in ("33", "37", "38"):
        assert f" {exact} " not in shown
    statement = client.get(round_.statements.get().get_absolute_url()).content.decode()
    assert "of about 40 people agreed" in statement


def test_the_public_does_not_meet_what_is_not_put_to_the_vote(client):
    ann = make.participant(make.programme(public=True))
    round_ = make.round_(ann.programme, opened=True)
    waiting = actions.propose_statement(round=round_, text="Juma lies.", by=ann)

    assert client.get(waiting.get_absolute_url()).status_code == 404
    assert client.get(page("results", round_)).status_code == 404
    assert client.get(page("map", round_)).status_code == 404


def test_the_public_sees_a_gathering_without_its_site(client):
    programme = make.programme(public=True)
    site = make.place(programme, name="Nyakasanda")
    gathering = make.gathering(programme, place=site)
    actions.prepare_round(gathering=gathering, kind="problems", question="Secret so far", by=None)

    shown = client.get(gathering.get_absolute_url()).content.decode()

    assert "Workshop" in shown
    assert "Nyakasanda" not in shown
    assert "Secret so far" not in shown


def test_a_programme_that_is_not_public_shows_nothing(client):
    round_ = make.round_(opened=True)
    make.drawn(round_)

    for name in ("round", "public_results", "map"):
        assert client.get(page(name, round_)).status_code == 404
    phone = make.phone_of(make.participant(round_.programme))
    assert phone.get(page("public_results", round_)).status_code == 200
