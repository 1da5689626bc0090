"""The look keeps its promises: contrast, weight, icons, parts that say what they are given."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from jukwaa.web.templatetags import look

ROOT = Path(__file__).parents[2]
WEB = ROOT / "src/jukwaa/web"
SHEET = (WEB / "static/web/jukwaa.css").read_text(encoding="utf-8")
DOC = (ROOT / "docs/reference/look.md").read_text(encoding="utf-8")
PARTS = sorted((WEB / "templates/web/parts").glob("*.html"))
# Parts that only other parts or frames include.
INNER = {"mark", "messages"}

TEXTS = ["ink", "soft", "agree", "disagree", "wrong"]
GROUNDS = ["paper", "sheet"]
ON_COLOUR = [
    ("on-laterite", "laterite"), ("on-vote", "agree"), ("on-vote", "disagree"), ("on-pass", "pass")
]  # fmt: skip


def block(selector: str, *, dark: bool = False) -> dict[str, str]:
    """The colour tokens that the sheet gives to selector, in the light or in the dark theme."""
    found = {}
    for rule in re.finditer(
        r"^( *)([^{}@\n]+) \{\n([^{}]*)\}", SHEET.split("/* ---- print", 1)[0], re.MULTILINE
    ):
        if rule[2] == selector and bool(rule[1]) == dark:
            found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", rule[3]))
    return found


THEMES = {
    "light": block(":root"),
    "dark": block(":root") | block(":root:not(.light)", dark=True),
    "participant, light": block(":root") | block(".participant"),
    "participant, dark": block(":root")
    | block(":root:not(.light)", dark=True)
    | block(".participant")
    | block(":root:not(.light) .participant", dark=True),
}


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    shares = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def part(name: str, **context: object) -> str:
    return render_to_string(f"web/parts/{name}.html", context)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)


def test_each_theme_has_colours_of_its_own():
    papers = [theme["paper"] for theme in THEMES.values()]

    assert len(set(papers)) == 4
    assert luminance(THEMES["dark"]["paper"]) < 0.02 < luminance(THEMES["light"]["paper"])


@pytest.mark.parametrize("theme", THEMES)
def test_ink_stands_twelve_to_one_on_paper(theme):
    tokens = THEMES[theme]

    assert contrast(tokens["ink"], tokens["paper"]) >= 12


@pytest.mark.parametrize(("theme", "least"), [(name, 7 if "participant" in name else 4.5) for name in THEMES])
def test_every_text_can_be_read_on_its_ground(theme, least):
    tokens = THEMES[theme]
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS] + ON_COLOUR

    low = {pair: round(contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in pairs}

    assert {pair: ratio for pair, ratio in low.items() if ratio < least} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_edges_of_what_one_can_press_are_seen(theme):
    tokens = THEMES[theme]

    assert contrast(tokens["edge"], tokens["paper"]) >= 3
    assert max(contrast(tokens["gold"], tokens["paper"]), contrast(tokens["ink"], tokens["paper"])) >= 3


def test_gold_is_never_the_colour_of_a_text():
    assert not re.search(r"[^-]color: var\(--gold\)", SHEET)


def test_colours_stand_only_among_the_tokens():
    """Black on white in print, cut lines and the ink on gold excepted: they are the same in every theme."""
    rules = SHEET.split("/* ---- elements ---- */", 1)[1].split("/* ---- print", 1)[0]

    assert set(re.findall(r"#[0-9a-f]{3,6}\b", rules)) <= {"#211a14", "#777"}
    assert contrast("#211a14", THEMES["light"]["gold"]) >= 4.5


def test_the_stylesheet_weighs_at_most_seven_thousand_bytes():
    assert len(brotli.compress(SHEET.encode())) <= 7000


def test_the_first_visit_of_a_participant_fits_its_budget(rf: RequestFactory):
    request = rf.get("/")
    page = Template(
        '{% extends "web/participant.html" %}{% block content %}'
        '{% include "web/parts/undo.html" with action="/u/" choice=1 only %}'
        '{% include "web/parts/statement_card.html" with text="Leseni bila barua ya mume" lang="sw" only %}'
        '{% include "web/parts/votes.html" with action="/v/" only %}{% endblock %}'
    ).render(Context({"request": request}))

    assert len(brotli.compress(page.encode())) + len(brotli.compress(SHEET.encode())) <= 12_000


def test_every_target_of_a_participant_is_a_thumb_wide():
    heights = {
        rule[1]: int(rule[2])
        for rule in re.finditer(r"\n([^{}\n]+) \{[^{}]*?min-height: (\d+)px", SHEET)
        if "type=" not in rule[1]
    }

    assert heights[".vote"] >= 64
    assert min(heights.values()) >= 48


@pytest.mark.parametrize("name", look.ICONS)
def test_icons_are_one_family(name):
    drawing = ET.fromstring(look.icon(name))

    assert drawing.get("viewBox") == "0 0 24 24"
    assert drawing.get("stroke-width") == "2"
    assert drawing.get("aria-hidden") == "true"
    assert not {child.get("fill") for child in drawing} - {None}


def test_an_unknown_icon_is_refused_by_name():
    with pytest.raises(ValueError, match="no icon is called 'smiley'"):
        look.icon("smiley")


@pytest.mark.parametrize(
    "path", sorted((ROOT / "src/jukwaa").rglob("templates/**/*.html")), ids=lambda path: path.name
)
def test_no_template_brings_its_own_style_or_script(path):
    assert not re.search(
        r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=\"", path.read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.stem)
def test_every_part_is_in_the_reference(path):
    assert path.stem in INNER or f"`{path.stem}`" in DOC


def test_every_icon_is_in_the_reference():
    listed = re.search(r"There are:\n(.*?)\.\n", DOC, re.DOTALL)

    assert listed
    assert re.split(r",\s+", listed[1]) == sorted(look.ICONS)


def test_the_road_says_where_we_are_and_who_is_missing():
    stations = [
        {"title": "Research", "state": "past", "sentence": "41 people were heard."},
        {"title": "Dialogue", "state": "present", "missing": "pit workers", "url": "/d/"},
        {"title": "Roadmap", "state": "future"},
    ]

    road, small = part("road", stations=stations), part("road_small", stations=stations)

    assert road.count('aria-current="step"') == 1
    assert "We are here" in road
    assert "Missing: pit workers" in road
    assert '<a href="/d/">Dialogue</a>' in road
    assert "Stage 2 of 3:" in small


def test_the_thread_opens_each_joint_but_the_page_itself():
    joints = [
        {
            "kind": "voice",
            "words": "Karani alikataa",
            "lang": "sw",
            "url": "/q/",
            "evidence": "Heard in May.",
        },
        {"kind": "solution", "words": "A desk", "url": "/s/", "here": True},
        {"kind": "story", "words": "Not told yet", "waiting": True},
    ]

    thread = part("thread", joints=joints)

    assert '<p class="joint-words" lang="sw"><a href="/q/">Karani alikataa</a></p>' in thread
    assert "Heard in May." in thread
    assert 'href="/s/"' not in thread
    assert "joint-waiting" in thread


def test_rows_draw_an_interval_only_where_people_were_sampled():
    sampled = SimpleNamespace(label="Women panners", estimate=0.87, low=0.74, high=0.94, count="23 of 26")
    asked = SimpleNamespace(label="Chiefs", estimate=0.7, low=None, high=None, count="9 of 13, all asked")
    few = SimpleNamespace(label="Large mine", estimate=None, low=None, high=None, count="2 of 2")

    one, two, three = (part("constituency_rows", rows=[row], threshold=0.6) for row in (sampled, asked, few))

    assert 'x1="74.00%" x2="94.00%"' in one
    assert "likely 74 to 94 in 100" in one
    assert 'cx="70.00%"' in two
    assert "likely" not in two
    assert "circle" not in three
    assert "not enough voices yet" in three
    assert all('x1="60.00%"' in rows for rows in (one, two, three))


def test_figures_are_drawn_alike_in_every_language(settings):
    settings.LANGUAGE_CODE = "fr"

    assert look.percent(0.625) == "62.50%"


@pytest.mark.parametrize("label", look.AGREEMENT)
def test_each_label_has_a_word_and_an_icon(label):
    chip = part("agreement", label=label)

    assert str(look.AGREEMENT[label][1]) in chip
    assert "<svg" in chip
    assert part("agreement", label=label.replace(" ", "_")) != ""


def test_three_votes_say_what_they_are_without_colour():
    votes = part("votes", action="/v/", hidden=[("statement", "7")])

    pressed = re.findall(r'value="(-?\d)"><svg.*?</svg>([A-Z][a-z]+)', votes)

    assert pressed == [("1", "Agree"), ("-1", "Disagree"), ("0", "Pass")]
    assert '<input type="hidden" name="statement" value="7">' in votes


def test_no_crowd_on_the_map_hides_another():
    cells = [SimpleNamespace(x=0.2, y=0.5, count=40), SimpleNamespace(x=0.25, y=0.5, count=10)]

    big, small = look.crowds(cells)

    assert float(big["r"]) + float(small["r"]) <= float(small["x"]) - float(big["x"])
    assert float(small["r"]) == pytest.approx(float(big["r"]) / 2, abs=0.01)


def test_a_map_shows_crowds_what_the_axes_mean_and_how_uncertain_a_place_is():
    cells = [SimpleNamespace(x=0.2, y=0.5, count=40)]

    drawn = part("map", cells=cells, sentence="One crowd.", left="state", right="village", spread=0.1)

    assert drawn.count('class="crowd"') == 1
    assert 'r="8.80"' in drawn
    assert "state" in drawn
    assert "village" in drawn
    assert "open circle" in drawn


def test_a_map_of_nobody_is_empty():
    drawn = part("map", cells=[], sentence="Nobody has voted yet.")

    assert "<circle" not in drawn
    assert "open circle" not in drawn


class Question(forms.Form):
    """A form with every kind of field."""

    title = forms.CharField(label="Title", help_text="One sentence.")
    cycle = forms.ChoiceField(label="Cycle", choices=[("C1", "Small business")], widget=forms.RadioSelect)
    read = forms.BooleanField(label="Read back")
    photo = forms.FileField(label="Photo", required=False)


def test_a_mistake_is_named_on_top_and_beside_its_field():
    form = part("form", form=Question({"title": ""}))

    assert '<a href="#id_title">Title: This field is required.</a>' in form
    assert 'id="id_title_error"' in form
    assert "aria-invalid" in form
    assert "nothing that you wrote is lost" in form
    for target in re.findall(r'href="#([^"]+)"', form):
        assert f'id="{target}"' in form
    for described in re.findall(r'aria-describedby="([^"]+)"', form):
        assert all(f'id="{name}"' in form for name in described.split())


def test_a_form_without_mistakes_has_no_alert():
    form = part("form", form=Question())

    assert "role=" not in form
    assert "(optional)" in form
    assert '<p class="hint" id="id_title_helptext">One sentence.</p>' in form


def test_a_single_page_needs_no_pager():
    assert part("pager", page=Paginator(range(3), 10).page(1)).strip() == ""
    assert "?q=gold&amp;page=3" in part("pager", page=Paginator(range(30), 10).page(2), query="q=gold&")


def test_an_error_is_told_aloud():
    assert 'role="alert"' in part("notice", kind="error", text="The file was not read.")
    assert 'role="status"' in part("notice", kind="success", text="Published.")
