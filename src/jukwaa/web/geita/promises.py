"""What was agreed and promised in the demo programme, and what came of it. Days count back from today."""

from __future__ import annotations

from typing import NamedTuple

from jukwaa.agenda.models import RoadmapRow
from jukwaa.delivery.models import Outcome, Report
from jukwaa.dialogue.models import Gradient
from jukwaa.programmes.models import Cycle

NO_MAN = "A woman who applies for a licence must not be asked for a man's permission."
ONLINE = "Applying for a licence only on the internet shuts most small miners out."
MERCURY = "Burning mercury in kitchens harms children and must stop, but people need another way first."
PRICE = "The day's gold price should stand on a board at every site."
FORUM = "Small miners and the large mine need a standing forum, not a meeting after each incident."
PITS = "Abandoned pits should be filled in, and the water below them tested."
TAX = "Tax on gold sold at the buying centre pushes people to sell in secret."

CLERK = "A clerk with a laptop sits at the market every week and files for whoever comes."
NOTICE = "Every office hangs up, in Swahili, what may and may not be asked of an applicant."
RETORTS = "Each site gets three retorts, kept by the women's group, before the next rains."

# The findings that became problems: how the agenda words each, and the shift that it belongs to.
PROBLEMS = {
    NO_MAN: ("Women who apply for a licence are asked for a man's permission.", Cycle.JOBS),
    ONLINE: (
        "Licence applications work only on the internet, where few small miners can file them.",
        Cycle.BUSINESS,
    ),
    MERCURY: ("Gold is burned with mercury where children live, for want of another way.", Cycle.LAND),
    PRICE: ("Nobody at the sites knows the day's gold price.", Cycle.BUSINESS),
    FORUM: ("Small miners, elders, neighbours and the large mine meet only after an incident.", Cycle.POLICY),
    PITS: ("Open pits and untested water remain where mining has ended.", Cycle.LAND),
    TAX: (
        "Tax on small miners' gold makes selling in secret pay better than selling at the centre.",
        Cycle.BUSINESS,
    ),
}
# The findings of the solutions rounds that were agreed: how the agenda words each, and the problem it answers.
SOLUTIONS = {
    CLERK: ("Applications are filed at the market, with the help of a clerk.", ONLINE),
    NOTICE: ("What may be asked of an applicant is written on the wall.", ONLINE),
    RETORTS: ("Retorts at every site, in the hands of the women's group.", MERCURY),
}


class Said(NamedTuple):
    """What an owner reported, so many days ago, and who of which group confirmed or disputed it."""

    ago: int
    status: Report.Status
    text: str
    evidence: str = ""
    next_step: str = ""
    confirmed: int = 0
    disputed: int = 0
    group: str = "Women panners and processors"
    reasons: tuple[str, ...] = ()


class Promise(NamedTuple):
    """A row of the roadmap with the promise made for it, and what was said of that."""

    problem: str
    solution: str
    theme: str
    action: str
    level: RoadmapRow.Level
    office: str
    organisation: str
    partners: str
    first_step: str
    due: int
    resources: str
    secured: bool
    indicator: str
    unit: str
    direction: str
    baseline: str
    target: str
    promise: str
    said: list[Said]
    reserved: dict[str, tuple[Gradient, str]]


PROMISES = [
    Promise(
        problem=ONLINE,
        solution=CLERK,
        theme="Licences and land",
        action="A licence clerk sits at the market every week and files for whoever comes",
        level=RoadmapRow.Level.DISTRICT,
        office="Resident mines officer",
        organisation="Resident Mines Office, Geita",
        partners="Lake Women Miners' Association; the council gives the room",
        first_step="Name the clerk and the market days on the radio",
        due=40,
        resources="One laptop, data and fuel: 4.2 million shillings a year, from the office's own budget",
        secured=True,
        indicator="Applications filed at the market, by women and men",
        unit="applications in a year",
        direction="rise",
        baseline="0",
        target="120",
        promise="From July, a clerk is at Nyakasanda and Mawe Meri on market days and files applications on the spot.",
        said=[
            Said(110, Report.Status.ON_TRACK, "The clerk is named and the laptop bought."),
            Said(
                45,
                Report.Status.DONE,
                "The clerk has been at both markets every week since July. 61 applications, 34 by women.",
                evidence="Weekly sheet signed by the market chair; receipts 0001 to 0061",
                confirmed=14,
            ),
        ],
        reserved={},
    ),
    Promise(
        problem=NO_MAN,
        solution="",
        theme="Women's work and safety",
        action="Every licence office hangs up, in Swahili, what may and may not be asked of an applicant",
        level=RoadmapRow.Level.DISTRICT,
        office="District executive director",
        organisation="Geita District Council",
        partners="Resident Mines Office",
        first_step="Agree the words of the notice with the women's association",
        due=62,
        resources="Printing: 300,000 shillings",
        secured=True,
        indicator="Offices with the notice on the wall",
        unit="offices",
        direction="rise",
        baseline="0",
        target="5",
        promise="The notice hangs in all five offices by the end of September.",
        said=[
            Said(100, Report.Status.ON_TRACK, "The words are agreed with the association; printing is next.")
        ],
        reserved={},
    ),
    Promise(
        problem=MERCURY,
        solution=RETORTS,
        theme="Mercury and water",
        action="Three retorts at each site, kept by the women's group, with a day's training",
        level=RoadmapRow.Level.SITE,
        office="Head of extension",
        organisation="Geological Survey, Lake Zone",
        partners="Lake Women Miners' Association; the clinic",
        first_step="Each site names two keepers",
        due=30,
        resources="Twelve retorts and four training days: 6 million shillings",
        secured=True,
        indicator="Sites where gold is burned in a retort at least half of the time",
        unit="sites",
        direction="rise",
        baseline="0",
        target="4",
        promise="Twelve retorts are handed over and the keepers trained before the November rains.",
        said=[
            Said(
                28,
                Report.Status.DONE,
                "Twelve retorts handed over at the district office; 22 keepers trained.",
                evidence="Handover list; photos of the training",
                confirmed=3,
                disputed=12,
                reasons=(
                    "Two of the four sites have not seen a retort. They are still in the store in town.",
                    "Hapa Mawe Meri hatujaona kichujio hata kimoja.",
                    "We were trained, and went home with empty hands.",
                ),
            )
        ],
        reserved={
            "Pit owners and licence holders": (
                Gradient.RESERVED,
                "We agree if nobody is fined before the retorts are there.",
            )
        },
    ),
    Promise(
        problem=PRICE,
        solution="",
        theme="Finance and markets",
        action="The day's gold price on a board at every site, and on the radio at seven",
        level=RoadmapRow.Level.SITE,
        office="Manager",
        organisation="Geita Gold Buying Centre",
        partners="Traders at the sites; the radio station",
        first_step="Paint the four boards",
        due=75,
        resources="Four boards: paid by the traders",
        secured=True,
        indicator="Days in a month on which the board shows the day's price",
        unit="days of 30",
        direction="rise",
        baseline="0",
        target="25",
        promise="From August the price stands on all four boards every trading day.",
        said=[
            Said(
                70,
                Report.Status.DONE,
                "All four boards are up. In September the price was on them on 26 of 30 days.",
                evidence="The board keepers' notebooks",
                confirmed=15,
                group="Pit workers",
            )
        ],
        reserved={
            "Traders and buyers": (
                Gradient.RESERVED,
                "The board must say that it is the centre's price. Carrying gold to town costs something too.",
            )
        },
    ),
    Promise(
        problem=FORUM,
        solution="",
        theme="Living beside each other",
        action="A forum of small miners, elders, neighbours and the large mine meets every three months",
        level=RoadmapRow.Level.DISTRICT,
        office="District commissioner's secretary",
        organisation="Geita District Council",
        partners="Lakeside Gold Mine Ltd; Council of Elders, Igunda",
        first_step="Set the four dates",
        due=-40,
        resources="Room and tea: 1.2 million shillings a year, half from the mine",
        secured=False,
        indicator="Meetings held with all parties present",
        unit="meetings a year",
        direction="rise",
        baseline="0",
        target="4",
        promise="The first meeting is held before the end of the year, and its minutes hang at the four sites.",
        said=[
            Said(
                20,
                Report.Status.ON_TRACK,
                "Date and room are set; the mine has named two people.",
                next_step="Send the invitations with the agenda",
            )
        ],
        reserved={},
    ),
    Promise(
        problem=FORUM,
        solution="",
        theme="Licences and land",
        action="Before a small licence is granted, elders are heard, and the day and what they said are written down",
        level=RoadmapRow.Level.DISTRICT,
        office="Resident mines officer",
        organisation="Resident Mines Office, Geita",
        partners="Council of Elders, Igunda",
        first_step="A one-page form for the hearing",
        due=-75,
        resources="None",
        secured=True,
        indicator="Licences granted with a hearing in the file",
        unit="% of new licences",
        direction="rise",
        baseline="",
        target="100",
        promise="From January no file goes up without the form.",
        said=[
            Said(15, Report.Status.BLOCKED, "The form is ready; the region has not said that it may be used.")
        ],
        reserved={
            "Elders and chiefs": (
                Gradient.ASIDE,
                "To be heard is less than we asked for. We asked that our signature be needed. We do not block it.",
            ),
            "Pit owners and licence holders": (
                Gradient.DISAGREE,
                "Twenty-one days more, and a hearing that may be paid for. We go along if there is no fee.",
            ),
        },
    ),
    Promise(
        problem=PITS,
        solution="",
        theme="Mercury and water",
        action="Fill in the eleven open pits at Ibondo ya Juu and test the four wells below them",
        level=RoadmapRow.Level.SITE,
        office="Environment manager",
        organisation="Lakeside Gold Mine Ltd",
        partners="Mtakuja Water Users' Association; Geita District Council",
        first_step="Mark the pits together",
        due=-130,
        resources="Digger for six days, sixteen samples: 9 million shillings",
        secured=True,
        indicator="Open pits at Ibondo ya Juu",
        unit="open pits",
        direction="fall",
        baseline="11",
        target="0",
        promise="The pits are filled before the long rains, and each well has its result on a board.",
        said=[],
        reserved={},
    ),
    Promise(
        problem=TAX,
        solution="",
        theme="Finance and markets",
        action="Put the case against tax on small miners' gold to the ministry and to parliament",
        level=RoadmapRow.Level.NATIONAL,
        office="Chair",
        organisation="Geita Small Miners' Cooperative Union",
        partners="Miners' federation; Geita Gold Buying Centre",
        first_step="Collect a year of receipts",
        due=90,
        resources="Travel: paid by the union",
        secured=True,
        indicator="The letter, and the answer to it",
        unit="answers in writing",
        direction="rise",
        baseline="0",
        target="1",
        promise="The letter with figures is handed in before the budget session.",
        said=[
            Said(
                92,
                Report.Status.DONE,
                "Handed in on the first day of the session; stamped copy kept.",
                evidence="Stamped copy",
                confirmed=11,
                group="Pit owners and licence holders",
            )
        ],
        reserved={},
    ),
]

GROUP_NAME = "Geita Learning and Leadership Group"
MANDATE = (
    "Carry the roadmap on: ask every owner how it stands, hear those it was promised to, say openly what is late, and "
    "bring what cannot be solved here to the ministry. Meets every two months, at a site at least every other time. "
    "Decides by the gradients of agreement; one constituency's block is written down with its reason."
)


class SeatWords(NamedTuple):
    """A seat of the leadership group, who holds it, and who steps in."""

    constituency: str
    place: str
    organisation: str
    holder: str
    gender: str
    alternate: str


SEATS = [
    SeatWords("Women panners and processors", "Nyakasanda", "", "Mariamu Salum", "woman", "Zawadi Petro"),
    SeatWords(
        "Women panners and processors",
        "Mawe Meri",
        "Lake Women Miners' Association",
        "Esther Nyanda",
        "woman",
        "Agnes Bulugu",
    ),
    SeatWords(
        "Pit workers", "Igunda Hill", "Nyakasanda Pit Workers' Group", "Charles Mabula", "man", "Paulo Sita"
    ),
    SeatWords("Pit workers", "Mawe Meri", "", "Joyce Maganga", "woman", "Rehema Lusato"),
    SeatWords(
        "Pit owners and licence holders",
        "Mawe Meri",
        "Geita Small Miners' Cooperative Union",
        "Hamisi Kaswahili",
        "man",
        "Theresia Lukas",
    ),
    SeatWords(
        "Traders and buyers",
        "Geita District",
        "Geita Gold Buying Centre",
        "Fatuma Juma",
        "woman",
        "Idi Omari",
    ),
    SeatWords(
        "Elders and chiefs", "Igunda Hill", "Council of Elders, Igunda", "Mzee Lukanda", "man", "Mama Nkwimba"
    ),
    SeatWords(
        "Farmers and neighbours",
        "Ibondo ya Juu",
        "Mtakuja Water Users' Association",
        "Grace Masalu",
        "woman",
        "Daudi Shija",
    ),
    SeatWords(
        "Government and regulator",
        "Geita District",
        "Resident Mines Office, Geita",
        "Resident mines officer",
        "man",
        "Assistant mines officer",
    ),
    SeatWords(
        "Large mine",
        "Geita District",
        "Lakeside Gold Mine Ltd",
        "Community manager",
        "woman",
        "Safety manager",
    ),
]
# For and against, by constituency; and what the one that hesitated said.
ENDORSED = [(25, 1), (22, 2), (14, 2), (11, 1), (7, 4), (13, 1), (9, 0), (6, 0)]
HESITATED = ("Elders and chiefs", "One seat for all the elders of the district is few.")


class Changed(NamedTuple):
    """An outcome, tied to the promise behind it by the action of its row."""

    action: str
    cycle: Cycle
    who: str
    what: str
    when: str
    where: str
    significance: str
    contribution: Outcome.Contribution
    size: Outcome.Size
    how: str
    evidence: str
    other_causes: str


OUTCOMES = [
    Changed(
        PROMISES[7].action,
        Cycle.BUSINESS,
        "Parliament",
        "It waived value-added tax and withholding tax on gold that small miners sell at a buying centre",
        "in this year's budget",
        "the whole country",
        "Less reason to sell in secret; a seller at the centre keeps up to a fifth more.",
        Outcome.Contribution.POSSIBLE,
        Outcome.Size.MINOR,
        "The union's letter with figures was handed in before the session.",
        "The act; the stamped letter",
        "The national federation put the same case to the president herself. Ministries had asked for it for years. "
        "Nobody inside has said that the letter was read.",
    ),
    Changed(
        PROMISES[3].action,
        Cycle.BUSINESS,
        "Women who sell gold at Nyakasanda and Igunda Hill",
        "They ask two buyers, and name the price on the board, before they sell",
        "since August",
        "Nyakasanda and Igunda Hill",
        "What they are paid came closer to the price in town.",
        Outcome.Contribution.LIKELY,
        Outcome.Size.MODERATE,
        "The boards came from the roadmap; the women's group reads them out.",
        "Thirty sales noted before, thirty after, by the women's group",
        "The world price rose in the same months.",
    ),
    Changed(
        PROMISES[0].action,
        Cycle.JOBS,
        "Licence clerks of the mines office",
        "They file a woman's application without asking for her husband",
        "since July",
        "the two markets",
        "34 women have filed in their own name; before, nobody remembers more than three in a year.",
        Outcome.Contribution.STRONG,
        Outcome.Size.MODERATE,
        "The clerk at the market and the agreed list of what may be asked.",
        "Receipts 0001 to 0061; talks with eleven applicants",
        "A new officer came in May who had done the same elsewhere.",
    ),
    Changed(
        PROMISES[4].action,
        Cycle.POLICY,
        "The large mine's security staff",
        "They telephone the miners' leaders a day before the fence is moved or blasting begins",
        "since October",
        "the northern fence",
        "No clash at the fence in two months; there were five in the six months before.",
        Outcome.Contribution.POSSIBLE,
        Outcome.Size.MODERATE,
        "The two sides met for the first time while the forum was prepared.",
        "The miners' leaders' own notes",
        "It was the dry season, with fewer people at the fence.",
    ),
]


class Told(NamedTuple):
    """A story of change, with the outcome that it belongs to and the group of who tells it."""

    what: str
    group: str
    title: str
    text: str
    language: str


STORIES = [
    Told(
        OUTCOMES[2].what,
        "Women panners and processors",
        "Niliandika jina langu mwenyewe",
        "Miaka tisa nimeosha mchanga. Mara ya kwanza nilipoomba leseni niliulizwa mume wangu yuko wapi. Mwezi wa saba "
        "karani alikuja sokoni na kompyuta. Aliuliza jina langu, eneo, na kama nina ada. Basi. Niliandika jina langu "
        "mwenyewe. Tulikuwa wanawake sita siku ile. Leseni bado haijatoka, lakini risiti ninayo, na namba, na siku "
        "waliyoahidi.",
        "sw",
    ),
    Told(
        OUTCOMES[1].what,
        "Women panners and processors",
        "The board at the crossroads",
        "I used to sell to the man who lent me flour. I never knew what a gram was worth; I knew what I owed. Now the "
        "price stands at the crossroads, and the child reads it to me on the way. I still owe him. But last week I "
        "said the number aloud, and he paid it.",
        "en",
    ),
]

MEMOIRE = (
    "Aide-memoire of the action dialogue",
    (
        "Two pages: seven problems that all eight groups can accept, eight actions with their owners and days, the "
        "points on which the groups agree that they disagree (above all the elders' part in licences), and the ten "
        "seats of the Learning and Leadership Group."
    ),
)

# What came of each stage, by its kind; the first that is not named here is where the programme is now.
STAGES = {
    "scoping": "The region asked for it; two districts and four sites were chosen.",
    "partners": "A convenor, a researcher and a reference group of five.",
    "research": "Some thirty voices from four sites, in two languages.",
    "apart": "Each of the eight groups met by itself before all met.",
    "thematic": "Licences, money, women, and living beside each other.",
    "workshop": "All eight groups in one place for the first time. What divides them was said aloud.",
    "dialogue": "Four days: two at the sites, two in Geita.",
    "memoire": "Two pages, read out at each site.",
    "leadership": "Ten seats, half of them held by women; endorsed by every group.",
}
NOW = {"follow_up", "communications"}
