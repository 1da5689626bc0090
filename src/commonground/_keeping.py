"""Grounds in files, so that new votes go on from where an earlier map ended. Personal, like the votes."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from commonground._exceptions import Fault, Refused
from commonground._fit import Fit, Sums
from commonground._ground import Frame, Ground
from commonground._groups import Evidence, Parting, Tried, Turn
from commonground._votes import VoteTable

FORMAT = "commonground-ground/1"
MEND = "Name a file that `map --keep` wrote, or draw all votes anew"
FIT = ("statements", "statement_covariances", "direction_spread")
FIT_NUMBERS = ("noise", "tendency_spread", "usual_mean", "mean_spread", "sweeps")
SUMS_NUMBERS = ("without_tendency", "tendencies", "people", "votes")


def keep(ground: Ground, path: str | os.PathLike[str]) -> None:
    """Write a ground to a file, which go_on_from() reads back."""
    votes = ground.votes.take(np.arange(len(ground.people)))
    parting = ground.parting
    said = {
        "format": FORMAT,
        "participants": votes.participants,
        "statements": votes.statements,
        "seed": ground.seed,
        "laid": ground.laid,
        "history": ground.history,
        "spread": ground.frame.spread,
        "evidence": asdict(ground.evidence),
        "fit": {name: getattr(ground.fitted, name) for name in FIT_NUMBERS},
        "sums": {name: getattr(ground.sums, name) for name in SUMS_NUMBERS},
        "groups": parting is not None,
    }
    arrays: dict[str, Any] = {
        "said": np.frombuffer(json.dumps(said).encode(), np.uint8),
        "starts": votes.starts,
        "columns": votes.columns.astype(np.int32),
        "values": votes.values,
        "people": ground.people,
        "order": ground.statements,
        "persons": ground.persons,
        "spreads": ground.spreads,
        **{f"fit_{name}": getattr(ground.fitted, name) for name in FIT},
        **{f"turn_{name}": value for name, value in vars(ground.turn).items()},
        "sums_squares": ground.sums.squares,
        "sums_left": ground.sums.left,
        "frame_middle": ground.frame.middle,
        "frame_size": ground.frame.size,
        "likeness": ground.likeness,
        "resampled": ground.resampled,
        "told": ground.told,
        **({f"parting_{name}": value for name, value in vars(parting).items()} if parting else {}),
    }
    with Path(path).open("wb") as stream:
        np.savez(stream, **arrays)


def go_on_from(path: str | os.PathLike[str]) -> Ground:
    """The ground that keep() wrote. Raises Refused."""
    file = Path(path)
    try:
        with np.load(file, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        said = json.loads(arrays.pop("said").tobytes())
        if said["format"] != FORMAT:
            raise KeyError(FORMAT)
    except FileNotFoundError:
        raise Refused((Fault(str(path), None, "", "", "the file is not there", MEND),)) from None
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile):
        raise Refused((Fault(file.name, None, "", "", "no ground of a map is in the file", MEND),)) from None
    return ground_of(said, arrays)


def ground_of(said: dict[str, Any], arrays: dict[str, Any]) -> Ground:
    """A ground from its plain values and arrays."""

    def part(name: str) -> dict[str, Any]:
        return {key.removeprefix(f"{name}_"): arrays[key] for key in arrays if key.startswith(f"{name}_")}

    votes = VoteTable(
        tuple(said["participants"]),
        tuple(said["statements"]),
        arrays["starts"],
        arrays["columns"].astype(np.int64),
        arrays["values"],
    )
    evidence = said["evidence"]
    return Ground(
        votes=votes.shelf,
        people=arrays["people"],
        statements=arrays["order"],
        fitted=Fit(
            persons=np.zeros((0, 1)), person_covariances=np.zeros((0, 1, 1)), **part("fit"), **said["fit"]
        ),
        turn=Turn(**part("turn")),
        persons=arrays["persons"],
        spreads=arrays["spreads"],
        frame=Frame(**part("frame"), spread=said["spread"]),
        evidence=Evidence(**{**evidence, "tried": tuple(Tried(**each) for each in evidence["tried"])}),
        parting=Parting(**part("parting")) if said["groups"] else None,
        likeness=arrays["likeness"],
        resampled=arrays["resampled"],
        told=arrays["told"],
        seed=said["seed"],
        laid=said["laid"],
        history=tuple(said["history"]),
        known_sums=Sums(**part("sums"), **said["sums"]),
    )
