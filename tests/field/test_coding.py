"""From words to statements: coded by two, checked by another, grouped into drafts, until enough was heard."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jukwaa.dialogue.models import Statement
from jukwaa.field import actions as field
from jukwaa.field import queries as room
from jukwaa.field.coding import actions, codebook, queries, saturation
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

    assert by_field["theme_id"].found.alpha < 0.667
    assert by_field["when"].found.alpha == 1
    assert by_field["when"].level == "few"
    assert difference.quote == other


def test_what_was_coded_by_a_theme_that_goes_into_another_is_of_the_other(programme, quote, asha, juma):
    water, twin = make.theme(programme, title="Water"), make.theme(programme, title="Clean water")
    actions.code_quote(quote=quote, theme=water, by=asha, **PROBLEM)
    actions.code_quote(quote=quote, theme=twin, by=juma, **PROBLEM)
    assert len(queries.differences(programme)) == 1

    programmes.merge_rows(row=twin, into=water, by=None)

    assert {coding.theme for coding in Coding.objects.all()} == {water}
    assert queries.differences(programme) == []


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
    field.change_theme(theme=water, title="Clean water", cycle="", meaning="", by=None)
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

    field.change_quote(quote=quote, text="Asha's water is dirty.", by=juma)

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

    heard = saturation.heard(programme)

    assert [(row.gender, row.enough) for row in heard.rows] == [("woman", False), ("man", True)]
    assert heard.rows[0].new_in_hundred == 100
    assert not heard.may_stop


def test_one_may_stop_when_nobody_says_anything_new(programme, asha):
    water = make.theme(programme)
    for _n in range(30):
        make.quote(make.testimony(programme, voice=make.participant(programme)), theme=water)

    shown = make.client_of(asha).get(page("heard", water)).content.decode()

    assert saturation.heard(programme).may_stop
    assert "You may stop." in shown


def test_who_spoke_without_a_coded_word_is_not_heard_enough(programme):
    make.testimony(programme)

    heard = saturation.heard(programme)

    assert [row.saturation for row in heard.rows] == [None]
    assert not heard.may_stop


def test_two_who_name_the_same_are_not_enough(programme):
    water, group = make.theme(programme), make.constituency(programme)
    for _n in range(2):
        voice = make.participant(programme, constituency=group)
        make.quote(make.testimony(programme, voice=voice), theme=water)

    assert not saturation.heard(programme).may_stop


def test_a_group_of_which_nobody_spoke_keeps_one_from_stopping(programme):
    water, chiefs = make.theme(programme), make.constituency(programme, name="Chiefs")
    panners, site = make.constituency(programme, name="Panners"), make.place(programme, name="Igunda")
    for _n in range(30):
        voice = make.participant(programme, constituency=panners, gender="man")
        make.quote(make.testimony(programme, voice=voice), theme=water)

    heard = saturation.heard(programme)

    assert all(row.enough for row in heard.rows)
    assert (heard.nobody, heard.no_woman, heard.no_site) == ([str(chiefs)], [str(panners)], [str(site)])
    assert not heard.may_stop


def test_what_two_say_alike_is_agreed_and_the_quote_takes_its_theme(programme, quote, asha, juma):
    water = make.theme(programme)
    actions.code_quote(quote=quote, theme=water, by=asha, **PROBLEM)
    assert room.find_quotes(programme).get().theme is None

    actions.code_quote(quote=quote, theme=water, by=juma, **PROBLEM)

    assert room.find_quotes(programme).get().theme == water
    assert queries.agreed(programme).get().theme == water
    assert not queries.differences(programme)


@pytest.mark.parametrize(
    "name",
    ["testimonies", "testimony", "themes", "coding", "differences", "check", "draft", "heard", "code_quote"],
)
def test_no_page_tells_a_coder_what_another_has_coded(programme, quote, asha, juma, name):
    water = make.theme(programme, title="Water in the pits")
    make.theme(programme, title="Safety")
    actions.code_quote(quote=quote, theme=water, by=asha, **PROBLEM)
    about = {"testimony": quote.testimony_id, "code_quote": quote.pk}.get(name)

    shown = make.client_of(juma).get(page(name, quote, *([about] if about else []))).content.decode()

    # The theme may be named where all themes are; never where it says that this quote is about it.
    assert "Asha" not in shown
    assert shown.count("Water in the pits") == shown.count("Safety")


def test_searching_by_a_theme_tells_nobody_what_one_coder_said(programme, quote, asha):
    water = make.theme(programme)
    actions.code_quote(quote=quote, theme=water, by=asha, **PROBLEM)

    assert not room.find_testimonies(programme, theme=water)


def test_who_has_seen_the_others_code_cannot_change_their_own(programme, quote, asha, juma):
    water, safety = make.theme(programme), make.theme(programme, title="Safety")
    actions.code_quote(quote=quote, theme=water, by=asha, **PROBLEM)
    actions.code_quote(quote=quote, theme=safety, by=juma, **PROBLEM)

    with pytest.raises(ValueError, match="Two people"):
        actions.code_quote(quote=quote, theme=safety, by=asha, **PROBLEM)


def test_a_code_is_not_settled_before_both_have_spoken(programme, quote, asha, juma):
    water = make.theme(programme)
    actions.code_quote(quote=quote, theme=water, by=asha, **PROBLEM)

    with pytest.raises(ValueError, match="Two people have to code"):
        actions.settle_code(quote=quote, theme=water, by=juma, **PROBLEM)


def test_one_coder_can_be_enough_and_says_nothing_of_agreement(programme, quote, asha, juma):
    water = make.theme(programme)
    actions.code_quote(quote=quote, theme=water, by=asha, **PROBLEM)

    make.client_of(asha).post(page("take_single_codes", quote))

    assert room.find_quotes(programme).get().theme == water
    assert not queries.to_code(programme, juma)
    assert {each.level for each in saturation.agreement(programme)} == {"none"}


# ---- the codebook ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["codebook_csv", "codebook_qdc"])
def test_a_codebook_that_goes_out_comes_back_as_it_was(programme, asha, name):
    field.add_theme(
        programme=programme, title="Water", cycle="C3", meaning="Not of pits [see Safety].", by=None
    )
    field.add_theme(programme=programme, title="=Safety & “care”", by=None)
    browser = make.client_of(asha)

    file = browser.get(page(name, asha))

    assert [(e.title, e.cycle, e.meaning) for e in codebook.read(file.content)] == [
        ("=Safety & “care”", "", ""),
        ("Water", "C3", "Not of pits [see Safety]."),
    ]


def test_an_imported_codebook_adds_and_words_anew_and_removes_nothing(programme, asha):
    water, safety = make.theme(programme), make.theme(programme, title="Safety")
    sheet = "theme,shift,meaning\nwater,C3,What is drunk.\nLand,,\n"
    browser = make.client_of(asha)

    browser.post(page("import_codebook", asha), {"file": SimpleUploadedFile("a.csv", sheet.encode())})

    titles = {theme.title: theme for theme in room.themes(programme)}
    assert set(titles) == {"Water", "Safety", "Land"}
    assert (titles["Water"].pk, titles["Water"].meaning, titles["Water"].cycle) == (
        water.pk,
        "What is drunk.",
        "C3",
    )
    assert titles["Safety"].pk == safety.pk


def test_codes_within_codes_are_named_after_those_that_they_stand_in():
    file = (
        b'<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="NVivo"><Codes>'
        b'<Code guid="1" name="Water" isCodable="false"><Code guid="2" name="Wells" isCodable="true"/></Code>'
        b"</Codes></CodeBook>"
    )

    assert codebook.read(file) == [codebook.Entry("Water: Wells", "", "")]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no theme"),
        (b"a,b\n1,2\n", "\u201ctheme\u201d is missing"),
        (b"theme,shift\n,C1\n", "Line 2 has no theme"),
        (b"theme,shift\nWater,C9\n", "Line 2: the shift is"),
        (b"theme\n" + b"x" * 121, "at most 120 letters"),
        (b"\xff\xfe", "UTF-8"),
        (b"<CodeBook", "cannot be read"),
        (b"<Project/>", "no REFI-QDA codebook"),
        (b"theme\n" + b"x" * 1_000_000, "larger than 1 MB"),
        (b'<!DOCTYPE a [<!ENTITY x "W">]><CodeBook><Codes><Code name="&x;"/></Codes></CodeBook>', "no REFI"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_codebook_is_refused_by_name(programme, asha, data, why):
    file = SimpleUploadedFile("codes.csv", data or b" ")

    shown = make.client_of(asha).post(page("import_codebook", asha), {"file": file}).content.decode()

    assert why in shown
    assert not room.themes(programme)


@pytest.mark.parametrize("name", ["coding", "check", "differences", "draft", "heard", "import_codebook"])
def test_every_page_stands_empty_and_filled(programme, asha, name):
    browser = make.client_of(asha)
    assert browser.get(page(name, asha)).status_code == 200

    make.usable_quote(programme, theme=make.theme(programme))
    make.quote(make.testimony(programme))

    assert browser.get(page(name, asha)).status_code == 200
