"""Referring from the pages: from an assessment, without a case, repeats by every path, returned, sent again, withdrawn."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import Draft
from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.models import Case, CasePerson, CaseSight, ChronologyEntry, Involvement
from leeward.record.people.actions.linking import link_people
from leeward.record.people.actions.walls import set_wall
from leeward.record.people.models import HarmClaim, Identifier, Person, PersonSight
from leeward.record.risk.queries.heard import heard_before
from leeward.response.marac.actions.referring import accept_referral, return_referral, withdraw_referral
from leeward.response.marac.models import Item, Meeting, Referral, ReferralChange
from leeward.response.marac.queries.repeats import last_referrals
from leeward.response.marac.queries.today import asked_today
from tests.maracs import assess, heard, known, listed, marac_of, refer, risky
from tests.sending import on, send, send_on
from tests.worlds import World

GOOD: dict[str, Any] = {
    "criteria": ["score"], "why": "He has found the new flat", "aware": "told_agreed", "lawful_basis": "consent",
}  # fmt: skip


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def refer_page(case: Case) -> str:
    return reverse("case_marac_refer", args=[case.id])


def send_referral(client: Client, address: str, **typed: Any) -> str:
    """The form, its preview, and on."""
    preview = send(client, address, **{**GOOD, **typed})
    assert preview.status_code == 200
    page = preview.content.decode()
    assert "Check what goes to whom" in page, page[:9000]
    return send_on(client, address, page=preview, confirmed="yes")


def test_from_an_assessment_in_one_step(world: World) -> None:
    table, case = marac_of(world), risky(world)
    client = world.browser("idva")
    risk = text(client, reverse("case_risk", args=[case.id]))
    assert refer_page(case) in risk
    assert "What speaks for the MARAC" in risk
    assert "This case has not been before a MARAC" in text(client, reverse("case_marac", args=[case.id]))
    form = text(client, refer_page(case))
    assert 'value="score" checked' in form.replace("\n", " ").replace("  ", " ") or "checked" in form
    assert "14 of 24" in form
    preview = send(client, refer_page(case), **GOOD).content.decode()
    for words in (
        "Nia Boateng, Estuary Council", "Owen Price, Estuary Police", "Estuary Council, Estuary Police, Harbour Outreach",
        "Maya Lindqvist", "4 March 1990", "Noor", "Erik", "He has found the new flat", "Strangl", "He comes at night",
        "Where they are, how they are reached",
    ):  # fmt: skip
        assert words in preview, words
    assert "Elm Road" not in preview, "what was said to an item is not sent"
    address = send_referral(client, refer_page(case))
    page = text(client, address)
    assert "Sent" in page
    assert "Accept for the agenda" not in page
    world.act("idva")
    made = Referral.objects.get()
    assert (made.criteria, made.is_repeat, made.is_late, made.agency_kind) == (["score"], False, False, "idva")
    assert made.risk_words["score"] == 14
    assert len(made.risk_words["yes"]) == 14
    assert "Elm Road" not in str(made.risk_words)
    line = ChronologyEntry.objects.get(case=case, title="Referred to the MARAC")
    assert line.needs_risk
    # Who arranges sees it now; who only sits there does not, until the agenda is out.
    theirs = text(world.browser("coordinator"), address)
    assert "Accept for the agenda" in theirs
    assert "Maya Lindqvist" in theirs
    assert "Noor" in theirs
    assert world.browser("council_rep").get(address).status_code == 404
    assert world.browser("housing").get(address).status_code == 404
    listed(world, table.meeting, made)
    assert "Maya Lindqvist" in text(world.browser("council_rep"), address)


def test_answers_that_contradict_each_other_stand_beside_their_fields(world: World) -> None:
    marac_of(world)
    case, client = risky(world), world.browser("idva")
    page = send(
        client, refer_page(case), criteria=["repeat"], why="", aware="told_disagreed", lawful_basis="consent",
        not_aware_why="", wishes="x" * 10_000, safe_to_talk="Her sister, 07700 900123", afraid_of="Him, XA1 1AA",
    ).content.decode()  # fmt: skip
    assert "<title>Error: " in page
    for words in (
        "Enter why now, and what is feared", "Say why it is referred without their agreement",
        "Consent is no basis where they did not agree", "We find no earlier MARAC about the same people",
        "2,000 characters or fewer", "looks like a telephone number", "looks like a postcode",
    ):  # fmt: skip
        assert words in page, words
    page = send(client, refer_page(case), **{**GOOD, "not_aware_why": "She would be angry"}).content.decode()
    assert "You said that they know and agree" in page
    page = send(client, refer_page(case), **{**GOOD, "criteria": []}).content.decode()
    assert "Enter at least one reason" in page or "Choose at least one reason for the referral" in page
    world.act("idva")
    assert not Referral.objects.exists()


def test_professional_judgement_alone_needs_its_words(world: World) -> None:
    marac_of(world)
    case, client = world.case(birth_date=date(1990, 3, 4), birth_precision="day"), world.browser("idva")
    assess(world, case, yes=["injury"])
    risk = text(client, reverse("case_risk", args=[case.id]))
    assert "all the same, on your own judgement" in risk
    page = send(client, refer_page(case), **{**GOOD, "criteria": ["judgement"], "why": "Gut feeling"}).content.decode()
    assert "Say in a sentence or two why" in page
    send_referral(client, refer_page(case), criteria=["judgement"], why="He has asked her mother where she sleeps")


def test_who_is_too_young_and_who_causes_harm_are_refused_in_words(world: World) -> None:
    marac_of(world)
    client = world.browser("idva")
    young = world.case(given="Ada", birth_date=timezone.localdate() - timedelta(days=15 * 365), birth_precision="day")
    assert "social care front door today" in text(client, refer_page(young))
    answer = client.post(refer_page(young), {**GOOD, "confirmed": "yes"})
    assert answer.status_code == 200
    assert "16 and over" in answer.content.decode()
    causing = world.case(given="Erik", side="causing_harm")
    assert "refer from their case" in text(client, refer_page(causing))
    world.act("idva")
    assert not Referral.objects.exists()


def test_a_late_referral_says_why(world: World) -> None:
    table, case = marac_of(world), risky(world)
    world.act("coordinator")
    Meeting.objects.filter(id=table.meeting.id).update(referrals_due_at=timezone.now() - timedelta(hours=1))
    client = world.browser("idva")
    page = send(client, refer_page(case), **GOOD, when="next").content.decode()
    assert "Say why it cannot wait" in page
    preview = send(client, refer_page(case), **GOOD, when="next", late_why="He is out of prison on Friday")
    assert "Late, for the next meeting" in preview.content.decode()
    send_on(client, refer_page(case), page=preview, confirmed="yes")
    world.act("idva")
    made = Referral.objects.get()
    assert made.is_late
    assert made.late_why == "He is out of prison on Friday"
    other = risky(world, given="Wren", family="Bell", birth_date=date(1985, 5, 5))
    send_referral(client, refer_page(other), when="after")
    world.act("idva")
    assert not Referral.objects.get(case=other).is_late


def test_a_draft_survives_and_is_put_away_when_it_is_sent(world: World) -> None:
    marac_of(world)
    case, client = risky(world), world.browser("idva")
    address = reverse("case_marac_refer_draft", args=[case.id])
    assert client.post(address, {"why": "Half a sen", "autosave": "1"}).status_code == 200
    page = text(client, refer_page(case))
    assert "Your draft is back" in page
    assert "Half a sen" in page
    send_referral(client, refer_page(case))
    world.act("idva")
    assert not Draft.objects.exists()
    assert client.post(address, {"discard": "yes"}).status_code == 303


def test_a_case_is_before_one_marac_once(world: World) -> None:
    table, case = marac_of(world), risky(world)
    made = refer(world, table, case)
    client = world.browser("idva")
    answer = client.get(refer_page(case))
    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("marac_referral", args=[made.id])
    with pytest.raises(Refused, match="before this MARAC already"):
        refer(world, table, case)


# --- repeats ---------------------------------------------------------------------------------------------------------


def earlier_of(world: World, case: Case, user: str = "idva") -> Any:
    return last_referrals(by=world.act(user), case_ids=[case.id]).get(case.id)


def test_a_repeat_of_the_same_record(world: World) -> None:
    table, case = marac_of(world), risky(world)
    heard(world, table, refer(world, table, case), days_ago=0)
    client = world.browser("idva")
    page = text(client, refer_page(case))
    assert "A repeat" in page
    assert "is sent as one" in page
    world.act("idva")
    assert "any abuse by the same person since then is a repeat" in heard_before(world.act("idva"), case)
    send_referral(client, refer_page(case), criteria=["score"])
    world.act("idva")
    again = Referral.objects.order_by("-referred_at").first()
    assert again is not None
    assert again.is_repeat
    assert "repeat" in again.criteria
    assert again.repeat_of_on == timezone.localdate()


def test_a_repeat_of_a_linked_record(world: World) -> None:
    table, first = marac_of(world), risky(world, given="Maya", birth_date=date(1990, 3, 4))
    heard(world, table, refer(world, table, first))
    second = risky(world, given="Maia", family="Other", birth_date=date(1991, 1, 1))
    assert earlier_of(world, second) is None
    link_people(by=world.act("idva"), first_id=first.person_id, second_id=second.person_id, reason="Same voice")
    assert earlier_of(world, second).same_harming is True, "Erik of the same name and birth date is named in both"


def test_a_repeat_by_name_and_birth_date_over_agencies(world: World) -> None:
    table, first = marac_of(world), risky(world)
    heard(world, table, refer(world, table, first))
    second = risky(world, user="haven_worker")
    found = earlier_of(world, second, "haven_worker")
    assert found is not None
    assert found.same_harming is True
    made = refer(world, table, second, user="haven_worker")
    assert made.is_repeat
    nameless = risky(world, user="haven_worker", birth_date=date(1990, 3, 5))
    assert earlier_of(world, nameless, "haven_worker") is None, "two names alone are nobody"


def test_another_person_who_causes_harm_is_no_repeat(world: World) -> None:
    table, first = marac_of(world), risky(world)
    heard(world, table, refer(world, table, first))
    second = risky(world, user="haven_worker", harming=False)
    known(world, second, "Piotr", "said_to_cause_harm", date(1970, 2, 2), "haven_worker")
    found = earlier_of(world, second, "haven_worker")
    assert found is not None
    assert found.same_harming is False
    client = world.browser("haven_worker")
    assert "because of somebody else" in text(client, refer_page(second))
    assert heard_before(world.act("haven_worker"), second) == ""
    page = send(client, refer_page(second), **{**GOOD, "criteria": ["score", "repeat"]}, agency_kind="housing")
    assert "We find no earlier MARAC about the same people" in page.content.decode()
    send_referral(client, refer_page(second), agency_kind="housing")
    world.act("haven_worker")
    made = Referral.objects.get(case=second)
    assert not made.is_repeat
    assert made.agency_kind == "housing"


def test_where_nobody_is_named_the_worker_says(world: World) -> None:
    table, first = marac_of(world), risky(world)
    heard(world, table, refer(world, table, first))
    second = risky(world, user="haven_worker", harming=False)
    assert earlier_of(world, second, "haven_worker").same_harming is None
    client = world.browser("haven_worker")
    page = send(client, refer_page(second), **GOOD, agency_kind="housing").content.decode()
    assert "Say whether the same person causes harm as then" in page
    send_referral(client, refer_page(second), agency_kind="housing", same_person="no", criteria=["score"])
    world.act("haven_worker")
    made = Referral.objects.get(case=second)
    assert not made.is_repeat
    third = risky(world, user="housing", harming=False)
    made = refer(world, table, third, user="housing", same_person=True)
    assert made.is_repeat
    assert made.repeat_of_on is not None


def test_more_than_twelve_months_later_is_no_repeat(world: World) -> None:
    table, case = marac_of(world), risky(world)
    made = refer(world, table, case)
    heard(world, table, made)
    assert earlier_of(world, case) is not None
    later = timezone.now() + timedelta(days=366)
    assert last_referrals(by=world.act("idva"), case_ids=[case.id], before=later) == {}
    soon = timezone.now() + timedelta(days=364)
    assert last_referrals(by=world.act("idva"), case_ids=[case.id], before=soon)


def test_a_withdrawn_referral_makes_no_repeat(world: World) -> None:
    table, case = marac_of(world), risky(world)
    made = refer(world, table, case)
    withdraw_referral(by=world.act("idva"), referral=made, why="Sent for the wrong person", version=made.version)
    assert earlier_of(world, case) is None


# --- without a case --------------------------------------------------------------------------------------------------


def test_the_police_refer_without_a_case(world: World) -> None:
    marac_of(world)
    client = world.browser("police_rep")
    start = reverse("marac_refer_new")
    page = send(client, start, child1_birth__year="2020", harm1_given="Erik").content.decode()
    for words in ("Enter a first name or a last name", "Enter a name, or clear the rest", "Say who says so"):
        assert words in page, words
    young = send(client, start, given="Ada", **on("birth", timezone.localdate() - timedelta(days=5000)))
    assert "16 and over" in young.content.decode()
    address = send_on(
        client, start, given="Saoirse", family="Quinn", **on("birth", date(1994, 7, 2)), child1_given="Finn",
        child1_birth__year="2019", harm1_given="Declan", harm1_family="Roe", says_so="A 999 call",
    )  # fmt: skip
    form = text(client, address)
    assert "How was the risk assessed?" in form
    assert "Chronology" not in form, "no page of the case opens for her"
    led = send_referral(client, address, own_tool="DARA, high, 20 November", aware="not_told", lawful_basis="public_task",
                        not_aware_why="She could not be reached safely")  # fmt: skip
    page = text(client, led)
    assert "Saoirse Quinn" in page
    assert "DARA, high" in page
    assert "Finn" in page
    assert "Declan Roe" in page
    assert reverse("marac_referrals") in page
    assert "Saoirse Quinn" in text(client, reverse("marac_referrals"))
    world.act("police_rep")
    made = Referral.objects.select_related("case").get()
    assert made.agency_kind == "police"
    assert made.case.lead_organisation_id == world.organisations["police"].id
    lead = Involvement.objects.get(case_id=made.case_id, is_lead=True)
    assert (lead.user_id, lead.lawful_basis, lead.told, lead.address) == (
        world.users["police_rep"].id, "public_task", "not_told", False,
    )  # fmt: skip
    assert HarmClaim.objects.get().source == "A 999 call"
    assert client.get(reverse("case", args=[made.case_id])).status_code == 403
    # Nobody else of the police sees it; who arranges the MARAC does.
    assert world.browser("officer").get(led).status_code == 404
    assert "Saoirse Quinn" in text(world.browser("coordinator"), led)


def test_nobody_is_entered_twice(world: World) -> None:
    table, case = marac_of(world), risky(world)
    del table
    client = world.browser("idva")
    start = reverse("marac_refer_new")
    page = send(
        client, start, given="Maya", family="Lindqvist", nhs_number="943 476 5919", **on("birth", date(1990, 3, 4))
    )
    shown = page.content.decode()
    assert "Is it somebody who is recorded already?" in shown
    assert "Harbour Outreach" in shown, "the index says whom to ring"
    same = send(client, start, page, **{f"same_{case.person_id}": "same"})
    assert same.status_code == 303
    assert same.headers["Location"] == refer_page(case)
    other = send(client, start, page, **{f"same_{case.person_id}": "other"})
    assert other.status_code == 303
    assert other.headers["Location"] != refer_page(case)
    world.act("idva")
    assert Case.objects.count() == 2
    assert CasePerson.objects.filter(part="child").count() == 1
    assert Person.objects.filter(called="Maya").count() == 2
    assert Identifier.objects.get().value == "9434765919"


# --- what becomes of it ----------------------------------------------------------------------------------------------


def test_returned_added_and_sent_again(world: World) -> None:
    table, case = marac_of(world), risky(world)
    made = refer(world, table, case)
    theirs, address = world.browser("coordinator"), reverse("marac_referral", args=[made.id])
    empty = send(theirs, reverse("marac_referral_return", args=[made.id]), missing="")
    assert "Enter what is missing" in empty.content.decode()
    send_on(theirs, reverse("marac_referral_return", args=[made.id]), missing="Who the person causing harm lives with")
    client = world.browser("idva")
    today = text(client, reverse("today"))
    assert "Who the person causing harm lives with" in today
    assert address in today
    assert "Add it and send it again" in text(client, address)
    assert asked_today(by=world.act("idva"), until=timezone.localdate(), sits=False).returned
    back = reverse("marac_referrals") + "?ours=1&show=returned"
    assert back.replace("&", "&amp;") in today
    assert address in text(client, back)
    assert address in text(theirs, back.replace("ours=1&", ""))
    assert address not in text(theirs, back), "the coordinator’s agency referred nobody"
    assert "Of your agency" in text(theirs, back)
    again = reverse("marac_referral_again", args=[made.id])
    page = text(client, again)
    assert "He has found the new flat" in page
    assert "Who the person causing harm lives with" in page
    send_on(client, again, why="He lives with his mother, two streets away")
    world.act("idva")
    now = Referral.objects.get()
    assert (now.status, now.why) == ("sent", "He lives with his mother, two streets away")
    assert now.risk_words["score"] == 14
    steps = list(ReferralChange.objects.order_by("at").values_list("status", flat=True))
    assert steps == ["sent", "returned", "sent"]
    assert "Returned to you by the MARAC" not in text(client, reverse("today"))
    accepted = send(theirs, address, page=theirs.get(address))
    del accepted
    theirs.post(reverse("marac_referral_accept", args=[made.id]), {"version": str(now.version)})
    assert "Accepted for the agenda" in text(client, address)


def test_two_who_move_a_referral_at_once(world: World) -> None:
    table, case = marac_of(world), risky(world)
    made = refer(world, table, case)
    return_referral(by=world.act("marac_chair"), referral=made, missing="The children's school", version=made.version)
    with pytest.raises(Conflict, match="Owen Price changed this referral"):
        accept_referral(by=world.act("coordinator"), referral=made, version=made.version)
    client = world.browser("coordinator")
    answer = client.post(reverse("marac_referral_accept", args=[made.id]), {"version": str(made.version)}, follow=True)
    assert "Owen Price changed this referral" in answer.content.decode()
    address = reverse("marac_referral_withdraw", args=[made.id])
    data = {"version": str(made.version), "why": "Moved to Leeds"}
    page = client.post(address, data).content.decode()
    assert "Owen Price changed this referral" in page
    assert "Moved to Leeds" in page
    page_again = client.get(address)
    send_on(client, address, page=page_again, why="Moved to Leeds")
    world.act("idva")
    assert Referral.objects.get().status == "withdrawn"


@pytest.mark.parametrize("user", ["idva", "coordinator"])
def test_withdrawn_on_the_morning(world: World, user: str) -> None:
    table, case = marac_of(world), risky(world)
    made = refer(world, table, case)
    item = listed(world, table.meeting, made)
    made = Referral.objects.get(id=made.id)

    def sees(who: str) -> bool:
        world.act(who)
        return CaseSight.objects.filter(case=case).exists()

    assert sees("council_rep")
    assert sees("police_rep")
    assert sees("idva_rep")
    client = world.browser(user)
    send_on(client, reverse("marac_referral_withdraw", args=[made.id]), why="She has left the country")
    assert not sees("council_rep")
    assert not sees("police_rep")
    assert not sees("idva_rep")
    assert sees("coordinator")
    assert sees("idva")
    world.act("coordinator")
    assert Item.objects.get(id=item.id).status == "withdrawn"
    assert "Withdrawn" in text(world.browser("coordinator"), reverse("marac_referral", args=[made.id]))
    twice = client.get(reverse("marac_referral", args=[made.id])).content.decode()
    assert reverse("marac_referral_withdraw", args=[made.id]) not in twice


def test_a_withdrawn_repeat_leaves_an_earlier_hearing_with_the_table(world: World) -> None:
    table, case = marac_of(world), risky(world)
    first = refer(world, table, case)
    listed(world, table.meeting, first)
    Item.objects.filter(referral=first).update(status=Item.HEARD)
    Referral.objects.filter(id=first.id).update(status=Referral.HEARD)
    second = refer(world, table, case)
    withdraw_referral(by=world.act("idva"), referral=second, why="Counted twice", version=second.version)
    world.act("council_rep")
    assert CaseSight.objects.filter(case=case).exists()


def test_the_list_and_its_filters(world: World) -> None:
    table, case = marac_of(world), risky(world)
    refer(world, table, case)
    other = risky(world, given="Wren", family="Bell", birth_date=date(1985, 5, 5), harming=False)
    heard(world, table, refer(world, table, other))
    client, address = world.browser("coordinator"), reverse("marac_referrals")
    page = text(client, address)
    assert "Maya Lindqvist" in page
    assert "Wren Bell" in page
    assert "Maya Lindqvist" not in text(client, f"{address}?show=heard")
    assert "Wren Bell" in text(client, f"{address}?show=heard&show=children&marac={table.marac.id}")
    assert "No referral of this kind" in text(client, f"{address}?show=late")
    assert "Maya Lindqvist" in text(client, f"{address}?show=nonsense&marac=x&before=y")
    assert "No referrals yet" in text(world.browser("police_rep"), address)
    assert "Maya Lindqvist" in text(world.browser("idva"), address)
    outcome = text(world.browser("idva"), reverse("case_marac", args=[other.id]))
    assert "Heard" in outcome
    assert "Risk agreed there" in outcome


def test_a_long_list_of_several_maracs_goes_on_newest_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = [marac_of(world), marac_of(world, "Estuary South")]
    days, made = (3, 1, 1, 2, 5), []  # not in the order in which they were entered; two at the same moment
    now = timezone.now()
    for place, day in enumerate(days):
        case = risky(world, harming=False)
        with time_machine.travel(now - timedelta(days=9 - day), tick=False):
            made.append(refer(world, tables[place % 2], case))
    wanted = [
        row.id for _, row in sorted(zip(days, made, strict=True), key=lambda one: (one[0], one[1].id), reverse=True)
    ]
    monkeypatch.setattr("leeward.response.marac.queries.referrals.PAGE", 2)
    for user in ("coordinator", "idva"):
        client, address, found = world.browser(user), reverse("marac_referrals"), []
        while address:
            page = text(client, address)
            found += [
                int(one) for one in re.findall(r'<th scope="row"[^>]*><a[^>]*href="/marac/referrals/(\d+)"', page)
            ]
            on = re.search(r'href="([^"]+)" rel="next"', page)
            address = on.group(1).replace("&amp;", "&") if on else ""
        assert found == wanted, user


def test_a_walled_coordinator_finds_nothing(world: World) -> None:
    table, case = marac_of(world), risky(world)
    set_wall(
        by=world.act("harbour_manager"), person_id=case.person_id, reason="A cousin",
        user_id=world.users["coordinator"].id,
    )  # fmt: skip
    made = refer(world, table, case)
    client, address = world.browser("coordinator"), reverse("marac_referral", args=[made.id])
    missing = client.get(reverse("marac_referral", args=[made.id + 1]))
    hidden = client.get(address)
    assert hidden.status_code == missing.status_code == 404
    assert "Maya" not in text(client, reverse("marac_referrals"))
    for name in ("marac_referral_return", "marac_referral_withdraw", "marac_transfer_send"):
        assert client.get(reverse(name, args=[made.id])).status_code == 404
    assert client.post(reverse("marac_referral_accept", args=[made.id]), {"version": "1"}).status_code == 404
    assert "Maya Lindqvist" in text(world.browser("marac_chair"), address), "the other one does what she cannot"
    world.act("coordinator")
    assert not PersonSight.objects.filter(person_id=case.person_id).exists()


def test_who_sees_no_risk_sees_no_marac(world: World) -> None:
    from tests.homes import share

    table, case = marac_of(world), risky(world)
    made = refer(world, table, case)
    share(world, case, "haven", risk=False)
    client = world.browser("haven_worker")
    assert reverse("case_marac", args=[case.id]) not in text(client, reverse("case", args=[case.id]))
    for address in (reverse("case_marac", args=[case.id]), refer_page(case), reverse("marac_referral", args=[made.id])):
        assert client.get(address).status_code == 404, address
