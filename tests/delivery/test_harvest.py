"""Outcomes harvested: evidence, somebody independent, what the dialogue had to do with it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from jukwaa.delivery import charts
from jukwaa.delivery.harvest import actions, queries
from jukwaa.delivery.models import Evidence, Outcome, Substantiation
from jukwaa.programmes.models import Role
from jukwaa.record import blobs
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def outcome() -> Outcome:
    return make.outcome(make.commitment(make.row(make.problem(make.programme(public=True)))))


@pytest.fixture
def flo(outcome) -> Client:
    return make.client_of(make.member(outcome.programme, role=Role.FACILITATOR))


def page(name: str, outcome: Outcome, *things) -> str:
    pks = [thing.pk for thing in things] or [outcome.pk]
    return reverse(f"delivery:{name}", args=[outcome.programme.slug, *pks])


def asked(outcome: Outcome, answer: str = "", says: str = "") -> Substantiation:
    row = actions.ask_somebody(outcome=outcome, office="Legal aid", independent="It sells nothing.", by=None)
    return actions.answer(asked=row, answer=answer, says=says, by=None) if answer else row


# ---- evidence --------------------------------------------------------------------------------------------


def test_evidence_is_seen_by_everybody_only_once_it_is_shown(flo, outcome):
    said = {"what": "The list of pumps", "kind": "document", "source": "District office"}
    flo.post(page("add_evidence", outcome), said | {"file": SimpleUploadedFile("x.pdf", make.pdf("list"))})
    piece = Evidence.objects.get()
    before = Client().get(outcome.get_absolute_url()).content.decode()

    flo.post(page("show_evidence", outcome, piece), {"public": "1"})

    after = Client().get(outcome.get_absolute_url()).content.decode()
    assert "The list of pumps" not in before
    assert "The list of pumps" in after
    assert Client().get(page("evidence_file", outcome, piece)).content.startswith(b"%PDF")


def test_the_file_of_evidence_that_is_not_shown_is_there_for_staff_alone(flo, outcome):
    piece = actions.add_evidence(
        outcome=outcome, what="A list", kind="document", source="Office", data=make.pdf(), by=None
    )

    assert Client().get(page("evidence_file", outcome, piece)).status_code == 404
    assert flo.get(page("evidence_file", outcome, piece)).status_code == 200


def test_what_is_hidden_in_a_photo_goes(outcome):
    exif = Image.Exif()
    exif[0x010E] = "Siri ya mgodi"
    out = io.BytesIO()
    Image.new("RGB", (40, 40)).save(out, "JPEG", exif=exif)

    piece = actions.add_evidence(
        outcome=outcome, what="The pump", kind="photo", source="Office", data=out.getvalue(), by=None
    )

    assert b"Siri" in out.getvalue()
    assert b"Siri" not in blobs.read(piece.file)


def test_a_file_of_another_kind_and_a_day_to_come_are_refused_and_the_words_stay(flo, outcome):
    said = {"what": "A page", "kind": "document", "source": "Office"}

    answer = flo.post(page("add_evidence", outcome), said | {"file": SimpleUploadedFile("x.html", b"<html>")})
    late = flo.post(page("add_evidence", outcome), said | {"dated_on": "2999-01-01"})

    assert "Save it as a PDF" in answer.content.decode()
    assert "A page" in answer.content.decode()
    assert "still to come" in late.content.decode()
    assert not Evidence.objects.exists()


# ---- somebody independent --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "proof"),
    [
        ([], "unproven"),
        (["unknown"], "unproven"),
        (["fully"], "fully"),
        (["fully", "unknown"], "fully"),
        (["fully", "not"], "partly"),
        (["partly"], "partly"),
        (["not", "not"], "refuted"),
    ],
)
def test_an_outcome_is_proven_as_far_as_all_who_answered_bear_it_out(outcome, answers, proof):
    for answer in answers:
        asked(outcome, answer, says="No.")

    outcome.refresh_from_db()
    assert outcome.proof == proof


def test_taking_an_answer_away_takes_the_proof_away(outcome):
    row = asked(outcome, "fully")

    actions.remove_substantiation(asked=row, by=None)

    outcome.refresh_from_db()
    assert (outcome.proof, outcome.substantiated_by) == ("unproven", "")


def test_whoever_is_asked_answers_once_by_their_link_without_a_login(flo, outcome):
    said = {"office": "Legal aid", "independent": "It sells nothing.", "answer": "", "says": ""}
    shown = flo.post(page("ask", outcome), said).content.decode()
    address = shown.split("<strong>")[1].split("</strong>")[0]
    guest = Client()

    guest.post(address, {"answer": "not", "says": ""})
    guest.post(address, {"answer": "not", "says": "The pump is dry."})
    guest.post(address, {"answer": "fully", "says": "All is well."})

    row = Substantiation.objects.get()
    assert (row.answer, row.says, row.by_link) == ("not", "The pump is dry.", True)
    assert "The pump is dry." in guest.get(outcome.get_absolute_url()).content.decode()
    assert "Not borne out." in guest.get(outcome.get_absolute_url()).content.decode()


def test_a_new_link_ends_the_one_before(flo, outcome):
    said = {"office": "Legal aid", "independent": "It sells nothing.", "answer": "", "says": ""}
    shown = flo.post(page("ask", outcome), said).content.decode()
    old = shown.split("<strong>")[1].split("</strong>")[0]

    flo.post(page("asked_link", outcome, Substantiation.objects.get()))

    assert Client().get(old).status_code == 404


def test_who_says_that_it_is_not_so_says_what(outcome):
    row = asked(outcome)

    with pytest.raises(ValueError, match="what is not so"):
        actions.answer(asked=row, answer="not", says=" ", by=None)


def test_each_that_claims_much_is_checked_and_one_in_three_of_the_others(outcome):
    much = make.outcome(outcome.commitment, contribution="strong", how="They met.")
    others = [make.outcome(outcome.commitment) for _number in range(60)]

    checks = queries.to_check(outcome.programme)

    assert checks[0].outcome == much
    drawn = {check.outcome.pk for check in checks} & {other.pk for other in others}
    assert 8 <= len(drawn) <= 34


def test_whoever_backs_an_outcome_does_not_keep_it_from_being_taken_away(flo, outcome):
    asked(outcome, "fully")

    flo.post(page("remove_outcome", outcome))

    assert Client().get(outcome.get_absolute_url()).status_code == 404


# ---- contribution traced ---------------------------------------------------------------------------------


def test_a_package_counts_once_two_have_weighed_it_and_neither_sees_the_other_before(outcome):
    ann, ben, chi = (make.member(outcome.programme, role=Role.FACILITATOR) for _n in range(3))
    package = actions.add_package(outcome=outcome, seen="The minister named the dialogue.", by=ann)
    actions.weigh(package=package, if_so=80, if_not=10, by=ann)
    alone = charts.traced(outcome, ben)

    actions.weigh(package=package, if_so=80, if_not=40, by=ben)
    both = charts.traced(outcome, chi)

    assert (alone.weighed, alone.rows[0][0].shown) == (None, ())
    assert both.rows[0][1] == pytest.approx(4)
    assert both.sentence == ("By one piece of evidence: more likely than not that the dialogue contributed.")


def test_weighing_anew_replaces_what_one_said(outcome):
    ann = make.member(outcome.programme)
    package = actions.add_package(outcome=outcome, seen="A letter.", by=ann)

    for if_so in (80, 60):
        actions.weigh(package=package, if_so=if_so, if_not=20, by=ann)

    [row] = queries.judged(outcome, ann)
    assert [each.if_so for each in row.weighings] == [60]


@pytest.mark.parametrize("chances", [(0, 50), (100, 50), (50, 0), (50, 100)])
def test_a_certainty_is_refused(outcome, chances):
    ann = make.member(outcome.programme)
    package = actions.add_package(outcome=outcome, seen="A letter.", by=ann)

    with pytest.raises(ValueError, match="1 to 99"):
        actions.weigh(package=package, if_so=chances[0], if_not=chances[1], by=ann)


def test_the_page_weighs_and_everybody_reads_what_it_comes_to(outcome):
    for _number in range(2):
        who = make.client_of(make.member(outcome.programme, role=Role.FACILITATOR))
        package = outcome.packages.first()
        if package is None:
            who.post(page("contribution", outcome), {"seen": "The minister named the dialogue."})
            package = outcome.packages.get()
        who.post(page("weigh", outcome, package), {"if_so": "90", "if_not": "4", "why": ""})

    text = Client().get(outcome.get_absolute_url()).content.decode()
    assert "high confidence that the dialogue contributed" in text
    assert "If each counted half as much: reasonable confidence" in text
