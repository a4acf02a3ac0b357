"""Emergency sight: for a day, with a reason, told at once, and it opens no more than reading and notes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import AuditEntry
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.emergency import NONE_OPENS, break_glass, review_emergency
from leeward.record.cases.actions.notes import NoteFacts, add_note
from leeward.record.cases.actions.restricting import restrict_case
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import BreakGlass, Case, ChronologyEntry, Involvement
from leeward.record.people.models import Wall
from tests.worlds import World

WHY = "Her children are at the police station and somebody asks to take them."


def test_a_typed_reference_and_reason_open_the_case_for_a_day(world: World) -> None:
    case, browser = world.case(), world.browser("haven_worker")
    answer = browser.post(reverse("emergency"), {"reference": case.reference.lower(), "reason": WHY})
    assert answer.headers["Location"] == reverse("case", args=[case.id])
    page = browser.get(reverse("case", args=[case.id])).content.decode()
    assert "Maya" in page
    assert "Emergency sight until" in page
    listed = browser.get(reverse("emergency")).content.decode()
    assert case.reference in listed
    world.act("dpl")
    row = BreakGlass.objects.get()
    assert (row.reference, row.reason, row.lead_organisation_id) == (
        case.reference,
        WHY,
        world.organisations["harbour"].id,
    )
    assert AuditEntry.objects.filter(action="broke_glass", subject_id=case.id).count() == 1
    assert not Case.objects.exists(), "who reviews does not open the case"
    world.act("idva")
    entry = ChronologyEntry.objects.get(kind="sharing", scope=3)
    assert entry.title == "Opened in an emergency by Ines Duarte, Haven Housing Support"


def test_it_ends_by_itself(world: World) -> None:
    case = world.case()
    sight = break_glass(by=world.act("haven_worker"), reference=case.reference, reason=WHY)
    assert sight.until - sight.at == timedelta(days=1)
    # The database's own clock decides: so the end is moved, as the day would.
    world.act("dpl")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_breakglass WHERE until > now()")
        assert cursor.fetchone()[0] == 1
    review_emergency(by=world.act("dpl"), sight=sight, outcome="not_justified", note="Rang nobody", end_now=True)
    world.act("haven_worker")
    assert not Case.objects.exists()
    row = BreakGlass.objects.get()
    assert (row.outcome, row.reviewed_by_id) == ("not_justified", world.users["dpl"].id)


def test_it_reads_and_writes_notes_and_nothing_else(world: World) -> None:
    case = world.case()
    break_glass(by=world.act("haven_worker"), reference=case.reference, reason=WHY)
    by = world.act("haven_worker")
    add_note(
        by=by, case=case, facts=NoteFacts(kind="professional", text="Rang the police.", happened_at=timezone.now())
    )
    with pytest.raises(Refused, match="Emergency sight is for reading"):
        share_case(
            by=by, case=case, organisation_id=world.organisations["haven"].id, organisation_name="ours", scope=3,
            lawful_basis="vital_interests", told="not_told", why="so that we keep it",
        )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        Involvement(
            case=case, organisation=world.organisations["haven"], scope=3, lawful_basis="consent", told="told_agreed",
            status="active",
        ).save(force_insert=True)  # fmt: skip
    assert Case.objects.filter(id=case.id).update(status="closed") == 0
    browser = world.browser("haven_worker")
    for name in ("case_share", "case_restrict", "case_close", "case_transfer", "case_allocate"):
        assert browser.get(reverse(name, args=[case.id])).status_code in (403, 404), name


def test_it_opens_a_restricted_case_and_never_a_walled_one(world: World) -> None:
    case = world.case()
    restrict_case(
        by=world.act("harbour_manager"), case=case, user_ids=[world.users["harbour_manager"].id], why="Colleague"
    )
    break_glass(by=world.act("haven_worker"), reference=case.reference, reason=WHY)
    assert Case.objects.filter(id=case.id).exists()
    world.act("harbour_manager")
    Wall(person_id=case.person_id, user=world.users["haven_worker"], kind="set").save(force_insert=True)
    by = world.act("haven_worker")
    assert not Case.objects.exists()
    with pytest.raises(Refused) as walled:
        break_glass(by=by, reference=case.reference, reason=WHY)
    with pytest.raises(Refused) as nobodys:
        break_glass(by=by, reference="KITE-000", reason=WHY)
    assert walled.value.words == nobodys.value.words == NONE_OPENS


def test_who_tries_many_references_is_stopped(world: World) -> None:
    case, browser = world.case(), world.browser("haven_worker")
    for number in range(5):
        page = browser.post(reverse("emergency"), {"reference": f"KITE-{number}", "reason": WHY}).content.decode()
        assert "No case opens with this reference" in page
    page = browser.post(reverse("emergency"), {"reference": case.reference, "reason": WHY}).content.decode()
    assert "Too many references were tried" in page
    world.act("dpl")
    assert AuditEntry.objects.filter(action="tried_emergency").count() == 5
    assert "KITE" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize("reason", ["", "urgent", "x" * 1001])
def test_a_reason_says_something(world: World, reason: str) -> None:
    case = world.case()
    page = world.browser("haven_worker").post(reverse("emergency"), {"reference": case.reference, "reason": reason})
    assert page.status_code == 200
    assert "<title>Error:" in page.content.decode()
    world.act("dpl")
    assert BreakGlass.objects.count() == 0


def test_roles_without_casework_have_no_emergency_sight(world: World) -> None:
    for user in ("dpl", "analyst", "admin", "chief", "spa"):
        assert world.browser(user).get(reverse("emergency")).status_code == 403, user


def test_who_sees_the_case_already_needs_none(world: World) -> None:
    case = world.case()
    with pytest.raises(Refused, match="already"):
        break_glass(by=world.act("child_worker"), reference=case.reference, reason=WHY)
