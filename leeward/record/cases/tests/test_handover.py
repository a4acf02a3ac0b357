"""All open cases of a provider go to another: by two persons, in one step, with history, consent asked again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access import acting
from leeward.platform.access.models import AuditEntry
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.handover import do_handover, propose_handover, refuse_handover
from leeward.record.cases.actions.opening import open_case
from leeward.record.cases.actions.restricting import restrict_case
from leeward.record.cases.actions.sharing import accept_share, answer_consent
from leeward.record.cases.actions.tasks import add_task
from leeward.record.cases.models import Case, ChronologyEntry, Handover, Involvement, Task
from leeward.record.people.actions.walls import set_wall
from tests.worlds import World


def case_on(world: World, basis: str, name: str) -> Case:
    by = world.act("idva")
    person = world.person(by, given=name, family="Berg")
    with acting.making(person.id):
        return open_case(
            by=by, person=person, side="harmed", lawful_basis=basis,
            told="told_agreed" if basis == "consent" else "not_told", why="" if basis == "consent" else "High risk",
            lead_worker_id=by.user_id,
        )  # fmt: skip


def propose(world: World, user: str = "harbour_manager") -> Handover:
    by = world.act(user)
    return propose_handover(
        by=by, from_organisation_id=world.organisations["harbour"].id,
        to_organisation_id=world.organisations["haven"].id, lawful_basis="public_task", reason="The contract ends",
        ask_consent_by=timezone.localdate() + timedelta(days=14),
    )  # fmt: skip


def test_a_handover_from_proposal_to_report(world: World) -> None:
    consent, safeguarding = case_on(world, "consent", "Ana"), case_on(world, "legitimate_safeguarding", "Bea")
    restricted = case_on(world, "consent", "Cleo")
    add_task(by=world.act("idva"), case=safeguarding, title="Call", assignee_id=world.users["idva"].id)
    restrict_case(
        by=world.act("harbour_manager"), case=restricted, user_ids=[world.users["harbour_manager"].id], why="Colleague"
    )
    manager = world.browser("harbour_manager")
    day = timezone.localdate() + timedelta(days=14)
    answer = manager.post(reverse("handover_new"), {
        "from_": str(world.organisations["harbour"].id), "to": str(world.organisations["haven"].id),
        "lawful_basis": "public_task", "reason": "The contract ends", "ask_consent_by-day": str(day.day),
        "ask_consent_by-month": str(day.month), "ask_consent_by-year": str(day.year),
    })  # fmt: skip
    assert answer.status_code == 303
    address = answer.headers["Location"]
    page = manager.get(address).content.decode()
    assert "3 open cases" in page
    assert "A second person of the partnership has to look at this." in page
    chief = world.browser("chief")
    page = chief.get(address).content.decode()
    assert "1 rest on consent" in page
    assert "Ana" not in page, "who decides sees counts"
    assert chief.post(address, {"answer": "yes"}).status_code == 303
    report = chief.get(address).content.decode()
    assert "1 went at once" in report
    assert "1 still wait" in report
    assert "1 are restricted" in report

    world.act("haven_worker")
    assert set(Case.objects.values_list("id", flat=True)) == {safeguarding.id}
    assert Task.objects.get().organisation_id == world.organisations["haven"].id
    assert Case.objects.get().lead_organisation_id == world.organisations["haven"].id
    rows = dict(Involvement.objects.filter(case=safeguarding).values_list("organisation__name", "status"))
    assert rows == {"Harbour Outreach": "ended", "Haven Housing Support": "active"}, "the old row ended, it is not gone"
    world.act("idva")
    assert set(Case.objects.values_list("id", flat=True)) == {consent.id}
    assert Task.objects.get(kind="ask_consent").due_on == day
    world.act("harbour_manager")
    assert Case.objects.filter(id=restricted.id).exists()
    assert Task.objects.get(case=restricted).kind == "transfer"
    world.act("dpl")
    assert AuditEntry.objects.get(action="handed_over_cases").listed


def test_who_is_walled_from_somebody_counts_without_them(world: World) -> None:
    """Else the number beside a manager's own list would tell that there is one more."""
    case_on(world, "consent", "Ana")
    hidden = case_on(world, "consent", "Bea")
    address = reverse("handover", args=[propose(world).id])
    assert "2 open cases" in world.browser("harbour_manager").get(address).content.decode()
    for user in ("harbour_manager", "chief"):
        set_wall(by=world.act("dpl"), person_id=hidden.person_id, reason="A cousin", user_id=world.users[user].id)
        assert "1 open case" in world.browser(user).get(address).content.decode()


def test_consent_is_asked_again_before_anything_goes(world: World) -> None:
    case = case_on(world, "consent", "Ana")
    handover = propose(world)
    do_handover(by=world.act("chief"), handover=handover)
    by = world.act("haven_worker")
    offered = Involvement.objects.get()
    with pytest.raises(Refused, match="asked first"):
        accept_share(by=by, share=offered)
    assert "Waiting for consent" in world.browser("haven_worker").get(reverse("shares_offered")).content.decode()
    browser = world.browser("idva")
    assert "Record the answer" in browser.get(reverse("tasks")).content.decode()
    answer = browser.post(
        reverse("case_share_consent", args=[case.id, offered.id]), {"agreed": "yes", "note": "She is glad."}
    )
    assert answer.status_code == 303
    world.act("idva")
    assert Task.objects.get(kind="ask_consent").status == "done"
    by = world.act("haven_worker")
    accept_share(by=by, share=offered, worker_id=by.user_id)
    assert Case.objects.get().lead_organisation_id == world.organisations["haven"].id
    world.act("idva")
    assert not Case.objects.exists()


def test_without_consent_the_case_stays(world: World) -> None:
    case = case_on(world, "consent", "Ana")
    handover = propose(world)
    do_handover(by=world.act("chief"), handover=handover)
    by = world.act("idva")
    offered = Involvement.objects.get(case=case, status="offered")
    answer_consent(by=by, case=case, share=offered, agreed=False, note="She wants nobody new.")
    assert Case.objects.get().lead_organisation_id == world.organisations["harbour"].id
    assert ChronologyEntry.objects.filter(text="She wants nobody new.").exists()
    world.act("haven_worker")
    assert not Involvement.objects.filter(status="offered").exists()


def test_two_persons_are_needed(world: World) -> None:
    case_on(world, "public_task", "Ana")
    by = world.act("chief")
    handover = propose(world, "chief")
    with pytest.raises(Refused, match="second person"):
        do_handover(by=by, handover=handover)
    from django.db import connection

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT cases_do_handover(%s)", [handover.id])
    world.act("idva")
    assert Case.objects.count() == 1


def test_a_handover_is_done_once(world: World) -> None:
    case_on(world, "public_task", "Ana")
    handover = propose(world)
    do_handover(by=world.act("chief"), handover=handover)
    with pytest.raises(Refused, match="already"):
        do_handover(by=world.act("chief"), handover=handover)
    with pytest.raises(Refused, match="already"):
        refuse_handover(by=world.act("chief"), handover=handover, why="x")


def test_what_is_not_agreed_moves_nothing(world: World) -> None:
    case = case_on(world, "public_task", "Ana")
    handover = propose(world)
    browser = world.browser("chief")
    page = browser.post(reverse("handover", args=[handover.id]), {"answer": "no"}).content.decode()
    assert "Say why not" in page
    assert browser.post(reverse("handover", args=[handover.id]), {"answer": "no", "why": "Too soon"}).status_code == 303
    world.act("idva")
    assert Case.objects.get(id=case.id).lead_organisation_id == world.organisations["harbour"].id


def test_who_may_propose_and_see(world: World) -> None:
    case_on(world, "public_task", "Ana")
    handover = propose(world)
    for user in ("idva", "haven_worker", "dpl", "analyst", "admin"):
        assert world.browser(user).get(reverse("handover", args=[handover.id])).status_code in (403, 404), user
    by = world.act("harbour_manager")
    with pytest.raises(Refused, match="your own organisation"):
        propose_handover(
            by=by, from_organisation_id=world.organisations["haven"].id,
            to_organisation_id=world.organisations["harbour"].id, lawful_basis="public_task", reason="x",
            ask_consent_by=timezone.localdate(),
        )  # fmt: skip
    with pytest.raises(Refused, match="waiting for its review"):
        propose(world)
