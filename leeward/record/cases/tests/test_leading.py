"""Who leads a case: allocated, transferred, closed with a checklist, signed off, opened again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.actions.closing import close_case, refuse_closing, reopen_case, sign_off_closing
from leeward.record.cases.actions.details import CaseDetails, change_details
from leeward.record.cases.actions.leading import allocate_case, transfer_case
from leeward.record.cases.actions.sharing import accept_share, share_case
from leeward.record.cases.actions.tasks import add_task
from leeward.record.cases.models import Case, CaseAssignment, CaseSight, CaseStatus, ChronologyEntry, Involvement, Task
from leeward.record.cases.rules import MOVES, checklist
from leeward.record.people.models import Wall
from tests.worlds import World

ANSWERS = {check.key: "yes" for check in checklist().for_side("harmed")}


def sees(world: World, user: str, case: Case) -> bool:
    world.act(user)
    return Case.objects.filter(id=case.id).exists()


def test_a_manager_gives_a_case_to_a_worker(world: World) -> None:
    case, browser = world.case(), world.browser("harbour_manager")
    worker, team = world.users["child_worker"], world.teams["children"]
    answer = browser.post(
        reverse("case_allocate", args=[case.id]),
        {"worker": str(worker.id), "team": str(team.id), "reason": "Leave", "version": "1"},
    )
    assert answer.status_code == 303
    world.act("child_worker")
    now = Case.objects.get()
    assert (now.lead_worker_id, now.lead_team_id) == (worker.id, team.id)
    assert CaseSight.objects.get().lead_worker_id == worker.id, "lists follow"
    assert [row.worker_id for row in CaseAssignment.objects.order_by("at")] == [world.users["idva"].id, worker.id]


def test_a_team_case_moves_with_its_team(world: World) -> None:
    case = world.case("harbour_manager", team="outreach")
    assert sees(world, "idva", case)
    assert not sees(world, "child_worker", case)
    by = world.act("harbour_manager")
    allocate_case(
        by=by, case=case, worker_id=world.users["child_worker"].id, team_id=world.teams["children"].id, version=1
    )
    assert sees(world, "child_worker", case)
    assert not sees(world, "idva", case)
    world.act("child_worker")
    assert sorted(Involvement.objects.values_list("status", "is_lead")) == [("active", True), ("ended", False)]


def test_who_stands_behind_a_wall_cannot_be_given_a_case(world: World) -> None:
    case = world.case("harbour_manager", team="outreach")
    by = world.act("harbour_manager")
    Wall(person_id=case.person_id, user=world.users["child_worker"], kind="set").save(force_insert=True)
    with pytest.raises(Refused, match="Choose somebody"):
        allocate_case(
            by=by, case=case, worker_id=world.users["child_worker"].id, team_id=world.teams["children"].id, version=1
        )
    page = world.browser("harbour_manager").get(reverse("case_allocate", args=[case.id])).content.decode()
    assert "Tom Bright" not in page


def test_a_worker_passes_on_their_own_case_and_takes_nobodys(world: World) -> None:
    case = world.case()
    with pytest.raises(Refused, match="manager"):
        allocate_case(by=world.act("child_worker"), case=case, worker_id=None, team_id=None, version=1)
    by = world.act("idva")
    allocate_case(by=by, case=case, worker_id=None, team_id=None, version=1)
    tom = world.act("child_worker")
    allocate_case(by=tom, case=case, worker_id=tom.user_id, team_id=None, version=2)
    assert Case.objects.get().lead_worker_id == tom.user_id
    with pytest.raises(Conflict):
        allocate_case(by=tom, case=case, worker_id=None, team_id=None, version=2)


def transfer(world: World, case: Case, **changed: object) -> Involvement:
    values: dict[str, object] = {"lawful_basis": "consent", "told": "told_agreed", **changed}
    return transfer_case(
        by=world.act("idva"), case=case, organisation_id=world.organisations["haven"].id, organisation_name="Haven",
        **values,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_transfer_takes_effect_when_it_is_accepted(world: World) -> None:
    case = world.case()
    task = add_task(by=world.act("idva"), case=case, title="Call", assignee_id=world.users["idva"].id)
    offered = transfer(world, case)
    assert sees(world, "idva", case)
    assert not sees(world, "haven_worker", case)
    by = world.act("haven_worker")
    accept_share(by=by, share=offered, worker_id=by.user_id)
    now = Case.objects.get()
    assert (now.lead_organisation_id, now.lead_worker_id) == (world.organisations["haven"].id, by.user_id)
    moved = Task.objects.get(id=task.id)
    assert (moved.organisation_id, moved.assignee_id) == (world.organisations["haven"].id, None), (
        "nothing falls between"
    )
    assert not sees(world, "idva", case), "our part ended"


def test_who_transfers_may_stay_involved(world: World) -> None:
    case = world.case()
    accept_share(by=world.act("haven_worker"), share=transfer(world, case, ends_sender=False))
    assert sees(world, "idva", case)
    rows = dict(Involvement.objects.values_list("organisation__name", "is_lead"))
    assert rows == {"Harbour Outreach": False, "Haven Housing Support": True}


def test_a_transfer_from_the_pages_shows_what_goes(world: World) -> None:
    case, browser = world.case(), world.browser("idva")
    address = reverse("case_transfer", args=[case.id])
    haven = world.organisations["haven"].id
    form = {"to": str(haven), "after": "ends", "lawful_basis": "consent", "told": "told_agreed"}
    page = browser.post(address, form).content.decode()
    assert "Check what goes to whom" in page
    assert "we no longer see this case" in page
    assert browser.post(address, {**form, "confirmed": "yes"}).status_code == 303
    again = browser.post(address, {**form, "confirmed": "yes"}).content.decode()
    assert "offered to another organisation already" in again
    world.act("haven_worker")
    offered = Involvement.objects.get()
    answer = world.browser("haven_worker").post(reverse("share_offered", args=[offered.id]), {"answer": "later"})
    assert answer.status_code == 303
    world.act("haven_worker")
    assert Case.objects.get().lead_worker_id is None
    assert browser.get(reverse("case", args=[case.id])).status_code == 404


def test_only_who_leads_transfers_or_closes(world: World) -> None:
    case = world.case()
    share_case(
        by=world.act("idva"), case=case, organisation_id=world.organisations["haven"].id, organisation_name="x",
        scope=3, lawful_basis="consent", told="told_agreed", at_once=True,
    )  # fmt: skip
    by = world.act("haven_worker")
    with pytest.raises(Refused, match="Only Harbour Outreach"):
        close_case(by=by, case=case, reason="goals_met", answers=ANSWERS, version=1)
    for name in ("case_close", "case_transfer", "case_allocate", "case_reopen"):
        assert world.browser("haven_worker").get(reverse(name, args=[case.id])).status_code == 404


def test_closing_asks_its_checklist_and_says_what_is_missing(world: World) -> None:
    case, browser = world.case(), world.browser("idva")
    address = reverse("case_close", args=[case.id])
    add_task(by=world.act("idva"), case=case, title="Return the key")
    form = {"reason": "goals_met", "shares": "end", "version": "1"}
    page = browser.post(address, form).content.decode()
    assert page.count("Answer this line.") >= len(ANSWERS)
    assert "Return the key" in page
    checks = {f"check_{key}": "yes" for key in ANSWERS}
    page = browser.post(address, {**form, **checks, "check_told": "not_applicable"}).content.decode()
    assert "Say why a line of the checklist does not apply." in page
    page = browser.post(address, {**form, **checks}).content.decode()
    assert "There are still tasks open" in page
    answer = browser.post(address, {**form, **checks, "drop_tasks": "on"}, follow=True)
    assert "The case is closed." in answer.content.decode()
    assert reverse("case_reopen_undo", args=[case.id]) in answer.content.decode()
    world.act("idva")
    row = CaseStatus.objects.get(status="closed")
    assert (row.reason, row.checklist["version"], row.checklist["answers"]) == (
        "goals_met",
        checklist().version,
        ANSWERS,
    )
    assert Task.objects.get().status == "dropped"
    browser.post(reverse("case_reopen_undo", args=[case.id]))
    assert Case.objects.get().status == "open"


def test_closing_ends_shares_with_others(world: World) -> None:
    case = world.case()
    for organisation, at_once in (("haven", True), ("police", False)):
        share_case(
            by=world.act("idva"), case=case, organisation_id=world.organisations[organisation].id,
            organisation_name="x", scope=3, lawful_basis="consent", told="told_agreed", at_once=at_once,
        )  # fmt: skip
    close_case(by=world.act("idva"), case=case, reason="goals_met", answers=ANSWERS, version=1)
    assert not sees(world, "haven_worker", case)
    assert sees(world, "idva", case)
    world.act("officer")
    assert not Involvement.objects.filter(status="offered").exists()


def signing(world: World) -> Case:
    world.organisations["harbour"].signs_off_closing = True
    world.organisations["harbour"].save()
    case = world.case()
    close_case(by=world.act("idva"), case=case, reason="moved_on", answers=ANSWERS, version=1, note="She is safe.")
    return Case.objects.get(id=case.id)


def test_closing_waits_for_a_supervisor_where_the_organisation_asks_for_that(world: World) -> None:
    case = signing(world)
    assert case.status == "closing"
    with pytest.raises(Refused, match="supervisor"):
        sign_off_closing(by=world.act("idva"), case=case)
    browser = world.browser("harbour_manager")
    page = browser.get(reverse("case_sign_off", args=[case.id])).content.decode()
    assert "She is safe." in page
    answer = browser.post(reverse("case_sign_off", args=[case.id]), {"answer": "yes"})
    assert answer.status_code == 303
    world.act("idva")
    assert Case.objects.get().status == "closed"


def test_a_supervisor_does_not_sign_off_their_own_closing(world: World) -> None:
    world.organisations["harbour"].signs_off_closing = True
    world.organisations["harbour"].save()
    case = world.case("harbour_manager")
    close_case(by=world.act("harbour_manager"), case=case, reason="moved_on", answers=ANSWERS, version=1)
    with pytest.raises(Refused, match="other than"):
        sign_off_closing(by=world.act("harbour_manager"), case=case)
    assert world.browser("harbour_manager").get(reverse("case_sign_off", args=[case.id])).status_code == 404


def test_a_supervisor_sends_a_case_back_with_what_is_to_be_done(world: World) -> None:
    case = signing(world)
    page = world.browser("harbour_manager").post(reverse("case_sign_off", args=[case.id]), {"answer": "no"})
    assert "Say what is still to be done." in page.content.decode()
    refuse_closing(by=world.act("harbour_manager"), case=case, why="The school was not told.")
    assert Case.objects.get().status == "open"
    assert ChronologyEntry.objects.get(title="Not closed yet", scope=3).text == "The school was not told."


def test_a_case_is_opened_again_with_its_reason(world: World) -> None:
    case = world.case()
    close_case(by=world.act("idva"), case=case, reason="no_contact", answers=ANSWERS, version=1)
    browser = world.browser("idva")
    assert browser.post(reverse("case_reopen", args=[case.id]), {"why": "She rang."}).status_code == 303
    world.act("idva")
    now = Case.objects.get()
    assert (now.status, now.closed_at) == ("open", None)
    assert [row.status for row in CaseStatus.objects.order_by("at")] == ["open", "closed", "open"]
    with pytest.raises(Refused, match="open already"):
        reopen_case(by=world.act("idva"), case=case, why="x")


def test_every_status_has_its_legal_moves() -> None:
    assert set(MOVES) == {"open", "closing", "closed"} == set().union(*MOVES.values())


def test_details_change_together_and_the_second_editor_sees_both(world: World) -> None:
    case = world.case()
    address = reverse("case_details_change", args=[case.id])
    review = timezone.localdate() + timedelta(days=30)
    form = {
        "risk": "high", "why_risk": "He was released this morning.", "own_words": "I want to stay near the school.", "version": "1",
        "review_on-day": str(review.day), "review_on-month": str(review.month), "review_on-year": str(review.year),
    }  # fmt: skip
    one, two = world.browser("idva"), world.browser("harbour_manager")
    page = one.post(address, {**form, "why_risk": ""}).content.decode()
    assert "Say in a sentence why the risk has changed" in page
    assert one.post(address, form).status_code == 303
    page = two.post(address, {**form, "own_words": "Something else.", "risk": "medium"}).content.decode()
    assert "Somebody else changed this case" in page
    assert "I want to stay near the school." in page
    assert page.count("Something else.") >= 2
    world.act("idva")
    now = Case.objects.get()
    assert (now.risk, now.risk_on, now.review_on) == ("high", timezone.localdate(), review)
    assert CaseSight.objects.get().risk_level == "high"
    shown = one.get(reverse("case", args=[case.id])).content.decode()
    assert "I want to stay near the school." in shown
    assert "High · today" in shown


def test_why_the_risk_changed_is_for_who_may_see_risk(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    share_case(
        by=by, case=case, organisation_id=world.organisations["haven"].id, organisation_name="x", scope=3,
        lawful_basis="consent", told="told_agreed", at_once=True,
    )  # fmt: skip
    change_details(
        by=by, case=case, details=CaseDetails("high", None, "", ""), version=1, why_risk="He was released this morning."
    )
    assert ChronologyEntry.objects.filter(kind="risk").exists()
    world.act("haven_worker")
    assert not ChronologyEntry.objects.filter(kind="risk").exists()
