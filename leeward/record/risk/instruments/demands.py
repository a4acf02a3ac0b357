"""What law and good practice ask for when something is affirmed, whatever the instrument that asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from leeward.platform.common.yaml_files import read_plain_yaml
from leeward.record.risk.instruments.schema import Instrument, Words
from leeward.record.risk.instruments.scoring import Given

FILE = Path(__file__).parent / "demands.yaml"


class Demanded(BaseModel):
    """One next step that an answer asks for: what, why, and on what it rests.

    `route`: help that does not wait for whoever reads the answers.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Words
    step: Words
    rests_on: Words
    at_once: bool = False
    route: Literal["", "emergency", "child_protection"] = ""


@lru_cache(maxsize=1)
def demands() -> Mapping[str, Demanded]:
    """Every demand by key, in the order in which they are shown. Raises pydantic's error for a malformed file."""
    return TypeAdapter(dict[str, Demanded]).validate_python(read_plain_yaml(FILE.read_text(encoding="utf-8")))


def demanded(instrument: Instrument, given: Mapping[str, Given]) -> list[str]:
    """The keys of what some answers ask for, each once, in the order of the file."""
    asked = {
        key
        for item in instrument.items.values()
        if item.key in given and instrument.affirms(item.key, given[item.key].answer)
        for key in item.demands
    }
    return [key for key in demands() if key in asked]
