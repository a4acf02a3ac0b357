"""Add, change, order and pause the rules that propose services."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.directory.models import RoutingRule, Service
from leeward.platform.directory.rules import CHANGED, must_rule

STEP = 10  # between two positions


@dataclass(frozen=True)
class RuleFacts:
    """Which service a rule proposes, why, and when. A condition that is empty always holds."""

    service_id: int
    reason: str
    sides: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    youngest: int | None = None
    oldest: int | None = None
    only_when_open: bool = False


def _checked(by: Acting, facts: RuleFacts) -> dict[str, object]:
    if not Service.objects.filter(id=facts.service_id, partnership_id=by.partnership_id).exists():
        raise Refused("Choose a service of this partnership.")
    if not facts.reason.strip():
        raise Refused("Say why, in words that the worker sees.")
    if facts.youngest is not None and facts.oldest is not None and facts.youngest > facts.oldest:
        raise Refused("The youngest age must not be above the oldest.")
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(facts).items()}
    return values | {"reason": facts.reason.strip()}


def _in_order(by: Acting) -> list[RoutingRule]:
    """The partnership's rules in order, locked: two who move rules at once do so one after the other."""
    return list(
        RoutingRule.objects.select_for_update(no_key=True)
        .filter(partnership_id=by.partnership_id)
        .order_by("position", "id")
    )


@transaction.atomic
def add_rule(*, by: Acting, facts: RuleFacts) -> RoutingRule:
    """Add a rule behind all others."""
    must_rule(by)
    rules = _in_order(by)
    position = rules[-1].position + STEP if rules else STEP
    rule = RoutingRule(partnership_id=by.partnership_id, position=min(position, 32_000))
    for name, value in _checked(by, facts).items():
        setattr(rule, name, value)
    rule.save(force_insert=True)
    audit.record("added_rule", "routing_rule", rule.id, detail={"service": facts.service_id})
    return rule


@transaction.atomic
def change_rule(*, by: Acting, rule: RoutingRule, version: int, facts: RuleFacts) -> RoutingRule:
    """Change a rule; it acts on the next contact. Raises Conflict where somebody else changed it meanwhile."""
    _must_own(by, rule)
    now = RoutingRule.objects.select_for_update(no_key=True).get(id=rule.id)
    if now.version != version:
        raise Conflict(CHANGED, theirs={"version": now.version})
    changed = []
    for name, value in _checked(by, facts).items():
        if getattr(now, name) != value:
            changed.append(name)
            setattr(now, name, value)
    now.version += 1
    now.save()
    audit.record("changed_rule", "routing_rule", now.id, detail={"fields": changed})
    return now


@transaction.atomic
def switch_rule(*, by: Acting, rule: RoutingRule, is_active: bool) -> None:
    """Pause a rule, or let it act again."""
    _must_own(by, rule)
    RoutingRule.objects.filter(id=rule.id).update(is_active=is_active, version=rule.version + 1)
    audit.record("resumed_rule" if is_active else "paused_rule", "routing_rule", rule.id)


@transaction.atomic
def move_rule(*, by: Acting, rule: RoutingRule, up: bool) -> None:
    """Put a rule one place earlier or later; at the end it stays where it is."""
    _must_own(by, rule)
    rules = _in_order(by)
    place = next(number for number, one in enumerate(rules) if one.id == rule.id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rules):
        return
    rules[place], rules[other] = rules[other], rules[place]
    for number, one in enumerate(rules, start=1):
        one.position = number * STEP
    RoutingRule.objects.bulk_update(rules, ["position"])
    audit.record("moved_rule", "routing_rule", rule.id, detail={"to": other + 1})


def _must_own(by: Acting, rule: RoutingRule) -> None:
    must_rule(by)
    if rule.partnership_id != by.partnership_id:
        raise Refused("This rule is another partnership’s.")
