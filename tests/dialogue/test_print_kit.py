"""What is printed for a gathering: the right pages, in people's language, with nothing fetched."""

import http.server
import io
import subprocess
import threading
from collections.abc import Iterator
from urllib.parse import urlencode

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from jukwaa import record
from jukwaa.agenda.models import Gradient
from jukwaa.dialogue import actions
from jukwaa.dialogue.models import Gathering, Round
from jukwaa.dialogue.printing import queries, views
from jukwaa.dialogue.printing.pdf import make_pdf
from jukwaa.dialogue.printing.queries import SHEETS, STEPS
from jukwaa.programmes.models import Constituency
from jukwaa.record import blobs
from tests import make

pytestmark = pytest.mark.django_db

A4 = (595, 842)


@pytest.fixture
def hall() -> Gathering:
    """A gathering in a programme that speaks Swahili first: two groups, a round of five, three people."""
    programme = make.programme(languages="sw en")
    panners, chiefs = (make.constituency(programme, name=name) for name in ("Panners", "Chiefs"))
    of = make.round_(programme, statements=5, question="What hurts most?")
    people = [
        make.participant(programme, constituency=panners, called="Mama Asha"),
        make.participant(programme, constituency=panners),
        make.participant(programme, constituency=chiefs, called="Ann"),
    ]
    actions.attend(gathering=of.gathering, people=people, state="accepted", by=None)
    of.gathering.programme = programme
    return of.gathering


def staff(hall: Gathering) -> Client:
    return make.client_of(make.member(hall.programme))


def sheet(hall: Gathering, name: str, **chosen: object) -> str:
    """The sheet as a page."""
    address = reverse("dialogue:print_sheet", args=[hall.programme.slug, hall.pk, name])
    answer = staff(hall).get(f"{address}?{urlencode(chosen)}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_sheets_of_a_round_apart_are_for_its_own_meeting_and_for_nobody_once_it_is_closed(hall):
    women = actions.prepare_round(
        gathering=hall, kind="problems", question="Women, what hurts?", women=True, by=None
    )
    make.statement(women)
    actions.open_round(round=women, by=None)
    open_now = [str(r) for r in queries.rounds(hall)], kit(hall)

    actions.close_round(round=women, by=None)

    assert open_now[0] == ["What hurts most?", "Women, what hurts?"]
    assert "Women, what hurts? – Only women are asked." in open_now[1]
    assert "Women, what hurts?" not in kit(hall)


def kit(hall: Gathering) -> str:
    return (
        staff(hall).get(reverse("dialogue:print_kit", args=[hall.programme.slug, hall.pk])).content.decode()
    )


def pdf(hall: Gathering, name: str, **chosen: object) -> pypdf.PdfReader:
    """The sheet as PDF."""
    address = reverse("dialogue:print_pdf", args=[hall.programme.slug, hall.pk, name])
    answer = staff(hall).get(f"{address}?{urlencode(chosen)}")
    assert answer["Content-Type"] == "application/pdf"
    return pypdf.PdfReader(io.BytesIO(answer.content))


def words(read: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in read.pages).split())


# ---- the page that lists them ----------------------------------------------------------------------------


def test_the_kit_offers_every_sheet_as_a_page_and_as_pdf(hall):
    page = (
        staff(hall).get(reverse("dialogue:print_kit", args=[hall.programme.slug, hall.pk])).content.decode()
    )

    for name in SHEETS:
        assert f"/print/{name}/" in page
        assert f"/print/{name}.pdf" in page
        assert f"dialogue/print/{name}.svg" in page


def test_where_pdf_is_not_installed_the_kit_says_what_does_the_same(hall, monkeypatch):
    monkeypatch.setattr(views, "can_make_pdf", lambda: False)
    client = staff(hall)
    kit = reverse("dialogue:print_kit", args=[hall.programme.slug, hall.pk])

    page = client.get(kit).content.decode()
    turned_back = client.get(reverse("dialogue:print_pdf", args=[hall.programme.slug, hall.pk, "scale"]))

    assert "PDF is not installed on this computer." in page
    assert ".pdf" not in page
    assert turned_back["Location"] == kit


def test_a_sheet_that_there_is_not_is_not_found(hall):
    address = reverse("dialogue:print_sheet", args=[hall.programme.slug, hall.pk, "passports"])

    assert staff(hall).get(address).status_code == 404


def test_a_sheet_of_a_round_asks_for_one_where_there_is_none():
    gathering = make.gathering()
    kit = reverse("dialogue:print_kit", args=[gathering.programme.slug, gathering.pk])
    client = staff(gathering)

    for route in ("dialogue:print_sheet", "dialogue:print_pdf"):
        answer = client.get(reverse(route, args=[gathering.programme.slug, gathering.pk, "tally"]))
        assert answer["Location"] == kit
    assert "Prepare a round first." in client.get(kit).content.decode()


@pytest.mark.parametrize("chosen", [{"signs": "many"}, {"signs": -1}, {"signs": 10**9}, {"language": "tlh"}])
def test_what_cannot_be_is_printed_as_usual(hall, chosen):
    assert sheet(hall, "signs", **chosen).count('class="tent"') == 2 + SHEETS["signs"].many


# ---- as PDF: real text, the right pages, fonts in it -----------------------------------------------------


@pytest.mark.parametrize(
    ("name", "pages", "size", "says"),
    [
        ("join", 1, A4, "testserver/j"),
        ("signs", 6, A4[::-1], "Mama Asha"),
        ("signin", 1, A4, "Mama Asha"),
        ("questions", 6, A4, "1. Where are we?"),
        ("rule", 1, A4, "What hurts most?"),
        ("statements", 2, A4, "Statement 5"),
        ("dots", 1, A4, "Everybody has 3 dots."),
        ("tally", 2, A4[::-1], "Counted again by:"),
        ("scale", 1, A4, "stand aside"),
    ],
)
def test_each_sheet_is_a_pdf_of_real_text(hall, name, pages, size, says):
    read = pdf(hall, name, language="en")

    assert len(read.pages) == pages
    assert {tuple(round(float(x)) for x in page.mediabox[2:]) for page in read.pages} == {size}
    assert says in words(read)


def test_its_fonts_are_in_it(hall):
    read = pdf(hall, "scale")

    fonts = [font.get_object() for font in read.pages[0]["/Resources"]["/Font"].values()]
    described = [f["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for f in fonts]
    assert described
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(each) for each in described)


def test_what_is_printed_is_black_on_a_white_page_that_is_not_empty(hall, tmp_path):
    address = reverse("dialogue:print_pdf", args=[hall.programme.slug, hall.pk, "statements"])
    (tmp_path / "cards.pdf").write_bytes(staff(hall).get(address).content)

    subprocess.run(
        ["pdftoppm", "-r", "30", "-png", "-l", "1", "cards.pdf", "cards"], cwd=tmp_path, check=True
    )
    [drawn] = [Image.open(path).convert("RGB") for path in tmp_path.glob("*.png")]

    pixels = drawn.get_flattened_data()
    inked = sum(max(pixel) < 100 for pixel in pixels)
    coloured = sum(max(pixel) - min(pixel) > 40 for pixel in pixels)
    assert drawn.getpixel((2, 2)) == (255, 255, 255)
    assert 0.001 < inked / (drawn.width * drawn.height) < 0.2
    assert coloured == 0


@pytest.fixture
def neighbour() -> Iterator[tuple[str, list[str]]]:
    """A web server beside us, and what was asked of it."""
    asked: list[str] = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing: the tests read `asked`."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_drawing_a_pdf_asks_nothing_of_the_network_or_of_the_disk(neighbour, tmp_path):
    site, asked = neighbour
    (tmp_path / "secret.txt").write_text("secret")

    made = make_pdf(
        f'<link rel="stylesheet" href="{site}/a.css"><img src="{site}/b.png"><img src="//{site[7:]}/c.png">'
        f'<object data="file://{tmp_path}/secret.txt"></object><link rel="attachment" href="file://{tmp_path}/secret.txt">'
        f'<img src="/static/../../../../etc/passwd"><p>Words</p>'
    )

    assert asked == []
    assert "secret" not in made.decode("latin-1")
    assert words(pypdf.PdfReader(io.BytesIO(made))) == "Words"


# ---- what stands on them ---------------------------------------------------------------------------------


def test_sheets_speak_the_first_language_of_the_programme_unless_another_is_chosen(hall):
    assert '<html lang="sw"' in sheet(hall, "scale")
    assert "naunga mkono kabisa" in sheet(hall, "scale")
    assert "full support" in sheet(hall, "scale", language="en")


def test_statements_are_printed_in_the_language_that_is_chosen(hall):
    of = hall.rounds.get()
    first = of.statements.order_by("position", "pk").first()
    actions.translate(
        row=first, text="Maji ni machafu.", language="sw", made_by="Asha", reviewed_by="", by=None
    )

    assert "Maji ni machafu." in sheet(hall, "statements")
    assert "Maji ni machafu." not in sheet(hall, "statements", language="en")


def test_signs_are_of_those_who_want_to_be_called_something_and_some_are_blank(hall):
    page = sheet(hall, "signs", signs=1)

    assert page.count('class="tent"') == 3
    assert page.count("Mama Asha") == 2, "on both sides"


def test_once_the_lists_are_frozen_no_name_is_printed(hall):
    record.put("dialogue.gathering_frozen", hall, frozen=True, by=None)

    assert "Mama Asha" not in sheet(hall, "signs") + sheet(hall, "signin")


def test_who_refused_to_come_is_on_no_list(hall):
    asha = hall.attendances.get(participant__called="Mama Asha").participant
    actions.attend(gathering=hall, people=[asha], state="refused", by=None)

    assert "Mama Asha" not in sheet(hall, "signs") + sheet(hall, "signin")


def test_the_sign_in_sheet_says_what_it_is_for_and_has_lines_for_walk_ins(hall):
    page = sheet(hall, "signin", signin=2, language="en")

    assert "You may leave any field empty and still take part." in page
    assert page.count("<tbody><tr>") == 2
    assert page.count("<tr><td") == 3 + 2 * 2


def test_a_tally_sheet_has_boxes_for_each_statement_and_for_two_who_count(hall):
    page = sheet(hall, "tally", language="en")

    assert page.count("<article") == 2
    assert page.count('class="count"') == 2 * 5 * 6
    assert page.count("Of these, also voted by phone") == 2
    assert page.count("Counted by:") == page.count("Counted again by:") == 2


def test_a_round_for_one_group_has_the_tally_sheet_of_that_group_only(hall):
    of = hall.rounds.get()
    record.put("dialogue.round_changed", of, constituency=Constituency.objects.get(name="Chiefs"), by=None)

    page = sheet(hall, "tally")

    assert "Chiefs" in page
    assert "Panners" not in page


def test_a_card_bears_its_picture_or_its_photo(hall):
    first, second, *_others = hall.rounds.get().statements.order_by("position", "pk")
    out = io.BytesIO()
    Image.new("RGB", (1200, 800)).save(out, "JPEG")
    record.put("dialogue.statement_pictured", first, picture="warning", by=None)
    record.put(
        "dialogue.statement_pictured", second, photo=blobs.keep(out.getvalue(), mime="image/jpeg"), by=None
    )

    page = sheet(hall, "statements")

    assert page.count('class="floor-picture"') == 1
    assert page.count('src="data:image/jpeg;base64,') == 1


def test_a_photo_that_has_not_come_yet_is_left_out(hall):
    first = hall.rounds.get().statements.order_by("position", "pk").first()
    photo = blobs.keep(b"photo", mime="image/jpeg")
    record.put("dialogue.statement_pictured", first, photo=photo, by=None)
    blobs.path_of(photo).unlink()

    assert "Statement 1" in sheet(hall, "statements")


def test_the_rule_of_the_round_that_is_chosen_hangs_on_the_wall(hall):
    other = actions.prepare_round(
        gathering=hall, kind=Round.Kind.PROBLEMS, question="And what else?", threshold="0.75", by=None
    )

    page = sheet(hall, "rule", round=other.pk, language="en")

    assert "And what else?" in page
    assert "75 of 100 people or more agree" in page


def test_the_steps_of_agreement_are_those_of_the_roadmap():
    assert [(str(word), shape) for word, shape, _mouth in STEPS] == [
        (str(step.label), step.shape) for step in Gradient
    ]
