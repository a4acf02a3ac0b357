"""Counts: each number leads to its contacts for who may open them, and little leaves in a file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import AuditEntry
from leeward.platform.reference.models import Area
from leeward.response.front_door.actions.triage import decide_contact
from leeward.response.front_door.models import Contact, Offer
from leeward.response.front_door.queries.counts import for_a_file
from leeward.response.front_door.tests.site import read
from leeward.response.front_door.tests.test_actions import ask
from leeward.response.front_door.tests.test_triage_pages import offered, send
from tests.homes import statements
from tests.worlds import World


def contacts(world: World, many: int, **intake: object) -> list[Contact]:
    made = [ask(world, **intake).contact_id for _ in range(many)]
    world.act("spa")
    return list(Contact.objects.filter(id__in=made))


@pytest.mark.parametrize(
    ("numbers", "leave"),
    [
        ([20, 9, 7], [20, 9, 7]),
        ([20, 9, 3], [20, None, None]),  # else 3 is the total without the others
        ([20, 9, 3, 2], [20, 9, None, None]),
        ([20, 9, 1, 1], [20, None, None, None]),  # else two that come to 2 are one each
        ([20, 0, 4], [None, 0, None]),
        ([3], [None]),
        ([], []),
    ],
)
def test_few_do_not_leave_nor_what_tells_them(numbers: list[int], leave: list[int | None]) -> None:
    assert for_a_file(numbers) == leave


def test_each_number_leads_to_its_contacts(world: World) -> None:
    web, phone = contacts(world, 2, route="web"), contacts(world, 1, route="phone")
    page = world.browser("spa").get(reverse("counts")).content.decode()
    assert f"{reverse('counts_contacts')}?" in page
    address = next(part.split('"')[0] for part in page.split('href="')[1:] if "by=route&amp;code=web" in part)
    listed = world.browser("spa").get(address.replace("&amp;", "&")).content.decode()
    assert "2 contacts are counted" in listed
    assert all(one.reference in listed for one in web)
    assert phone[0].reference not in listed
    assert phone[0].reference not in address, "no reference in an address"
    world.act("dpl")
    assert AuditEntry.objects.filter(action="listed_contacts", listed__contains=[web[0].id]).exists()


def test_what_a_service_has_accepted_is_counted_and_not_listed(world: World) -> None:
    offer = offered(world)
    send(world, "idva", f"/offers/{offer.id}/accept", confirm="on", once_token="b" * 32)
    assert Offer.objects.get(id=offer.id).status == "accepted"
    page = read(world.browser("spa").get(f"{reverse('counts_contacts')}?by=outcome&code=referred")).text
    assert "1 contact is counted" in page
    assert "None of them is open to you here" in page


def test_a_number_of_a_month_and_of_nothing(world: World) -> None:
    contacts(world, 1)
    client = world.browser("spa")
    day = timezone.localdate() - timedelta(days=40)
    parts = "&".join(
        f"{name}-{part}={getattr(day, part)}" for name in ("since", "until") for part in ("day", "month", "year")
    )
    assert "0 contacts are counted" in read(client.get(f"{reverse('counts_contacts')}?{parts}")).text
    assert client.get(f"{reverse('counts_contacts')}?by=person_id&code=1").status_code == 404
    assert client.get(f"{reverse('counts_contacts')}?page=x").status_code == 200


@pytest.mark.parametrize(("user", "file", "behind"), [
    ("spa", 200, 200), ("analyst", 200, 403), ("chief", 200, 403), ("harbour_manager", 200, 403), ("idva", 403, 403),
    ("officer", 403, 403),
])  # fmt: skip
def test_who_may(world: World, user: str, file: int, behind: int) -> None:
    contacts(world, 1)
    assert world.browser(user).get(reverse("counts_csv")).status_code == file
    assert world.browser(user).get(reverse("counts_contacts")).status_code == behind
    if file == 200 and behind == 403:
        assert reverse("counts_contacts") not in world.browser(user).get(reverse("counts")).content.decode()


def test_the_file_says_what_the_tables_say_but_the_few(world: World) -> None:
    Area(code="E07000001", name="=Estuary", kind="district", vintage="2026", partnership_id=world.partnership.id).save()
    contacts(world, 6, route="web", area_code="E07000001")
    for one in contacts(world, 7, route="phone")[:1]:
        decide_contact(by=world.act("spa"), contact=one, outcome="advice")
    answer = world.browser("analyst").get(reverse("counts_csv"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    said = {(row["Table"], row["Line"]): row["Contacts"] for row in rows}
    assert said["All", "All contacts"] == "13"
    assert (said["How they came", "Web form"], said["How they came", "Telephone"]) == ("6", "7")
    assert said["What was decided", "Advice given"] == "fewer than 5, or kept back"
    assert said["What was decided", "Not known"] == "fewer than 5, or kept back", "else it is the rest"
    assert ("Where they live", "'=Estuary") in said, "a spreadsheet reads no formula"
    world.act("dpl")
    assert set(AuditEntry.objects.get(action="exported_counts").detail) == {"since", "until"}


def test_the_list_costs_the_same_for_many(world: World) -> None:
    contacts(world, 1)
    statements(world.browser("spa"), reverse("counts_contacts"))  # what a process asks once a minute
    few = len(statements(world.browser("spa"), reverse("counts_contacts")))
    contacts(world, 6)
    assert len(statements(world.browser("spa"), reverse("counts_contacts"))) == few
