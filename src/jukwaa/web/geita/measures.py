"""What the demo programme looks at, and what it found: some better, one worse, one on which sources differ.

Days count back from today. The figures are invented, and no better than such figures are.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from jukwaa.delivery.measures import actions, catalogue
from jukwaa.delivery.models import Indicator
from jukwaa.programmes.models import Cycle, Role
from jukwaa.web.geita import promises
from jukwaa.web.geita.after import Agreed
from jukwaa.web.geita.people import Cast
from jukwaa.web.geita.talk import Calendar

BEGAN = 250


class Figure(NamedTuple):
    """A figure so many days ago. apart: by key of the way of telling apart, group -> (figure, asked)."""

    ago: int
    value: str
    source: str
    low: str = ""
    high: str = ""
    sample: int | None = None
    exact: bool = False
    method: str = ""
    apart: dict[str, dict[str, tuple[float, int | None]]] = {}


class Looked(NamedTuple):
    """An indicator of the catalogue: its baseline and of how many, its target and when, who measures."""

    key: str
    baseline: str
    sample: int | None
    target: str
    due: int
    measured_by: str
    figures: list[Figure]
    action: str = ""


MARKET = "Sales noted by the women's group"
WELLS = "Samples of the water users' association"

LOOKED = [
    Looked(
        "time-to-licence",
        "365",
        48,
        "120",
        -380,
        "Resident Mines Office",
        [
            Figure(190, "340", "Register of applications", sample=41, exact=True),
            Figure(100, "262", "Register of applications", sample=52, exact=True),
            Figure(
                9,
                "210",
                "Register of applications",
                sample=66,
                exact=True,
                method="From the stamp of filing to that of the decision; withdrawn applications left out.",
                apart={"W": {"women": (236, 29), "men": (194, 37)}},
            ),
        ],
        promises.PROMISES[0].action,
    ),
    Looked(
        "formalisation-steps",
        "0",
        None,
        "120",
        -200,
        "Licence clerk",
        [
            Figure(
                95,
                "34",
                "Receipts of the market clerk",
                exact=True,
                apart={"W": {"women": (19, 19), "men": (15, 15)}},
            ),
            Figure(
                12,
                "61",
                "Receipts of the market clerk",
                exact=True,
                apart={"W": {"women": (34, 34), "men": (27, 27)}},
            ),
        ],
        promises.PROMISES[0].action,
    ),
    Looked(
        "price-share",
        "71",
        None,
        "90",
        -150,
        "Women's group, Nyakasanda",
        [
            Figure(220, "70", MARKET),
            Figure(190, "72", MARKET),
            Figure(160, "71", MARKET),
            Figure(130, "74", MARKET),
            Figure(100, "79", MARKET),
            Figure(70, "83", MARKET),
            Figure(40, "86", MARKET, low="82", high="90"),
            Figure(
                10, "85", MARKET, low="81", high="89", method="Thirty sales a month, by weight and price."
            ),
        ],
        promises.PROMISES[3].action,
    ),
    Looked("debt-tied-sales", "58", 120, "40", -300, "Researcher", []),
    Looked(
        "women-with-rights",
        "6",
        210,
        "20",
        -480,
        "Resident Mines Office",
        [
            Figure(120, "7", "Cadastre", sample=214, exact=True),
            Figure(8, "11", "Cadastre", sample=231, exact=True),
        ],
    ),
    Looked(
        "injury-rate",
        "18",
        140,
        "9",
        -300,
        "Health post, Mawe Meri",
        [
            Figure(150, "19.5", "Book of the health post", low="13", high="27", sample=140),
            Figure(
                20,
                "24",
                "Book of the health post",
                low="17",
                high="33",
                sample=150,
                method="Since June pit leaders report too: more is written down, and that may be all.",
            ),
        ],
    ),
    Looked(
        "felt-influence",
        "22",
        160,
        "50",
        -200,
        "Researcher",
        [
            Figure(
                30,
                "41",
                "Short survey after the dialogue",
                low="33",
                high="49",
                sample=152,
                method="Every third person at four sites, asked by somebody from elsewhere.",
                apart={
                    "W": {"women": (37, 81), "men": (46, 71)},
                    "L": {"Kiswahili": (44, 121), "Kisukuma": (32, 24), "other languages": (29, 7)},
                },
            )
        ],
    ),
    Looked(
        "mercury-avoided",
        "0",
        None,
        "1.5",
        -480,
        "Women's groups; Resident Mines Office",
        [
            Figure(
                25,
                "0.42",
                "Retort log of the women's groups",
                method="Each burning is weighed before and after; what was not weighed is not in it.",
            ),
            Figure(
                25,
                "0.18",
                "Estimate of the mines office from gold sold",
                low="0.1",
                high="0.3",
                method="Gold sold at the centre, times the ratio of the national plan.",
            ),
        ],
        promises.PROMISES[2].action,
    ),
    Looked(
        "water",
        "38",
        None,
        "25",
        -200,
        "Mtakuja Water Users' Association",
        [
            Figure(210, "41", WELLS),
            Figure(180, "33", WELLS),
            Figure(150, "44", WELLS),
            Figure(120, "36", WELLS),
            Figure(90, "31", WELLS),
            Figure(60, "42", WELLS),
            Figure(30, "35", WELLS),
            Figure(5, "34", WELLS, method="Three bottles a month from the same bridge."),
        ],
        promises.PROMISES[6].action,
    ),
    Looked("roadmap-delivery", "", None, "80", -200, "", []),
    Looked("real-commitments", "", None, "60", -200, "", []),
    Looked("agreement-quality", "", None, "90", -200, "", []),
    Looked("policy-or-practice-change", "", None, "5", -400, "", []),
    Looked(
        "trust-between-pairs",
        "2.1",
        64,
        "3.5",
        -300,
        "Researcher",
        [
            Figure(
                28,
                "2.9",
                "Short survey, miners and mines office",
                low="2.6",
                high="3.2",
                sample=59,
                apart={
                    "G": {
                        "Pit workers": (2.7, 31),
                        "Government and regulator": (3.2, 9),
                        "Pit owners": (3, 19),
                    }
                },
            )
        ],
    ),
    Looked(
        "asm-lsm-incidents",
        "5",
        None,
        "1",
        -120,
        "Lakeside Gold Mine; miners' leaders",
        [
            Figure(150, "3", "Company's log", exact=True),
            Figure(150, "6", "Miners' leaders' notes"),
            Figure(15, "1", "Company's log", exact=True),
            Figure(
                15, "2", "Miners' leaders' notes", method="They count a stopped lorry, the company does not."
            ),
        ],
        promises.PROMISES[4].action,
    ),
]


def look(cast: Cast, agreed: Agreed, days: Calendar) -> None:
    """Pick indicators for each shift, add one of the programme's own, keep figures, and correct one."""
    lead = cast.member(Role.COORDINATOR)
    for looked in LOOKED:
        indicator = _pick(cast, agreed, looked, days)
        for told in looked.figures:
            _measure(indicator, told, days, cast)
    pits = _open_pits(cast, agreed, days)
    _measure(pits, Figure(140, "10", "District inspector", exact=True), days, cast)
    _measure(pits, Figure(35, "8", "District inspector", exact=True), days, cast)
    wrong = pits.measurements.get(on=days.ago(35))
    said = {name: getattr(wrong, name) for name in actions.SAID_OF_FIGURES} | {"value": Decimal(9)}
    actions.correct_figure(
        figure=wrong, why="One pit was counted as filled that is only fenced.", by=lead, **said
    )


def _pick(cast: Cast, agreed: Agreed, looked: Looked, days: Calendar) -> Indicator:
    entry = catalogue.entries()[looked.key]
    words = entry.said("en")
    return actions.add_indicator(
        programme=cast.programme,
        key=looked.key,
        cycle=entry.cycle,
        name=words.name,
        definition=words.definition,
        unit=words.unit,
        source=words.source,
        language="en",
        figure=entry.figure,
        better=entry.better,
        every=entry.every,
        standard=entry.standard,
        apart=entry.apart if looked.key != "felt-influence" else ("W", "L"),
        baseline=Decimal(looked.baseline) if looked.baseline else None,
        baseline_on=days.ago(BEGAN) if looked.baseline else None,
        baseline_sample=looked.sample,
        target=Decimal(looked.target),
        target_on=days.ago(looked.due),
        measured_by=looked.measured_by,
        tells_of=agreed.rows[looked.action] if looked.action else None,
        by=cast.member(Role.COORDINATOR),
    )


def _open_pits(cast: Cast, agreed: Agreed, days: Calendar) -> Indicator:
    """One that no catalogue has, in two languages."""
    lead = cast.member(Role.COORDINATOR)
    pits = actions.add_indicator(
        programme=cast.programme,
        cycle=Cycle.LAND,
        name="Open pits at Ibondo ya Juu",
        definition="Abandoned pits deeper than a man that are neither filled nor being filled.",
        unit="pits",
        language="en",
        figure=Indicator.Figure.OTHER,
        better=Indicator.Better.LESS,
        every=Indicator.Every.QUARTER,
        baseline=Decimal(11),
        baseline_on=days.ago(BEGAN),
        target=Decimal(0),
        target_on=days.ago(-150),
        measured_by="District land office",
        tells_of=agreed.rows[promises.PROMISES[6].action],
        by=lead,
    )
    said = {
        "name": "Mashimo yaliyo wazi Ibondo ya Juu",
        "definition": "Mashimo yaliyoachwa, marefu kuliko mtu, ambayo hayajafukiwa wala hayafukiwi.",
        "unit": "mashimo",
    }
    actions.translate_indicator(indicator=pits, language="sw", said=said, made_by="Juma", by=lead)
    return pits


def _measure(indicator: Indicator, told: Figure, days: Calendar, cast: Cast) -> None:
    cells: list[dict[str, Any]] = [
        {"by": by, "group": group, "value": value, "people": people}
        for by, groups in told.apart.items()
        for group, (value, people) in groups.items()
    ]
    actions.measure(
        indicator=indicator,
        on=days.ago(told.ago),
        value=Decimal(told.value),
        unit=indicator.unit,
        source=told.source,
        method=told.method,
        low=Decimal(told.low) if told.low else None,
        high=Decimal(told.high) if told.high else None,
        exact=told.exact,
        sample=told.sample,
        cells=cells,
        by=cast.member(Role.RESEARCHER),
    )
