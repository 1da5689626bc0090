"""A phone that logs in: Digest as RFC 7616 says, Basic on https only, and a budget for wrong passwords."""

import base64
import shutil
import subprocess
from datetime import timedelta

import pytest
import requests
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from requests.auth import HTTPDigestAuth

from jukwaa.field.collect import actions, logins, queries
from jukwaa.field.collect.xlsform import read_sheet
from jukwaa.field.models import AnsweredQuestion, Submission
from tests import make
from tests.field import sheets

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    """A programme with a published form."""
    made = make.programme()
    sheet = sheets.testimony()
    draft = actions.add_edition(programme=made, made=read_sheet(sheet, name="form.md"), sheet=sheet, by=None)
    actions.publish_edition(edition=draft, by=None)
    return made


@pytest.fixture
def asha(programme):
    """A collector and their token."""
    return actions.add_collector(programme=programme, name="Asha", by=None)


def the_list(programme) -> str:
    return reverse("field:phones:form_list", args=[programme.slug])


def digest(client: Client, address: str, login: str, password: str, *, method: str = "GET") -> str:
    """What a phone answers to the question that this address asks."""
    [asked] = [client.generic(method, address)["WWW-Authenticate"]]
    question = asked.split('nonce="')[1].split('"')[0]
    said = {"nonce": question, "uri": address, "qop": "auth", "nc": "00000001", "cnonce": "0a4f113b"}
    answer = logins.response(logins.secret_of(login, logins.REALM, password), method, said)
    fields = {"username": login, "realm": logins.REALM, **said, "response": answer}
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in fields.items())


def basic(login: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()


def test_the_vector_of_rfc_2617():
    said = {
        "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        "uri": "/dir/index.html",
        "qop": "auth",
        "nc": "00000001",
        "cnonce": "0a4f113b",
    }
    secret = logins.secret_of("Mufasa", "testrealm@host.com", "Circle Of Life")

    assert logins.response(secret, "GET", said) == "6629fae49393a05397450978507c4ef1"


def test_a_phone_that_proves_its_password_gets_the_forms_with_addresses_of_the_same_door(programme, asha):
    collector, token = asha
    client, address = Client(), the_list(programme)

    answer = client.get(address, headers={"Authorization": digest(client, address, collector.login, token)})

    assert answer.status_code == 200
    assert f"/p/{programme.slug}/field/phones/forms/" in answer.content.decode()


def test_without_a_proof_it_is_asked_for_one_and_basic_is_offered_on_https_only(programme):
    plain, safe = Client().get(the_list(programme)), Client().get(the_list(programme), secure=True)

    assert (plain.status_code, safe.status_code) == (401, 401)
    assert plain["X-OpenRosa-Version"] == "1.0"
    assert "Basic" not in plain["WWW-Authenticate"]
    assert "Basic" in safe["WWW-Authenticate"]


def test_basic_opens_on_https_and_never_on_plain_http(programme, asha):
    collector, token = asha
    proof = {"Authorization": basic(collector.login, token)}

    assert Client().get(the_list(programme), headers=proof, secure=True).status_code == 200
    assert Client().get(the_list(programme), headers=proof).status_code == 401


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!", "Basic YWJj", "Digest", "Digest a", "Bearer x"])
def test_a_proof_that_is_none_is_asked_again(programme, header):
    answer = Client().get(the_list(programme), headers={"Authorization": header}, secure=True)

    assert answer.status_code == 401


def test_the_answer_to_an_old_question_is_not_taken_and_the_phone_is_told_to_ask_again(
    programme, asha, time_machine
):
    collector, token = asha
    client, address = Client(), the_list(programme)
    proof = digest(client, address, collector.login, token)
    time_machine.move_to(timezone.now() + timedelta(seconds=logins.NONCE_LIVES + 1))

    answer = client.get(address, headers={"Authorization": proof})

    assert answer.status_code == 401
    assert "stale=true" in answer["WWW-Authenticate"]
    assert not queries.WrongPassword.objects.exists()


def test_a_proof_that_somebody_heard_on_the_wifi_opens_nothing_a_second_time(programme, asha):
    collector, token = asha
    client, address = Client(), the_list(programme)
    proof = {"Authorization": digest(client, address, collector.login, token)}

    first, again = client.get(address, headers=proof), client.get(address, headers=proof)

    assert (first.status_code, again.status_code) == (200, 401)
    assert "stale=true" in again["WWW-Authenticate"]
    assert not queries.WrongPassword.objects.exists()


def test_a_phone_answers_one_question_several_times_in_turn(programme, asha, time_machine):
    assert [actions.take_turn(nonce="a", turn=turn) for turn in (1, 2, 2, 1, 5)] == [
        True,
        True,
        False,
        False,
        True,
    ]
    time_machine.move_to(timezone.now() + timedelta(seconds=logins.NONCE_LIVES + 1))
    actions.take_turn(nonce="b", turn=1)

    assert AnsweredQuestion.objects.get().nonce == "b"


def test_a_proof_for_one_address_opens_no_other(programme, asha):
    collector, token = asha
    client = Client()
    proof = digest(client, the_list(programme), collector.login, token)

    elsewhere = reverse("field:phones:submission", args=[programme.slug])

    assert client.head(elsewhere, headers={"Authorization": proof}).status_code == 401


def test_a_revoked_collector_opens_nothing(programme, asha):
    collector, token = asha
    actions.revoke_collector(collector=collector, by=None)

    proof = {"Authorization": basic(collector.login, token)}

    assert Client().get(the_list(programme), headers=proof, secure=True).status_code == 401


def test_a_collector_of_one_programme_opens_no_other(asha):
    collector, token = asha
    elsewhere = make.programme()

    proof = {"Authorization": basic(collector.login, token)}

    assert Client().get(the_list(elsewhere), headers=proof, secure=True).status_code == 401


def test_after_too_many_wrong_passwords_even_the_right_one_waits_for_the_hour(programme, asha, time_machine):
    collector, token = asha
    client, address = Client(), the_list(programme)
    for _ in range(queries.WRONG_PASSWORDS_AN_HOUR):
        client.get(address, headers={"Authorization": basic(collector.login, "guess")}, secure=True)
    right = {"Authorization": basic(collector.login, token)}

    assert client.get(address, headers=right, secure=True).status_code == 429
    time_machine.move_to(timezone.now() + timedelta(minutes=61))
    assert client.get(address, headers=right, secure=True).status_code == 200


# ---- real clients ----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_requests_fetches_and_sends_by_digest(live_server, programme, asha):
    collector, token = asha
    proof = HTTPDigestAuth(collector.login, token)
    door = f"{live_server.url}/p/{programme.slug}/field/phones"
    sent = {"xml_submission_file": ("s.xml", sheets.filled(), "text/xml")}

    listed = requests.get(f"{door}/formList", auth=proof, timeout=60)
    head = requests.head(f"{door}/submission", auth=proof, timeout=60)
    answer = requests.post(f"{door}/submission?deviceID=x%3A1", files=sent, auth=proof, timeout=60)

    assert "testimony" in listed.text
    assert (head.status_code, answer.status_code) == (204, 201)
    assert Submission.objects.get().collector_id == collector.pk


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl: apt-get install curl")
def test_curl_fetches_by_digest(live_server, programme, asha):
    collector, token = asha
    proof, address = f"{collector.login}:{token}", f"{live_server.url}{the_list(programme)}"

    told = subprocess.run(
        ["curl", "-s", "--digest", "-u", proof, address], capture_output=True, text=True, check=True
    )

    assert "<formID>testimony</formID>" in told.stdout
