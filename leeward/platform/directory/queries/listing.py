"""Services and rules for the pages of administration; and what the rules would propose for an invented need."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation, Team
from leeward.platform.directory.models import RoutingRule, Service
from leeward.platform.directory.queries.proposing import Asked, Proposal, is_open, is_paused, propose, unmet
from leeward.platform.directory.rules import ages_in_words, conditions_in_words, may_change
from leeward.platform.reference.lists import label
from leeward.platform.reference.models import Area


def area_names(*, by: Acting) -> dict[str, str]:
    """Names of the partnership's areas by code: one statement."""
    return dict(Area.objects.filter(partnership_id=by.partnership_id).order_by("name").values_list("code", "name"))


@dataclass(frozen=True)
class ServiceRow:
    """A service as lists and its page show it."""

    service: Service
    for_whom: str
    where: str
    state: str  # open, paused, retired
    may_change: bool
    rules: int = 0


def _row(by: Acting, service: Service, areas: dict[str, str], rules: int = 0) -> ServiceRow:
    whom = [label("side", code) for code in service.sides] or ["Everybody"]
    ages = ages_in_words(service.youngest, service.oldest)
    state = "retired" if not service.is_active else "paused" if is_paused(service, timezone.now()) else "open"
    return ServiceRow(
        service, ", ".join([*whom, ages] if ages else whom),
        ", ".join(areas.get(code, code) for code in service.areas) or "Everywhere here", state,
        may_change(by, service), rules,
    )  # fmt: skip


def services(
    *, by: Acting, text: str = "", side: str = "", area: str = "", language: str = "", state: str = ""
) -> list[ServiceRow]:
    """The partnership's services by name, filtered: three statements. Retired ones only where they are asked for."""
    found = Service.objects.select_related("organisation").filter(partnership_id=by.partnership_id)
    found = found.filter(is_active=state != "retired")
    if text:
        found = found.filter(name__icontains=text) | found.filter(organisation__name__icontains=text)
    # An empty list means "no limit", so it fits whatever is asked for.
    if side:
        found = found.filter(sides__contains=[side]) | found.filter(sides=[])
    if area:
        found = found.filter(areas__contains=[area]) | found.filter(areas=[])
    if language:
        found = found.filter(languages__contains=[language]) | found.filter(languages=[])
    areas = area_names(by=by)
    rows = [_row(by, service, areas) for service in found.order_by("name")[:500]]
    audit.record("listed_services", "service")
    return [row for row in rows if state in ("", "retired") or row.state == state]


def service_of(*, by: Acting, service_id: int) -> ServiceRow | None:
    """One service of the partnership, with how many rules propose it; None where there is none."""
    service = (
        Service.objects.select_related("organisation", "team")
        .filter(id=service_id, partnership_id=by.partnership_id)
        .first()
    )
    if service is None:
        return None
    rules = RoutingRule.objects.filter(service=service, is_active=True).count()
    audit.record("read_service", "service", service.id)
    return _row(by, service, area_names(by=by), rules)


def teams_of(organisation: Organisation) -> list[Team]:
    """Teams that can take what is handed to a service."""
    return list(Team.objects.filter(organisation=organisation, is_active=True).order_by("name"))


@dataclass(frozen=True)
class RuleRow:
    """A rule in words, with what is odd about it."""

    rule: RoutingRule
    when: list[str]
    never: str  # why it can propose nothing as things are

    @property
    def sentence(self) -> str:
        """The conditions as one sentence."""
        return "If " + ", and ".join(self.when) if self.when else "Always"


def routing_rules(*, by: Acting) -> list[RuleRow]:
    """The rules in their order: two statements and the log's."""
    areas = area_names(by=by)
    rules = (
        RoutingRule.objects.select_related("service__organisation")
        .filter(partnership_id=by.partnership_id)
        .order_by("position", "id")
    )
    audit.record("listed_rules", "routing_rule")
    return [RuleRow(rule, list(conditions_in_words(rule, areas).values()), _never(rule)) for rule in rules]


def _never(rule: RoutingRule) -> str:
    service = rule.service
    if not service.is_active:
        return "The service is retired."
    if not service.organisation.is_active:
        return "The organisation is switched off."
    if is_paused(service, timezone.now()):
        return "The service takes nobody now."
    if rule.sides and service.sides and not set(rule.sides) & set(service.sides):
        return "The service is for other people than the rule."
    return ""


@dataclass(frozen=True)
class Tried:
    """What one rule said about an invented need."""

    rule: RoutingRule
    number: int
    held: list[str]
    failed: list[str]

    @property
    def holds(self) -> bool:
        """Whether it proposes its service."""
        return not self.failed


@dataclass(frozen=True)
class Trial:
    """What the front door would propose, and how each rule came to its answer."""

    proposals: list[Proposal]
    rules: list[Tried]


def try_rules(*, by: Acting, asked: Asked) -> Trial:
    """Ask the rules about an invented need, just as triage does: five statements and the log's."""
    areas = area_names(by=by)
    rules = list(
        RoutingRule.objects.select_related("service")
        .filter(partnership_id=by.partnership_id, is_active=True)
        .order_by("position", "id")
    )
    tried = []
    for number, rule in enumerate(rules, start=1):
        wrong = unmet(rule, asked, is_open(rule.service, asked.at))
        words = conditions_in_words(rule, areas)
        tried.append(
            Tried(
                rule, number, [text for name, text in words.items() if name not in wrong],
                [words[name] for name in wrong],
            )
        )  # fmt: skip
    audit.record("tried_rules", "routing_rule")
    return Trial(propose(partnership_id=by.partnership_id, asked=asked), tried)
