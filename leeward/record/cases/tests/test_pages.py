"""Every page of a case is drawn for who may see it, costs a constant number of statements, and is 404 for others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import AuditEntry
from leeward.record.cases.actions.notes import NoteFacts, add_note
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.actions.tasks import add_task
from leeward.record.cases.models import Case
from tests.worlds import World

IN_CASE = [
    "case", "case_print", "case_people", "case_details", "case_details_change", "case_note_add", "case_tasks",
    "case_task_add", "case_documents", "case_document_add", "case_known", "case_sharing", "case_share", "case_allocate",
    "case_transfer", "case_close",
]  # fmt: skip
FREE = ["caseload", "tasks", "shares_offered", "emergency"]


def notes(world: World, case: Case, many: int, user: str = "idva") -> None:
    by = world.act(user)
    for number in range(many):
        moment = timezone.now() - timedelta(hours=number)
        add_note(by=by, case=case, facts=NoteFacts(kind="spoke", text=f"Spoke, number {number}.", happened_at=moment))


def statements(call: Callable[[], object]) -> int:
    """SQL statements of a page, without those that only frame its transaction; the session is warm."""
    call()
    with CaptureQueriesContext(connection) as captured:
        call()
    return sum(
        query["sql"].split(" ", 1)[0] not in {"SAVEPOINT", "RELEASE", "ROLLBACK"} for query in captured.captured_queries
    )


@pytest.mark.parametrize("name", IN_CASE)
def test_a_page_of_a_case_is_drawn_for_the_involved_and_hidden_from_others(world: World, name: str) -> None:
    case = world.case()
    notes(world, case, 2)
    page = world.browser("idva").get(reverse(name, args=[case.id]))
    assert page.status_code == 200
    title = page.content.decode().split("<title>")[1].split("</title>")[0]
    assert "Maya" not in title
    assert case.reference not in title
    hidden = world.browser("haven_worker").get(reverse(name, args=[case.id]))
    nothing = world.browser("haven_worker").get(reverse(name, args=[case.id + 1]))
    assert hidden.status_code == nothing.status_code == 404
    assert hidden.content == nothing.content


@pytest.mark.parametrize("name", FREE)
def test_a_list_is_drawn_when_empty_and_when_full(world: World, name: str) -> None:
    browser = world.browser("haven_worker")
    assert browser.get(reverse(name)).status_code == 200
    case = world.case("haven_worker")
    add_task(
        by=world.act("haven_worker"), case=case, title="Call the school", assignee_id=world.users["haven_worker"].id
    )
    assert browser.get(reverse(name)).status_code == 200


def test_the_case_page_costs_a_constant_number_of_statements(world: World) -> None:
    case, browser = world.case(), world.browser("idva")
    address = reverse("case", args=[case.id])
    notes(world, case, 1)
    few = statements(lambda: browser.get(address))
    notes(world, case, 40)
    by = world.act("idva")
    for number in range(5):
        add_task(by=by, case=case, title=f"Task {number}")
    many = statements(lambda: browser.get(address))
    assert few == many
    assert many <= 15, many


def test_lists_cost_a_constant_number_of_statements(world: World) -> None:
    world.case()
    browser = world.browser("idva")
    addresses = [reverse("caseload"), reverse("caseload") + "?whose=organisation", reverse("tasks")]
    few = [statements(lambda a=address: browser.get(a)) for address in addresses]
    for number in range(12):
        case = world.case(given=f"Person{number}")
        add_task(by=world.act("idva"), case=case, title="Call", assignee_id=world.users["idva"].id)
    many = [statements(lambda a=address: browser.get(a)) for address in addresses]
    assert few == many
    assert max(many) <= 12, many


def test_the_chronology_is_paged_by_key_and_filtered_by_kind(world: World) -> None:
    case, browser = world.case(), world.browser("idva")
    notes(world, case, 60)
    seen: list[str] = []
    address = reverse("case", args=[case.id])
    for _ in range(5):
        text = browser.get(address).content.decode()
        seen += [part.split(".")[0] for part in text.split("Spoke, number ")[1:]]
        if 'rel="next"' not in text:
            break
        address = reverse("case", args=[case.id]) + "?before=" + text.split("?before=")[1].split('"')[0]
    assert seen == [str(number) for number in range(60)]
    only = browser.get(reverse("case", args=[case.id]) + "?kind=status").content.decode()
    assert "Case opened" in only
    assert "Spoke, number" not in only
    assert "take off" in only
    assert browser.get(reverse("case", args=[case.id]) + "?before=nonsense&kind=none").status_code == 200


def test_summary_and_index_see_what_was_shared_and_no_more(world: World) -> None:
    case = world.case()
    notes(world, case, 1)
    for scope, organisation in ((2, "haven"), (1, "police")):
        share_case(
            by=world.act("idva"), case=case, organisation_id=world.organisations[organisation].id,
            organisation_name=organisation, scope=scope, lawful_basis="consent", told="told_agreed", at_once=True,
        )  # fmt: skip
    address = reverse("case", args=[case.id])
    summary = world.browser("haven_worker").get(address).content.decode()
    assert "Maya" in summary
    assert "Case opened" in summary
    assert "Spoke, number" not in summary
    assert "Safe to contact" not in summary
    card = world.browser("officer").get(address).content.decode()
    assert case.reference in card
    assert "01632 960101" in card
    assert "Maya" not in card
    assert "Case opened" not in card
    for name in ("case_print", "case_tasks", "case_documents", "case_sharing", "case_details", "case_people"):
        for user in ("haven_worker", "officer"):
            assert world.browser(user).get(reverse(name, args=[case.id])).status_code == 404
    listed = world.browser("officer").get(reverse("caseload") + "?whose=organisation").content.decode()
    assert case.reference in listed
    assert "Maya" not in listed


def test_reading_a_case_is_written_down(world: World) -> None:
    case = world.case()
    world.browser("idva").get(reverse("case", args=[case.id]))
    world.act("dpl")
    read = AuditEntry.objects.filter(action="read_case", subject_id=case.id)
    assert [entry.user_id for entry in read] == [world.users["idva"].id]
