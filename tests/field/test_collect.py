"""Forms on phones: what an OpenRosa server owes ODK Collect, case by case (field.md §1)."""

import hashlib
import html
import io
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from django.urls import reverse
from lxml import etree

from jukwaa import record
from jukwaa.field.collect import actions, odata, openrosa, queries
from jukwaa.field.collect.xlsform import Question, Refused, read_sheet, ready_forms, workbook
from jukwaa.field.models import Attachment, Edition, Submission, Unreadable
from jukwaa.record import blobs
from tests import make
from tests.field import sheets
from tests.field.engines import needs_jdk

pytestmark = pytest.mark.django_db

LIST = "{http://openrosa.org/xforms/xformsList}"


@pytest.fixture
def programme():
    return make.programme()


@pytest.fixture
def edition(programme) -> Edition:
    """A published edition of the testimony form."""
    sheet = sheets.testimony()
    made = read_sheet(sheet, name="form.md")
    draft = actions.add_edition(programme=programme, made=made, sheet=sheet, by=None)
    return actions.publish_edition(edition=draft, by=None)


@pytest.fixture
def phone(programme, edition):
    """A phone with Collect on it: posts a submission with files, as Collect does."""
    _row, token = actions.add_collector(programme=programme, name="Asha", by=None)
    return Phone(token)


def own_files():
    """Every file that the test keeps."""
    return [path for path in Path(settings.JUKWAA_HOME).rglob("*") if path.is_file()]


class Phone:
    def __init__(self, token: str) -> None:
        self.token, self.client = token, Client()

    def send(self, xml: bytes, **files: bytes):
        parts = {"xml_submission_file": SimpleUploadedFile("s.xml", xml, "text/xml")}
        for name, data in files.items():
            name = name.replace("_", ".")
            parts[name] = SimpleUploadedFile(name, data, "application/octet-stream")
        return self.client.post(reverse("collect:submission", args=[self.token]), parts)


def test_a_phone_learns_which_forms_there_are_and_fetches_one(phone, edition):
    listed = phone.client.get(reverse("collect:form_list", args=[phone.token]))
    root = etree.fromstring(listed.content)
    [form] = root.findall(f"{LIST}xform")
    said = {etree.QName(child).localname: child.text for child in form}
    fetched = phone.client.get(said["downloadUrl"])

    assert listed["X-OpenRosa-Version"] == "1.0"
    assert "text/xml" in listed["Content-Type"]
    assert said["formID"] == "testimony"
    assert said["hash"] == f"md5:{edition.md5}"
    assert fetched.content == blobs.read(edition.xform)


def test_head_says_that_one_may_send_and_how_much(phone):
    answer = phone.client.head(reverse("collect:submission", args=[phone.token]))

    assert answer.status_code == 204
    assert answer["X-OpenRosa-Accept-Content-Length"].isdecimal()
    assert "Location" not in answer


def test_a_submission_is_kept_byte_by_byte_with_its_files(phone):
    xml = sheets.filled()

    answer = phone.send(xml, voice_amr=b"sound", one_jpg=b"photo")

    assert answer.status_code == 201
    kept = Submission.objects.get()
    assert blobs.read(kept.xml) == xml
    assert queries.completeness(kept).missing == ("two.jpg",)


def test_files_that_come_later_in_a_split_post_are_added_to_the_same_submission(phone):
    phone.send(sheets.filled(), voice_amr=b"sound")

    answer = phone.send(sheets.filled(), one_jpg=b"photo", two_jpg=b"photo")

    assert answer.status_code == 202
    assert queries.completeness(Submission.objects.get()).missing == ()


def test_the_same_again_changes_nothing(phone):
    phone.send(sheets.filled(), voice_amr=b"sound")

    answer = phone.send(sheets.filled(), voice_amr=b"sound")

    assert answer.status_code == 202
    assert (Submission.objects.count(), Attachment.objects.count()) == (1, 1)


def test_another_text_under_the_same_instance_is_kept_beside_the_first_for_review(phone, programme):
    phone.send(sheets.filled(words="The water is dirty."))

    answer = phone.send(sheets.filled(words="The water is dirty, and far."))

    assert answer.status_code == 202
    assert Submission.objects.count() == 2
    assert queries.inbox(programme).get().state == Submission.State.VARIANT


def test_another_version_that_is_approved_takes_the_place_of_the_one_that_stood(phone, programme):
    phone.send(sheets.filled(words="The water is dirty."))
    phone.send(sheets.filled(words="The water is dirty, and far."))
    variant = queries.inbox(programme).get()

    actions.review_submission(submission=variant, review="approved", by=None)

    stands = queries.told(Edition.objects.get().form).get()
    assert stands.pk == variant.pk
    assert Submission.objects.exclude(pk=variant.pk).get().state == Submission.State.REPLACED


def test_a_branch_that_is_approved_takes_the_place_of_what_it_says_it_replaces(phone, programme):
    phone.send(sheets.filled("uuid:3", deprecated="uuid:1"))
    phone.send(sheets.filled("uuid:1"))

    actions.review_submission(submission=queries.inbox(programme).get(), review="approved", by=None)

    assert queries.told(Edition.objects.get().form).get().instance_id == "uuid:3"


def test_a_phone_that_has_the_form_is_told_that_it_is_the_same(phone, edition):
    where = reverse("collect:form", args=[phone.token, edition.pk])
    tag = phone.client.get(where)["ETag"]

    answer = phone.client.get(where, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_the_same_bytes_that_nobody_can_read_are_kept_once(phone):
    phone.send(b"not xml")
    phone.send(b"not xml")

    assert Unreadable.objects.count() == 1


def test_a_file_sent_twice_with_other_bytes_is_kept_both_times(phone):
    phone.send(sheets.filled(), voice_amr=b"first")
    phone.send(sheets.filled(), voice_amr=b"second")

    assert Attachment.objects.filter(name="voice.amr").count() == 2


def test_a_form_that_is_not_known_here_goes_into_the_inbox(phone, programme):
    answer = phone.send(sheets.filled(form_id="another", version="7"))

    assert answer.status_code == 202
    assert queries.inbox(programme).get().state == Submission.State.UNKNOWN


def test_what_waited_in_the_inbox_is_known_once_its_form_arrives(phone, programme):
    phone.send(sheets.filled(version="2"), voice_amr=b"sound")
    sheet = sheets.testimony("2")

    actions.add_edition(programme=programme, made=read_sheet(sheet, name="f.md"), sheet=sheet, by=None)

    kept = Submission.objects.get()
    assert kept.state == Submission.State.RECEIVED
    assert queries.completeness(kept).missing == ("one.jpg", "two.jpg")
    assert not queries.inbox(programme).exists()


def test_a_text_that_replaces_an_earlier_one_takes_its_place(phone, programme):
    phone.send(sheets.filled("uuid:1"))

    answer = phone.send(sheets.filled("uuid:2", deprecated="uuid:1"))

    assert answer.status_code == 201
    stands = {row.instance_id: row.state for row in Submission.objects.all()}
    assert stands == {"uuid:1": "replaced", "uuid:2": "received"}
    assert len(set(Submission.objects.values_list("subject", flat=True))) == 1


@pytest.mark.parametrize("before", [(), ("uuid:2",)], ids=["is not here", "was replaced already"])
def test_a_text_that_replaces_what_cannot_be_replaced_waits_for_a_person(phone, programme, before):
    if before:
        phone.send(sheets.filled("uuid:1"))
    for instance in before:
        phone.send(sheets.filled(instance, deprecated="uuid:1"))

    answer = phone.send(sheets.filled("uuid:3", deprecated="uuid:1"))

    assert answer.status_code == 202
    assert queries.inbox(programme).get().instance_id == "uuid:3"


def test_a_file_that_the_text_does_not_name_is_kept_as_such(phone):
    phone.send(sheets.filled(), other_jpg=b"photo")

    assert not Attachment.objects.get().named


def test_of_what_was_withdrawn_no_byte_stays_on_the_disk(phone, programme):
    phone.send(sheets.filled())
    record.withdraw(Submission.objects.get().subject, by=None, programme=programme)

    with TestCase.captureOnCommitCallbacks(execute=True):
        phone.send(sheets.filled(words="Once more"), voice_amr=b"late sound")

    late = hashlib.sha256(b"late sound").hexdigest()
    assert not blobs.path_of(late).exists()


def test_more_than_the_server_takes_is_refused_in_a_sentence_before_it_is_read(phone):
    answer = phone.client.generic(
        "POST", reverse("collect:submission", args=[phone.token]), CONTENT_LENGTH=openrosa.LARGEST_POST + 1
    )

    assert answer.status_code == 413
    assert b'nature="error"' in answer.content


def test_a_text_in_another_encoding_is_read_by_what_it_says(phone):
    text = sheets.filled(words="Poussière à côté").decode()
    xml = text.replace("<?xml version='1.0' ?>", "<?xml version='1.0' encoding='iso-8859-1'?>")

    phone.send(xml.encode("iso-8859-1"))

    assert Submission.objects.get().answers["/data/words"] == "Poussière à côté"


def test_what_somebody_withdrew_is_answered_and_not_stored(phone, programme):
    phone.send(sheets.filled(), voice_amr=b"sound")
    record.withdraw(Submission.objects.get().subject, by=None, programme=programme)

    answer = phone.send(sheets.filled(words="Once more"), one_jpg=b"photo")

    assert answer.status_code == 202
    assert not Submission.objects.exists()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    "xml",
    [
        b"not xml",
        b"<data id='testimony'><words>x</words></data>",
        b"<!DOCTYPE d [<!ENTITY a 'aaaa'>]><data id='t'><meta><instanceID>u</instanceID></meta>&a;</data>",
        b"<?xml version='1.0' encoding='utf-16'?><data/>",
        sheets.filled("u" * 250),
    ],
    ids=["no xml", "no instance id", "an entity", "another encoding than it says", "an id too long"],
)
def test_what_is_no_submission_is_refused_in_a_sentence_and_its_bytes_are_kept(phone, xml):
    answer = phone.send(xml)

    assert answer.status_code == 400
    assert re.search(rb'<message nature="error">\w[^<]+\.</message>', answer.content)
    assert xml in blobs.read(Unreadable.objects.get().body)


def test_a_body_cut_off_at_any_byte_is_never_taken_for_whole(phone):
    whole = phone.client._encode_data(
        {
            "xml_submission_file": SimpleUploadedFile("s.xml", sheets.filled(), "text/xml"),
            "voice.amr": SimpleUploadedFile("voice.amr", b"sound" * 40, "audio/amr"),
        },
        "multipart/form-data; boundary=BoUnDaRyStRiNg",
    )
    for end in range(0, len(whole) - 4, 23):
        answer = phone.client.generic(
            "POST",
            reverse("collect:submission", args=[phone.token]),
            whole[:end],
            content_type="multipart/form-data; boundary=BoUnDaRyStRiNg",
        )
        assert answer.status_code == 400
    assert not Submission.objects.exists()


def test_a_revoked_or_made_up_token_opens_nothing(phone, programme):
    [collector] = queries.collectors(programme)
    actions.revoke_collector(collector=collector, by=None)

    for token in (phone.token, "made-up"):
        for name in ("form_list", "submission"):
            answer = Client().generic(
                "HEAD" if name == "submission" else "GET", reverse(f"collect:{name}", args=[token])
            )
            assert answer.status_code == 401


def test_a_version_is_published_once(programme, edition):
    sheet = sheets.testimony() + b"|          | text | more | More | Zaidi | |\n"
    other = sheets.testimony().replace(b"Which site?", b"Which mine?")

    with pytest.raises(actions.SameVersion):
        actions.add_edition(programme=programme, made=read_sheet(other, name="f.md"), sheet=sheet, by=None)


def test_a_broken_reference_is_refused_in_pyxforms_words_with_its_row():
    with pytest.raises(Refused, match="nowhere"):
        read_sheet(sheets.BROKEN.encode(), name="form.md")


BAD = """
| survey   |           |      |           |          |            |             |
|          | type      | name | label     | relevant | constraint | calculation |
|          | {kind}    | words | {label}  |          | {constraint} |           |
|          | calculate | sum  |           |          |            | {sum}       |
| settings |           |      |           |          |            |             |
|          | form_id   | form_title | version |      |            |             |
|          | bad       | Bad  | 1         |          |            |             |
"""
GOOD = {"kind": "text", "label": "In words", "constraint": "", "sum": "1"}


@pytest.mark.parametrize(
    ("cells", "said", "where"),
    [
        ({"kind": "txet"}, "Unknown question type 'txet'", "Sheet survey, row 2, column type"),
        ({"label": ""}, "no label or hint", "Sheet survey, row 2, column name"),
    ],
)
def test_what_is_wrong_in_a_sheet_is_said_with_its_cell(cells, said, where):
    with pytest.raises(Refused) as wrong:
        read_sheet(workbook(BAD.format(**GOOD | cells)))

    assert said in str(wrong.value)
    assert where in str(wrong.value)


@needs_jdk
@pytest.mark.slow
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"sum": "nofunc(${words})"}, "cannot handle function 'nofunc'. (Sheet survey, row 3, column calc"),
        ({"constraint": ". >> 3"}, "invalid constraint expression [. >> 3]. (Sheet survey, row 2, column"),
        ({"sum": "${sum} + 1"}, "(Sheet survey, row 3, column"),
    ],
    ids=["no such function", "no expression", "a circle"],
)
def test_what_only_javarosa_finds_wrong_is_said_in_one_sentence_and_nothing_is_kept(programme, cells, said):
    flo = make.client_of(make.member(programme, role="researcher"))
    sheet = SimpleUploadedFile("bad.xlsx", workbook(BAD.format(**GOOD | cells)))

    page = flo.post(reverse("field:add_form", args=[programme.slug]), {"sheet": sheet}).content.decode()

    assert said in html.unescape(page)
    assert not re.search(r"javarosa|\$\{tmp|Exception", page)
    assert not Edition.objects.exists()


def test_a_ready_form_that_was_changed_under_the_same_version_is_refused_in_a_sentence(programme):
    sheet = ready_forms()["testimony"]
    other = read_sheet(sheet)
    actions.add_edition(
        programme=programme, made=replace(other, xform=other.xform + b" "), sheet=sheet, by=None
    )
    flo = make.client_of(make.member(programme, role="researcher"))

    answer = flo.post(reverse("field:add_ready_form", args=[programme.slug, "testimony"]), follow=True)

    assert "is here with other questions" in answer.content.decode()


UNTRANSLATED = """
| survey   |              |       |                     |                      |                    |       |
|          | type         | name  | label::English (en) | label::Kiswahili (sw) | hint::English (en) | image |
|          | select_one c | water | Clean?              | Safi?                | Look.              | a.png |
| choices  |              |       |                     |                      |                    |       |
|          | list_name    | name  | label::English (en) | label::Kiswahili (sw) |                   |       |
|          | c            | yes   | yes                 |                      |                    |       |
| settings |              |       |                     |                      |                    |       |
|          | form_id      | form_title | version        |                      |                    |       |
|          | water        | Water | 1                   |                      |                    |       |
"""


def test_every_cell_that_a_language_lacks_is_listed_before_publishing(programme):
    sheet = UNTRANSLATED.encode()
    made = read_sheet(sheet, name="form.md")
    draft = actions.add_edition(programme=programme, made=made, sheet=sheet, by=None)
    flo = make.client_of(make.member(programme, role="researcher"))

    page = flo.get(reverse("field:publish_edition", args=[programme.slug, draft.pk])).content.decode()

    assert set(made.untranslated) == {
        "survey, water: the column “image” names no language. Name one: image::English (en)",
        "survey, water: no hint in sw",
        "choices, c yes: no label in sw",
    }
    assert all(line in html.unescape(page) for line in made.untranslated)


def test_the_form_knows_its_languages_and_what_is_not_translated():
    sheet = sheets.testimony().replace(b"Kwa maneno", b"          ")

    made = read_sheet(sheet, name="form.md")

    assert set(made.languages) == {"en", "sw"}
    assert made.untranslated == ("survey, words: no label in sw",)


def test_answers_stand_in_the_order_of_the_form_and_in_the_readers_words(phone):
    phone.send(sheets.filled())

    said = queries.answered(Submission.objects.select_related("edition", "programme").get())

    assert [words for words, _ in said] == [
        "Which site?",
        "What hurts?",
        "In words",
        "How deep? (1)",
        "How deep? (2)",
        "Photo (1)",
        "Photo (2)",
    ]


def test_a_researcher_adds_publishes_and_hands_out_a_square(programme):
    flo = make.client_of(make.member(programme, role="researcher"))
    book = workbook(sheets.TESTIMONY.format(version="1"))
    flo.post(reverse("field:add_form", args=[programme.slug]), {"sheet": SimpleUploadedFile("t.xlsx", book)})
    edition = Edition.objects.get()
    flo.post(reverse("field:publish_edition", args=[programme.slug, edition.pk]))

    page = flo.post(reverse("field:collectors", args=[programme.slug]), {"name": "Asha"}).content.decode()

    server = re.search(r"<code>http://testserver(/collect/[\w-]+)</code>", page)
    assert server
    assert b"<formID>testimony</formID>" in Client().get(f"{server[1]}/formList").content


def test_a_file_that_is_no_sheet_is_refused_and_nothing_is_kept(programme):
    flo = make.client_of(make.member(programme, role="researcher"))

    page = flo.post(
        reverse("field:add_form", args=[programme.slug]), {"sheet": SimpleUploadedFile("t.xlsx", b"no sheet")}
    ).content.decode()

    assert "no XLSForm that can be read" in page
    assert not Edition.objects.exists()


def test_the_table_of_a_form_holds_every_submission_and_no_formula(programme, phone):
    phone.send(sheets.filled(words="=1+1"))
    form = Edition.objects.get().form
    listener = make.client_of(make.member(programme, role="researcher"))

    answer = listener.get(reverse("field:submissions_csv", args=[programme.slug, form.pk]))

    table = b"".join(answer.streaming_content).decode()
    assert "'=1+1" in table
    assert "one.jpg | two.jpg" in table


def test_the_workbook_of_a_form_holds_the_same_and_no_formula(programme, phone):
    phone.send(sheets.filled(words="=1+1"))
    form = Edition.objects.get().form
    listener = make.client_of(make.member(programme, role="researcher"))

    answer = listener.get(reverse("field:submissions_xlsx", args=[programme.slug, form.pk]))

    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    heads, row = book["Submissions"].iter_rows(values_only=True)
    assert dict(zip(heads, row, strict=True))["/data/words"] == "'=1+1"


def test_no_table_holds_a_point_on_the_map():
    where = Question("where", "/data/where", "geopoint", "", {})

    assert queries.said_to(where, {"/data/where": "-2.87 32.23 1200 5"}) == ""
    assert odata.typed(where, "-2.87 32.23 1200 5") is None


@pytest.mark.parametrize("name", list(ready_forms()))
def test_the_ready_forms_have_words_in_every_language_and_nothing_to_warn_of(name):
    made = read_sheet(ready_forms()[name])

    assert (set(made.languages), made.untranslated, made.warnings) == ({"en", "sw", "fr"}, (), ())


def test_somebody_under_18_is_asked_nothing_more():
    root = etree.fromstring(read_sheet(ready_forms()["testimony"]).xform)
    asked = root.findall(".//{*}bind")
    gates = {bind.get("nodeset"): bind.get("relevant", "") for bind in asked}

    assert gates["/data/adult"].endswith("!= 'under_18'")
    inside = [n for n in gates if not n.endswith(("/age", "/child", "/adult")) and "/meta" not in n]
    assert all("/adult/" in nodeset for nodeset in inside)


def test_a_researcher_begins_with_a_ready_form(programme):
    flo = make.client_of(make.member(programme, role="researcher"))

    flo.post(reverse("field:add_ready_form", args=[programme.slug, "testimony"]))

    assert Edition.objects.get().form.form_id == "jukwaa_testimony"


def test_of_a_child_nothing_is_kept_but_that_it_is_one(phone):
    xml = (
        b'<data id="testimony" version="2026112601" xmlns:orx="http://openrosa.org/xforms"><age>under_18</age>'
        b"<words>CANARY</words><voice>voice.amr</voice>"
        b"<orx:meta><orx:instanceID>uuid:c</orx:instanceID></orx:meta></data>"
    )

    answer = phone.send(xml, voice_amr=b"sound")

    kept = Submission.objects.get()
    assert answer.status_code == 201
    assert (kept.answers, kept.expected) == ({"/data/age": "under_18"}, [])
    assert openrosa.read_submission(blobs.read(kept.xml)).instance_id == "uuid:c"
    assert b"CANARY" not in b"".join(path.read_bytes() for path in (own_files()))
    assert not Attachment.objects.exists()
    assert phone.send(xml, voice_amr=b"sound").status_code == 202


def test_a_form_reads_as_a_phone_shows_it_in_each_of_its_languages(programme):
    flo = make.client_of(make.member(programme, role="researcher"))
    flo.post(reverse("field:add_ready_form", args=[programme.slug, "testimony"]))
    where = reverse("field:preview_edition", args=[programme.slug, Edition.objects.get().pk])

    page = html.unescape(flo.get(where, {"language": "fr"}).content.decode())

    assert "Qu'est-ce qui fait mal ?" in page
    assert "${age} != 'under_18'" in page
    assert "recherche" not in page
    assert "Nini kinaumiza?" in html.unescape(flo.get(where, {"language": "sw"}).content.decode())


def test_what_is_missing_shows_by_site_where_most_is_missing_first(programme, phone):
    phone.send(sheets.filled("uuid:1"), voice_amr=b"a", one_jpg=b"b", two_jpg=b"c")
    phone.send(sheets.filled("uuid:2").replace(b"nyarugusu", b"rwamagasa"), voice_amr=b"a")
    form = Edition.objects.get().form
    question = queries.site_question(form)

    rows = queries.by_site(form, question)
    page = make.client_of(make.member(programme, role="researcher")).get(
        reverse("field:missing_files", args=[programme.slug, form.pk])
    )

    assert [(row.site, row.lacking, row.expected, row.present) for row in rows] == [
        ("rwamagasa", 1, 3, 1),
        ("nyarugusu", 0, 3, 3),
    ]
    assert "1 of 3" in page.content.decode()
    assert [row.instance_id for row in queries.find_submissions(form, missing=True)] == ["uuid:2"]
