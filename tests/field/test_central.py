"""Submissions for those who read data: pyodk as it is, and OData v4 by its options."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree
from pyodk.client import Client as Odk

from jukwaa.field.collect import actions, central, odata
from jukwaa.field.collect.xlsform import read_sheet
from jukwaa.field.models import Submission
from jukwaa.programmes import access
from jukwaa.programmes.models import Account, Role
from tests import make
from tests.field import sheets

PASSWORD = "a long enough password"


@pytest.fixture
def programme():
    """Three submissions, one of them with a photo, on three days."""
    made = make.programme()
    sheet = sheets.testimony()
    read = read_sheet(sheet, name="form.md")
    draft = actions.add_edition(programme=made, made=read, sheet=sheet, by=None)
    actions.publish_edition(edition=draft, by=None)
    collector, _token = actions.add_collector(programme=made, name="Asha", by=None)
    for day in (1, 2, 3):
        parts = [actions.Part("one.jpg", b"photo", "image/jpeg")] if day == 3 else []
        xml = sheets.filled(f"uuid:{day}", words=f"Day {day}")
        at = timezone.now().replace(year=2026, month=11, day=day, hour=9)
        actions.receive_submission(collector=collector, xml=xml, parts=parts, at=at)
    return made


def reader(programme, role: str = Role.RESEARCHER):
    """The log-in of a member of the staff with a password."""
    account = Account.objects.get(pk=make.member(programme, role=role).account)
    account.set_password(PASSWORD)
    account.save()
    return account


def told(answer):
    """What an answer says that is written as it is read."""
    return json.loads(b"".join(answer.streaming_content))


class Feed:
    """Reads this programme's feed with a token."""

    def __init__(self, programme, account) -> None:
        self.client, self.root = Client(), f"/p/{programme.slug}/field/v1"
        said = {"email": account.login, "password": PASSWORD}
        self.answer = self.client.post(f"{self.root}/sessions", said, content_type="application/json")
        self.token = self.answer.json().get("token", "")
        self.project = odata.number(programme.pk)

    def get(self, path: str, **options: str):
        address = f"{self.root}/projects/{self.project}/forms/testimony{path}"
        asked = {f"${name}": value for name, value in options.items()}
        return self.client.get(address, asked, headers={"Authorization": f"Bearer {self.token}"})

    def ids(self, **options: str) -> list[str]:
        return [row["__id"] for row in told(self.get(".svc/Submissions", **options))["value"]]


@pytest.fixture
def feed(programme):
    return Feed(programme, reader(programme))


pytestmark = pytest.mark.django_db


def test_the_service_names_a_table_for_submissions_and_one_for_each_repeat(feed):
    answer = feed.get(".svc")

    assert answer["OData-Version"] == "4.0"
    assert [each["name"] for each in answer.json()["value"]] == ["Submissions", "Submissions.pit"]
    assert b'<EntitySet Name="Submissions.pit"' in feed.get(".svc/$metadata").content


def test_a_row_says_what_is_known_of_it_and_links_to_its_repeats(feed):
    row = told(feed.get(".svc/Submissions", top="1"))["value"][0]

    assert (row["__id"], row["words"]) == ("uuid:3", "Day 3")
    system = row["__system"]
    assert (system["attachmentsPresent"], system["attachmentsExpected"]) == (1, 3)
    assert system["submissionDate"].startswith("2026-11-03T09")
    assert row["pit@odata.navigationLink"] == "Submissions('uuid:3')/pit"


def test_a_repeat_is_a_table_with_numbers_as_numbers(feed):
    rows = told(feed.get(".svc/Submissions.pit"))["value"]

    assert [(row["__Submissions-id"], row["depth"]) for row in rows[:2]] == [("uuid:3", 1), ("uuid:3", 2)]
    assert len({row["__id"] for row in rows}) == 6


def test_expanded_rows_hold_their_repeats_and_selected_ones_only_what_was_selected(feed):
    whole = told(feed.get(".svc/Submissions", expand="*"))["value"][0]
    some = told(feed.get(".svc/Submissions", select="words"))["value"][0]

    assert [each["depth"] for each in whole["pit"]] == [1, 2]
    assert set(some) == {"__id", "words"}


def test_pages_follow_each_other_and_hold_everything_once(feed):
    first = told(feed.get(".svc/Submissions", top="2", count="true"))

    rest = told(feed.client.get(first["@odata.nextLink"], headers={"Authorization": f"Bearer {feed.token}"}))

    assert first["@odata.count"] == 3
    assert [row["__id"] for row in first["value"] + rest["value"]] == ["uuid:3", "uuid:2", "uuid:1"]
    assert "@odata.nextLink" not in rest


@pytest.mark.parametrize(
    ("condition", "days"),
    [
        ("__system/submissionDate ge 2026-11-02T00:00:00Z", "32"),
        ("day(__system/submissionDate) eq 1", "1"),
        ("not (day(__system/submissionDate) eq 1 or day(__system/submissionDate) eq 2)", "3"),
        ("__system/reviewState eq null and __system/submissionDate lt 2026-11-02", "1"),
        ("__system/formVersion ne '2026112601'", ""),
        ("__id eq 'uuid:2'", "2"),
    ],
)
def test_a_filter_gives_what_fits(feed, condition, days):
    assert feed.ids(filter=condition) == [f"uuid:{day}" for day in days]


@pytest.mark.parametrize(
    "options",
    [
        {"filter": "words eq 'x'"},
        {"filter": "__system/submissionDate gt"},
        {"filter": "(__id eq 'x'"},
        {"filter": "__system/submissionDate gt yesterday"},
        {"filter": "day("},
        {"top": "many"},
        {"orderby": "words"},
        {"expand": "pit"},
        {"skiptoken": "x"},
    ],
)
def test_what_is_not_understood_is_refused_in_a_sentence(feed, options):
    answer = feed.get(".svc/Submissions", **options)

    assert answer.status_code == 400
    assert answer.json()["message"].endswith(".")


def test_a_role_that_may_not_listen_gets_no_token(programme):
    assert Feed(programme, reader(programme, Role.FACILITATOR)).answer.status_code == 401


def test_a_token_ends_after_two_hours(feed, time_machine):
    assert feed.get("").status_code == 200
    time_machine.move_to(timezone.now() + timedelta(seconds=central.TOKEN_LIVES + 5))
    assert feed.get("").status_code == 401


def test_a_token_opens_no_other_programme(feed):
    feed.root = f"/p/{make.programme().slug}/field/v1"

    assert feed.get("").status_code == 401


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_pyodk_lists_forms_and_submissions_and_pulls_odata(live_server, programme, tmp_path):
    account = reader(programme)
    config = tmp_path / "pyodk.toml"
    config.write_text(
        f'[central]\nbase_url = "{live_server.url}/p/{programme.slug}/field"\n'
        f'username = "{account.login}"\npassword = "{PASSWORD}"\n'
        f"default_project_id = {odata.number(programme.pk)}\n"
    )
    with Odk(config_path=config, cache_path=tmp_path / "cache.toml") as odk:
        [project] = odk.projects.list()
        [form] = odk.forms.list()
        submissions = odk.submissions.list(form_id=form.xmlFormId)
        one = odk.submissions.get("uuid:3", form_id=form.xmlFormId)
        table = odk.submissions.get_table(form_id=form.xmlFormId, expand="*", count=True)
        sent = odk.submissions.create(sheets.filled("uuid:4").decode(), form_id=form.xmlFormId)
        odk.submissions.review("uuid:4", "hasIssues", form_id=form.xmlFormId)
        reviewed = odk.submissions.get("uuid:4", form_id=form.xmlFormId)

    assert (project.name, form.xmlFormId) == (programme.title, "testimony")
    assert [each.instanceId for each in submissions] == ["uuid:3", "uuid:2", "uuid:1"]
    assert one.instanceId == "uuid:3"
    assert table["@odata.count"] == 3
    assert (sent.instanceId, reviewed.reviewState) == ("uuid:4", "hasIssues")


def test_the_metadata_names_the_type_of_everything_that_a_row_holds(feed, programme):
    sheet = GROUPED.encode()
    made = read_sheet(sheet, name="form.md")
    actions.add_edition(programme=programme, made=made, sheet=sheet, by=None)

    answer = feed.client.get(
        f"{feed.root}/projects/{feed.project}/forms/grouped.svc/$metadata",
        headers={"Authorization": f"Bearer {feed.token}"},
    )
    schema = etree.fromstring(answer.content).find(".//{*}Schema")
    types = {
        each.get("Name"): {p.get("Name"): p.get("Type") for p in each.findall("{*}Property")}
        for each in schema
        if each.get("Name") != "jukwaa"
    }

    assert types["Submissions"]["__system"] == "jukwaa.metadata"
    assert types["metadata"]["submissionDate"] == "Edm.DateTimeOffset"
    assert types["Submissions"]["pit"] == "jukwaa.Submissions.pit"
    assert types["Submissions.pit"] == {"depth": "Edm.Int64"}
    [link] = schema.findall(".//{*}NavigationProperty")
    assert link.getparent().get("Name") == "Submissions.pit"
    assert (link.get("Name"), link.get("Type")) == ("hole", "Collection(jukwaa.Submissions.pit.hole)")
    assert types["Submissions.pit.hole"] == {
        "__id": "Edm.String",
        "__Submissions-id": "Edm.String",
        "photo": "Edm.String",
    }


GROUPED = """
| survey   |              |       |       |
|          | type         | name  | label |
|          | begin group  | pit   | Pit   |
|          | integer      | depth | Deep? |
|          | begin repeat | hole  | Hole  |
|          | image        | photo | Photo |
|          | end repeat   |       |       |
|          | end group    |       |       |
| settings |              |       |       |
|          | form_id      | form_title | version |
|          | grouped      | Grouped | 1 |
"""


def test_forms_and_collectors_say_when_they_were_made(feed, programme):
    said = feed.get("").json()
    [user] = feed.client.get(
        f"{feed.root}/projects/{feed.project}/app-users", headers={"Authorization": f"Bearer {feed.token}"}
    ).json()

    today = timezone.now().date().isoformat()
    assert [at[:10] for at in (said["createdAt"], said["publishedAt"], user["createdAt"])] == [today] * 3


def test_a_text_that_is_here_with_other_words_or_of_another_form_is_refused(feed):
    where = f"{feed.root}/projects/{feed.project}/forms/testimony/submissions"
    token = {"Authorization": f"Bearer {feed.token}"}

    def post(xml: bytes):
        answer = feed.client.post(where, xml, content_type="application/xml", headers=token)
        return answer.status_code, answer.json()["message"]

    assert post(sheets.filled("uuid:1", words="Other")) == (
        409,
        "A submission with this instance id is here with other words.",
    )
    assert post(sheets.filled("uuid:9", form_id="else")) == (400, "This is a submission of the form “else”.")
    assert post(b"<data>")[0] == 400
    assert Submission.objects.count() == 3


def test_a_role_that_only_listens_reviews_nothing(programme, monkeypatch):
    monkeypatch.setitem(access.ROLES, Role.OBSERVER, frozenset({access.P.SEE, access.P.LISTEN}))
    ear = Feed(programme, reader(programme, Role.OBSERVER))

    answer = ear.client.patch(
        f"{ear.root}/projects/{ear.project}/forms/testimony/submissions/uuid:1",
        {"reviewState": "approved"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {ear.token}"},
    )

    assert answer.status_code == 403
    assert not Submission.objects.exclude(review="").exists()
