"""A home made safe: consent before work, nothing tested before it is done, asked again after 3 and 12 months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Scope
from leeward.response.accommodation.actions import sanctuary as act
from leeward.response.accommodation.models import Sanctuary, SanctuaryReview, SanctuaryWork
from leeward.response.accommodation.rules.sanctuary import months_after
from tests.sending import on, send, send_on
from tests.worlds import World


def test_from_a_referral_to_still_safe(world: World) -> None:
    case = world.case()
    client, home = world.browser("idva"), reverse("case_sanctuary", args=[case.id])
    assert "Nobody was asked" in client.get(home).content.decode()
    refer = reverse("sanctuary_refer", args=[case.id])
    assert "Choose whose home it is" in send(client, refer, consent="asked", why="He has a key.").content.decode()
    facts = {"tenure": "council", "consent": "asked", "why": "He has a key."}
    send_on(client, refer, **facts)
    assert "made safe already" in send(client, refer, **facts).content.decode()
    world.act("idva")
    one = Sanctuary.objects.get()
    send_on(client, reverse("sanctuary_survey", args=[one.id]), found="The back door gives way.")
    order = reverse("sanctuary_work_add", args=[one.id])
    work = {"kind": "door", "place": "Back door", "pence": "420", "payer": "council"}
    assert "The landlord has not agreed" in send(client, order, **work).content.decode()
    send_on(client, reverse("sanctuary_consent", args=[one.id]), consent="given")
    send_on(client, order, **work)
    send_on(client, order, kind="alarm")
    world.act("idva")
    door, alarm = SanctuaryWork.objects.order_by("id")
    early = send(client, reverse("sanctuary_tested", args=[one.id]))
    assert "work that is not done yet" in early.content.decode()
    send_on(client, reverse("sanctuary_work_done", args=[door.id]))
    send_on(client, reverse("sanctuary_work_drop", args=[alarm.id]), why="She has one.")
    send_on(client, reverse("sanctuary_tested", args=[one.id]))
    page = client.get(home).content.decode()
    for words in ("Made safe", "Back door", "£420.00", "She has one.", "After 12 months"):
        assert words in page, words
    letter = client.get(reverse("sanctuary_letter", args=[one.id])).content.decode()
    assert "Door" in letter
    assert "He has a key" not in letter
    world.act("idva")
    today = timezone.localdate()
    assert [row.due_on for row in SanctuaryReview.objects.order_by("months")] == [
        months_after(today, 3), months_after(today, 12),
    ]  # fmt: skip
    review = SanctuaryReview.objects.order_by("months")[0]
    send_on(client, reverse("sanctuary_review", args=[review.id]), safe="no", words="He was at the gate.")
    send_on(client, order, kind="fence")  # what is no longer safe is worked on again
    world.act("idva")
    assert Sanctuary.objects.get().status == "ordered"
    ended = send(client, reverse("sanctuary_end", args=[one.id]), why="moved")
    assert "ordered still" in ended.content.decode()


def test_works_are_done_at_her_home_so_only_who_has_her_address_sees_them(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    one = act.refer_sanctuary(by=by, case=case, tenure="owner", consent="not_needed", why="He has a key")
    share_case(
        by=by, case=case, organisation_id=world.organisations["haven"].id, organisation_name="Haven", scope=Scope.FULL,
        lawful_basis="consent", told="told_agreed", at_once=True, address=False, risk=True,
    )  # fmt: skip
    worker = world.browser("haven_worker")
    assert worker.get(reverse("case", args=[case.id])).status_code == 200
    for name, number in (("case_sanctuary", case.id), ("sanctuary_survey", one.id), ("sanctuary_letter", one.id)):
        assert worker.get(reverse(name, args=[number])).status_code == 404
    world.act("haven_worker")
    assert not Sanctuary.objects.exists()


def test_nothing_is_done_before_it_was_ordered_or_in_days_to_come(world: World) -> None:
    by, today = world.act("idva"), timezone.localdate()
    case = world.case()
    one = act.refer_sanctuary(by=by, case=case, tenure="owner", consent="not_needed", why="He has a key")
    work = act.order_work(by=by, sanctuary=one, facts=act.WorkFacts("locks"), on=today)
    for day in (today - timedelta(days=1), today + timedelta(days=1)):
        with pytest.raises(Refused):
            act.finish_work(by=by, work=work, on=day)


def test_months_end_where_months_end() -> None:
    assert months_after(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert months_after(date(2025, 1, 31), 12) == date(2026, 1, 31)


def test_a_day_that_lies_ahead_is_said_beside_its_field(world: World) -> None:
    case = world.case()
    one = act.refer_sanctuary(by=world.act("idva"), case=case, tenure="owner", consent="not_needed", why="He has a key")
    late = {**on("on", timezone.localdate() + timedelta(days=3)), "found": "A window"}
    page = send(world.browser("idva"), reverse("sanctuary_survey", args=[one.id]), **late).content.decode()
    assert "today or in the past" in page
