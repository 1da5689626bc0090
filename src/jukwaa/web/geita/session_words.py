"""What is said at the demo's session under way, at its tables and at its door. All of it is invented."""

from __future__ import annotations

from jukwaa.dialogue.models import Gradient, Risk, Statement
from jukwaa.web.geita.words import Words

WOMEN_ASKED = "Women alone: which of the two do we bring before everybody first?"
WOMEN = [
    Words("A room with a door for washing.", "Chumba chenye mlango cha kuogea.", "women"),
    Words("Our own account for what the retort earns.", "Akaunti yetu ya mapato ya retoti.", "women"),
    Words("Nobody is sent home for complaining.", "Asifukuzwe mtu kwa kulalamika.", "women"),
    Words("Work that ends before dark.", "Kazi iishe kabla ya giza.", "women"),
]

DOTS_ASKED = "Which of these should the group ask for first?"
DOTS = [
    Words("A retort at each site.", "Retoti kwenye kila eneo.", "all"),
    Words("A day of training at the site.", "Siku ya mafunzo machimboni.", "all"),
    Words("A loan that is paid back in gold.", "Mkopo unaolipwa kwa dhahabu.", "miners"),
    Words("A test of the water twice a year.", "Kipimo cha maji mara mbili kwa mwaka.", "most"),
]

PLANT_ASKED = "How far can you go along with this plan?"
PLANT = [
    Words(
        "One shared plant without mercury by the stream at Igunda Hill, run by women and men together.",
        "Mtambo mmoja usio na zebaki kando ya kijito Igunda Hill, ukiendeshwa na wanawake na wanaume.",
        "most",
    )
]
# How far the people of each group go along with it, in turn.
STEPS = {
    "Women panners and processors": (1, 1, 3, 2),
    "Pit workers": (1, 2, 2, 4),
    "Pit owners and licence holders": (2, 3, 5, 2),
    "Traders and buyers": (4, 4, 3),
    "Elders and chiefs": (8, 3, 2),
    "Farmers and neighbours": (2, 1, 1, 3),
    "Government and regulator": (2, 2),
    "Large mine": (3, 4),
}
REASONS = {
    Gradient.ASIDE: "We cannot pay a share before we know what the ore brings.",
    Gradient.BLOCK: "The place by the stream is where we bury our dead. Not there.",
}
ON_RECORD = "Owners cannot pay a share before it is known what the ore brings."

SESSION_ASKED = "What would take the last mercury out of the kitchens?"
SESSION = [
    Words(
        "Gold is burnt only in a closed retort, never in a kitchen.",
        "Dhahabu ichomwe kwenye retoti iliyofungwa tu, kamwe si jikoni.",
        "all",
    ),
    Words(
        "Each site rents out a retort on market day, for a price that everybody knows.",
        "Kila eneo likodishe retoti siku ya soko, kwa bei inayojulikana na wote.",
        "all",
    ),
    Words(
        "Buyers pay more for gold that was burnt in a retort.",
        "Wanunuzi walipe zaidi kwa dhahabu iliyochomwa kwenye retoti.",
        "miners",
    ),
    Words(
        "The mines office comes once a month and shows how it is done.",
        "Ofisi ya madini ije mara moja kwa mwezi na kuonyesha inavyofanyika.",
        "most",
    ),
    Words("Women hold the keys of the retorts.", "Wanawake washike funguo za retoti.", "women"),
    Words(
        "Whoever sells mercury writes down to whom.",
        "Anayeuza zebaki aandike anamuuzia nani.",
        "against miners",
    ),
]
QUESTIONS = {
    WOMEN_ASKED: "Wanawake peke yetu: kati ya haya mawili, tupeleke lipi kwanza mbele ya wote?",
    DOTS_ASKED: "Kundi liombe lipi kati ya haya kwanza?",
    PLANT_ASKED: "Unaweza kuukubali mpango huu kwa kiasi gani?",
    SESSION_ASKED: "Nini kingeondoa zebaki iliyobaki jikoni?",
}
# Of each statement of the session: its picture, what it is about, and where it looks.
B, L = Statement.Bears, Statement.Looks
READ = [
    ("home", B.SOLUTION, L.AHEAD),
    ("flask", B.SOLUTION, L.AHEAD),
    ("money", B.SOLUTION, L.AHEAD),
    ("lorry", B.SOLUTION, L.AHEAD),
    ("shield", B.SOLUTION, L.UNSAID),
    ("", B.UNSAID, L.UNSAID),
]

# What was counted of each statement: agree, disagree, pass, and how many of those by phone too.
ALIKE: list[tuple[int, ...]] = [
    (5, 1, 0, 1),
    (6, 0, 0, 1),
    (5, 0, 1, 1),
    (4, 1, 1, 1),
    (6, 0, 0, 1),
    (3, 2, 1, 1),
]
HANDS: dict[str, dict[str, list[tuple[int, ...]]]] = {
    "Women panners and processors": {"juma": ALIKE, "neema": ALIKE},
    "Pit workers": {"juma": [(4, 0, 0), (3, 1, 0), (4, 0, 0), (2, 1, 1), (1, 2, 1), (2, 2, 0)]},
    "Elders and chiefs": {"juma": [(3, 2, 0), (4, 0, 1)], "neema": [(2, 3, 0), (4, 0, 1)]},
}

# What people propose: the group, which of those here, the words, the language.
NAMES_SOMEBODY = "Hamisi at the mill sells the mercury, and everybody knows it."
JOINED = (
    "Lend money for retorts, and let us pay it back in gold.",
    "Lend us money for the retorts and we pay it back in gold.",
)
WORDED_ANEW = (
    "Watupishe sisi kwenye retoti, sisi ndio tunaungua.",
    "Wanawake watumie retoti kwanza, kwa sababu wao ndio wanaochoma dhahabu.",
)
PROPOSALS = [
    ("Pit workers", 0, "Gold is burnt only in a closed retort, never near a kitchen or a well.", "en"),
    ("Pit owners and licence holders", 0, "Gold is not burnt in a closed retort: it takes too long.", "en"),
    (
        "Farmers and neighbours",
        0,
        "The retort stands far from the houses, gold is weighed before our eyes, and the road is mended.",
        "en",
    ),
    ("Traders and buyers", 0, NAMES_SOMEBODY, "en"),
    ("Pit workers", 4, JOINED[0], "en"),
    ("Large mine", 0, JOINED[1], "en"),
    ("Women panners and processors", 0, WORDED_ANEW[0], "sw"),
]

# Who spoke, which of those here, for how many seconds; then the groups in which a hand is up.
SPOKE = [
    ("Women panners and processors", 0, 150),
    ("Pit workers", 4, 170),
    ("Farmers and neighbours", 0, 110),
    ("Government and regulator", 4, 420),
    ("Pit owners and licence holders", 4, 260),
    ("Government and regulator", 5, 300),
]
HANDS_UP = ["Government and regulator", "Women panners and processors", "Elders and chiefs"]

# What the tables wrote: the table, which of the three questions, the words.
AT_TABLES = [
    (1, 1, "Two of four sites have a retort. One is locked away, and nobody knows who has the key."),
    (1, 2, "The key must be with those who burn."),
    (1, 3, "Two women of each site hold it, and write down who used it."),
    (2, 1, "Buyers ask nobody how the gold was burnt."),
    (2, 2, "Clean gold must bring more than the other."),
    (3, 1, "The clinic has tested forty children, and told no mother what it found."),
    (4, 3, "The officer brings the form to the market, and fills it in with us."),
]

# Who might be harmed by being there: who, how, how likely, what is done, whom to tell.
RISKS = [
    (
        "Women who speak of the kitchens",
        "Buyers or husbands hear who said it, and send them away from the site.",
        Risk.Level.HIGH,
        "They meet alone first. What they say crosses only when they release it, without names.",
        "The convenor, and the women's association the same day",
    ),
    (
        "Pit workers without papers",
        "An officer in the hall writes down who digs where.",
        Risk.Level.MEDIUM,
        "The office agreed in writing to take no notes of people, and no uniform is worn.",
        "The head of the mines office in Geita",
    ),
    (
        "Everybody on the road home",
        "The session ends after dark.",
        Risk.Level.LOW,
        "We end at four, and a lorry takes people back.",
        "",
    ),
]
INCIDENT = (
    "A buyer asked two panners at the market what they had said in the hall, and would not buy from them.",
    "The two were asked what they want done: they want no name used. Another buyer takes their gold.",
    "The convenor, on the same evening",
)
