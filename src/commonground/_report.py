"""One self-contained page that tells in words, then in pictures, what a conversation's votes say."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import cos, pi, sin, sqrt
from pathlib import Path

from commonground._agreement import COMMON_GROUND, DIVIDED, LABELS, LEANING, NOT_ENOUGH, Agreement, Finding
from commonground._differences import Difference
from commonground._draw import Drawn
from commonground._ground import FEWEST_ON_A_MAP
from commonground._map import SMALLEST_CROWD, Group, OpinionMap, Pull, Saying
from commonground._places import HEIGHT
from commonground._reading import Conversation
from commonground._words import (
    Words,
    base,
    caption,
    counted,
    how,
    in_hundred,
    meaning,
    percent,
    result,
    sentence,
    why,
)

STYLE = Path(__file__).with_name("_report.css")
HEADINGS = {
    COMMON_GROUND: ("Common ground", "common"),
    LEANING: ("Leaning towards common ground", "leaning"),
    DIVIDED: ("Divided", "divided"),
    NOT_ENOUGH: ("Not enough voices yet", "few"),
}
ICONS = {
    "common": '<circle cx="12" cy="12" r="9"/><path d="m8 12.5 3 3 5.5-6.5"/>',
    "leaning": '<circle cx="12" cy="12" r="9" stroke-dasharray="4 3"/><path d="m8 12.5 3 3 5.5-6.5"/>',
    "divided": '<path d="M12 21v-8M12 13 5 4M12 13l7-9M5 9V4h5M19 9V4h-5"/>',
    "few": '<path d="M4 12h.01M12 12h.01M20 12h.01" stroke-width="4"/>',
    "agree": '<path d="m4 12.5 5.5 5.5L20 6.5"/>',
    "disagree": '<path d="m5 5 14 14M19 5 5 19"/>',
    "pass": '<circle cx="12" cy="12" r="7.5"/>',
}


def report(conversation: Conversation, drawn: Drawn, *, apart: Sequence[Difference] = ()) -> str:
    """The page as HTML text, with no scripts and nothing fetched.

    `apart`: what differences() found, to say what sets each constituency apart from the others.
    """
    texts = {statement.id: statement.text for statement in conversation.statements}
    words = Words(texts, drawn.constituencies, drawn.threshold)
    sections = [statements(label, drawn, words) for label in LABELS]
    sections += [
        apart_section(apart, words),
        map_section(drawn.map, words),
        groups_section(drawn.map, words),
        method(drawn, words),
    ]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(conversation.topic)}</title>
<style>
{STYLE.read_text("utf-8")}</style>
</head>
<body>
{header(conversation, drawn, words)}
<main>
{"".join(f"{section}{NEW_LINE}" for section in sections if section)}</main>
<footer><p>Drawn by commonground {escape(drawn.version)} with seed {drawn.seed}.
Digest of what it was drawn from: <code>{drawn.digest}</code></p></footer>
</body>
</html>
"""


NEW_LINE = "\n"


def header(conversation: Conversation, drawn: Drawn, words: Words) -> str:
    """The topic, the question, and the result in a sentence and four numbers."""
    left_out = len(conversation.statements) - len(conversation.standing)
    tally = "".join(
        f'<li><a href="#{HEADINGS[label][1]}"><strong>{len(of_label(drawn, label)):,}</strong>'
        f"<span>{label}</span></a></li>"
        for label in LABELS
    )
    return f"""<header>
<p class="eyebrow">What people said to each other</p>
<h1 dir="auto">{escape(conversation.topic)}</h1>
{question(conversation.description)}
<p class="lede">{escape(result(drawn, words))}</p>
<p>{escape(base(drawn, left_out))}</p>
<ul class="tally" aria-label="Statements by result">{tally}</ul>
<p class="small">Further down: <a href="#map">the opinion map</a>,
<a href="#method">how this was computed</a>.</p>
</header>"""


def question(description: str) -> str:
    """What people were asked: the first paragraph, and the rest on demand."""
    first, *rest = [part for part in description.strip().split("\n\n") if part.strip()] or [""]
    asked = f'<p class="asked" dir="auto">{broken(first)}</p>' if first else ""
    more = "".join(f'<p dir="auto">{broken(part)}</p>' for part in rest)
    return asked + (f"<details><summary>All of the question</summary>{more}</details>" if more else "")


def broken(text: str) -> str:
    """Text with its own line breaks."""
    return "<br>".join(escape(line) for line in text.splitlines())


def of_label(drawn: Drawn, label: str) -> list[Finding]:
    """The findings with a label, in their order."""
    return [finding for finding in drawn.findings if finding.label == label]


# ---- statements ------------------------------------------------------------------------------------------


def statements(label: str, drawn: Drawn, words: Words) -> str:
    """A section with all statements of one label."""
    heading, name = HEADINGS[label]
    findings = of_label(drawn, label)
    scale = f'<div class="one">{scale_row(words)}</div>' if findings and words.alone else ""
    items = "".join(item(finding, words) for finding in findings)
    listing = f'<ul class="statements{" one" if words.alone else ""}">{items}</ul>'
    return (
        f'<section id="{name}"><h2>{icon(name)}{heading}</h2><p>{escape(meaning(label, words))}</p>{scale}'
        f"{listing if findings else '<p>None.</p>'}</section>"
    )


def item(finding: Finding, words: Words) -> str:
    """One statement: its words, ours, and the picture."""
    said = f'<blockquote dir="auto">{escape(words.text(finding.statement))}</blockquote>'
    said += f'<p class="words">{escape(sentence(finding, words))}</p>'
    if words.alone:
        return f"<li>{row(f'<div>{said}</div>', finding.agreement[0], words)}</li>"
    rows = "".join(
        row(f'<div class="name">{escape(each.constituency)}</div>', each, words) for each in finding.agreement
    )
    return f'<li>{said}<div class="rows">{scale_row(words)}{rows}</div></li>'


def row(name: str, said: Agreement, words: Words) -> str:
    """A constituency's name, picture and figures."""
    return f'<div class="row">{name}{picture(said, words)}{figures(said)}</div>'


def scale_row(words: Words) -> str:
    """The scale above rows: nobody, the agreed line, everyone."""
    return (
        '<div class="scale row" aria-hidden="true"><div class="name"></div><svg width="100%" height="22">'
        f'<text x="{at(words.threshold)}" y="14" text-anchor="middle">{words.line}</text>'
        '<text x="0" y="14">nobody</text><text x="100%" y="14" text-anchor="end">everyone</text></svg>'
        '<div class="count"></div></div>'
    )


def picture(said: Agreement, words: Words) -> str:
    """The dot and its interval on the way from nobody to everyone, with the agreed line."""
    line, marks = at(words.threshold), ""
    if said.low is not None and said.high is not None:
        marks += f'<line class="likely" x1="{at(said.low)}" x2="{at(said.high)}" y1="14" y2="14"/>'
    if said.estimate is not None:
        marks += f'<circle class="share" cx="{at(said.estimate)}" cy="14" r="7"/>'
    return (
        '<svg width="100%" height="28" aria-hidden="true">'
        '<line class="track" x1="0" x2="100%" y1="14" y2="14"/>'
        f'<line class="threshold" x1="{line}" x2="{line}" y1="0" y2="28"/>{marks}</svg>'
    )


def at(share: float) -> str:
    """Where a share stands in a picture."""
    return f"{100 * share:.1f}%"


def figures(said: Agreement) -> str:
    """How many of how many agree, who disagrees or passes, and the interval."""
    if said.estimate is None:
        return '<div class="count">nobody has voted yet</div>'
    likely = "all were asked"
    if said.low is not None and said.high is not None:
        likely = f"likely {round(100 * said.low)} to {in_hundred(said.high)}"
    votes = "".join(
        f'<span class="vote {name}">{icon(name, name)} {number:,}</span>'
        for name, number in (("disagree", said.disagree), ("pass", said.passes))
    )
    return f'<div class="count"><b>{said.agree:,} of {said.voices:,} agree</b>{votes}<br>{likely}</div>'


def icon(name: str, word: str = "") -> str:
    """A drawing; with a word it says it to who cannot see."""
    said = f'role="img" aria-label="{word}"' if word else 'aria-hidden="true"'
    return (
        f'<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        f' stroke-linecap="round" stroke-linejoin="round" {said}>{ICONS[name]}</svg>'
    )


# ---- constituencies apart --------------------------------------------------------------------------------

SHOWN_APART = 4


def apart_section(apart: Sequence[Difference], words: Words) -> str:
    """What sets each constituency apart from the others, where anything clearly does."""
    clear = [difference for difference in apart if difference.clear]
    if not clear:
        return ""
    parts = "".join(
        apart_part(name, [each for each in clear if each.constituency == name][:SHOWN_APART], words)
        for name in words.constituencies
    )
    return (
        '<section id="apart"><h2>What sets constituencies apart</h2><p>Statements on which a constituency '
        "clearly differs from the mean of the others. Of all that are named here about one in ten at most "
        f'comes from chance alone.</p><div class="groups">{parts}</div></section>'
    )


def apart_part(name: str, said: Sequence[Difference], words: Words) -> str:
    """One constituency's clearest differences."""
    items = "".join(
        f'<li dir="auto">{escape(words.text(each.statement))}<small>'
        f"{icon('agree' if each.effect > 0 else 'disagree')} {in_hundred(each.here)} agree here, "
        f"{round(100 * each.elsewhere)} elsewhere</small></li>"
        for each in said
    )
    return f"<div><h3>{escape(name)}</h3><ul>{items or '<li>Nothing sets it clearly apart.</li>'}</ul></div>"


# ---- the map ---------------------------------------------------------------------------------------------

WIDTH = 1000  # of the drawing
DOUBT = 1.51  # spreads of a normal in two dimensions, within which 68 in 100 of it lie
FIELDS_WITH_NUMBERS = 7  # cells across, up to which each is large enough to say its number


def map_section(drawn: OpinionMap | None, words: Words) -> str:
    """The map with what its axes mean, or why there is none."""
    if drawn is None:
        told = f"No map is drawn of fewer than {FEWEST_ON_A_MAP} people, or where all votes are alike."
    elif not drawn.cells:
        told = (
            f"{drawn.people:,} people are too few to stand in crowds of {SMALLEST_CROWD}: nothing is drawn."
        )
    else:
        told = (
            "People who voted alike stand close together. Nobody stands here alone: each field is a crowd of "
        )
        told += f"{SMALLEST_CROWD} or more."
    picture_ = map_figure(drawn, words) if drawn and drawn.cells else ""
    return f'<section id="map"><h2>The opinion map</h2><p>{told}</p>{picture_}</section>'


def map_figure(drawn: OpinionMap, words: Words) -> str:
    """The picture between the words at the ends of its axes."""
    across, up = drawn.axes
    return f"""<figure><div class="map">
{end("↑ Further up", up.more, words, "upright")}
{drawing(drawn)}
{end("← Further left", across.less, words, "left")}
{end("→ Further right", across.more, words, "right")}
{end("↓ Further down", up.less, words, "upright")}
</div><figcaption><p>{escape(caption(drawn))}</p></figcaption></figure>"""


def end(where: str, pulls: Sequence[Pull], words: Words, side: str) -> str:
    """What one end of an axis means, by its statements."""
    if not pulls:
        return f'<div class="end {side}"><p>{where}: no statement stands out</p></div>'
    said = "".join(f'<li dir="auto">“{escape(words.text(pull.statement))}”</li>' for pull in pulls)
    return f'<div class="end {side}"><p>{where}, people agree more with</p><ul>{said}</ul></div>'


def drawing(drawn: OpinionMap) -> str:
    """The crowds as hexagons, the circle of doubt around the largest, and the names of the groups."""
    radius, doubt = WIDTH / drawn.bins / sqrt(3), drawn.spread * WIDTH * DOUBT
    crowds = [(*onto(cell.x, cell.y), cell.count) for cell in drawn.cells]
    names = [(*onto(group.x, group.y), group) for group in drawn.groups or ()]
    x, y, most = max(crowds, key=lambda crowd: crowd[2])
    fields = "".join(field(*crowd, radius, most, drawn.bins <= FIELDS_WITH_NUMBERS) for crowd in crowds)
    circles = "".join(
        f'<circle class="spread{under}" cx="{x:.0f}" cy="{y:.0f}" r="{doubt:.0f}"/>'
        for under in (" under", "")
    )
    labels = "".join(
        f'<text class="groupname" x="{x:.0f}" y="{y:.0f}" text-anchor="middle">{group.name}'
        f'<tspan class="size" x="{x:.0f}" dy="1em">{group.size:,} people</tspan></text>'
        for x, y, group in names
    )
    box = around(
        [(x, y, doubt), *((x, y, radius) for x, y, _ in crowds), *((x, y, 60.0) for x, y, _ in names)]
    )
    return (
        f'<svg viewBox="{box}" style="--wide: {min(62, 10 * drawn.bins)}rem" role="img"'
        f' aria-label="Crowds on the opinion map">{fields}{circles}{labels}</svg>'
    )


def onto(x: float, y: float) -> tuple[float, float]:
    """A place of the map in the drawing, where down is more."""
    return x * WIDTH, (1 - y) * WIDTH * HEIGHT


def around(spots: Sequence[tuple[float, float, float]]) -> str:
    """The box that holds all circles (x, y, radius)."""
    left, top = min(x - r for x, _, r in spots), min(y - r for _, y, r in spots)
    right, bottom = max(x + r for x, _, r in spots), max(y + r for _, y, r in spots)
    return f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"


def field(x: float, y: float, count: int, radius: float, most: int, numbered: bool) -> str:
    """One crowd: a hexagon that stands on a corner, the darker the more people there are."""
    turns = [pi / 6 + pi / 3 * corner for corner in range(6)]
    corners = " ".join(f"{x + radius * cos(turn):.1f},{y + radius * sin(turn):.1f}" for turn in turns)
    number = (
        f'<text class="crowd{" pale" if count < most / 2 else ""}" x="{x:.0f}" y="{y + 12 + radius / 2:.0f}"'
        f' text-anchor="middle">{count}</text>'
    )
    return (
        f'<polygon class="cell" points="{corners}" fill-opacity="{0.16 + 0.84 * count / most:.2f}">'
        f"<title>about {count} people</title></polygon>{number if numbered else ''}"
    )


# ---- groups ----------------------------------------------------------------------------------------------


def groups_section(drawn: OpinionMap | None, words: Words) -> str:
    """The groups that were found and what each says differently, or why there are none."""
    if drawn is None:
        return ""
    told = escape(why(drawn.evidence))
    if drawn.groups is None:
        return f'<section id="groups"><h2>No clear groups</h2><p>{told}</p></section>'
    # What one of two groups agrees with less the other agrees with more: once is enough.
    each = "".join(group_part(group, words, both=len(drawn.groups) > 2) for group in drawn.groups)
    left = counted(drawn.groups.unlabelled, "person", "people")
    return (
        f'<section id="groups"><h2>{len(drawn.groups)} groups found in the votes</h2><p>{told}</p>'
        f'<div class="groups">{each}</div>'
        f'<p class="small">{left} cast too few votes for a group, or stand between groups.</p></section>'
    )


def group_part(group: Group, words: Words, *, both: bool) -> str:
    """A group in words: what it agrees with more than the others, and less if both are to be said."""
    said = "".join(
        f'<li dir="auto">{escape(words.text(saying.statement))}<small>'
        f"{icon('agree' if saying.here > saying.elsewhere else 'disagree')} "
        f"{in_hundred(saying.here)} agree here, {round(100 * saying.elsewhere)} elsewhere{apart_by(saying)}"
        "</small></li>"
        for saying in group.says
        if both or saying.here > saying.elsewhere
    )
    return (
        f"<div><h3>Group {group.name}: {counted(group.size, 'person', 'people')}</h3>"
        f'<p class="small">{escape(steadiness(group))}</p>'
        f"<ul>{said or '<li>Nothing sets it clearly apart.</li>'}</ul></div>"
    )


def apart_by(saying: Saying) -> str:
    """How far the group and the others are apart, at least and at most."""
    if saying.low is None or saying.high is None:
        return ""
    least, most = sorted((abs(saying.low), abs(saying.high)))
    return f", {round(100 * least)} to {round(100 * most)} points apart"


def steadiness(group: Group) -> str:
    """How much of the group stays together when votes are missing, or people are drawn anew."""
    told = [
        f"{in_hundred(share)} of it stay together when {what}"
        for share, what in (
            (group.stability, "a fifth of the votes is missing"),
            (group.resampled, "people are drawn anew"),
        )
        if share is not None
    ]
    return f"{'; '.join(told)}." if told else ""


# ---- method ----------------------------------------------------------------------------------------------

TRIED = ("Groups", "Error falls by", "Standard error", "Likeness", "Smallest group", "Good enough")


def method(drawn: Drawn, words: Words) -> str:
    """How it was computed, for who wants to check."""
    told = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in how(drawn, words))
    table = evidence_table(drawn.map) if drawn.map and drawn.map.evidence.tried else ""
    return f'<section id="method"><h2>How this was computed</h2>{told}{table}</section>'


def evidence_table(drawn: OpinionMap) -> str:
    """What was tried to find groups."""
    evidence = drawn.evidence
    heads = "".join(f'<th scope="col">{head}</th>' for head in TRIED)
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{cell}</td>"
            for cell in (
                tried.number,
                f"{100 * tried.gain:.1f}\u00a0%",
                f"{100 * tried.standard_error:.1f}",
                f"{tried.stability:.2f}",
                f"{tried.smallest:,}",
                "yes" if tried.kept else "no",
            )
        )
        + "</tr>"
        for tried in evidence.tried
    )
    return (
        f"<h3>Are there groups?</h3><p>Asked of votes that were hidden from the map, of {evidence.people:,} "
        "people who cast enough. Their exact places alone lower the error by "
        f'{percent(evidence.positions_gain)}.</p><div class="scroll" tabindex="0"><table><thead><tr>{heads}'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )
