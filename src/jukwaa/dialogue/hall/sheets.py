"""Run sheets to begin with: a pre-dialogue workshop, a thematic session, an action dialogue, a meeting.

Source: how IIED's dialogues really ran (domain.md §1): field first, each group heard apart before they mix,
the three questions of Madagascar's commissions, vision and roadmap before the leadership group is nominated.

The words are kept in English and said in the reader's language; a facilitator who writes them anew writes
their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from jukwaa.dialogue.models import Gathering, Step

K, W = Step.Kind, Step.Who


@dataclass(frozen=True)
class Line:
    """A step before it belongs to a gathering. minutes: planned."""

    day: int
    kind: str
    title: str
    minutes: int
    who: str
    instructions: str = ""
    materials: str = ""


@dataclass(frozen=True)
class Sheet:
    """A run sheet to begin with: its name, what marks it, and its steps in their order."""

    name: str
    mark: str
    lines: tuple[Line, ...]


def arrival(day: int) -> Line:
    """How people come in, at every gathering that is in a hall."""
    return Line(
        day,
        K.WELCOME,
        _("Arrival, cards and consent"),
        30,
        W.NOBODY,
        _(
            "At the door: greet, read the consent aloud in the person's language, hand out the card, "
            "note that they "
            "are here. Ask who needs an interpreter, and seat them side by side."
        ),
        _("Cards, sign-in sheet, name signs, pens"),
    )


def ground_rules(day: int) -> Line:
    """What the room agrees on before anything else."""
    return Line(
        day,
        K.WELCOME,
        _("Ground rules"),
        20,
        W.SPEAK,
        _(
            "Ask the room for rules and hang up at most six. Always among them: one person speaks at a "
            "time; nobody "
            "who is not here is named; what is said stays here unless its speaker agrees. Agree on a "
            "sign for “I did "
            "not understand”: we stop, and the interpreter says it again."
        ),
        _("Flip-chart, markers"),
    )


def tea(day: int) -> Line:
    """A short break."""
    return Line(
        day,
        K.BREAK,
        _("Tea"),
        20,
        W.NOBODY,
        _("Interpreters and note keepers rest too. Call people back five minutes before the end."),
        _("Tea, water, something small to eat"),
    )


def lunch(day: int, *, minutes: int = 60) -> Line:
    """The long break."""
    return Line(
        day,
        K.BREAK,
        _("Lunch"),
        minutes,
        W.NOBODY,
        _("Leave time for prayer. Ask those who have not spoken yet, quietly, what they would need to."),
        _("Food, water"),
    )


def energiser(day: int) -> Line:
    """Ten minutes on one's feet after a meal."""
    return Line(
        day,
        K.BREAK,
        _("Energiser"),
        10,
        W.NOBODY,
        _("Somebody from the room leads a song or a game. Choose one that can be done sitting as well."),
    )


def close(day: int, *, minutes: int = 15) -> Line:
    """How a day that is not the last one ends."""
    return Line(
        day,
        K.CLOSE,
        _("What we heard today"),
        minutes,
        W.STAFF,
        _(
            "Say in five sentences what was said, and what happens tomorrow. Ask one person of each "
            "group whether it "
            "is right."
        ),
    )


def yesterday(day: int) -> Line:
    """How a further day begins."""
    return Line(
        day,
        K.WELCOME,
        _("Yesterday in five minutes"),
        15,
        W.SPEAK,
        _("Two people who are not staff tell what was said. Ask what they left out. Note who is here."),
        _("Sign-in sheet"),
    )


WORKSHOP = Sheet(
    _("Pre-dialogue workshop"),
    _("Two days: each group speaks apart, then they mix and vote on what must change."),
    (
        arrival(1),
        Line(
            1,
            K.WELCOME,
            _("Opening: why we are here"),
            20,
            W.STAFF,
            _(
                "Say who called the workshop, what it can decide and what it cannot, and how everybody "
                "will hear "
                "what became of what they said: by the trace code."
            ),
        ),
        ground_rules(1),
        Line(
            1,
            K.LISTEN,
            _("What was heard at the sites"),
            40,
            W.STAFF,
            _(
                "Read out quotes from the field, without names. After each: who has seen the same? "
                "Nobody defends "
                "anything yet."
            ),
            _("Quotes on cards, photos shown with consent"),
        ),
        tea(1),
        Line(
            1,
            K.TABLES,
            _("Each group apart: where are we?"),
            60,
            W.TABLES,
            _(
                "Each group sits by itself, women also without the men. First question: where are we, "
                "and what is at "
                "stake? A note keeper writes for those who do not, and reads it back. Nothing leaves the "
                "table that "
                "the table does not want to show."
            ),
            _("Three-question sheets, markers, a room or shade for each group"),
        ),
        lunch(1),
        energiser(1),
        Line(
            1,
            K.PLENARY,
            _("The tables report"),
            45,
            W.SPEAK,
            _("Two minutes each, the smallest group first. Only questions to understand, no answers yet."),
            _("Flip-chart, a clock that all can see"),
        ),
        Line(
            1,
            K.ROUND,
            _("What must change: the vote"),
            45,
            W.PROPOSE,
            _(
                "Read out the question and its rule before you open it. Phones, paper and hands count "
                "the same. Invite "
                "statements that are missing. One problem in one sentence; keep solutions for later."
            ),
            _("Statement cards with pictures, dot sheets, tally sheets, a shared tablet"),
        ),
        close(1),
        yesterday(2),
        Line(
            2,
            K.LISTEN,
            _("What the groups said"),
            45,
            W.SPEAK,
            _(
                "Common ground first. Then where one group stands apart: ask that group to say why, and "
                "the others "
                "only to say it back in their own words."
            ),
            _("Projector, the results on paper in case it fails"),
        ),
        tea(2),
        Line(
            2,
            K.TABLES,
            _("Mixed tables: what must change, and how?"),
            60,
            W.TABLES,
            _(
                "Every group at every table. Second question: what must change? Third: what actions "
                "could do it? At "
                "each table one problem; ten minutes at the end to choose what is brought to the plenary."
            ),
            _("Three-question sheets, markers"),
        ),
        lunch(2),
        energiser(2),
        Line(
            2,
            K.PLENARY,
            _("The tables report"),
            45,
            W.SPEAK,
            _("Table by table. Write down what is agreed, and what is not and why: both are results."),
            _("Flip-chart"),
        ),
        Line(
            2,
            K.ROUND,
            _("Which problems go to the dialogue?"),
            30,
            W.VOTE,
            _(
                "Read out the question and its rule, then open the round. Close it when everybody has "
                "had time."
            ),
            _("Dot sheets, tally sheets"),
        ),
        Line(
            2,
            K.PLENARY,
            _("Who speaks for us at the dialogue"),
            30,
            W.SPEAK,
            _("Each group names two, a woman and a man, and asks them whether they agree."),
        ),
        Line(
            2,
            K.CLOSE,
            _("Decisions, thanks, and what happens next"),
            20,
            W.STAFF,
            _("Read out the decisions. Say who does what until when, and when people hear of it."),
        ),
    ),
)

THEMATIC = Sheet(
    _("Thematic session"),
    _("One day on one theme: those who live with it speak first, then solutions are voted on."),
    (
        arrival(1),
        ground_rules(1),
        Line(
            1,
            K.LISTEN,
            _("The theme, and what is known"),
            30,
            W.STAFF,
            _("Ten minutes of facts in plain words, then questions. No slides with more than twenty words."),
            _("A two-page paper in the languages of the room"),
        ),
        Line(
            1,
            K.LISTEN,
            _("Those who live with it speak first"),
            45,
            W.SPEAK,
            _("People from the sites, three minutes each, before any office or company speaks."),
            _("A clock that all can see"),
        ),
        tea(1),
        Line(
            1,
            K.TABLES,
            _("Where are we, what must change, how?"),
            75,
            W.TABLES,
            _(
                "The three questions, twenty-five minutes each, every group at every table. The note "
                "keeper reads "
                "each answer back before the next question."
            ),
            _("Three-question sheets, markers"),
        ),
        lunch(1),
        energiser(1),
        Line(
            1,
            K.PLENARY,
            _("The tables report"),
            40,
            W.SPEAK,
            _(
                "Table by table. Make a statement of what others should vote on; keep problem and "
                "solution apart."
            ),
            _("Flip-chart"),
        ),
        Line(
            1,
            K.ROUND,
            _("Solutions: the vote"),
            40,
            W.PROPOSE,
            _("Read out the problem that is answered, the question and its rule, then open the round."),
            _("Statement cards, tally sheets, a shared tablet"),
        ),
        Line(
            1,
            K.PLENARY,
            _("Small and large reforms: who could do what"),
            40,
            W.SPEAK,
            _(
                "For each solution that all can live with: what can be done here, and what needs the "
                "ministry?"
            ),
        ),
        Line(
            1,
            K.CLOSE,
            _("Decisions, thanks, and what happens next"),
            15,
            W.STAFF,
            _("Read out the decisions. Say who does what until when, and when people hear of it."),
        ),
    ),
)

DIALOGUE = Sheet(
    _("Action dialogue"),
    _("Four days: two at the sites, two in a hall, from what was seen to a roadmap and who carries it."),
    (
        Line(
            1,
            K.WELCOME,
            _("Meeting, safety and the road"),
            45,
            W.STAFF,
            _(
                "Say what is visited and who receives us. Helmets and boots for all; nobody enters a pit "
                "that its "
                "owner would not. Nobody takes a photo of a person without asking, and none of a face at "
                "work."
            ),
            _("Helmets, boots, water, first-aid kit, phone numbers on paper"),
        ),
        Line(
            1,
            K.VISIT,
            _("Travel, in mixed cars"),
            60,
            W.NOBODY,
            _("A pit worker, an officer and a company in each car. The dialogue begins here."),
            _("Cars, a list of who rides with whom"),
        ),
        Line(
            1,
            K.VISIT,
            _("First site: the pits"),
            75,
            W.SPEAK,
            _(
                "The owner shows, the workers tell. Everybody asks; nobody inspects: officers agreed "
                "beforehand that "
                "nothing seen today is used against anybody."
            ),
            _("Notebooks, three-question sheets"),
        ),
        Line(
            1,
            K.LISTEN,
            _("The women, and the elders, apart"),
            60,
            W.SPEAK,
            _(
                "Two circles at the same time, without the others. Ask what they will say in the hall, "
                "and what not."
            ),
            _("Mats, shade, an interpreter for each circle"),
        ),
        lunch(1),
        Line(
            1,
            K.VISIT,
            _("Second site: washing and milling"),
            75,
            W.SPEAK,
            _("Walk with the water: where it comes from, where it goes, who drinks it."),
        ),
        Line(1, K.VISIT, _("Travel back"), 60, W.NOBODY, _("Sit beside somebody else than in the morning.")),
        Line(
            1,
            K.PLENARY,
            _("What did you see?"),
            30,
            W.SPEAK,
            _("One sentence each, in a circle, standing. Nobody answers."),
        ),
        Line(
            2,
            K.VISIT,
            _("Travel, in mixed cars"),
            45,
            W.NOBODY,
            _("A pit worker, an officer and a company in each car. The dialogue begins here."),
            _("Cars, a list of who rides with whom"),
        ),
        Line(
            2,
            K.VISIT,
            _("Third site: where small and large mines meet"),
            90,
            W.SPEAK,
            _("Hear both sides of the fence, on both sides of the fence."),
            _("Helmets, boots, water, first-aid kit"),
        ),
        lunch(2),
        Line(
            2,
            K.LISTEN,
            _("The chief and the village council"),
            60,
            W.SPEAK,
            _("Greet as custom asks. Ask about land, farming and the children before asking about gold."),
            _("What custom asks us to bring"),
        ),
        Line(
            2,
            K.VISIT,
            _("Fourth site: those who buy and sell"),
            75,
            W.SPEAK,
            _("Follow one gram from the pit to the trader. Write prices down only if the trader agrees."),
        ),
        Line(2, K.VISIT, _("Travel back"), 45, W.NOBODY, _("Sit beside somebody else than in the morning.")),
        Line(
            2,
            K.TABLES,
            _("By car: where are we?"),
            45,
            W.TABLES,
            _(
                "Those who rode together write down what all of them saw. One sheet a car; pictures are "
                "welcome."
            ),
            _("Three-question sheets, markers"),
        ),
        arrival(3),
        Line(
            3,
            K.WELCOME,
            _("Opening: why we are here"),
            20,
            W.STAFF,
            _(
                "A miner and an officer open it together. Say what the dialogue can decide, how it "
                "decides, and how "
                "everybody will hear what became of what they said."
            ),
        ),
        ground_rules(3),
        Line(
            3,
            K.LISTEN,
            _("Where are we? What the sites showed"),
            40,
            W.SPEAK,
            _("The sheets of the cars, one after the other. Ask those who live there whether it is right."),
            _("Sheets from the field, photos shown with consent"),
        ),
        tea(3),
        Line(
            3,
            K.ROUND,
            _("What must change: the vote"),
            45,
            W.PROPOSE,
            _(
                "Read out the question and its rule before you open it. Phones, paper and hands count "
                "the same. Invite "
                "statements that are missing. One problem in one sentence; keep solutions for later."
            ),
            _("Statement cards with pictures, dot sheets, tally sheets, a shared tablet"),
        ),
        lunch(3),
        energiser(3),
        Line(
            3,
            K.TABLES,
            _("Mixed tables: what must change, and how?"),
            60,
            W.TABLES,
            _(
                "Every group at every table. Second question: what must change? Third: what actions "
                "could do it? At "
                "each table one problem; ten minutes at the end to choose what is brought to the plenary."
            ),
            _("Three-question sheets, markers"),
        ),
        Line(
            3,
            K.PLENARY,
            _("The tables report"),
            40,
            W.SPEAK,
            _("Table by table. Write down what is agreed, and what is not and why: both are results."),
            _("Flip-chart"),
        ),
        Line(
            3,
            K.LISTEN,
            _("How another country did it"),
            30,
            W.STAFF,
            _("Fifteen minutes, then questions. Ask what failed there."),
        ),
        Line(
            3,
            K.TABLES,
            _("Our vision: ten years from now"),
            45,
            W.TABLES,
            _(
                "Each table draws a working day ten years from now. Then one sentence that all of them "
                "can sign."
            ),
            _("Large paper, coloured pens"),
        ),
        close(3),
        yesterday(4),
        Line(
            4,
            K.ROUND,
            _("How? Solutions: the vote"),
            45,
            W.PROPOSE,
            _("Read out the problem that is answered, the question and its rule, then open the round."),
            _("Statement cards, tally sheets, a shared tablet"),
        ),
        tea(4),
        Line(
            4,
            K.TABLES,
            _("The roadmap, row by row"),
            75,
            W.TABLES,
            _(
                "For each solution: who leads it, with whom, until when, with what money, and what each "
                "side owes the "
                "other. Specific and realistic; a row that nobody leads is no row."
            ),
            _("Roadmap sheets, markers"),
        ),
        lunch(4),
        Line(
            4,
            K.PLENARY,
            _("The roadmap in the plenary: where each group stands"),
            60,
            W.SPEAK,
            _(
                "Row by row, each group says where it stands on the scale. A reservation is written down "
                "in its own "
                "words and stays on record."
            ),
            _("Agreement-scale poster"),
        ),
        Line(
            4,
            K.PLENARY,
            _("Who carries it: the leadership group"),
            45,
            W.VOTE,
            _(
                "Seats for each group, nominations from inside that group, acceptance by whom it names, "
                "then the "
                "plenary endorses. Say for how long, and who stands in."
            ),
            _("Ballots, pens"),
        ),
        Line(
            4,
            K.LISTEN,
            _("The aide-memoire is read aloud"),
            30,
            W.SPEAK,
            _(
                "Two pages, sentence by sentence, in the languages of the room. Mend what is wrong "
                "before all."
            ),
            _("The two pages, printed"),
        ),
        Line(
            4,
            K.CLOSE,
            _("Promises and thanks"),
            20,
            W.SPEAK,
            _("Who promised something says it once more. Say when people hear of it, and by which code."),
        ),
    ),
)

MEETING = Sheet(
    _("Leadership group meeting"),
    _("Half a day: what was promised, what became of it, what is decided next."),
    (
        Line(
            1,
            K.WELCOME,
            _("Opening: who is here"),
            15,
            W.STAFF,
            _("Note who is here and who sends an alternate. Read out the decisions of last time."),
            _("Minutes of the last meeting, sign-in sheet"),
        ),
        Line(
            1,
            K.LISTEN,
            _("What was promised, row by row"),
            45,
            W.SPEAK,
            _(
                "The owner of each promise reports in two minutes: done, under way, stuck. Late is said "
                "aloud."
            ),
            _("The list of promises, printed"),
        ),
        Line(
            1,
            K.LISTEN,
            _("What those whom it concerns say"),
            30,
            W.SPEAK,
            _("Confirmations and disputes since the last meeting. Those from the sites speak first."),
        ),
        tea(1),
        Line(
            1,
            K.TABLES,
            _("What is in the way?"),
            40,
            W.TABLES,
            _("One stuck promise at each table. Where are we, what must change, how? Who is asked to help?"),
            _("Three-question sheets, markers"),
        ),
        Line(
            1,
            K.PLENARY,
            _("What we decide"),
            40,
            W.SPEAK,
            _("One decision at a time, with who does it until when. Where you disagree, write down why."),
        ),
        Line(
            1,
            K.CLOSE,
            _("Who tells whom, and when we meet again"),
            15,
            W.STAFF,
            _("Read out the decisions. Each member says whom they tell, and by when."),
        ),
    ),
)

SHEETS: dict[str, Sheet] = {
    Gathering.Kind.WORKSHOP: WORKSHOP,
    Gathering.Kind.THEMATIC: THEMATIC,
    Gathering.Kind.DIALOGUE: DIALOGUE,
    Gathering.Kind.MEETING: MEETING,
}
