"""Services and the rules that propose them: who may change what, in which order they act, and what the try-out says."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import AuditEntry
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.directory.actions.routing import RuleFacts, add_rule, change_rule, move_rule, switch_rule
from leeward.platform.directory.actions.services import (
    ServiceFacts,
    add_service,
    change_service,
    pause_service,
    restore_service,
    resume_service,
    retire_service,
)
from leeward.platform.directory.models import RoutingRule, Service
from leeward.platform.directory.queries import Asked, propose
from leeward.platform.directory.queries.listing import routing_rules, services, try_rules
from leeward.platform.reference.models import Area
from leeward.platform.reference.working_time import LONDON
from tests.worlds import World

TUESDAY = datetime(2026, 11, 24, 11, 0, tzinfo=LONDON)
FULL = {"name": "Night line", "answers_within_hours": "4"}


def asked(**changed: object) -> Asked:
    facts: dict[str, object] = {"side": "harmed", "area_code": "", "age": None, "needs": (), "language": "",
                                "risk": "unknown", "at": TUESDAY, **changed}  # fmt: skip
    return Asked(**facts)  # type: ignore[arg-type]  # put together from parts


def proposed(world: World, **changed: object) -> list[tuple[str, str]]:
    found = propose(partnership_id=world.partnership.id, asked=asked(**changed))
    return [(one.service.name, one.why) for one in found if one.is_proposed]


def rule(world: World, service: str, reason: str, **facts: object) -> RoutingRule:
    return add_rule(by=world.act("chief"), facts=RuleFacts(world.services[service].id, reason, **facts))  # type: ignore[arg-type]


def test_an_organisations_administrator_adds_and_changes_its_own(world: World) -> None:
    made = add_service(by=world.act("admin"), organisation=world.organisations["harbour"],
                       facts=ServiceFacts("Night line", sides=("harmed",), opens=time(20), closes=time(23)))  # fmt: skip
    assert (made.partnership_id, made.version) == (world.partnership.id, 1)
    with pytest.raises(Refused, match="Only an administrator of the organisation"):
        add_service(by=world.act("admin"), organisation=world.organisations["haven"], facts=ServiceFacts("Another"))
    for user in ("harbour_manager", "spa", "dpl"):
        with pytest.raises(Refused):
            change_service(by=world.act(user), service=made, version=1, facts=ServiceFacts("Mine now"))
    chief = world.act("chief")
    change_service(by=chief, service=made, version=1, facts=ServiceFacts("Night line", capacity="Two places a week"))
    made.refresh_from_db()
    assert (made.capacity, made.version, made.sides) == ("Two places a week", 2, [])
    world.act("dpl")
    assert set(AuditEntry.objects.filter(subject_id=made.id).values_list("action", flat=True)) == {
        "added_service", "changed_service",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (ServiceFacts("  "), "Enter the name"),
        (ServiceFacts("community OUTREACH"), "of that name already"),
        (ServiceFacts("A", youngest=18, oldest=12), "youngest age"),
        (ServiceFacts("A", opens=time(9)), "both when it opens"),
        (ServiceFacts("A", opens=time(9), closes=time(9)), "close after it opens"),
    ],
)
def test_what_no_service_can_be_is_refused(world: World, facts: ServiceFacts, words: str) -> None:
    with pytest.raises(Refused, match=words):
        add_service(by=world.act("admin"), organisation=world.organisations["harbour"], facts=facts)


def test_another_organisations_team_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="another organisation"):
        add_service(by=world.act("admin"), organisation=world.organisations["harbour"],
                    facts=ServiceFacts("A", team_id=world.teams["housing"].id))  # fmt: skip


def test_the_second_of_two_editors_is_told_and_loses_nothing(world: World) -> None:
    service = world.services["outreach"]
    change_service(by=world.act("admin"), service=service, version=1,
                   facts=ServiceFacts("Community outreach", capacity="Full until May"))  # fmt: skip
    with pytest.raises(Conflict):
        change_service(by=world.act("chief"), service=service, version=1, facts=ServiceFacts("Outreach"))
    browser = world.browser("chief")
    sent = {"name": "Outreach", "answers_within_hours": "8", "capacity": "Two places", "version": "1"}
    page = browser.post(reverse("service_change", args=[service.id]), sent).content.decode()
    assert "Somebody changed this while you wrote" in page
    assert "Full until May" in page, "what stands now"
    assert "Two places" in page, "what was typed"
    assert re.search(r'name="version"[^>]*value="2"|value="2"[^>]*name="version"', page), "sent again, it is meant"
    again = browser.post(reverse("service_change", args=[service.id]), {**sent, "version": "2"})
    assert again.status_code == 302
    service.refresh_from_db()
    assert (service.name, service.capacity, service.version) == ("Outreach", "Two places", 3)


def test_a_paused_service_is_proposed_by_no_rule_until_its_day(world: World) -> None:
    rule(world, "outreach", "For everybody.")
    assert proposed(world) == [("Community outreach", "For everybody.")]
    service = world.services["outreach"]
    until = timezone.localdate() + timedelta(days=7)
    pause_service(by=world.act("admin"), service=service, reason="Nobody is there", until=until)
    now = timezone.now()
    assert proposed(world, at=now) == []
    found = propose(partnership_id=world.partnership.id, asked=asked(at=now))
    one = next(each for each in found if each.service.id == service.id)
    assert one.against == ("Takes nobody now: Nobody is there",)
    assert proposed(world, at=now + timedelta(days=8)), "it goes on by itself"
    resume_service(by=world.act("admin"), service=Service.objects.get(id=service.id))
    assert proposed(world, at=now)
    for reason, day in (("", None), ("Full", timezone.localdate())):
        with pytest.raises(Refused):
            pause_service(by=world.act("admin"), service=service, reason=reason, until=day)


def test_a_retired_service_is_out_of_every_choice_and_comes_back(world: World) -> None:
    rule(world, "outreach", "For everybody.")
    service = world.services["outreach"]
    retire_service(by=world.act("admin"), service=service)
    assert proposed(world) == []
    by = world.act("chief")
    assert service.id not in {row.service.id for row in services(by=by)}
    assert service.id in {row.service.id for row in services(by=by, state="retired")}
    assert routing_rules(by=by)[0].never == "The service is retired."
    restore_service(by=world.act("admin"), service=service)
    assert proposed(world)


def test_nothing_can_be_deleted(world: World) -> None:
    for table in ("directory_service", "directory_routingrule"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {table}")


def test_lists_are_filtered_and_no_limit_fits_everything(world: World) -> None:
    by = world.act("chief")
    assert [row.service.name for row in services(by=by)] == ["Behaviour change programme", "Community outreach"]
    assert [row.service.name for row in services(by=by, side="causing_harm")] == ["Behaviour change programme"]
    assert len(services(by=by, area="E07000001")) == 2, "no area means everywhere"
    assert [row.service.name for row in services(by=by, text="harbour")] == ["Community outreach"]
    assert services(by=by, state="paused") == []


def test_rules_act_in_their_order_each_with_its_reason(world: World) -> None:
    first = rule(world, "outreach", "For everybody.")
    second = rule(world, "outreach", "High risk first.", risks=("high",))
    assert proposed(world, risk="high") == [("Community outreach", "For everybody.")]
    move_rule(by=world.act("chief"), rule=second, up=True)
    assert proposed(world, risk="high") == [("Community outreach", "High risk first.")]
    assert proposed(world, risk="standard") == [("Community outreach", "For everybody.")]
    move_rule(by=world.act("chief"), rule=second, up=True)  # it is first already
    assert list(RoutingRule.objects.order_by("position").values_list("id", flat=True)) == [second.id, first.id]
    switch_rule(by=world.act("chief"), rule=second, is_active=False)
    assert proposed(world, risk="high") == [("Community outreach", "For everybody.")]
    for user in ("admin", "spa", "dpl"):
        with pytest.raises(Refused, match="Only the administrator of the partnership"):
            switch_rule(by=world.act(user), rule=first, is_active=False)


def test_a_changed_rule_is_held_to_its_version(world: World) -> None:
    made = rule(world, "outreach", "For everybody.")
    facts = RuleFacts(world.services["outreach"].id, "For adults.", youngest=18)
    change_rule(by=world.act("chief"), rule=made, version=1, facts=facts)
    with pytest.raises(Conflict):
        change_rule(by=world.act("chief"), rule=made, version=1, facts=facts)
    for wrong, words in (
        (RuleFacts(world.services["outreach"].id, " "), "Say why"),
        (RuleFacts(1, "No such"), "a service of this partnership"),
        (RuleFacts(world.services["outreach"].id, "A", youngest=9, oldest=8), "youngest"),
    ):
        with pytest.raises(Refused, match=words):
            add_rule(by=world.act("chief"), facts=wrong)


def test_a_rule_reads_as_a_sentence(world: World) -> None:
    Area(code="E07000001", vintage="demo", name="Seaham", kind="district",
         partnership_id=world.partnership.id).save(force_insert=True)  # fmt: skip
    rule(world, "outreach", "Why not.", sides=("harmed",), areas=("E07000001",), needs=("safety", "legal"),
         languages=("pl",), risks=("high", "medium"), youngest=16, oldest=25, only_when_open=True)  # fmt: skip
    rule(world, "programme", "Always.")
    first, second = routing_rules(by=world.act("chief"))
    assert first.sentence == (
        "If the person to be helped is a victim-survivor, and they need safety at home or legal help, and they speak"
        " Polish, and risk is high or medium, and they live in Seaham, and they are 16 or older, and they are 25 or"
        " younger, and the service is open at that moment"
    )
    assert second.sentence == "Always"


def test_the_try_out_is_what_triage_would_be_told_and_says_why(world: World) -> None:
    rule(world, "outreach", "High risk first.", risks=("high",), needs=("safety",))
    rule(world, "programme", "They asked for it.", needs=("behaviour",))
    by = world.act("chief")
    question = asked(risk="standard", needs=("safety", "behaviour"))
    trial = try_rules(by=by, asked=question)
    assert trial.proposals == propose(partnership_id=world.partnership.id, asked=question)
    assert [(one.holds, one.held, one.failed) for one in trial.rules] == [
        (False, ["they need safety at home"], ["risk is high"]),
        (True, ["they need changing behaviour"], []),
    ]
    page = (
        world.browser("chief")
        .get(reverse("rules_try"), {"side": "harmed", "risk": "high", "needs": ["safety"], "at": "night"})
        .content.decode()
    )
    assert "High risk first." in page
    assert "Closed at that moment" in page
    assert "It is for other people" in page
    wrong = world.browser("chief").get(
        reverse("rules_try"), {"side": "harmed", "risk": "high", "age": "old", "at": "now"}
    )
    assert b"<title>Error: " in wrong.content


def test_a_form_sent_twice_makes_one(world: World) -> None:
    browser = world.browser("admin")
    sent = {**FULL, "once_token": "a-token-that-nobody-guesses-1"}
    answers = [browser.post(reverse("service_add"), sent) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Service.objects.filter(name="Night line").count() == 1


def test_the_partnerships_administrator_first_says_whose(world: World) -> None:
    browser = world.browser("chief")
    assert "Which organisation runs it?" in browser.get(reverse("service_add")).content.decode()
    where = f"{reverse('service_add')}?organisation={world.organisations['haven'].id}"
    assert "Haven Housing Support" in browser.get(where).content.decode()
    assert browser.post(where, {**FULL, "once_token": "a-token-that-nobody-guesses-2"}).status_code == 302
    assert Service.objects.get(name="Night line").organisation_id == world.organisations["haven"].id


def test_bad_input_is_answered_beside_its_field(world: World) -> None:
    page = world.browser("admin").post(
        reverse("service_add"),
        {"name": "x" * 500, "answers_within_hours": "soon", "opens": "25:00", "youngest": "-3", "phone": "ring us",
         "sides": "purple"},
    ).content.decode()  # fmt: skip
    assert "<title>Error: " in page
    assert page.count("govuk-error-message") >= 6
    assert "x" * 500 in page, "nothing typed is lost"
    assert not Service.objects.filter(name__startswith="xx").exists()


@pytest.mark.parametrize(("name", "most"), [("services", 7), ("routing_rules", 6), ("rules_try", 9)])
def test_statements_do_not_grow(world: World, name: str, most: int) -> None:
    browser = world.browser("chief")
    address = reverse(name) + ("?side=harmed&risk=high&at=now" if name == "rules_try" else "")

    def statements() -> int:
        browser.get(address)
        with CaptureQueriesContext(connection) as captured:
            browser.get(address)
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured.captured_queries)

    rule(world, "outreach", "One.")
    few = statements()
    for number in range(6):
        made = add_service(by=world.act("chief"), organisation=world.organisations["haven"],
                           facts=ServiceFacts(f"Service {number}"))  # fmt: skip
        add_rule(by=world.act("chief"), facts=RuleFacts(made.id, f"Reason {number}", risks=("high",)))
    assert statements() == few
    assert few <= most, few
