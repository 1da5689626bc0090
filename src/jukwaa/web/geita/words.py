"""What is said in the demo programme. Sites and people are invented; the problems are real ones.

Each statement's second to last item is how likely each constituency is to agree, in per cent, in the order of
CONSTITUENCIES; letters stand for profiles that many statements share.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from jukwaa.programmes.models import Cycle

CONSTITUENCIES = [
    (
        "Women panners and processors",
        "Women who pan, wash, crush and carry ore, cook and sell at the sites",
        26,
    ),
    ("Pit workers", "Drillers, diggers, haulers and winch crews paid by a share of the ore", 24),
    ("Pit owners and licence holders", "Owners of small licences, pit holders and their cooperatives", 16),
    ("Traders and buyers", "Local buyers, brokers, mill owners and those who lend for ore", 12),
    ("Elders and chiefs", "Elders, customary leaders and landowners around the sites", 12),
    ("Farmers and neighbours", "Farmers, herders and water users who live beside the mining", 14),
    ("Government and regulator", "Mining, environment, land and district offices", 10),
    ("Large mine", "The large mine's community, safety and environment staff", 6),
]

PLACES = [
    ("country", "Tanzania", None),
    ("region", "Geita Region", "Tanzania"),
    ("district", "Geita District", "Geita Region"),
    ("district", "Mbogwe District", "Geita Region"),
    ("site", "Nyakasanda", "Geita District"),
    ("site", "Igunda Hill", "Geita District"),
    ("site", "Mawe Meri", "Mbogwe District"),
    ("site", "Ibondo ya Juu", "Mbogwe District"),
]

ORGANISATIONS = [
    ("Resident Mines Office, Geita", "Government and regulator"),
    ("Geita District Council", "Government and regulator"),
    ("Geological Survey, Lake Zone", "Government and regulator"),
    ("Lake Women Miners' Association", "Women panners and processors"),
    ("Geita Small Miners' Cooperative Union", "Pit owners and licence holders"),
    ("Nyakasanda Pit Workers' Group", "Pit workers"),
    ("Geita Gold Buying Centre", "Traders and buyers"),
    ("Council of Elders, Igunda", "Elders and chiefs"),
    ("Mtakuja Water Users' Association", "Farmers and neighbours"),
    ("Lakeside Gold Mine Ltd", "Large mine"),
]

THEMES = [
    (
        "Licences and land",
        Cycle.BUSINESS,
        "Who may dig where, and how one comes by a licence. Not: quarrels with neighbours over land.",
    ),
    ("Finance and markets", Cycle.BUSINESS, "Loans, prices, buyers, what gold is sold for."),
    (
        "Women's work and safety",
        Cycle.JOBS,
        "What happens to women because they are women: pay, toilets, harassment, permission of men.",
    ),
    (
        "Safety underground",
        Cycle.JOBS,
        "Pits, props, air, water in pits, inspection; also how the risk is shared out.",
    ),
    ("Children and school", Cycle.JOBS, "Children at work at the sites, and what keeps them out of school."),
    ("Mercury and water", Cycle.LAND, "Mercury, clean water, holes left open."),
    ("Living beside each other", Cycle.POLICY, "Miners, farmers, elders and the large mine as neighbours."),
    ("A say in the rules", Cycle.POLICY, "Who is asked before rules are made, and how they are enforced."),
]


class Voice(NamedTuple):
    """One testimony, and the words taken from it as quotes, each with its theme."""

    constituency: str
    gender: str
    place: str
    language: str
    text: str
    quotes: list[tuple[str, str]]


VOICES = [
    Voice(
        "Women panners and processors",
        "woman",
        "Nyakasanda",
        "sw",
        "Nimekuwa nikiosha mchanga hapa Nyakasanda miaka tisa. Nilikwenda ofisini kuomba leseni na wenzangu watano. "
        "Karani aliniuliza mume wangu yuko wapi, na kama ameniruhusu. Mume wangu alifariki. Nilirudi nyumbani bila "
        "fomu. Siku hizi maombi ni kwenye mtandao tu, na sisi hatuna simu kubwa. Kama kungekuwa na mtu wa kutusaidia "
        "kujaza, siku ya soko, tungeweza kulipa na kuanza.",
        [
            ("Karani aliniuliza mume wangu yuko wapi, na kama ameniruhusu.", "Women's work and safety"),
            ("Siku hizi maombi ni kwenye mtandao tu, na sisi hatuna simu kubwa.", "Licences and land"),
        ],
    ),
    Voice(
        "Women panners and processors",
        "woman",
        "Igunda Hill",
        "sw",
        "Zebaki tunaishika kwa mikono. Tunachoma dhahabu jikoni kwa sababu nje kuna upepo na wezi. Watoto wako pale "
        "pale. Tumeambiwa ni hatari lakini hatujaonyeshwa njia nyingine.",
        [("Tunachoma dhahabu jikoni, na watoto wako pale pale.", "Mercury and water")],
    ),
    Voice(
        "Women panners and processors",
        "woman",
        "Mawe Meri",
        "sw",
        "Hakuna choo cha wanawake. Usiku hatuendi peke yetu. Ukilalamika kwa mwenye eneo unaambiwa tafuta sehemu "
        "nyingine ya kufanyia kazi.",
        [
            ("Hakuna choo cha wanawake; usiku hatuendi peke yetu.", "Women's work and safety"),
            ("Ukilalamika unaambiwa tafuta sehemu nyingine ya kufanyia kazi.", "Women's work and safety"),
        ],
    ),
    Voice(
        "Pit workers",
        "man",
        "Nyakasanda",
        "sw",
        "Kazi ya shimoni ni ya mgao. Kama hakuna dhahabu miezi mitatu, tunakula tu. Hakuna kilichoandikwa. Siku "
        "dhahabu ikitoka, mgao unabadilika na huna pa kulalamika.",
        [("Mgao haujaandikwa; dhahabu ikitoka unabadilika.", "Safety underground")],
    ),
    Voice(
        "Pit workers",
        "man",
        "Igunda Hill",
        "sw",
        "Mwaka jana duara liliporomoka baada ya mvua. Tulichimba wenyewe kuwatoa wenzetu. Nguzo za mbao ni ghali, "
        "na hakuna anayekagua mpaka mtu afe.",
        [("Hakuna anayekagua mashimo mpaka mtu afe.", "Safety underground")],
    ),
    Voice(
        "Pit owners and licence holders",
        "man",
        "Mawe Meri",
        "en",
        "I have a primary licence and the bank will not look at it. They ask for a farm title. So I borrow from the "
        "man who buys my gold, and he sets the price. We dig where others found something, because nobody has ever "
        "told us where payable ground is.",
        [
            ("The bank will not look at my licence; it asks for a farm title.", "Finance and markets"),
            ("Nobody has ever told us where payable ground is.", "Licences and land"),
        ],
    ),
    Voice(
        "Traders and buyers",
        "woman",
        "Geita District",
        "en",
        "People say we cheat them on the price. I would be glad if the day's price stood on a board at every site and "
        "was read on the radio, so that nobody needs to ask me what it is.",
        [("I would be glad if the day's price stood on a board at every site.", "Finance and markets")],
    ),
    Voice(
        "Elders and chiefs",
        "man",
        "Igunda Hill",
        "en",
        "A licence was given on the hill where we bury our dead. Nobody asked us, nobody even told us. We do not want "
        "to stop the mining. We want to be asked before, and we want it written down that we were asked.",
        [("Nobody asked us before the licence was given.", "Living beside each other")],
    ),
    Voice(
        "Farmers and neighbours",
        "woman",
        "Ibondo ya Juu",
        "sw",
        "Mashimo yaliyoachwa yanajaa maji na ng'ombe wanaanguka. Maji ya mto yamekuwa rangi ya udongo; hatujui kama "
        "yana sumu. Tunataka mashimo yafukiwe na maji yapimwe, na tuambiwe majibu.",
        [("Tunataka mashimo yafukiwe, maji yapimwe, na tuambiwe majibu.", "Mercury and water")],
    ),
    Voice(
        "Government and regulator",
        "man",
        "Geita District",
        "en",
        "I have one vehicle and fuel for two visits a month, for more than a hundred sites. When I arrive I am seen as "
        "the police. I would rather come as somebody who helps and comes back.",
        [("I have fuel for two visits a month, for more than a hundred sites.", "A say in the rules")],
    ),
    Voice(
        "Large mine",
        "woman",
        "Geita District",
        "en",
        "We meet small miners only when something has happened on the fence. A standing forum, with the district in the "
        "chair, would let us talk before.",
        [("We meet small miners only when something has happened on the fence.", "Living beside each other")],
    ),
]

PANNERS = ("Women panners and processors", "woman", "Nyakasanda", "sw")
PIT_WORKERS = ("Pit workers", "man", "Igunda Hill", "sw")
WOMENS, PITS, MERCURY, SCHOOL, MARKET, LICENCE = (
    "Women's work and safety",
    "Safety underground",
    "Mercury and water",
    "Children and school",
    "Finance and markets",
    "Licences and land",
)

# More of the same two groups, so that one can see when a group has been heard enough.
SHORT = [
    Voice(
        *PANNERS,
        "Tunalipwa nusu ya wanaume kwa kazi ile ile. Maji tunayoosha nayo yanawasha ngozi.",
        [
            ("Tunalipwa nusu ya wanaume kwa kazi ile ile.", WOMENS),
            ("Maji tunayoosha nayo yanawasha ngozi.", MERCURY),
        ],
    ),
    Voice(
        *PANNERS,
        "Zebaki inauzwa dukani kama sukari. Usiku njia ni giza, tunaogopa.",
        [("Zebaki inauzwa dukani kama sukari.", MERCURY), ("Usiku njia ni giza, tunaogopa.", WOMENS)],
    ),
    Voice(
        *PANNERS,
        "Ukiwa mjamzito unaambiwa rudi nyumbani, na hakuna malipo.",
        [("Ukiwa mjamzito unaambiwa rudi nyumbani, na hakuna malipo.", WOMENS)],
    ),
    Voice(
        *PANNERS,
        "Mchanga tunapewa wa mwisho, baada ya wanaume. Moshi wa zebaki tunavuta sisi.",
        [
            ("Mchanga tunapewa wa mwisho, baada ya wanaume.", WOMENS),
            ("Moshi wa zebaki tunavuta sisi.", MERCURY),
        ],
    ),
    Voice(
        *PANNERS,
        "Leseni ni ya mwenye eneo. Sisi tunaweza kufukuzwa leo.",
        [("Leseni ni ya mwenye eneo; sisi tunaweza kufukuzwa leo.", LICENCE)],
    ),
    Voice(
        *PANNERS,
        "Kisima kimekauka. Tunanunua maji kwa bei ya dhahabu.",
        [("Kisima kimekauka; tunanunua maji.", MERCURY)],
    ),
    Voice(
        *PANNERS,
        "Mnunuzi mwanamume anampa mume wangu pesa, si mimi.",
        [("Mnunuzi anampa mume wangu pesa, si mimi.", WOMENS)],
    ),
    Voice(
        *PANNERS,
        "Tunaosha na watoto mgongoni, karibu na zebaki. Tunataka sehemu ya kuwaacha.",
        [
            ("Tunaosha na watoto mgongoni, karibu na zebaki.", MERCURY),
            ("Tunataka sehemu ya kuwaacha watoto.", WOMENS),
        ],
    ),
    Voice(
        *PANNERS,
        "Wanawake hatukaribishwi kwenye mikutano ya eneo.",
        [("Wanawake hatukaribishwi kwenye mikutano ya eneo.", WOMENS)],
    ),
    Voice(
        *PANNERS,
        "Leseni ya kikundi ingetusaidia, lakini ada ni kubwa.",
        [("Leseni ya kikundi ingetusaidia, lakini ada ni kubwa.", LICENCE)],
    ),
    Voice(
        *PIT_WORKERS,
        "Hewa shimoni ni nzito. Pampu ikizimika tunapanda haraka.",
        [("Hewa shimoni ni nzito.", PITS)],
    ),
    Voice(
        *PIT_WORKERS,
        "Kamba inaoza, hakuna anayebadilisha mpaka ikatike.",
        [("Kamba inaoza, hakuna anayebadilisha mpaka ikatike.", PITS)],
    ),
    Voice(
        *PIT_WORKERS,
        "Vijana wa miaka kumi na nne wanabeba mifuko badala ya kwenda shule.",
        [("Vijana wanabeba mifuko badala ya kwenda shule.", SCHOOL)],
    ),
    Voice(
        *PIT_WORKERS,
        "Ukiumia hakuna wa kukulipia hospitali. Mgao unasimama.",
        [("Ukiumia hakuna wa kukulipia hospitali.", PITS)],
    ),
    Voice(
        *PIT_WORKERS,
        "Bei ya mawe anaamua mwenye shimo peke yake.",
        [("Bei ya mawe anaamua mwenye shimo peke yake.", MARKET)],
    ),
    Voice(*PIT_WORKERS, "Baruti inawekwa tunamolala.", [("Baruti inawekwa tunamolala.", PITS)]),
]

# What is no problem but a proposal.
PROPOSALS = {
    "I would be glad if the day's price stood on a board at every site.",
    "Tunataka mashimo yafukiwe, maji yapimwe, na tuambiwe majibu.",
    "Tunataka sehemu ya kuwaacha watoto.",
    "Leseni ya kikundi ingetusaidia, lakini ada ni kubwa.",
}

# What a researcher offers to those who run rounds, and the quotes that say it.
DRAFTS = [
    (
        "Women get less than men for the same work at the sites.",
        ["Tunalipwa nusu ya wanaume kwa kazi ile ile.", "Mchanga tunapewa wa mwisho, baada ya wanaume."],
    ),
    (
        "Small children are beside women who wash with mercury, because there is nowhere to leave them.",
        [
            "Tunaosha na watoto mgongoni, karibu na zebaki.",
            "Tunachoma dhahabu jikoni, na watoto wako pale pale.",
        ],
    ),
]


class Sentence(NamedTuple):
    """One sentence of the first testimony, as it was said and in two other languages."""

    sw: str
    en: str
    fr: str


SENTENCES = [
    Sentence(
        "Nimekuwa nikiosha mchanga hapa Nyakasanda miaka tisa.",
        "I have been washing sand here at Nyakasanda for nine years.",
        "Je lave du sable ici à Nyakasanda depuis neuf ans.",
    ),
    Sentence(
        "Nilikwenda ofisini kuomba leseni na wenzangu watano.",
        "I went to the office with five others to ask for a licence.",
        "Je suis allée au bureau demander une licence avec cinq collègues.",
    ),
    Sentence(
        "Karani aliniuliza mume wangu yuko wapi, na kama ameniruhusu.",
        "The clerk asked me where my husband was, and whether he had allowed me.",
        "L'employé m'a demandé où était mon mari, et s'il m'avait permis.",
    ),
    Sentence("Mume wangu alifariki.", "My husband is dead.", "Mon mari est mort."),
    Sentence(
        "Nilirudi nyumbani bila fomu.", "I went home without the form.", "Je suis rentrée sans le formulaire."
    ),
    Sentence(
        "Siku hizi maombi ni kwenye mtandao tu, na sisi hatuna simu kubwa.",
        "Nowadays one applies only on the internet, and we have no big phones.",
        "Maintenant les demandes sont seulement sur internet, et nous n'avons pas de grand téléphone.",
    ),
    Sentence(
        "Kama kungekuwa na mtu wa kutusaidia kujaza, siku ya soko, tungeweza kulipa na kuanza.",
        "If there were somebody to help us fill it in, on market day, we could pay and begin.",
        "S'il y avait quelqu'un pour nous aider à remplir, le jour du marché, nous pourrions payer et commencer.",
    ),
]

# Forms that a researcher's phone sent; of the first, testimonies were made.
FORM = (
    '<data id="{form}" version="{version}"><age>{age}</age><adult><agreed>yes</agreed><said>'
    "<consent_by>voice</consent_by><may_quote>yes</may_quote><may_voice>no</may_voice><place>{place}</place>"
    "<role>{role}</role><gender>{gender}</gender><language>sw</language><danger>{danger}</danger>"
    "<hurts_words>{hurts}</hurts_words><helps_words>{helps}</helps_words></said></adult>"
    "<meta><instanceID>uuid:geita-{number}</instanceID></meta></data>"
)
# An office that is nowhere; numbers that ring nobody.
REFERRAL_CARD = {
    "sw": "Ofisi ya Ustawi wa Jamii, Nyumba ya Mwanga, karibu na soko la Geita\n"
    "Simu: 000 000 0116. Wazi: Jumatatu hadi Ijumaa, saa 2 asubuhi hadi saa 10 jioni\n"
    "Usiku na Jumapili: dawati la jinsia na watoto la polisi, 000 000 0117",
    "en": "Social Welfare Office, Mwanga House, beside Geita market\n"
    "Phone: 000 000 0116. Open: Monday to Friday, 8 to 16\n"
    "At night and on Sundays: police desk for women and children, 000 000 0117",
}
FORMS = [
    {
        "age": "25_34",
        "place": "Mawe Meri",
        "role": "mchimbaji",
        "gender": "man",
        "danger": "no",
        "hurts": "Mashimo hayana nguzo, mvua ikinyesha tunaomba Mungu.",
        "helps": "Mtu wa kukagua kila wiki, si mara moja kwa mwaka.",
    },
    {
        "age": "35_54",
        "place": "Ibondo ya Juu",
        "role": "mama lishe",
        "gender": "woman",
        "danger": "yes",
        "hurts": "Wakinilipa wananilipa kwa mawe, na mnunuzi ananidanganya uzito.",
        "helps": "Mizani ya serikali sokoni.",
    },
    {
        "age": "18_24",
        "place": "Igunda Hill",
        "role": "mbeba mifuko",
        "gender": "man",
        "danger": "no",
        "hurts": "Tunabeba mifuko usiku bila taa.",
        "helps": "Taa na viatu.",
    },
]

# How likely each constituency is to agree, in per cent.
PROFILES = {
    "all": [98, 97, 97, 97, 97, 98, 97, 98],
    "most": [90, 88, 84, 80, 84, 88, 78, 82],
    "women": [96, 70, 52, 55, 50, 74, 72, 80],
    "miners": [90, 94, 90, 66, 48, 40, 36, 34],
    "against miners": [34, 26, 22, 48, 66, 88, 84, 90],
    "chiefs": [30, 22, 14, 34, 97, 62, 40, 46],
    "not chiefs": [76, 84, 92, 74, 6, 42, 62, 58],
    "owners": [48, 34, 94, 82, 50, 36, 52, 60],
    "unsure": [55, 52, 56, 50, 54, 52, 50, 52],
}


class Words(NamedTuple):
    """A statement in English and Swahili, who would agree, and the quote that it came from, if any."""

    en: str
    sw: str
    profile: str
    quote: str = ""


PROBLEMS = [
    Words(
        "A woman who applies for a licence must not be asked for a man's permission.",
        "Mwanamke anayeomba leseni asiulizwe ruhusa ya mwanaume.",
        "all",
        "Karani aliniuliza mume wangu yuko wapi, na kama ameniruhusu.",
    ),
    Words(
        "Applying for a licence only on the internet shuts most small miners out.",
        "Kuomba leseni kwenye mtandao tu kunawaacha nje wachimbaji wengi wadogo.",
        "all",
        "Siku hizi maombi ni kwenye mtandao tu, na sisi hatuna simu kubwa.",
    ),
    Words(
        "Burning mercury in kitchens harms children and must stop, but people need another way first.",
        "Kuchoma zebaki jikoni kunadhuru watoto na lazima kukome, lakini watu wanahitaji njia nyingine kwanza.",
        "all",
        "Tunachoma dhahabu jikoni, na watoto wako pale pale.",
    ),
    Words(
        "Every site needs separate, lit toilets for women.",
        "Kila eneo la uchimbaji linahitaji vyoo tofauti vya wanawake vyenye mwanga.",
        "most",
        "Hakuna choo cha wanawake; usiku hatuendi peke yetu.",
    ),
    Words(
        "A woman who reports harassment loses her place to work.",
        "Mwanamke anayeripoti unyanyasaji hupoteza sehemu yake ya kazi.",
        "women",
        "Ukilalamika unaambiwa tafuta sehemu nyingine ya kufanyia kazi.",
    ),
    Words(
        "Shares of the ore should be written down before the digging starts.",
        "Mgao wa mawe uandikwe kabla ya kuanza kuchimba.",
        "most",
        "Mgao haujaandikwa; dhahabu ikitoka unabadilika.",
    ),
    Words(
        "Shafts are inspected only after somebody has died.",
        "Mashimo hukaguliwa tu baada ya mtu kufa.",
        "most",
        "Hakuna anayekagua mashimo mpaka mtu afe.",
    ),
    Words(
        "Banks should accept a mining licence as security for a loan.",
        "Benki zikubali leseni ya uchimbaji kama dhamana ya mkopo.",
        "all",
        "The bank will not look at my licence; it asks for a farm title.",
    ),
    Words(
        "Nobody tells small miners where payable ground is.",
        "Hakuna anayewaambia wachimbaji wadogo ardhi yenye madini iko wapi.",
        "most",
        "Nobody has ever told us where payable ground is.",
    ),
    Words(
        "The day's gold price should stand on a board at every site.",
        "Bei ya dhahabu ya siku iwekwe kwenye ubao katika kila eneo.",
        "all",
        "I would be glad if the day's price stood on a board at every site.",
    ),
    Words(
        "Elders and chiefs must be consulted, in writing, before a licence is granted on their land.",
        "Wazee na machifu lazima washauriwe, kwa maandishi, kabla ya leseni kutolewa kwenye ardhi yao.",
        "chiefs",
        "Nobody asked us before the licence was given.",
    ),
    Words(
        "The part of chiefs in licensing is too large: they should be heard, and no more.",
        "Nafasi ya machifu katika leseni ni kubwa mno: wasikilizwe tu, si zaidi.",
        "not chiefs",
    ),
    Words(
        "Abandoned pits should be filled in, and the water below them tested.",
        "Mashimo yaliyoachwa yafukiwe, na maji ya chini yake yapimwe.",
        "all",
        "Tunataka mashimo yafukiwe, maji yapimwe, na tuambiwe majibu.",
    ),
    Words(
        "The mines office cannot visit enough sites with the fuel it has.",
        "Ofisi ya madini haiwezi kutembelea maeneo ya kutosha kwa mafuta iliyonayo.",
        "most",
        "I have fuel for two visits a month, for more than a hundred sites.",
    ),
    Words(
        "Small miners and the large mine need a standing forum, not a meeting after each incident.",
        "Wachimbaji wadogo na mgodi mkubwa wanahitaji jukwaa la kudumu, si mkutano baada ya kila tukio.",
        "all",
        "We meet small miners only when something has happened on the fence.",
    ),
    Words(
        "Tax on gold sold at the buying centre pushes people to sell in secret.",
        "Kodi ya dhahabu inayouzwa kituoni inawasukuma watu kuuza kwa siri.",
        "all",
    ),
    Words(
        "When a new rush begins, its finders lose the ground to richer people.",
        "Machimbo mapya yakipatikana, wagunduzi hupokonywa na wenye fedha.",
        "most",
    ),
    Words(
        "Large licences lie unused while small miners are chased from them.",
        "Leseni kubwa zinalala bila kutumika huku wachimbaji wadogo wakifukuzwa.",
        "miners",
    ),
    Words(
        "Small miners who enter a large mine's licence should be removed.",
        "Wachimbaji wadogo wanaoingia kwenye leseni ya mgodi mkubwa waondolewe.",
        "against miners",
    ),
    Words(
        "The fee for a small licence is too high for a beginner.",
        "Ada ya leseni ndogo ni kubwa mno kwa anayeanza.",
        "miners",
    ),
    Words(
        "A licence should be decided within four months of the application.",
        "Leseni iamuliwe ndani ya miezi minne tangu maombi.",
        "most",
    ),
    Words(
        "Children should be in school in the morning, whatever happens at the site.",
        "Watoto wawe shuleni asubuhi, lolote litokealo machimboni.",
        "all",
    ),
    Words(
        "A school meal would bring more children back than a fine for the parents.",
        "Chakula cha shuleni kingerudisha watoto wengi kuliko faini kwa wazazi.",
        "most",
    ),
    Words(
        "Working mothers need a safe place for small children near the washing ponds.",
        "Akina mama wanaofanya kazi wanahitaji mahali salama pa watoto karibu na mabwawa ya kuoshea.",
        "women",
    ),
    Words(
        "Saying that women bring bad luck to a pit is only a way to keep the ore.",
        "Kusema wanawake wana mkosi shimoni ni njia tu ya kuwanyima mawe.",
        "women",
    ),
    Words(
        "Pit owners carry all the risk and deserve the larger share.",
        "Wamiliki wa mashimo hubeba hatari yote na wanastahili mgao mkubwa.",
        "owners",
    ),
    Words(
        "Machines take the work of women who crush by hand.",
        "Mashine zinachukua kazi ya wanawake wanaoponda kwa mikono.",
        "unsure",
    ),
    Words(
        "Training is given in English, in town, when we are at work.",
        "Mafunzo hutolewa kwa Kiingereza, mjini, wakati tuko kazini.",
        "most",
    ),
    Words(
        "A buyer who lends food must be sold to, at the buyer's price.",
        "Mnunuzi akikukopesha chakula lazima umuuzie yeye, kwa bei yake.",
        "miners",
    ),
    Words(
        "Savings groups at the site should be able to borrow together.",
        "Vikundi vya kuweka akiba machimboni viweze kukopa pamoja.",
        "all",
    ),
    Words(
        "Mercury should be banned at once, without exceptions.",
        "Zebaki ipigwe marufuku mara moja, bila ubaguzi.",
        "against miners",
    ),
    Words(
        "One shared plant without mercury would serve several sites.",
        "Mtambo mmoja wa pamoja usio na zebaki ungehudumia maeneo kadhaa.",
        "most",
    ),
    Words(
        "The river has turned brown since the washing ponds came.",
        "Mto umekuwa wa rangi ya udongo tangu mabwawa ya kuoshea yaje.",
        "against miners",
    ),
    Words(
        "Washing ponds should stand at least two hundred metres from the river.",
        "Mabwawa ya kuoshea yawe angalau mita mia mbili kutoka mtoni.",
        "most",
    ),
    Words(
        "Farmland that mining spoiled should be restored before new ground is opened.",
        "Mashamba yaliyoharibiwa yarejeshwe kabla ya kufungua ardhi mpya.",
        "against miners",
    ),
    Words(
        "Soldiers and sudden raids make mining more dangerous, not less.",
        "Askari na misako ya ghafla hufanya uchimbaji kuwa hatari zaidi.",
        "miners",
    ),
    Words(
        "Levies that the site pays should be seen in the village: a road, a clinic, a classroom.",
        "Tozo zinazolipwa na machimbo zionekane kijijini: barabara, zahanati, darasa.",
        "all",
    ),
    Words(
        "What the large mine gives the villages should be written down and published.",
        "Kinachotolewa na mgodi mkubwa kwa vijiji kiandikwe na kitangazwe.",
        "most",
    ),
    Words(
        "Miners' associations speak for licence holders, not for those in the pit.",
        "Vyama vya wachimbaji huwasemea wenye leseni, si walio shimoni.",
        "unsure",
    ),
    Words(
        "Women should hold half the seats in the group that follows the roadmap.",
        "Wanawake wawe na nusu ya viti katika kundi litakalofuatilia mpango.",
        "women",
    ),
    Words(
        "Strangers who come for a rush should register with the village first.",
        "Wageni wanaokuja kwenye machimbo mapya wajiandikishe kijijini kwanza.",
        "chiefs",
    ),
    Words(
        "People outside think that we are thieves. Nobody tells what good small mining looks like.",
        "Watu wa nje wanadhani sisi ni wezi. Hakuna anayeeleza uchimbaji mdogo mzuri ukoje.",
        "miners",
    ),
]

# The problem that each solutions round answers, its question, and its statements.
SOLUTIONS = {
    "Applying for a licence only on the internet shuts most small miners out.": (
        "What would let small miners, women above all, apply for a licence?",
        [
            Words(
                "A clerk with a laptop sits at the market every week and files for whoever comes.",
                "Karani mwenye kompyuta akae sokoni kila wiki na kuwajazia maombi wanaokuja.",
                "all",
            ),
            Words(
                "The mines office publishes how many days each application has taken.",
                "Ofisi ya madini itangaze kila ombi limechukua siku ngapi.",
                "most",
            ),
            Words(
                "Groups of women may apply together and pay in four parts.",
                "Vikundi vya wanawake viombe pamoja na kulipa kwa awamu nne.",
                "all",
            ),
            Words(
                "Elders sign every application before it is filed.",
                "Wazee watie saini kila ombi kabla halijawasilishwa.",
                "chiefs",
            ),
            Words(
                "An agent files for a fee that miners and agent agree between them.",
                "Wakala ajaze kwa malipo watakayokubaliana na mchimbaji.",
                "owners",
            ),
            Words(
                "Every office hangs up, in Swahili, what may and may not be asked of an applicant.",
                "Kila ofisi ibandike, kwa Kiswahili, kinachoruhusiwa na kisichoruhusiwa kuulizwa.",
                "all",
            ),
        ],
    ),
    "Burning mercury in kitchens harms children and must stop, but people need another way first.": (
        "What would take mercury out of the kitchens?",
        [
            Words(
                "Each site gets three retorts, kept by the women's group, before the next rains.",
                "Kila eneo lipate vichujio vitatu vya zebaki, vikitunzwa na kikundi cha wanawake, kabla ya mvua.",
                "all",
            ),
            Words(
                "A shared plant without mercury is tried at one site for a year.",
                "Mtambo wa pamoja usio na zebaki ujaribiwe eneo moja kwa mwaka mmoja.",
                "most",
            ),
            Words(
                "Buyers pay a little more for gold that came without mercury.",
                "Wanunuzi walipe zaidi kidogo kwa dhahabu isiyo na zebaki.",
                "miners",
            ),
            Words(
                "Whoever burns mercury at home is fined.",
                "Anayechoma zebaki nyumbani atozwe faini.",
                "against miners",
            ),
            Words(
                "The clinic tests mothers and children at the sites twice a year.",
                "Zahanati ipime akina mama na watoto machimboni mara mbili kwa mwaka.",
                "all",
            ),
        ],
    ),
}

# What is asked now, a year on, and what can be voted on with the three cards of the demo.
PROBLEMS_ASKED = "What must change at the sites and around them?"
NOW_ASKED = "A year on: what is better, what is not, and what should the group take up next?"
NOW = [
    Words(
        "The clerk at the market still comes every week.", "Karani wa sokoni bado anakuja kila wiki.", "most"
    ),
    Words(
        "Buyers pay the price that stands on the board.",
        "Wanunuzi wanalipa bei iliyoandikwa kwenye ubao.",
        "most",
    ),
    Words("The retorts reached our site.", "Vichujio vya zebaki vimefika kwenye eneo letu.", "unsure"),
    Words(
        "I know somebody in the leadership group and could speak to them.",
        "Namfahamu mtu katika kundi la uongozi na ninaweza kuzungumza naye.",
        "women",
    ),
    Words(
        "The group should meet at the sites, not in town.",
        "Kundi likutane machimboni, si mjini.",
        "miners",
    ),
    Words(
        "The next thing to agree is a shared plant without mercury.",
        "Jambo linalofuata tukubaliane ni mtambo wa pamoja usio na zebaki.",
        "most",
    ),
    Words(
        "The next thing to agree is a place for small children near the washing ponds.",
        "Jambo linalofuata tukubaliane ni mahali pa watoto karibu na mabwawa ya kuoshea.",
        "women",
    ),
    Words(
        "Elders are told now before a licence is decided.",
        "Wazee wanaambiwa sasa kabla ya leseni kuamuliwa.",
        "unsure",
    ),
    Words(
        "Those who promised and are late should say why at the market, aloud.",
        "Walioahidi na kuchelewa waseme sababu sokoni, kwa sauti.",
        "all",
    ),
    Words(
        "Nothing has changed for those who work in the pit.",
        "Hakuna kilichobadilika kwa wanaofanya kazi shimoni.",
        "miners",
    ),
]

# What a panner proposed on a phone during the workshop.
PROPOSED = Words(
    "Whoever carries ore should be paid the same day, woman or man.",
    "Anayebeba mawe alipwe siku hiyo hiyo, mwanamke au mwanaume.",
    "most",
)

# The questions, as they were read out in Swahili.
QUESTIONS = {
    PROBLEMS_ASKED: "Nini lazima kibadilike machimboni na kandokando yake?",
    NOW_ASKED: "Mwaka mmoja baadaye: nini kimekuwa bora, nini bado, na kundi lishughulikie nini sasa?",
    "What would let small miners, women above all, apply for a licence?": (
        "Nini kingewawezesha wachimbaji wadogo, hasa wanawake, kuomba leseni?"
    ),
    "What would take mercury out of the kitchens?": "Nini kingeondoa zebaki jikoni?",
}

# ---- before the field ------------------------------------------------------------------------------------

# Power and interest from 1 to 5, what silences them, how they are heard all the same.
STAKES = {
    "Women panners and processors": (
        2,
        5,
        "Custom, harassment, children to mind, no phone of their own",
        "Met apart, with women only, at the washing place and before noon; child care paid",
    ),
    "Pit workers": (
        2,
        5,
        "A day of talk is a day without ore; dismissal",
        "Heard in the evening, away from the pit, one district over from their owner",
    ),
    "Pit owners and licence holders": (
        4,
        5,
        "Fear of inspection; the cooperative's chairmen take the seats",
        "Seats by lot among licence holders",
    ),
    "Traders and buyers": (4, 3, "Secrets of the trade", "Asked about prices in general, never about a deal"),
    "Elders and chiefs": (4, 5, "Protocol: they speak last, or not before others", "Visited first, at home"),
    "Farmers and neighbours": (
        2,
        5,
        "Far from the world of mining; the market is on the same day",
        "Met at the water point",
    ),
    "Government and regulator": (
        5,
        5,
        "Hierarchy; officers are moved within the year",
        "Letters to the office, not to a person",
    ),
    "Large mine": (5, 3, "Caution of its lawyers", "Talks under a rule that nobody is quoted by name"),
    "Resident Mines Office, Geita": (4, 5, "No car and no budget for visits", ""),
    "Geita District Council": (4, 3, "", ""),
    "Geological Survey, Lake Zone": (3, 2, "Not asked by anybody", ""),
    "Lake Women Miners' Association": (3, 5, "Lives on subsidies", "Helps to call women together"),
    "Geita Small Miners' Cooperative Union": (4, 5, "", ""),
    "Nyakasanda Pit Workers' Group": (1, 5, "Not registered; fear that a list of names is made", ""),
    "Geita Gold Buying Centre": (3, 4, "", ""),
    "Council of Elders, Igunda": (4, 4, "Protocol", "Visited first"),
    "Mtakuja Water Users' Association": (2, 5, "No money to travel", "Fare paid"),
    "Lakeside Gold Mine Ltd": (5, 3, "Caution of its lawyers", ""),
}
OTHERS_WITH_A_STAKE = {
    "Migrants at new rushes": (
        1,
        5,
        "Hostility of hosts; some have no papers",
        "Through the women who cook for them; nothing about papers is asked or written",
    ),
    "Mercury sellers": (3, 4, "What they sell is against the law", ""),
}

READY = {
    "context.state": ("yes", "The mines office came to the scoping talk and asked for the notes."),
    "context.convenor": (
        "yes",
        "Five groups of eight named the same forum when asked whom they would follow.",
    ),
    "context.voice": ("partly", "The women's association is known at two sites of four."),
    "context.safe": ("partly", "No raid for a year. Pit workers still fear a list of names: none is made."),
    "time.reform": ("yes", "The region draws up its plan for small licences this year."),
    "time.calendar": ("no", "The rains are from March to May, and panners farm then. Begin in June."),
    "time.alone": ("yes", "The last process ended two years ago, without a report to the sites."),
    "demand.miners": ("yes", "31 women panners and 40 pit workers asked for it at three sites."),
    "demand.state": ("yes", "A letter of the district council."),
    "demand.others": ("partly", "Elders yes; the large mine wants to look on first."),
}

RESEARCH_QUESTIONS = [
    (
        "What does a week without work cost a woman who pans, and who decides about it?",
        "Women panners want it known before anybody speaks of closing washing places.",
        "31 women panners at Nyakasanda, by a show of hands",
    ),
    (
        "Who is told of an accident underground, and what happens then?",
        "Pit workers and the mines office count differently.",
        "40 pit workers at Mawe Meri and Igunda Hill, with stones in three bowls",
    ),
    (
        "Which wells do people stop drinking from, and since when?",
        "Farmers and panners blame each other; both drink from the same wells.",
        "",
    ),
    ("Why do small licences wait longer than a year?", "Asked by the cooperative union.", ""),
]

# Name, where from, what they know; then what they checked: verdict, how long ago, remarks, answer.
REFERENCE_GROUP = [
    (
        "Dr Mwajuma",
        "University in Mwanza",
        "Labour and gender in mining",
        [
            (
                "method",
                "changes",
                252,
                "Ask women apart from men of the same family; the consent words are too long to hear.",
                "Women are met apart. The words are a third shorter, and recorded in Swahili.",
            ),
            ("findings", "good", 150, "The quotes carry the findings.", ""),
        ],
    ),
    (
        "Mzee Bahati",
        "Retired mines officer",
        "Licences and inspection",
        [
            (
                "stakeholders",
                "changes",
                248,
                "Mercury sellers are missing, and those who lend for ore.",
                "",
            )
        ],
    ),
]

# About where the districts lie, in degrees north and east.
SPOTS = {"Geita District": (-2.9, 32.2), "Mbogwe District": (-3.4, 32.2)}

VISIT_MADE = {
    "place": "Nyakasanda",
    "purpose": "To hear women panners and pit workers, and to see the washing place.",
    "goes": "Asha listens, a woman from the association calls people together, one driver.",
    "bring": "40 cards and slips, consent words on a player, the referral list, water, first aid, a power bank.",
    "consent": "The elders first, then the women among themselves. In Swahili, read aloud. A no needs no reason.",
    "safety": "No names and no numbers of pits are written down. No photo of anybody. We leave by three, "
    "and at once if officers come.",
    "tell": "Neema knows the way and waits for a call at five. Without it she calls the elders, then the clinic.",
}
VISIT_CAME_TO = "Eleven people were heard. The women asked for a meeting of their own."
VISIT_TO_COME = {
    "place": "Ibondo ya Juu",
    "purpose": "To bring the findings back, and to hear who was away the last time.",
    "goes": "Asha and Juma, a woman from the water users, one driver.",
    "bring": "Two-page findings in Swahili, cards, slips, the player, water, first aid.",
    "consent": "The elders are told a week before. Who was heard before is asked again, by card only.",
    "safety": "A new rush nearby: ask the elders the evening before whether it is quiet. Turn back if not.",
    "tell": "Neema, by phone when we arrive and when we leave. Not back by six: she calls the elders.",
}
SITE_NOTES = [
    "The washing place lies below the mill. The well that people drink from is downhill of both.",
    "Sixty or more women before ten in the morning, many with small children; shade under one tree only.",
    "One pit in five has timber. Nobody could say when the mines office came last.",
]
SITE_PROFILE = {
    "minerals": ["gold"],
    "works": "both",
    "workers": "250_500",
    "women": "half",
    "services": ["mines", "health"],
    "mercury": "yes",
    "cyanide": "no",
    "injured": "yes",
    "died": "no",
    "safety": ["supports"],
    "notes": "The nearest clinic is an hour away on foot.",
}

MEETING: dict[str, Any] = {
    "came": 31,
    "note": "Under the tree, from seven to nine, before the washing began. Children were minded by two of them.",
    "problems": [
        "Mnunuzi mmoja hupanga bei, na hakuna anayejua bei ya mjini.",
        "Maji tunayoosha ndiyo tunayokunywa.",
        "Hakuna mahali salama pa watoto tunapofanya kazi.",
        "Tunadaiwa zaidi ya mawe ili tupate mawe.",
    ],
}
