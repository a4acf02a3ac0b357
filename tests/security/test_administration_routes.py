"""Every route of administration against every kind of user: those who may, other roles, other organisations of the same
partnership, and the same role in another partnership. What one may not see is answered as if it were not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.keys import issue_key
from leeward.platform.access.models import ApiKey, IdentityProvider, Organisation, Partnership
from leeward.platform.access.providers import ProviderFacts, add_provider
from leeward.platform.directory.actions.routing import RuleFacts, add_rule
from leeward.platform.directory.models import RoutingRule, Service
from leeward.record.cases.actions.emergency import break_glass
from leeward.record.cases.models import BreakGlass
from leeward.record.people.actions.checking import check_index
from leeward.response.front_door.actions.targets import set_target
from leeward.response.front_door.models import Target
from tests.worlds import World

WHY = "Her children are at the police station and somebody asks to take them."
ROLES = ("admin", "chief", "dpl", "idva", "harbour_manager", "spa", "officer", "analyst", "housing")
FAR = {"admin": "administrator", "chief": "partnership_administrator", "dpl": "data_protection"}


@dataclass
class Place:
    """What is there to be reached: all of Harbour's, or of the whole Estuary partnership."""

    world: World
    service: Service
    rule: RoutingRule
    target: Target
    provider: IdentityProvider
    key: ApiKey
    sight: BreakGlass

    def address(self, route: str) -> str:
        named = {
            "service": [self.service.id], "rule": [self.rule.id], "provider": [self.provider.id],
            "api_key": [self.key.id], "emergency": [self.sight.id],
        }  # fmt: skip
        if route == "target_change":
            return reverse(route, args=["high"])
        if route == "target_withdraw":
            return reverse(route, args=[self.target.id])
        if route == "index_checks_of":
            return reverse(route, args=[self.world.users["haven_worker"].id])
        if route in BARE:
            return reverse(route)
        return reverse(route, args=named["api_key" if route.startswith("api_key") else route.partition("_")[0]])


BARE = {"administration", "services", "service_add", "routing_rules", "rule_add", "rules_try", "targets",
        "identity_providers", "provider_add", "api_keys", "api_key_add", "emergency_reviews", "index_checks"}  # fmt: skip

# Route: how it is called, and who of the Estuary partnership gets what. Everybody else is refused by role (403).
GET, POST = "get", "post"
ROUTES: dict[str, tuple[str, dict[str, int]]] = {
    "administration": (GET, {"admin": 200, "chief": 200, "dpl": 200}),
    "services": (GET, {"admin": 200, "chief": 200}),
    "service": (GET, {"admin": 200, "chief": 200}),
    "service_add": (GET, {"admin": 200, "chief": 200}),
    "service_change": (GET, {"admin": 200, "chief": 200}),
    "service_pause": (GET, {"admin": 200, "chief": 200}),
    "service_resume": (POST, {"admin": 302, "chief": 302}),
    "service_retire": (POST, {"admin": 302, "chief": 302}),
    "service_restore": (POST, {"admin": 302, "chief": 302}),
    "routing_rules": (GET, {"chief": 200}),
    "rule_add": (GET, {"chief": 200}),
    "rules_try": (GET, {"chief": 200}),
    "rule_change": (GET, {"chief": 200}),
    "rule_switch": (POST, {"chief": 302}),
    "rule_move": (POST, {"chief": 302}),
    "targets": (GET, {"chief": 200}),
    "target_change": (GET, {"chief": 200}),
    "target_withdraw": (POST, {"chief": 302}),
    "identity_providers": (GET, {"admin": 200, "chief": 200}),
    "provider_add": (GET, {"admin": 200, "chief": 200}),
    "provider": (GET, {"admin": 200, "chief": 200}),
    "provider_change": (GET, {"admin": 200, "chief": 200}),
    "provider_secret": (GET, {"admin": 200, "chief": 200}),
    "provider_test": (POST, {"admin": 302, "chief": 302}),
    "provider_switch": (POST, {"admin": 302, "chief": 302}),
    "api_keys": (GET, {"admin": 200, "chief": 200}),
    "api_key_add": (GET, {"admin": 200, "chief": 200}),
    "api_key_revoke": (POST, {"admin": 302, "chief": 302}),
    "emergency_reviews": (GET, {"dpl": 200}),
    "emergency_review": (GET, {"dpl": 200}),
    "emergency_end": (POST, {"dpl": 303}),
    "index_checks": (GET, {"dpl": 200}),
    "index_checks_of": (GET, {"dpl": 200}),
}
# What belongs to an organisation: another organisation's administrator does not find it (404), though the role fits.
OF_AN_ORGANISATION = {name for name in ROUTES if name.startswith(("service_", "provider", "api_key_"))} - {
    "service_add", "provider_add", "api_key_add",
}  # fmt: skip
# What one partnership has and another must not find: everything that has a number in its address.
NUMBERED = {name for name in ROUTES if name not in BARE} - {"target_change"}


@pytest.fixture
def place(world: World, monkeypatch: pytest.MonkeyPatch) -> Place:
    """One of everything, made as its administrators make it."""
    monkeypatch.setattr("leeward.platform.access.discovery.check", lambda issuer: (True, "It answered."))
    chief = world.act("chief")
    service = world.services["outreach"]
    rule = add_rule(by=chief, facts=RuleFacts(service_id=service.id, reason="Outreach is for everybody."))
    target = set_target(by=chief, risk="high", hours=3, is_working_time=True,
                        starts_on=timezone.localdate() + timedelta(days=5))  # fmt: skip
    admin = world.act("admin")
    provider = add_provider(
        by=admin, organisation=world.organisations["harbour"], secret="a-secret",
        facts=ProviderFacts("Harbour sign-on", "https://login.example.org/harbour", "leeward", ("example.org",)),
    )  # fmt: skip
    world.add_user("system", "Records of Harbour", "harbour", "referrer")
    issue_key(by=world.act("admin"), user=world.users["system"], name="Records")
    case = world.case()
    sight = break_glass(by=world.act("haven_worker"), reference=case.reference, reason=WHY)
    check_index(by=world.act("haven_worker"), given="Ana", family="Petrov", born=None, reason="She rang us.")
    world.add_user("other_admin", "Pat Quill", "police", "administrator")
    world.act("admin")
    return Place(world, service, rule, target, provider, ApiKey.objects.get(), sight)


def test_only_the_roles_that_should(place: Place) -> None:
    browsers = {user: place.world.browser(user) for user in ROLES}
    for route, (how, allowed) in ROUTES.items():
        answers = {user: getattr(browsers[user], how)(place.address(route)).status_code for user in ROLES}
        assert answers == {user: allowed.get(user, 403) for user in ROLES}, route


def test_another_organisations_administrator_does_not_find_it(place: Place) -> None:
    browser = place.world.browser("other_admin")
    for route in sorted(OF_AN_ORGANISATION):
        assert getattr(browser, ROUTES[route][0])(place.address(route)).status_code == 404, route
    assert browser.get(place.address("service")).status_code == 200, "services are read by every administrator"


@pytest.fixture
def far(place: Place) -> World:
    """Another partnership in the same database, with an administrator of each kind."""
    world = place.world
    moor = Partnership.objects.create(name="Moor Partnership", slug="moor")
    world.organisations["far"] = Organisation.objects.create(partnership=moor, name="Moor Council", kind="council")
    for key, role in FAR.items():
        world.add_user(f"far_{key}", f"Far {key}", "far", role)
    return world


def test_another_partnership_does_not_find_it(place: Place, far: World) -> None:
    browsers = {key: far.browser(f"far_{key}") for key in FAR}
    for route in sorted(NUMBERED):
        how, allowed = ROUTES[route]
        for key in allowed:
            assert getattr(browsers[key], how)(place.address(route)).status_code == 404, (route, key)


def test_another_partnerships_lists_hold_nothing_of_ours(far: World) -> None:
    browsers = {key: far.browser(f"far_{key}") for key in FAR}
    ours = ("Harbour", "Outreach", "outreach", "Records", "Ines Duarte", "KITE", "Estuary Police", "Uma Field")
    for route in sorted(BARE):
        page = browsers["chief" if "chief" in ROUTES[route][1] else "dpl"].get(reverse(route))
        assert page.status_code == 200, route
        assert not [words for words in ours if words in page.content.decode()], route


def test_a_visitor_is_sent_to_sign_in(place: Place) -> None:
    from django.test import Client

    for route, (how, _) in ROUTES.items():
        answer = getattr(Client(), how)(place.address(route))
        assert answer.status_code == 302, route
        assert answer.headers["Location"].startswith("/sign-in"), route


def test_the_menu_shows_only_what_the_reader_may_open(place: Place) -> None:
    """Every link of the menu opens, and nothing that opens is missing."""
    menu = {"organisations", "services", "routing_rules", "targets", "identity_providers", "api_keys", "handovers",
            "emergency_reviews", "index_checks", "walls", "log"}  # fmt: skip
    expected = {
        "admin": {"organisations", "services", "identity_providers", "api_keys"},
        "chief": {"organisations", "services", "routing_rules", "targets", "identity_providers", "api_keys", "handovers"},
        "dpl": {"emergency_reviews", "index_checks", "walls", "log"},
    }  # fmt: skip
    for user, wanted in expected.items():
        browser = place.world.browser(user)
        page = browser.get(reverse("administration")).content.decode()
        main = page[page.index("<main") :]
        shown = {name for name in menu if f'href="{reverse(name)}"' in main}
        assert shown == wanted, user
        for name in wanted:
            answer = browser.get(reverse(name))
            assert answer.status_code in (200, 302), name
            if answer.status_code == 200:
                assert 'aria-label="Administration"' in answer.content.decode(), name
    assert 'aria-label="Administration"' not in place.world.browser("idva").get("/today").content.decode()
