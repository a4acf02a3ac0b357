"""What can be wrong with a definition that pydantic does not see: asked when a file is loaded, never of what is kept.

A version that was loaded before stays readable whatever is asked of files later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from leeward.platform.access.roles import ROLES
from leeward.platform.reference.lists import choices
from leeward.record.risk.instruments.demands import demands
from leeward.record.risk.instruments.schema import Instrument


def problems_of(instrument: Instrument) -> list[str]:
    """Why a file cannot be used, each in a sentence."""
    found = []
    for name, options in instrument.scales.items():
        if options and not any(option.affirms for option in options):
            found.append(
                f"the scale “{name}” has no answer with affirms: true, so nothing that is said on it would ever ask "
                "for a next step or be seen to change"
            )
    follow_on = [(f"follow_on {one.instrument}", one.ages) for one in instrument.follow_on]
    for where, ages in [("ages", instrument.ages), *follow_on]:
        if ages is not None and ages.oldest is not None and ages.oldest < ages.youngest:
            found.append(f"{where}: from {ages.youngest} to {ages.oldest} is nobody; write the younger age first")
    unknown = {key for item in instrument.items.values() for key in item.demands} - set(demands())
    if unknown:
        found.append(f"it asks for next steps that are not known here: {', '.join(sorted(unknown))}")
    return found


def unknown_follow_ons(instrument: Instrument, known: Collection[str]) -> list[str]:
    """The instruments that should follow and that there are not."""
    return sorted({one.instrument for one in instrument.follow_on} - {*known, instrument.instrument})


def warnings_of(instrument: Instrument, topics: Mapping[str, str]) -> list[str]:
    """What a file may mean, and more often does not, each in a sentence."""
    found = []
    for item in instrument.items.values():
        if item.about not in topics:
            found.append(
                f"the item “{item.key}” is about “{item.about}”, which no shipped instrument asks about: it compares "
                "with nothing but itself (the topics stand in the how-to)"
            )
    by_topic: dict[str, list[str]] = {}
    for item in instrument.items.values():
        by_topic.setdefault(item.about, []).append(item.key)
    for topic, keys in by_topic.items():
        if len({instrument.items[key].scale for key in keys}) > 1:
            found.append(
                f"the items {', '.join(keys)} are all about “{topic}” and have different scales: more or less of it "
                "cannot be told then, only whether it is so"
            )
    for code, words in instrument.translations.items():
        if not words.checked:
            found.append(
                f"the translation “{code}” is not marked as checked: its intro should say so: readers will rely on it"
            )
    known = {*ROLES, *(code for code, _ in choices("organisation_kind"))}
    for name in instrument.meant_for:
        if name not in known:
            found.append(f"meant_for names “{name}”, which is no role and no kind of organisation: it warns everybody")
    return found
