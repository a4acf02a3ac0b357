"""The data protection lead reviews emergency sight: what waits, what is late, what was opened; nobody their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import AuditEntry, Membership
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.emergency import break_glass, end_emergency, review_emergency
from leeward.record.cases.models import BreakGlass, Case
from leeward.record.cases.queries.emergencies import emergency_review, emergency_reviews
from leeward.record.cases.rules import review_due
from leeward.record.people.models import Wall
from tests.worlds import World

WHY = "Her children are at the police station and somebody asks to take them."
LIST = "emergency_reviews"


def opened(world: World, user: str = "haven_worker", **facts: object) -> BreakGlass:
    case = world.case(**facts)  # type: ignore[arg-type]  # facts of a person
    return break_glass(by=world.act(user), reference=case.reference, reason=WHY)


def test_the_list_and_the_review(world: World) -> None:
    sight = opened(world)
    reader = world.browser("haven_worker")
    assert reader.get(reverse("case", args=[sight.case_id])).status_code == 200
    assert reader.get("/today").status_code == 200
    lead = world.browser("dpl")
    page = lead.get(reverse(LIST)).content.decode()
    for words in ("Ines Duarte", "Haven Housing Support", sight.reference, "Harbour Outreach", "Open now"):
        assert words in page, words
    address = reverse("emergency_review", args=[sight.id])
    assert f'href="{address}"' in lead.get("/today").content.decode()
    page = lead.get(address).content.decode()
    for words in (
        WHY,
        "Opened the case in an emergency",
        "Read the case",
        "Everything else that was done",
        "End the emergency",
    ):
        assert words in page, words
    assert "Maya" not in page, "the reviewer does not learn who it is"
    assert "Lindqvist" not in page
    wrong = lead.post(address, {"outcome": "justified", "note": ""}).content.decode()
    assert "<title>Error: " in wrong
    sent = {"outcome": "not_justified", "note": "Rang nobody first.", "end_now": "on"}
    assert lead.post(address, sent).status_code == 303
    assert reader.get(reverse("case", args=[sight.case_id])).status_code == 404, "it ended at once"
    world.act("dpl")
    row = BreakGlass.objects.get()
    assert (row.outcome, row.review_note, row.reviewed_by_id) == (
        "not_justified",
        "Rang nobody first.",
        world.users["dpl"].id,
    )
    assert "Nothing waits for a review." in lead.get(reverse(LIST)).content.decode()
    assert "Joan Fells" in lead.get(reverse(LIST) + "?show=done").content.decode()
    assert "Ines Duarte" not in lead.get(reverse(LIST) + "?show=justified").content.decode()
    again = lead.post(address, sent).content.decode()
    assert "This was reviewed meanwhile" in again
    world.act("dpl")
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"listed_emergencies", "read_emergency", "reviewed_emergency"} <= actions


def test_it_can_be_ended_before_it_is_reviewed(world: World) -> None:
    sight = opened(world)
    lead = world.browser("dpl")
    assert lead.post(reverse("emergency_end", args=[sight.id])).status_code == 303
    world.act("haven_worker")
    assert not Case.objects.exists()
    page = lead.get(reverse("emergency_review", args=[sight.id])).content.decode()
    assert "Over since" in page
    assert "End it now" not in page
    with pytest.raises(Refused, match="over already"):
        end_emergency(by=world.act("dpl"), sight=sight)


def test_nobody_reviews_or_ends_their_own(world: World) -> None:
    Membership.objects.filter(user=world.users["haven_worker"]).update(roles=["practitioner", "data_protection"])
    sight = opened(world)
    by = world.act("haven_worker")
    with pytest.raises(Refused, match="somebody else must review"):
        review_emergency(by=by, sight=sight, outcome="justified", note="I was right.")
    with pytest.raises(Refused, match="somebody else must decide"):
        end_emergency(by=by, sight=sight)
    assert BreakGlass.objects.filter(id=sight.id).update(outcome="justified", reviewed_by_id=by.user_id) == 0, (
        "nor past us"
    )
    page = world.browser("haven_worker").get(reverse("emergency_review", args=[sight.id])).content.decode()
    assert "You opened this yourself" in page
    assert "Keep the review" not in page
    answer = world.browser("haven_worker").post(reverse("emergency_review", args=[sight.id]),
                                                {"outcome": "justified", "note": "I was right."})  # fmt: skip
    assert b"somebody else must review" in answer.content
    review_emergency(by=world.act("dpl"), sight=sight, outcome="justified", note="The police confirm it.")
    assert BreakGlass.objects.get().outcome == "justified"


def test_one_behind_a_wall_is_another_leads_to_review(world: World) -> None:
    sight = opened(world)
    person_id = Case.objects.get().person_id
    world.act("harbour_manager")
    Wall(person_id=person_id, user_id=world.users["dpl"].id, kind="set").save(force_insert=True)
    lead = world.browser("dpl")
    assert sight.reference not in lead.get(reverse(LIST)).content.decode()
    assert lead.get(reverse("emergency_review", args=[sight.id])).status_code == 404
    assert lead.post(reverse("emergency_end", args=[sight.id])).status_code == 404
    world.add_user("dpl2", "Mia Hart", "council", "data_protection")
    assert sight.reference in world.browser("dpl2").get(reverse(LIST)).content.decode()


def test_what_is_overdue_is_said_and_can_be_listed_alone(world: World) -> None:
    old = opened(world, given="Old")
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        new = opened(world, given="New")
        assert review_due(old.at) < timezone.now() < review_due(new.at)
        by = world.act("dpl")
        found = emergency_reviews(by=by)
        assert [(one.row.id, one.is_overdue) for one in found.sights] == [(old.id, True), (new.id, False)]
        assert [one.row.id for one in emergency_reviews(by=by, show="overdue").sights] == [old.id]
        assert found.overdue == 1
        lead = world.browser("dpl")
        assert "Overdue (1)" in lead.get(reverse(LIST)).content.decode()
        assert "review overdue" in lead.get("/today").content.decode()
        assert "The review is overdue" in lead.get(reverse("emergency_review", args=[old.id])).content.decode()


def test_only_the_time_of_the_sight_is_shown(world: World) -> None:
    sight = opened(world)
    reader = world.browser("haven_worker")
    reader.get(reverse("case", args=[sight.case_id]))
    end_emergency(by=world.act("dpl"), sight=sight)
    reader.get("/today")
    found = emergency_review(by=world.act("dpl"), sight_id=sight.id)
    assert found is not None
    assert [one.did for one in found.here] == ["Opened the case in an emergency", "Read the case"]
    assert "Read today’s list" not in [one.did for one in found.elsewhere]


def test_the_list_is_filtered_by_organisation_and_paged(world: World) -> None:
    opened(world, given="A")
    opened(world, "officer", given="B")
    lead = world.browser("dpl")
    only = f"{reverse(LIST)}?organisation={world.organisations['police'].id}"
    page = lead.get(only).content.decode()
    assert "Lee Carter" in page
    assert "Ines Duarte" not in page
    for odd in ("?show=nonsense&organisation=x&before=-1", "?before=99999999999999999999", "?organisation=٣"):
        assert lead.get(reverse(LIST) + odd).status_code == 200


@pytest.mark.parametrize("which", ["list", "one"])
def test_statements_do_not_grow(world: World, which: str) -> None:
    sight = opened(world, given="One")
    lead, reader = world.browser("dpl"), world.browser("haven_worker")
    address = reverse(LIST) if which == "list" else reverse("emergency_review", args=[sight.id])

    def statements() -> int:
        lead.get(address)
        with CaptureQueriesContext(connection) as captured:
            lead.get(address)
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured.captured_queries)

    few = statements()
    for number in range(5):
        opened(world, given=f"More {number}")
        reader.get(reverse("case", args=[sight.case_id]))
    assert statements() == few
    assert few <= 9, few
