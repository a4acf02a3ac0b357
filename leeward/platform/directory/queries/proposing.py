"""Which services could help: proposed by rules, with the reason; and why the others do not fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leeward.platform.directory.models import RoutingRule, Service
from leeward.platform.reference.working_time import LONDON, Hours


@dataclass(frozen=True)
class Asked:
    """What a rule may ask about somebody: kinds of things, never who they are."""

    side: str
    area_code: str
    age: int | None
    needs: tuple[str, ...]
    language: str
    risk: str
    at: datetime


@dataclass(frozen=True)
class Proposal:
    """A service, whether a rule proposes it and why, and what speaks against it."""

    service: Service
    why: str
    against: tuple[str, ...]
    is_open: bool

    @property
    def is_proposed(self) -> bool:
        """A rule proposes it, and nothing speaks against it."""
        return bool(self.why) and not self.against


def propose(*, partnership_id: int, asked: Asked) -> list[Proposal]:
    """All services of a partnership, proposed ones first in the order of the rules: two statements."""
    services = list(
        Service.objects.select_related("organisation")
        .filter(partnership_id=partnership_id, is_active=True, organisation__is_active=True)
        .order_by("name")
    )
    rules = RoutingRule.objects.filter(partnership_id=partnership_id, is_active=True).order_by("position", "id")
    reasons: dict[int, tuple[int, str]] = {}
    open_now = {service.id: is_open(service, asked.at) for service in services}
    for rule in rules:
        if rule.service_id not in reasons and not unmet(rule, asked, open_now.get(rule.service_id, False)):
            reasons[rule.service_id] = (rule.position, rule.reason)
    proposals = [
        Proposal(service, reasons.get(service.id, (0, ""))[1], against(service, asked), open_now[service.id])
        for service in services
    ]
    return sorted(
        proposals,
        key=lambda each: (
            not each.is_proposed, len(each.against), reasons.get(each.service.id, (999, ""))[0], each.service.name,
        ),
    )  # fmt: skip


def hours_of(service: Service) -> Hours:
    """When a service works; nine to five on weekdays where it has not said."""
    if service.opens is None or service.closes is None:
        return Hours()
    return Hours(service.opens, service.closes, frozenset(service.weekdays or range(5)), service.on_bank_holidays)


def is_open(service: Service, at: datetime) -> bool:
    """Whether a service works at this moment."""
    window = hours_of(service).window(at.astimezone(LONDON).date())
    return bool(window and window[0] <= at < window[1])


def against(service: Service, asked: Asked) -> tuple[str, ...]:
    """What speaks against a service, in words; an unknown age or area never does."""
    found = []
    if is_paused(service, asked.at):
        found.append(f"Takes nobody now: {service.paused_reason}" if service.paused_reason else "Takes nobody now")
    if service.sides and asked.side not in service.sides:
        found.append("It is for other people")
    if service.areas and asked.area_code and asked.area_code not in service.areas:
        found.append("Outside its area")
    if asked.age is not None and service.youngest is not None and asked.age < service.youngest:
        found.append(f"From {service.youngest} years")
    if asked.age is not None and service.oldest is not None and asked.age > service.oldest:
        found.append(f"Up to {service.oldest} years")
    if service.languages and asked.language not in ("", "en", *service.languages):
        found.append("Needs an interpreter")
    return tuple(found)


def is_paused(service: Service, at: datetime) -> bool:
    """Whether a service takes nobody at this moment."""
    if service.paused_at is None:
        return False
    return service.paused_until is None or at.astimezone(LONDON).date() < service.paused_until


def unmet(rule: RoutingRule, asked: Asked, service_open: bool) -> tuple[str, ...]:
    """The conditions of a rule that do not hold, by name; none means that it proposes its service."""
    age = asked.age
    holds = {
        "sides": not rule.sides or asked.side in rule.sides,
        "areas": not rule.areas or asked.area_code in rule.areas,
        "needs": not rule.needs or bool(set(rule.needs) & set(asked.needs)),
        "languages": not rule.languages or asked.language in rule.languages,
        "risks": not rule.risks or asked.risk in rule.risks,
        "youngest": rule.youngest is None or (age is not None and age >= rule.youngest),
        "oldest": rule.oldest is None or (age is not None and age <= rule.oldest),
        "only_when_open": not rule.only_when_open or service_open,
    }
    return tuple(name for name, it_holds in holds.items() if not it_holds)
