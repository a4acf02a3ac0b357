"""Sharing: who, how much, on which basis, until when; nobody gives more than they have; a change keeps history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.restricting import lift_restriction, restrict_case
from leeward.record.cases.actions.sharing import accept_share, change_share, end_share, return_share, share_case
from leeward.record.cases.models import Case, CaseSight, Involvement
from leeward.record.cases.queries.chronology import chronology
from tests.worlds import World


def share(world: World, case: Case, organisation: str = "haven", user: str = "idva", **options: object) -> Involvement:
    by, target = world.act(user), world.organisations[organisation]
    values = {"scope": 3, "lawful_basis": "consent", "told": "told_agreed", **options}
    return share_case(by=by, case=case, organisation_id=target.id, organisation_name=target.name, **values)  # type: ignore[arg-type]


def sees(world: World, user: str, case: Case) -> bool:
    world.act(user)
    return Case.objects.filter(id=case.id).exists()


FORM = {
    "receiver": "all", "scope": "3", "also": ["risk"], "begins": "accepted", "lawful_basis": "public_task",
    "told": "not_told", "why": "Not safe to ask: he reads her messages.",
}  # fmt: skip


def test_sharing_shows_exactly_what_goes_to_whom_before_it_goes(world: World) -> None:
    case, browser = world.case(), world.browser("idva")
    address = reverse("case_share", args=[case.id])
    assert "Haven Housing Support" in browser.get(address).content.decode()
    address += f"?to={world.organisations['haven'].id}"
    page = browser.get(address).content.decode()
    assert "One person: Ines Duarte" in page
    token = page.split('name="once_token"')[1].split('value="')[1].split('"')[0]
    page = browser.post(address, {**FORM, "once_token": token}).content.decode()
    assert f'name="once_token" value="{token}"' in page, "the page that asks once more carries what was typed"
    assert "Check what goes to whom" in page
    assert "Haven Housing Support" in page
    assert "Not safe to ask: he reads her messages." in page
    assert "where they are now" in page.split("What stays with you")[1]
    world.act("idva")
    assert Involvement.objects.count() == 1, "nothing is shared before it is confirmed"
    for _ in range(2):
        assert browser.post(address, {**FORM, "confirmed": "yes", "once_token": token}).status_code == 303
    world.act("idva")
    made = Involvement.objects.get(organisation=world.organisations["haven"])
    assert (made.scope, made.address, made.risk, made.status, made.told) == (3, False, True, "offered", "not_told")
    assert not sees(world, "haven_worker", case)


def test_going_back_from_the_confirm_page_loses_nothing(world: World) -> None:
    case = world.case()
    address = reverse("case_share", args=[case.id]) + f"?to={world.organisations['haven'].id}"
    page = world.browser("idva").post(address, {**FORM, "confirmed": "no"}).content.decode()
    assert "Not safe to ask: he reads her messages." in page
    assert "Check what goes to whom" not in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"lawful_basis": "consent"}, "Consent is the basis only if they were told and agreed"),
        ({"why": ""}, "Say why it is shared without their agreement"),
        ({"scope": "9"}, "Choose one of the answers on this page"),
        ({"receiver": "user-1"}, "Choose one of the answers on this page"),
        ({"until-day": "1", "until-month": "1", "until-year": "2020"}, "must be today or later"),
    ],
)
def test_each_mistake_has_its_sentence(world: World, changed: dict[str, str], words: str) -> None:
    case = world.case()
    address = reverse("case_share", args=[case.id]) + f"?to={world.organisations['haven'].id}"
    page = world.browser("idva").post(address, {**FORM, **changed, "confirmed": "yes"}).content.decode()
    assert words in page
    assert "<title>Error:" in page
    world.act("idva")
    assert Involvement.objects.count() == 1


def test_an_offer_tells_no_name_and_is_accepted_or_returned(world: World) -> None:
    case = world.case()
    offered = share(world, case)
    browser = world.browser("haven_worker")
    for address in (reverse("shares_offered"), reverse("share_offered", args=[offered.id])):
        page = browser.get(address).content.decode()
        assert "A victim-survivor" in page
        assert "Harbour Outreach" in page
        assert "Maya" not in page
        assert case.reference not in page
    assert browser.get(reverse("case", args=[case.id])).status_code == 404
    answer = browser.post(reverse("share_offered", args=[offered.id]), {"answer": "return"})
    assert "Choose why it is returned" in answer.content.decode()
    answer = browser.post(reverse("share_offered", args=[offered.id]), {"answer": "mine"})
    assert answer.headers["Location"] == reverse("case", args=[case.id])
    assert browser.get(reverse("case", args=[case.id])).status_code == 200
    assert browser.get(reverse("share_offered", args=[offered.id])).status_code == 404, "answered"


def test_a_return_reaches_the_sender_with_its_reason(world: World) -> None:
    case = world.case()
    offered = share(world, case)
    world.browser("haven_worker").post(
        reverse("share_offered", args=[offered.id]),
        {"answer": "return", "reason": "no_capacity", "note": "Full until June."},
    )
    assert "Full until June." in world.browser("idva").get(reverse("case_sharing", args=[case.id])).content.decode()
    assert not sees(world, "haven_worker", case)


def test_an_offer_to_a_team_or_to_one_user_is_answered_by_them_alone(world: World) -> None:
    case = world.case()
    to_team = share(world, case, "council", team_id=world.teams["safeguarding"].id)
    to_user = share(world, case, "haven", user_id=world.users["haven_worker"].id)
    assert world.browser("housing").get(reverse("share_offered", args=[to_team.id])).status_code == 404
    assert world.browser("social_worker").get(reverse("share_offered", args=[to_team.id])).status_code == 200
    assert world.browser("haven_worker").get(reverse("share_offered", args=[to_user.id])).status_code == 200


def test_a_change_ends_the_old_row_and_makes_a_new_one(world: World) -> None:
    case = world.case()
    old = accept_share(by=world.act("haven_worker"), share=share(world, case, scope=2))
    world.act("haven_worker")
    assert CaseSight.objects.get().scope == 2
    by = world.act("idva")
    until = timezone.now() + timedelta(days=30)
    new = change_share(by=by, case=case, share=old, scope=3, address=False, risk=True, until=until, why="She moves in")
    world.act("haven_worker")
    sight = CaseSight.objects.get()
    assert (sight.scope, sight.risk, sight.address, sight.until) == (3, True, False, until)
    world.act("idva")
    rows = dict(Involvement.objects.filter(organisation=world.organisations["haven"]).values_list("id", "status"))
    assert rows == {old.id: "ended", new.id: "active"}
    with pytest.raises(Refused, match="meanwhile"):
        change_share(by=by, case=case, share=old, scope=1, address=False, risk=False, until=None, why="x")


def test_changing_and_ending_from_the_pages(world: World) -> None:
    case = world.case()
    old = share(world, case, at_once=True)
    browser = world.browser("idva")
    answer = browser.post(reverse("case_share_change", args=[case.id, old.id]), {"scope": "1", "why": "Less is enough"})
    assert answer.status_code == 303
    assert not sees(world, "haven_worker", case)
    world.act("haven_worker")
    assert CaseSight.objects.get().scope == 1
    world.act("idva")
    now = Involvement.objects.get(organisation=world.organisations["haven"], status="offered")
    answer = browser.post(reverse("case_share_end", args=[case.id, now.id]), {"why": "Over"})
    assert answer.status_code == 303
    world.act("haven_worker")
    assert CaseSight.objects.count() == 0


def test_nobody_gives_more_than_they_have(world: World) -> None:
    case = world.case()
    share(world, case, at_once=True)  # neither address nor risk
    for flag in ("address", "risk"):
        with pytest.raises(Refused, match="You do not see"):
            share(world, case, "police", "haven_worker", **{flag: True})
        # And where an action forgot to ask, the database refuses.
        world.act("haven_worker")
        with pytest.raises(DatabaseError), transaction.atomic():
            Involvement(
                case=case, organisation=world.organisations["police"], scope=3, lawful_basis="consent",
                told="told_agreed", **{flag: True},
            ).save(force_insert=True)  # fmt: skip
    assert share(world, case, "police", "haven_worker").scope == 3


def test_what_a_share_opens_cannot_be_changed_by_who_receives_it(world: World) -> None:
    case = world.case()
    offered = share(world, case, scope=1)
    world.act("haven_worker")
    for name, value in (("scope", 3), ("address", True), ("organisation_id", world.organisations["police"].id)):
        with pytest.raises(DatabaseError), transaction.atomic():
            Involvement.objects.filter(id=offered.id).update(**{name: value})


def test_sharing_twice_with_the_same_is_refused(world: World) -> None:
    case = world.case()
    share(world, case)
    with pytest.raises(Refused, match="already"):
        share(world, case)


def test_the_one_who_leads_cannot_be_ended_or_changed(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    lead = Involvement.objects.get(case=case, is_lead=True)
    with pytest.raises(Refused, match="Transfer"):
        end_share(by=by, case=case, share=lead, reason="x")
    with pytest.raises(Refused, match="Transfer"):
        change_share(by=by, case=case, share=lead, scope=1, address=False, risk=False, until=None, why="x")


def test_an_answer_is_given_once(world: World) -> None:
    case = world.case()
    offered = share(world, case)
    by = world.act("haven_worker")
    accept_share(by=by, share=offered)
    with pytest.raises(Refused, match="answered"):
        return_share(by=by, share=offered, reason="no_capacity")


def test_accepting_an_index_share_tells_that_there_is_a_case(world: World) -> None:
    case = world.case()
    accept_share(by=world.act("haven_worker"), share=share(world, case, scope=1))
    world.act("haven_worker")
    assert CaseSight.objects.get().reference == case.reference
    assert not Case.objects.exists()
    sight = CaseSight.objects.get()
    assert (sight.side, sight.risk_level, sight.lead_worker_id, sight.review_on) == ("", "", None, None)


def test_a_restricted_case_is_seen_by_named_people_alone(world: World) -> None:
    case = world.case()
    share(world, case, at_once=True)
    by = world.act("harbour_manager")
    named = [world.users["harbour_manager"].id, world.users["haven_worker"].id]
    restrict_case(by=by, case=case, user_ids=named, why="A councillor")
    assert sees(world, "harbour_manager", case)
    assert sees(world, "haven_worker", case)
    for user in ("idva", "child_worker"):
        assert not sees(world, user, case), user
    lift_restriction(by=world.act("harbour_manager"), case=case, why="No longer")
    assert sees(world, "idva", case)


def test_restricting_is_done_from_the_page_and_needs_a_manager_among_the_named(world: World) -> None:
    case, browser = world.case(), world.browser("harbour_manager")
    address = reverse("case_restrict", args=[case.id])
    page = browser.post(address, {"named": [str(world.users["idva"].id)], "why": "x"}).content.decode()
    assert "at least one manager" in page
    ids = [str(world.users[key].id) for key in ("idva", "harbour_manager")]
    assert browser.post(address, {"named": ids, "why": "A colleague"}).status_code == 303
    assert not sees(world, "child_worker", case)
    assert "Ruth Adeyemi" in browser.get(reverse("case_sharing", args=[case.id])).content.decode()
    assert world.browser("idva").get(address).status_code == 403, "a practitioner does not restrict"
    assert browser.post(reverse("case_lift", args=[case.id]), {"why": "Over"}).status_code == 303
    assert sees(world, "child_worker", case)


def test_only_those_involved_can_be_named(world: World) -> None:
    case = world.case()
    with pytest.raises(Refused, match="involved"):
        restrict_case(
            by=world.act("harbour_manager"), case=case, why="x",
            user_ids=[world.users["harbour_manager"].id, world.users["officer"].id],
        )  # fmt: skip


def test_sharing_tells_its_story(world: World) -> None:
    case = world.case()
    end_share(by=world.act("idva"), case=case, share=share(world, case, at_once=True), reason="Moved away")
    titles = [line.title for line in reversed(chronology(case.id, kinds=frozenset({"sharing"})).lines)]
    assert titles == ["Shared with Haven Housing Support: the whole case", "A share was ended"]
