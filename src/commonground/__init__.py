"""Finds what every group can live with: opinion maps and common ground from votes.

>>> import commonground
>>> votes = commonground.VoteTable.from_rows([(f"person {n}", "water points", 1) for n in range(30)])
>>> drawn = commonground.draw(votes)
>>> drawn.findings[0].label, drawn.findings[0].agreement[0].voices
('common ground', 30)
"""

from commonground._agreement import LABELS, Agreement, Finding
from commonground._differences import (
    Change,
    Difference,
    Polarisation,
    Standing,
    changes,
    differences,
    polarisation,
    ranking,
)
from commonground._draw import Drawn, draw
from commonground._exceptions import Fault, NotAVote, NotInstalled, Refused, TwoVotes
from commonground._flags import Flag, flags
from commonground._ground import Ground, lay
from commonground._groups import Evidence, Tried
from commonground._keeping import go_on_from, keep
from commonground._map import Axis, Cell, Group, Groups, OpinionMap, Pull, Saying
from commonground._places import Place
from commonground._reading import (
    Conversation,
    Statement,
    VoteEvent,
    read_constituencies,
    read_conversation,
    read_counts,
    read_votes,
)
from commonground._report import report
from commonground._routing import Choice, Router
from commonground._version import __version__
from commonground._votes import VoteTable
from commonground._weighing import Weighting, weightings
from commonground._writing import write_conversation

__all__ = [
    "LABELS",
    "Agreement",
    "Axis",
    "Cell",
    "Change",
    "Choice",
    "Conversation",
    "Difference",
    "Drawn",
    "Evidence",
    "Fault",
    "Finding",
    "Flag",
    "Ground",
    "Group",
    "Groups",
    "NotAVote",
    "NotInstalled",
    "OpinionMap",
    "Place",
    "Polarisation",
    "Pull",
    "Refused",
    "Router",
    "Saying",
    "Standing",
    "Statement",
    "Tried",
    "TwoVotes",
    "VoteEvent",
    "VoteTable",
    "Weighting",
    "__version__",
    "changes",
    "differences",
    "draw",
    "flags",
    "go_on_from",
    "keep",
    "lay",
    "polarisation",
    "ranking",
    "read_constituencies",
    "read_conversation",
    "read_counts",
    "read_votes",
    "report",
    "weightings",
    "write_conversation",
]
