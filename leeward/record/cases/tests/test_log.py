"""The log is searched by a case's reference, a record's number and days; no reference stands in an address."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from leeward.record.cases.queries.log import case_of_reference
from leeward.record.people.models import Wall
from tests.worlds import World

LOG = "/log"


def dated(name: str, day: object) -> dict[str, str]:
    year, month, number = str(day).split("-")
    return {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}


def test_a_case_is_found_by_its_reference(world: World) -> None:
    case, other = world.case(), world.case(given="Ana", family="Petrov")
    reader = world.browser("idva")
    for one in (case, other):
        assert reader.get(reverse("case", args=[one.id])).status_code == 200
    lead = world.browser("dpl")
    answer = lead.post(LOG, {"about": case.reference.lower()})
    assert answer.status_code == 302
    address = answer.headers["Location"]
    assert address.endswith(f"?case={case.id}")
    assert case.reference.lower() not in address.lower()
    words = lead.get(address).content.decode()
    assert "About one case only" in words
    assert "Ruth Adeyemi" in words
    assert f"case {case.id}" in words
    assert f"case {other.id}" not in words
    answer = lead.post(LOG, {"about": "NOSUCH-9999"})
    assert (answer.status_code, "no case with this reference" in answer.content.decode()) == (200, True)


def test_a_walled_case_is_as_if_there_were_none_and_so_it_is_for_others(world: World) -> None:
    case = world.case()
    world.act("dpl")
    assert case_of_reference(case.reference) == case.id
    for user in ("idva", "chief", "admin", "harbour_manager"):
        world.act(user)
        assert case_of_reference(case.reference) is None, user
    world.act("harbour_manager")
    Wall(person_id=case.person_id, user=world.users["dpl"], kind="set", reason="Her brother").save(force_insert=True)
    world.act("dpl")
    assert case_of_reference(case.reference) is None


def test_the_log_is_searched_by_days_and_by_a_records_number(world: World) -> None:
    case = world.case()
    world.browser("idva").get(reverse("case", args=[case.id]))
    lead, today = world.browser("dpl"), timezone.localdate()
    answer = lead.post(LOG, {"about": str(case.person_id), **dated("since", today), **dated("until", today)})
    assert answer.status_code == 302
    words = lead.get(answer.headers["Location"]).content.decode()
    assert "About one person" in words
    assert "Ruth Adeyemi" in words
    yesterday = today - timedelta(days=1)
    answer = lead.post(LOG, {**dated("until", yesterday)})
    assert "Nothing of this kind" in lead.get(answer.headers["Location"]).content.decode()
    assert lead.post(LOG, {**dated("since", today), **dated("until", yesterday)}).status_code == 200
    assert lead.get(f"{LOG}?since=nonsense&case=x").status_code == 200


def test_whoever_reads_the_log_comes_to_it_from_the_record(world: World) -> None:
    case = world.case()
    world.add_user("both", "Kit Moor", "harbour", "practitioner", "data_protection", teams=("outreach",))
    link = f"{LOG}?person={case.person_id}"
    shown = reverse("person_records", args=[case.person_id])
    assert link in world.browser("both").get(shown).content.decode()
    assert link not in world.browser("idva").get(shown).content.decode()
