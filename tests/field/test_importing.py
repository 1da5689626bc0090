"""Exports of KoboToolbox and ODK Central, read back as submissions."""

import io
import json
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jukwaa.field.collect import actions, importing, queries
from jukwaa.field.collect.importing import Asked
from jukwaa.field.collect.xlsform import read_sheet
from jukwaa.field.models import Edition, Submission
from tests import make

SHEET = """
| survey   |                      |        |                     |                      |
|          | type                 | name   | label::English (en) | label::Kiswahili (sw) |
|          | select_one site      | site   | Which site?         | Mgodi gani?          |
|          | begin group          | life   | Life                | Maisha               |
|          | select_multiple dig  | dug    | What is dug?        | Nini kinachimbwa?    |
|          | integer              | years  | For how long?       | Kwa muda gani?       |
|          | date                 | seen   | On which day?       | Siku gani?           |
|          | image                | photo  | Photo               | Picha                |
|          | end group            |        |                     |                      |
|          | begin repeat         | pit    | Pit                 | Shimo                |
|          | integer              | depth  | How deep?           | Kina gani?           |
|          | image                | shot   | A shot              | Picha yake           |
|          | end repeat           |        |                     |                      |
| choices  |                      |        |                     |                      |
|          | list_name            | name   | label::English (en) | label::Kiswahili (sw) |
|          | site                 | nyaru  | Nyarugusu           | Nyarugusu            |
|          | site                 | rwama  | Rwamagasa           | Rwamagasa            |
|          | dig                  | gold   | Gold                | Dhahabu              |
|          | dig                  | salt   | Rock salt           | Chumvi               |
| settings |                      |        |                     |                      |
|          | form_id              | form_title | version         |                      |
|          | visit                | Visit  | 3                   |                      |
"""
MADE = read_sheet(SHEET.encode(), name="form.md")
ASKED = Asked("visit", "3", frozenset({"3"}), MADE.questions, importing.choices_of(MADE.xform))
WHOLE = {
    "/data/site": "nyaru",
    "/data/life/dug": "gold salt",
    "/data/life/years": "4",
    "/data/life/seen": "2026-11-20",
    "/data/life/photo": "a.jpg",
    "/data/pit[1]/depth": "7",
    "/data/pit[1]/shot": "b.jpg",
    "/data/pit[2]/depth": "9",
    "/data/meta/instanceID": "uuid:4f0a",
}
KOBO = {
    "main": [
        ["site", "life/dug", "life/dug/gold", "life/dug/salt", "life/years", "life/seen", "life/photo",
         "life/photo_URL", "__version__", "_id", "_uuid", "_submission_time", "_index"],
        ["nyaru", "gold salt", 1, 1, 4, "2026-11-20", "a.jpg", "https://x/a.jpg", "vXy", 7, "4f0a",
         "2026-11-21T08:00:00", 1],
    ],
    "pit": [
        ["pit/depth", "pit/shot", "_index", "_parent_table_name", "_parent_index", "_submission__uuid"],
        [7, "b.jpg", 1, "main", 1, "4f0a"],
        [9, None, 2, "main", 1, "4f0a"],
    ],
}  # fmt: skip
KOBO_IN_WORDS = {
    "main": [
        ["Which site?", "Life/What is dug?", "Life/What is dug?/Gold", "Life/What is dug?/Rock salt",
         "Life/For how long?", "Life/On which day?", "Life/Photo", "_uuid"],
        ["Nyarugusu", "Gold Rock salt", 1, 1, 4, "2026-11-20", "a.jpg", "4f0a"],
    ],
    "pit": [["How deep?", "A shot", "_submission__uuid"], [7, "b.jpg", "4f0a"], [9, "", "4f0a"]],
}  # fmt: skip
CENTRAL = {
    "visit.csv": "SubmissionDate,site,life-dug,life-years,life-seen,life-photo,meta-instanceID,KEY,"
    "FormVersion\n"
    "2026-11-21T08:00:00.000Z,nyaru,gold salt,4,2026-11-20,a.jpg,uuid:4f0a,uuid:4f0a,3\n",
    "visit-pit.csv": "depth,shot,PARENT_KEY,KEY\n7,b.jpg,uuid:4f0a,uuid:4f0a/pit[1]\n"
    "9,,uuid:4f0a,uuid:4f0a/pit[2]\n",
}


def book(sheets) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def packed(files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def only_main(sheets, **changed) -> bytes:
    """The main sheet with other values in its one row, by heading."""
    heads, row = sheets["main"]
    return book({"main": [heads, [changed.get(head, value) for head, value in zip(heads, row, strict=True)]]})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data"),
    [("e.xlsx", book(KOBO)), ("e.xlsx", book(KOBO_IN_WORDS)), ("e.zip", packed(CENTRAL))],
    ids=["KoboToolbox, by name", "KoboToolbox, in words", "ODK Central"],
)
def test_an_export_holds_what_the_phone_sent(name, data):
    programme = make.programme()
    actions.add_edition(programme=programme, made=MADE, sheet=b"", by=None)

    export = importing.read(name, data, ASKED)
    [row] = export.rows
    actions.import_submission(programme=programme, xml=row.xml, at=row.sent_at, by=None)

    kept = Submission.objects.get()
    assert {path: said for path, said in kept.answers.items() if said} == WHOLE
    assert (kept.state, kept.version, export.faults, export.unknown) == ("received", "3", [], [])
    assert kept.expected == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"site": "atlantis"}, "main, row 2, site: “atlantis” is not among the choices"),
        ({"life/years": "many"}, "main, row 2, life/years: “many” is no whole number"),
        ({"life/seen": "yesterday"}, "main, row 2, life/seen: “yesterday” is no day, as 2026-11-26"),
        ({"_uuid": ""}, "main, row 2, _uuid: there is none"),
        ({"_submission_time": "soon"}, "main, row 2, _submission_time: “soon” is no date"),
    ],
)
def test_what_does_not_fit_is_said_by_file_row_and_field_and_the_row_left_out(changed, said):
    export = importing.read("e.xlsx", only_main(KOBO, **changed), ASKED)

    assert [str(fault) for fault in export.faults] == [f"e.xlsx, {said}"]
    assert export.rows == []


def test_a_fault_in_a_repeat_leaves_out_the_submission_that_it_belongs_to():
    pits = [*KOBO["pit"][:2], ["deep", None, 2, "main", 1, "4f0a"]]

    export = importing.read("e.xlsx", book(KOBO | {"pit": pits}), ASKED)

    assert [str(fault) for fault in export.faults] == [
        "e.xlsx, pit, row 3, pit/depth: “deep” is no whole number"
    ]
    assert export.rows == []


def test_the_same_uuid_twice_in_a_file_is_taken_once():
    rows = [*KOBO["main"], KOBO["main"][1]]

    export = importing.read("e.xlsx", book({"main": rows}), ASKED)

    assert [str(fault) for fault in export.faults] == ["e.xlsx, main, row 3, _uuid: it is in row 2 already"]
    assert len(export.rows) == 1


def test_a_heading_that_nobody_knows_is_named_and_left_out():
    heads, row = KOBO["main"]

    export = importing.read("e.xlsx", book({"main": [[*heads, "colour"], [*row, "red"]]}), ASKED)

    assert export.unknown == ["colour"]
    assert len(export.rows) == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("e.pdf", b"%PDF"),
        ("e.xlsx", b"no workbook"),
        ("e.csv", b"\xff\xfe\x00"),
        ("e.csv", b"colour,size\nred,4\n"),
        ("e.csv", b"site\nnyaru\n"),
        ("e.csv", b""),
        ("e.zip", packed({"readme.txt": "x"})),
    ],
    ids=["pdf", "bytes", "not utf-8", "another form", "no uuid", "nothing", "no table"],
)
def test_what_is_no_export_is_refused_in_a_sentence(name, data):
    with pytest.raises(importing.Refused, match=r"\.$|\?$"):
        importing.read(name, data, ASKED)


def test_more_than_fits_into_memory_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(importing, "LARGEST_TABLES", 100)

    with pytest.raises(importing.Refused, match="in parts"):
        importing.read("e.zip", packed(CENTRAL), ASKED)


def test_media_are_found_by_name_and_where_two_have_one_name_by_the_submission():
    zip_ = packed(
        {"asha/attachments/4f0a/a.jpg": b"mine", "asha/attachments/9b/a.jpg": b"other", "b.jpg": b"b"}
    )
    [row] = importing.read("e.xlsx", book(KOBO), ASKED).rows

    assert list(importing.Media(zip_).of(row)) == [("a.jpg", b"mine"), ("b.jpg", b"b")]


@pytest.mark.django_db
def test_importing_twice_doubles_nothing_and_brings_files_that_were_missing():
    programme = make.programme()
    actions.add_edition(programme=programme, made=MADE, sheet=b"", by=None)
    [row] = importing.read("e.xlsx", book(KOBO), ASKED).rows
    photo = actions.Part("a.jpg", b"photo", "image/jpeg")

    first = actions.import_submission(programme=programme, xml=row.xml, by=None)
    again = actions.import_submission(programme=programme, xml=row.xml, parts=[photo], by=None)
    actions.import_submission(programme=programme, xml=row.xml, parts=[photo], by=None)

    assert (first.new, again.new) == (True, False)
    assert queries.completeness(Submission.objects.get()).missing == ("b.jpg",)
    assert queries.attachments(again.submission).count() == 1


@pytest.fixture
def programme():
    """A programme with the form."""
    made = make.programme()
    actions.add_edition(programme=made, made=MADE, sheet=b"", by=None)
    return made


@pytest.fixture
def flo(programme):
    """A researcher's browser."""
    return make.client_of(make.member(programme, role="researcher"))


def the_form(programme):
    return Edition.objects.get().form


@pytest.mark.django_db
def test_a_researcher_looks_at_an_export_and_takes_it_in_in_steps(programme, flo, settings, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", -1)
    heads, row = KOBO["main"]
    rows = [heads, row, [*row[:10], "9b", *row[11:]], ["atlantis", *row[1:10], "7c", *row[11:]]]
    sent = {
        "export": SimpleUploadedFile("e.xlsx", book({"main": rows})),
        "attached": SimpleUploadedFile("m.zip", packed({"4f0a/a.jpg": b"a", "9b/a.jpg": b"b"})),
    }

    look = flo.post(
        reverse("field:import_export", args=[programme.slug, the_form(programme).pk]), sent, follow=True
    )
    where = look.redirect_chain[-1][0]
    step = flo.post(where)
    done = flo.post(where, {"start": "1"}, follow=True)

    assert "e.xlsx, main, row 4, site: “atlantis” is not among the choices" in look.content.decode()
    assert "1 of 2" in step.content.decode()
    assert "Taken in: 2 submissions" in done.content.decode()
    assert {s.instance_id: s.attachments.count() for s in Submission.objects.all()} == {
        "uuid:4f0a": 1,
        "uuid:9b": 1,
    }
    assert not list((settings.JUKWAA_HOME / "imports").iterdir())
    assert flo.get(where, follow=True).status_code == 200


@pytest.mark.django_db
def test_what_somebody_looks_at_opens_to_nobody_else(programme, flo):
    sent = {"export": SimpleUploadedFile("e.xlsx", book(KOBO))}
    where = flo.post(reverse("field:import_export", args=[programme.slug, the_form(programme).pk]), sent).url
    other = make.client_of(make.member(programme, role="researcher", name="Ben"))

    assert other.post(where).status_code == 302
    assert not Submission.objects.exists()


@pytest.mark.django_db
def test_an_export_of_another_form_is_refused_on_the_page_and_nothing_is_kept(programme, flo, settings):
    sent = {"export": SimpleUploadedFile("e.csv", b"colour\nred\n")}

    page = flo.post(reverse("field:import_export", args=[programme.slug, the_form(programme).pk]), sent)

    assert "is it an export of another?" in page.content.decode()
    assert not (settings.JUKWAA_HOME / "imports").exists()


@pytest.mark.django_db
def test_all_with_files_comes_as_one_zip(programme, flo):
    [row] = importing.read("e.xlsx", book(KOBO), ASKED).rows
    photo = actions.Part("a.jpg", b"photo", "image/jpeg")
    actions.import_submission(programme=programme, xml=row.xml, parts=[photo], by=None)

    answer = flo.get(reverse("field:submissions_zip", args=[programme.slug, the_form(programme).pk]))

    whole = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert whole.namelist() == ["submissions.csv", "media/4f0a/a.jpg"]
    assert whole.read("media/4f0a/a.jpg") == b"photo"
    assert b"gold salt" in whole.read("submissions.csv")


@pytest.mark.django_db
def test_a_map_counts_by_squares_and_leaves_out_those_with_few(programme, flo):
    sheet = POINTS.encode()
    actions.add_edition(programme=programme, made=read_sheet(sheet, name="f.md"), sheet=sheet, by=None)
    for number in range(13):
        point = "-2.8712 32.2299 1200 5" if number < 11 else "-6.2 35.7 0 0"
        xml = (
            f'<data id="where" version="1"><at>{point}</at>'
            f"<meta><instanceID>uuid:{number}</instanceID></meta></data>"
        )
        actions.import_submission(programme=programme, xml=xml.encode(), by=None)
    form = Edition.objects.get(form__form_id="where").form

    answer = flo.get(reverse("field:submissions_geojson", args=[programme.slug, form.pk]))

    told = json.loads(answer.content)
    [cell] = told["features"]
    assert cell["geometry"]["coordinates"] == [32.25, -2.85]
    assert (cell["properties"], told["submissions_left_out"]) == ({"submissions": 11}, 2)


POINTS = """
| survey   |          |      |        |
|          | type     | name | label  |
|          | geopoint | at   | Where? |
| settings |          |      |        |
|          | form_id  | form_title | version |
|          | where    | Where | 1 |
"""
