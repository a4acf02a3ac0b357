"""Who may change services and routing rules, in words that a person would be told; and what a rule says in words."""

from __future__ import annotations

from collections.abc import Mapping

from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.access.rules import may_administer
from leeward.platform.common.errors import Refused
from leeward.platform.directory.models import RoutingRule, Service
from leeward.platform.reference.lists import label

CHANGED = "Somebody changed this while you wrote. What stands now is shown below; send it again to replace it."


def may_change(by: Acting, service: Service) -> bool:
    """Whether whoever acts may change this service: the partnership's administrator, or its organisation's."""
    return service.partnership_id == by.partnership_id and may_administer(by, service.organisation_id)


def must_change(by: Acting, service: Service) -> None:
    """Raise Refused unless whoever acts may change this service."""
    if not may_change(by, service):
        raise Refused("Only an administrator of the organisation that runs this service can do this.")


def must_rule(by: Acting) -> None:
    """Raise Refused unless whoever acts may change routing rules."""
    by.must(Permission.MANAGE_PARTNERSHIP, "Only the administrator of the partnership changes routing rules.")


def ages_in_words(youngest: int | None, oldest: int | None) -> str:
    """ "from 16 to 25 years", "from 16 years", "up to 17 years"; empty for any age."""
    if youngest is not None and oldest is not None:
        return f"from {youngest} to {oldest} years"
    if youngest is not None:
        return f"from {youngest} years"
    return f"up to {oldest} years" if oldest is not None else ""


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def conditions_in_words(rule: RoutingRule, areas: Mapping[str, str]) -> dict[str, str]:
    """Each condition that a rule sets, by name, as a part of the sentence "If …"."""
    lists = {"sides": "side", "needs": "need", "languages": "language", "risks": "risk_level"}
    found = {
        name: _either([label(codes, code).lower() if codes != "language" else label(codes, code) for code in chosen])
        for name, codes in lists.items()
        if (chosen := getattr(rule, name))
    }
    words = {
        "sides": "the person to be helped is a {}", "needs": "they need {}", "languages": "they speak {}",
        "risks": "risk is {}",
    }  # fmt: skip
    found = {name: words[name].format(text) for name, text in found.items()}
    if rule.areas:
        found["areas"] = f"they live in {_either([areas.get(code, code) for code in rule.areas])}"
    if rule.youngest is not None:
        found["youngest"] = f"they are {rule.youngest} or older"
    if rule.oldest is not None:
        found["oldest"] = f"they are {rule.oldest} or younger"
    if rule.only_when_open:
        found["only_when_open"] = "the service is open at that moment"
    return found
