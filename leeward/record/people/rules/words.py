"""Words for what is known about people: how exactly a birth date, who is whose what, learned when and from whom."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from leeward.platform.reference.lists import label

# Stored once ("`person` is the `kind` of `other`"); said from the other side like this.
OTHER_WAY = {
    "parent": "child",
    "child": "parent",
    "step_parent": "step_child",
    "step_child": "step_parent",
    "grandparent": "grandchild",
    "grandchild": "grandparent",
    "carer": "cared_for",
    "cared_for": "carer",
}
HELPED, CHANGE, NAMED = "helped", "change", "named"
_GROUPS = {"harmed": HELPED, "child": HELPED, "causing_harm": CHANGE}


def side_group(side: str) -> str:
    """Which of the two sides a record belongs to: help, or a change of behaviour; `named` for people mentioned."""
    return _GROUPS.get(side, NAMED)


def relation(kind: str, *, turned: bool = False) -> str:
    """How one is related, in words; `turned` says it from the other's side."""
    return label("relationship", OTHER_WAY.get(kind, kind) if turned else kind)


def born_in_words(born: date | None, precision: str) -> str:
    """A birth date as exactly as it is known: `4 March 1990`, `March 1990`, `1990`, `about 1990`."""
    if born is None:
        return ""
    if precision == "month":
        return date_format(born, "F Y")
    if precision == "year":
        return str(born.year)
    if precision == "about":
        return f"about {born.year}"
    return date_format(born, "j F Y")


def age(born: date | None, precision: str, today: date | None = None) -> str:
    """How old, in words; nothing where it is not known."""
    if born is None:
        return ""
    today = today or timezone.localdate()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if years < 0:
        return "not born yet"
    if years < 2 and precision == "day":
        months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
        return f"{months} month{'' if months == 1 else 's'}"
    about = "" if precision in ("day", "month", "unknown") else "about "
    return f"{about}{years}"


def learned(on: date | None, source: str, *, verb: str = "Learned") -> str:
    """`Learned 4 March from the midwife`."""
    if on is None:
        return ""
    near = date_format(on, "j F" if on.year == timezone.localdate().year else "j F Y")
    return f"{verb} {near}" + (f" from {source}" if source else "")


def full_name(given: str, family: str) -> str:
    """A name as it is said."""
    return f"{given} {family}".strip()
