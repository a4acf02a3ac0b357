"""References that one can keep in the head: a short word and a number."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

# Plain things out of doors; none that hurts, none that sounds like another on the telephone.
WORDS = [
    "ACORN",
    "ALDER",
    "AMBER",
    "APPLE",
    "ASPEN",
    "BEACH",
    "BERRY",
    "BIRCH",
    "BLOOM",
    "BRACK",
    "BREEZE",
    "BROOK",
    "CEDAR",
    "CHALK",
    "CHERRY",
    "CLIFF",
    "CLOUD",
    "CLOVER",
    "COPPER",
    "CORAL",
    "COVE",
    "CREEK",
    "DAISY",
    "DAWN",
    "DELTA",
    "DUNE",
    "EAGLE",
    "EMBER",
    "FALCON",
    "FERN",
    "FIELD",
    "FINCH",
    "FJORD",
    "FLINT",
    "FOREST",
    "FROST",
    "GARDEN",
    "GLADE",
    "GRANITE",
    "GROVE",
    "GULL",
    "HARBOUR",
    "HAZEL",
    "HEATH",
    "HERON",
    "HILL",
    "HOLLY",
    "IRIS",
    "IVORY",
    "IVY",
    "JADE",
    "JUNIPER",
    "KESTREL",
    "KITE",
    "LAGOON",
    "LAKE",
    "LARCH",
    "LARK",
    "LAUREL",
    "LEMON",
    "LILAC",
    "LILY",
    "LINDEN",
    "LINNET",
    "LOTUS",
    "MAPLE",
    "MARBLE",
    "MARSH",
    "MEADOW",
    "MELON",
    "MINT",
    "MOSS",
    "NECTAR",
    "OAK",
    "OCEAN",
    "OLIVE",
    "ONYX",
    "ORCHARD",
    "OSPREY",
    "OTTER",
    "PALM",
    "PEACH",
    "PEARL",
    "PEBBLE",
    "PETAL",
    "PINE",
    "PLOVER",
    "PLUM",
    "POPLAR",
    "POPPY",
    "PRAIRIE",
    "QUARTZ",
    "RAIN",
    "RAVEN",
    "REED",
    "RIVER",
    "ROBIN",
    "ROSE",
    "ROWAN",
    "RUBY",
    "SAGE",
    "SAND",
    "SHELL",
    "SHORE",
    "SILVER",
    "SKY",
    "SLATE",
    "SNOW",
    "SPARROW",
    "SPRUCE",
    "STAR",
    "STONE",
    "STREAM",
    "SUMMIT",
    "SUN",
    "SWALLOW",
    "SWAN",
    "SWIFT",
    "TEAL",
    "THISTLE",
    "THYME",
    "TIDE",
    "TULIP",
    "VALE",
    "VALLEY",
    "VIOLET",
    "WALNUT",
    "WAVE",
    "WHEAT",
    "WILLOW",
    "WIND",
    "WREN",
    "YARROW",
    "YEW",
    "ZEPHYR",
]


_WORDS = frozenset(WORDS)


def as_reference(text: str) -> str:
    """What somebody said or typed, written as references are: "kite 419" is KITE-419."""
    return "-".join(re.findall(r"[^\W\d_]+|[0-9]+", text.upper()))


def looks_like_reference(reference: str) -> bool:
    """One of our words and a number: a name with a year of birth may look the same."""
    word, _, number = reference.partition("-")
    return word in _WORDS and number.isdecimal() and 3 <= len(number) <= 8


def new_reference(is_taken: Callable[[str], bool]) -> str:
    """A reference such as KITE-419 that nobody has; longer numbers once the short ones become rare."""
    for digits in (3, 3, 3, 3, 4, 4, 4, 5, 5, 6, 7, 8):
        number = secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1)
        reference = f"{secrets.choice(WORDS)}-{number}"
        if not is_taken(reference):
            return reference
    raise RuntimeError("No free reference was found.")
