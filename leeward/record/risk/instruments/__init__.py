"""Instruments as data with a version, and the one engine that reads, scores and compares them.

Pure: no database, no request. A definition is a YAML file; the licensed wording of an instrument is a partnership's own
file. What every instrument has in common is the topic of an item: by it, assessments made with different tools compare.
"""

from leeward.record.risk.instruments.demands import Demanded, demanded, demands
from leeward.record.risk.instruments.loading import InstrumentError, load_file, parse
from leeward.record.risk.instruments.schema import (
    NOT_ASKED,
    NOT_KNOWN,
    Instrument,
    Item,
    Option,
    Section,
)
from leeward.record.risk.instruments.scoring import LEVELS, Given, Result, raised, score, tally

__all__ = [
    "LEVELS",
    "NOT_ASKED",
    "NOT_KNOWN",
    "Demanded",
    "Given",
    "Instrument",
    "InstrumentError",
    "Item",
    "Option",
    "Result",
    "Section",
    "demanded",
    "demands",
    "load_file",
    "parse",
    "raised",
    "score",
    "tally",
]
