"""The rules of the match in words: what stands, what differs from the shipped ones, and how they came to be."""

from __future__ import annotations

from dataclasses import dataclass

from leeward.platform.access.acting import Acting
from leeward.response.accommodation.models import MatchRules
from leeward.response.accommodation.rules.matching import Rules, differences, rules_from


@dataclass(frozen=True)
class Version:
    """One version: who made it, why, and what it changed."""

    row: MatchRules
    changed: list[str]


@dataclass(frozen=True)
class RulesPage:
    """What stands, how it differs from what was shipped, every version before it, newest first."""

    rules: Rules
    shipped: Rules
    different: list[str]
    history: list[Version]


def rules_page(*, by: Acting) -> RulesPage:
    """The rules of the partnership. One statement."""
    rows = list(MatchRules.objects.filter(partnership_id=by.partnership_id).order_by("version"))
    before = shipped = rules_from({}, 0)
    history = []
    for row in rows:
        after = rules_from(row.body, row.version)
        history.append(Version(row, differences(before, after)))
        before = after
    return RulesPage(before, shipped, differences(shipped, before), history[::-1])
