"""What `make_busy` does not make: pages of another state of a case, contact, claim or plan, and the pages for everybody.

Kept apart from `tests.everywhere`, whose worlds many tests count the statements and the mistakes of: here each address
is only looked at once (tests/journeys/test_every_page.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from django.test import Client
from django.urls import reverse

from leeward.config.routes import table
from leeward.platform.access.actions import add_user
from leeward.platform.access.keys import issue_key
from leeward.platform.access.models import ApiKey
from leeward.platform.access.providers import ProviderFacts, add_provider
from leeward.platform.directory.actions.routing import RuleFacts, add_rule
from leeward.record.cases.actions.closing import close_case
from leeward.record.cases.actions.emergency import break_glass
from leeward.record.cases.actions.restricting import restrict_case
from leeward.record.cases.rules import checklist
from leeward.record.people.actions.checking import check_index
from leeward.record.people.actions.contact import WayFacts, add_contact_detail
from leeward.record.people.actions.facts import Source
from leeward.record.people.actions.family import dispute_claim
from leeward.record.people.actions.walls import declare_known
from leeward.record.people.models import HarmClaim
from leeward.record.risk.actions.planning import PlanFacts, change_plan
from leeward.record.risk.models import SafetyPlan
from leeward.response.front_door.actions.triage import log_attempt
from leeward.response.front_door.content.pages import ENGLISH, load_pages
from leeward.response.front_door.models import Contact
from leeward.response.front_door.questions import question_set
from leeward.response.front_door.tests.site import REFER_LEAST, Visitor
from tests.everywhere import Busy, Page, patterns

PUBLIC_LEFT: dict[str, str] = {
    "an answer to a script or another system, no page": (
        "ready mfa_login_webauthn api-1.0.0:openapi-json api-1.0.0:api-root api-1.0.0:refer api-1.0.0:receipt"
    ),
    "a button, or a way on to another page": (
        "set_language ui:leave ui:language refer socialaccount_signup openid_connect_login openid_connect_callback demo_sign_in"
    ),
    "only while somebody is signing in; looked at in journeys/test_signing_in.py": "mfa_authenticate",
    "only after an answer that calls for 999; looked at in journeys/test_asking.py": "ask_now refer_now",
    "examples of every part of a page; looked at in platform/ui/tests/test_browser.py": "ui:gallery ui:gallery_page",
}
"""Why a route for everybody is not among `public_pages`. A route that is in neither fails."""


def other_states(busy: Busy) -> list[Page]:
    """Pages that ask for another state than the one of `make_busy`, with who opens them."""
    return [_page(busy, *one) for one in _made(busy)]


def _page(busy: Busy, route: str, user: str, numbers: dict[str, object]) -> Page:
    path = reverse(route, kwargs=numbers)
    answer = busy.browser(user).get(path)
    assert answer.status_code == 200, (route, answer.status_code)
    return Page(route, path, user, answer.content.decode())


def _made(busy: Busy) -> Iterator[tuple[str, str, dict[str, object]]]:
    world, ids = busy.world, busy.ids
    by = world.act("idva")
    plan = SafetyPlan.objects.get(id=ids["plan_id"])
    change_plan(by=by, plan=plan, facts=PlanFacts(copy="read_out", copy_words="By telephone"), version=plan.version)
    yield "safety_plan_copy", "idva", {"plan_id": plan.id}
    claim = HarmClaim.objects.get(id=ids["claim_id"])
    dispute_claim(by=world.act("idva"), claim_id=claim.id, version=claim.version, disputed_by="He", note="He denies it")
    yield "harm_claim_stands", "idva", {"person_id": claim.harmed_id, "claim_id": claim.id}

    hidden = world.case("idva", team="outreach", given="Tilda", family="Berg")
    for route in ("person_sealed", "person_sealed_add"):
        yield route, "idva", {"person_id": hidden.person_id}
    restricted = world.case("idva", given="Vera", family="Berg")
    named = [world.users["harbour_manager"].id, world.users["idva"].id]
    restrict_case(by=world.act("harbour_manager"), case=restricted, user_ids=named, why="A councillor")
    yield "case_lift", "harbour_manager", {"case_id": restricted.id}
    answers = {check.key: "yes" for check in checklist().for_side("harmed")}
    closed = world.case("idva", given="Una", family="Berg")
    close_case(by=world.act("idva"), case=closed, reason="goals_met", answers=answers, version=closed.version)
    yield "case_reopen", "idva", {"case_id": closed.id}
    world.organisations["harbour"].signs_off_closing = True
    world.act("admin")
    world.organisations["harbour"].save()
    closing = world.case("idva", given="Ines", family="Berg")
    close_case(by=world.act("idva"), case=closing, reason="goals_met", answers=answers, version=closing.version)
    yield "case_sign_off", "harbour_manager", {"case_id": closing.id}

    declared = declare_known(by=world.act("haven_worker"), given="Tilda", family="Berg", born=None, relation="Cousin")
    yield "declaration_ask_back", "haven_worker", {"declaration_id": declared.id}
    sight = break_glass(by=world.act("officer"), reference=hidden.reference, reason="She does not answer the door now")
    yield "emergency_review", "dpl", {"sight_id": sight.id}
    yield "case", "officer", {"case_id": hidden.id}  # as emergency sight shows it
    check_index(by=world.act("officer"), given="Una", family="Berg", born=None, reason="She rang from a neighbour")
    yield "index_checks_of", "dpl", {"user_id": world.users["officer"].id}
    yield "target_change", "chief", {"risk": "high"}
    rule = add_rule(by=world.act("chief"), facts=RuleFacts(world.services["outreach"].id, "Nearest", sides=("harmed",)))
    yield "rule_change", "chief", {"rule_id": rule.id}
    facts = ProviderFacts("Sign-on", "https://login.example.org/harbour", "leeward", ("example.org",), ("mfa",))
    provider = add_provider(
        by=world.act("admin"), organisation=world.organisations["harbour"], facts=facts, secret="s3cret"
    )
    for route in ("provider", "provider_change", "provider_secret"):
        yield route, "admin", {"provider_id": provider.id}
    issue_key(by=world.act("admin"), user=world.users["idva"], name="Records")
    yield "api_key_revoke", "admin", {"key_id": ApiKey.objects.get().id}
    from_triage = world.act("spa")
    asked = Contact.objects.get(id=ids["contact_id"])
    number = WayFacts(kind="phone", value="07700 900144", is_safe="yes")
    add_contact_detail(by=from_triage, person_id=asked.person_id, facts=number, source=Source(who="Told us"))
    wrong = log_attempt(by=from_triage, contact=asked, how="call", outcome="wrong_number")
    yield "contact_attempt_safe", "spa", {"contact_id": asked.id, "attempt_id": wrong.id}
    yield "contact", "spa", {"contact_id": asked.id}  # with what is asked of an attempt


def public_pages(busy: Busy) -> list[Page]:
    """Every page that somebody without an account can open, each question that a visitor meets among them."""
    found: list[Page] = []

    def look(route: str, client: Client, path: str) -> bool:
        answer = client.get(path)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html") and "<main" in answer.content.decode()
        if is_page and answer.status_code not in (404, 405):
            found.append(Page(route, path, "", answer.content.decode()))
            return True
        return False

    who = table()
    names = {name: pattern for name, pattern in patterns() if name in who and who[name].is_public}
    for name, pattern in names.items():
        if "<" not in pattern and not name.startswith(("ask", "refer", "ui:", "account_logout")):
            look(name, Client(), reverse(name))
    for slug in sorted({slug for language, slug in load_pages() if language == ENGLISH}):
        look("public_page", Client(), reverse("public_page", args=[slug]))
    look("account_logout", busy.browser("idva"), reverse("account_logout"))
    harbour = busy.world.organisations["harbour"]
    _, token = add_user(
        by=busy.world.act("admin"), email="ivy@example.org", name="Ivy", organisation=harbour, roles=["practitioner"]
    )
    look("invitation", Client(), token)
    for journey, questions in (("ask", "ask_for_help"), ("refer", "refer")):
        visitor = Visitor()
        look(journey, visitor.client, f"/{journey}")
        least = dict(REFER_LEAST) if journey == "refer" else {}
        for number, step in enumerate(question_set(questions).steps, start=1):
            if look(f"{journey}_step", visitor.client, f"/{journey}/{number}"):
                said = least.get(step.key) or SAID.get(step.key)
                visitor.post(f"/{journey}/{number}", do="next" if said else "skip", **(said or {}))
        assert look(f"{journey}_check", visitor.client, f"/{journey}/check"), journey
        visitor.post(f"/{journey}/check")
        assert look(f"{journey}_done", visitor.client, f"/{journey}/done"), journey
        if journey == "ask":
            for number in range(1, len(question_set("equality").steps) + 1):
                look("ask_more", visitor.client, f"/ask/more/{number}")
    left = set(names) - {page.route for page in found}
    explained = {name for reasons in PUBLIC_LEFT.values() for name in reasons.split()}
    assert left == explained & set(names), f"not visited: {sorted(left - explained)}, after all: {explained - left}"
    return found


# What is answered where an answer is needed, and so that the questions that hang on it are met too.
SAID: dict[str, dict[str, object]] = {
    "about": {"about": "me"}, "safe": {"safe": "windows"}, "agreed": {"agreed": "told_agreed"},
}  # fmt: skip
