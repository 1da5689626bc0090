"""From words to statements: coded by two, checked by another, grouped into drafts, until enough was heard."""

import pytest
from django.urls import reverse

from jukwaa.dialogue.models import Statement
from jukwaa.field import actions as field
from jukwaa.field import queries as room
from jukwaa.field.coding import actions, queries, saturation
from jukwaa.field.models import Codebook, Coding, Draft
from jukwaa.programmes import actions as programmes
from jukwaa.programmes.models import Purpose, Role
from tests import make

pytestmark = pytest.mark.django_db

PROBLEM = {"sort": "problem", "when": "present"}


@pytest.fixture
def programme():
    return make.programme()


@pytest.fixture
def asha(programme):
    return make.member(programme, role=Role.RESEARCHER, name="Asha")


@pytest.fixture
def juma(programme):
    return make.member(programme, role=Role.RESEARCHER, name="Juma")


@pytest.fixture
def quote(programme):
    return make.quote(make.testimony(programme))


def page(name, row, *args):
    return reverse(f"field:{name}", args=[row.programme.slug, *args])


def test_a_coder_never_sees_what_the_other_said(programme, quote, asha, juma):
    water = make.theme(programme, title="Water")
    actions.code_quote(quote=quote, theme=water, by=asha, **PROBLEM)

    shown = make.client_of(juma).get(page("code_quote", quote, quote.pk)).content.decode()

    assert "Asha" not in shown
    assert "checked" not in shown
    assert "selected>Water" not in shown


def test_a_third_coder_is_refused(programme, quote, asha, juma):
    water = make.theme(programme)
    for coder in (asha, juma):
        actions.code_quote(quote=quote, theme=water, by=coder, **PROBLEM)

    with pytest.raises(ValueError, match="Two people"):
        actions.code_quote(quote=quote, theme=water, by=make.member(programme), **PROBLEM)


def test_a_quote_waits_for_a_coder_until_they_or_two_others_coded_it(programme, quote, asha, juma):
    water, third = make.theme(programme), make.member(programme)
    actions.code_quote(quote=quote, theme=water, by=asha, **PROBLEM)

    assert not queries.to_code(programme, asha)
    assert list(queries.to_code(programme, juma)) == [quote]
    actions.code_quote(quote=quote, theme=water, by=juma, **PROBLEM)
    assert not queries.to_code(programme, third)


def test_second_thoughts_replace_the_first(programme, quote, asha):
    water, safety = make.theme(programme), make.theme(programme, title="Safety")

    for theme in (water, safety):
        actions.code_quote(quote=quote, theme=theme, by=asha, **PROBLEM)

    assert Coding.objects.get().theme == safety


def test_two_who_see_the_same_agree_and_two_who_do_not_are_listed(programme, asha, juma):
    water, safety = make.theme(programme), make.theme(programme, title="Safety")
    one, other = (make.quote(make.testimony(programme), text=words) for words in ("Dirty.", "Deep."))
    for coder, themes in ((asha, (water, safety)), (juma, (water, water))):
        for taken, theme in zip((one, other), themes, strict=True):
            actions.code_quote(quote=taken, theme=theme, by=coder, **PROBLEM)

    by_field = {each.field: each for each in saturation.agreement(programme)}
    [difference] = queries.differences(programme)

    assert by_field["theme_id"].level == "weak"
    assert by_field["when"].alpha == 1
    assert difference.quote == other


def test_what_a_person_settles_is_no_difference_any_more_and_gives_the_quote_its_theme(
    programme, quote, asha, juma
):
    water, safety = make.theme(programme), make.theme(programme, title="Safety")
    actions.code_quote(quote=quote, theme=water, by=asha, **PROBLEM)
    actions.code_quote(quote=quote, theme=safety, by=juma, **PROBLEM)

    make.client_of(asha).post(page("settle_code", quote, quote.pk), {"theme": safety.pk, **PROBLEM})

    assert not queries.differences(programme)
    assert room.find_quotes(programme).get().theme == safety
    assert Coding.objects.count() == 3


def test_one_coder_alone_gives_no_agreement(programme, quote, asha):
    actions.code_quote(quote=quote, theme=make.theme(programme), by=asha, **PROBLEM)

    assert {each.level for each in saturation.agreement(programme)} == {"none"}


def test_a_code_says_by_which_codebook(programme, quote, asha, juma):
    water = make.theme(programme)
    first = actions.code_quote(quote=quote, theme=water, by=asha, **PROBLEM)
    field.change_theme(theme=water, title="Clean water", cycle="", by=None)
    second = actions.code_quote(quote=quote, theme=water, by=juma, **PROBLEM)

    assert (first.codebook.number, second.codebook.number) == (1, 2)
    assert Codebook.objects.get(number=1).said[0]["title"] == "Water"


def test_whoever_took_the_words_out_cannot_check_them(programme, asha, juma):
    quote = field.take_quote(testimony=make.testimony(programme), text="Dirty.", by=asha)

    with pytest.raises(ValueError, match="somebody else"):
        actions.check_quote(quote=quote, by=asha)
    assert not queries.to_check(programme, asha)
    assert list(queries.to_check(programme, juma)) == [quote]


def test_other_words_than_those_that_were_checked_stay_in_the_room(programme, juma):
    quote = make.usable_quote(programme)
    assert list(room.quotes_to_use(programme)) == [quote]

    field.change_quote(quote=quote, text="Asha's water is dirty.", theme=None, by=juma)

    assert not room.quotes_to_use(programme)
    with pytest.raises(ValueError, match="somebody else"):
        actions.check_quote(quote=quote, by=juma)


def test_words_that_changed_while_they_were_read_are_not_checked(quote, asha):
    browser = make.client_of(asha)

    browser.post(page("check_quote", quote, quote.pk), {"text": "What I had read."})

    assert not room.find_quotes(quote.programme).get().is_checked


def test_a_quote_whose_voice_no_longer_agrees_stays_in_the_room(programme):
    quote = make.usable_quote(programme)

    programmes.end_consent(participant=quote.testimony.voice, purpose=Purpose.QUOTE, by=None)

    assert not room.quotes_to_use(programme)


def test_a_voice_that_was_never_asked_is_not_quoted(programme, quote, asha):
    actions.check_quote(quote=quote, by=asha)

    assert not room.quotes_to_use(programme)


def test_a_draft_becomes_a_statement_with_its_sources(programme, asha):
    one, other = make.usable_quote(programme), make.usable_quote(programme, text="We drink it.")
    said = {"quotes": [one.pk, other.pk], "text": "We drink dirty water.", "language": "en"}
    make.client_of(asha).post(page("draft", one), said)
    draft = Draft.objects.get()
    round_ = make.round_(programme)
    flo = make.client_of(make.member(programme))
    listed = flo.get(reverse("dialogue:quotes", args=[programme.slug])).content.decode()
    assert "We drink dirty water." in listed

    address = f"{reverse('dialogue:statement_from_quotes', args=[programme.slug])}?draft={draft.pk}"
    flo.post(address, {"text": draft.text, "language": "en", "round": round_.pk})

    statement = Statement.objects.get()
    assert {source.quote for source in statement.sources.all()} == {one, other}
    draft.refresh_from_db()
    assert (draft.state, draft.statement) == ("used", statement.pk)


def test_a_draft_takes_no_quote_that_nobody_checked(programme, quote):
    with pytest.raises(ValueError, match="checked"):
        actions.offer_draft(programme=programme, text="Dirty.", language="en", quotes=[quote], by=None)


def test_a_draft_goes_when_a_voice_behind_it_does(programme):
    one, other = make.usable_quote(programme), make.usable_quote(programme)
    actions.offer_draft(programme=programme, text="Dirty.", language="en", quotes=[one, other], by=None)

    field.withdraw_testimony(testimony=other.testimony, by=None)

    assert not queries.drafts(programme)


def test_codes_of_a_forgotten_voice_go(programme, quote, asha):
    actions.code_quote(quote=quote, theme=make.theme(programme), by=asha, **PROBLEM)

    field.withdraw_testimony(testimony=quote.testimony, by=None)

    assert not Coding.objects.exists()


def test_those_with_most_left_to_say_come_first_and_women_are_counted_apart(programme):
    water, pits = make.theme(programme), make.theme(programme, title="Pits")
    group = make.constituency(programme, name="Panners")
    for gender, said in (("man", [water] * 30), ("woman", [water, pits])):
        for theme in said:
            voice = make.participant(programme, constituency=group, gender=gender)
            make.quote(make.testimony(programme, voice=voice), theme=theme)

    rows, may_stop = saturation.heard(programme)

    assert [(row.gender, row.enough) for row in rows] == [("woman", False), ("man", True)]
    assert rows[0].new_in_hundred == 100
    assert not may_stop


def test_one_may_stop_when_nobody_says_anything_new(programme, asha):
    water = make.theme(programme)
    for _n in range(30):
        make.quote(make.testimony(programme, voice=make.participant(programme)), theme=water)

    shown = make.client_of(asha).get(page("heard", water)).content.decode()

    assert saturation.heard(programme)[1]
    assert "You may stop." in shown


def test_who_spoke_without_a_coded_word_is_not_heard_enough(programme):
    make.testimony(programme)

    [row], may_stop = saturation.heard(programme)

    assert row.saturation is None
    assert not may_stop


@pytest.mark.parametrize("name", ["coding", "check", "differences", "draft", "heard"])
def test_every_page_stands_empty_and_filled(programme, asha, name):
    browser = make.client_of(asha)
    assert browser.get(page(name, asha)).status_code == 200

    make.usable_quote(programme, theme=make.theme(programme))
    make.quote(make.testimony(programme))

    assert browser.get(page(name, asha)).status_code == 200
