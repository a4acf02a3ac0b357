"""Long lists of a provider and of the coordinator: every row has a way to it, in an order that holds over the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common import pages
from leeward.record.cases.models import Case
from leeward.response.accommodation.models import MoveOn, Need, Stay
from leeward.response.accommodation.queries import after, asks, places, stays, waiting
from tests.accommodation import areas, coordinator, living, need, promised, provider, shared
from tests.worlds import World


@pytest.fixture(autouse=True)
def two_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two rows."""
    for room in (after, asks, stays, waiting):
        monkeypatch.setattr(room, "page_of", lambda rows, page, size=2: pages.page_of(rows, page, min(size, 2)))
    monkeypatch.setattr(places, "page_of", partial(lambda rows, page, size: pages.page_of(rows, page, 2)))


def at_risk(world: World, level: str) -> Need:
    """Somebody who looks for a place by today, of this risk."""
    world.act("idva")
    case = world.case(given="Nora", family="Vale")
    Case.objects.filter(id=case.id).update(risk=level)
    return need(world, Case.objects.get(id=case.id), tonight=False, by_on=timezone.localdate())


def walked(client: Client, address: str, find: str) -> list[list[str]]:
    """What stands on each page of a list, by the links that lead on."""
    found = []
    while address:
        text = client.get(address).content.decode()
        found.append(re.findall(find, text))
        on = re.search(r'href="([^"]+)" rel="next"', text)
        address = on.group(1).replace("&amp;", "&") if on else ""
    return found


def test_every_stay_is_on_some_page_and_a_site_has_its_own(world: World) -> None:
    areas(world)
    first, second, third = provider(world, spaces=3)
    (elsewhere,) = provider(world)
    there = [living(world, first), promised(world, second), promised(world, third)]
    other = promised(world, elsewhere)
    worker = world.browser("haven_worker")
    link = r'<th scope="row"[^>]*><a[^>]*href="/places/stays/(\d+)"'
    seen = walked(worker, reverse("stays"), link)
    assert [len(page) for page in seen] == [2, 2]
    # Who is expected first, by the hour of it; then who lives there.
    assert [int(one) for page in seen for one in page] == [there[1].id, there[2].id, other.id, there[0].id]
    one_site = walked(worker, f"{reverse('stays')}?site={elsewhere.site_id}", link)
    assert one_site == [[str(other.id)]]
    wrong = walked(worker, f"{reverse('stays')}?site=12345", link)  # no site of ours: as if it were not asked
    assert wrong == seen
    past = worker.get(f"{reverse('stays')}?page=9").content.decode()
    assert "Nobody is like that at present" in past
    assert 'rel="prev"' not in past
    assert "Show everybody" in past


def test_who_waits_longest_to_move_on_stands_on_the_first_page_and_reasons_are_of_all(world: World) -> None:
    areas(world)
    lived = [living(world, space) for space in provider(world, spaces=3)]
    by = world.act("haven_worker")
    for number, stay in enumerate(lived):
        MoveOn(
            stay=stay, case_id=stay.case_id, organisation_id=by.acts_for, wants="",
            waiting_since=timezone.localdate() - timedelta(days=10 + number),
        ).save(force_insert=True)  # fmt: skip
        Stay.objects.filter(id=stay.id).update(longer=["no_home"])
    first = after.waiting_to_move(by)
    assert [row.stay.id for row in first.rows] == [lived[2].id, lived[1].id]
    assert (first.more, first.count, first.reasons) == (True, 3, [("no_home", 3)])
    rest = after.waiting_to_move(by, page=2)
    assert [row.stay.id for row in rest.rows] == [lived[0].id]
    assert (rest.more, rest.count) == (False, 3)
    page = world.browser("haven_worker").get(reverse("move_on")).content.decode()
    assert "3 households" in page
    assert "All on one page, for print" in page


def test_who_asks_in_the_greatest_danger_stands_first_over_all_pages(world: World) -> None:
    areas(world)
    spaces = provider(world, spaces=3)
    risks = ("medium", "unknown", "high")
    made = [shared(world, at_risk(world, risk), space) for risk, space in zip(risks, spaces, strict=True)]
    worker = world.browser("haven_worker")
    seen = walked(worker, reverse("place_asks"), r'href="/places/asks/(\d+)"')
    assert [[int(one) for one in page] for page in seen] == [[made[2].id, made[0].id], [made[1].id]]
    world.act("haven_worker")
    assert asks.asks_open(world.act("haven_worker"))[0] == 3
    assert "3 households ask" in worker.get(reverse("places")).content.decode()


def test_sites_go_on_and_what_is_free_is_said_on_the_page_where_it_stands(world: World) -> None:
    areas(world)
    made = [provider(world)[0] for _ in range(3)]
    worker = world.browser("haven_worker")
    seen = walked(worker, reverse("places"), r"<h2[^>]*>\s*(House \d)")
    assert seen == [["House 1", "House 2"], ["House 3"]]
    last = worker.get(f"{reverse('places')}?page=2").content.decode()
    assert "All 3 sites as before" in last  # though one stands here
    assert "All 3 sites full" in last
    assert '<input type="hidden" name="page" value="2">' in last
    said = worker.post(reverse("place_free", args=[made[2].site_id]), {"full": "1", "page": "2"})
    assert said["Location"] == f"{reverse('places')}?page=2"
    odd = worker.post(reverse("place_free", args=[made[2].site_id]), {"full": "1", "page": "//example.org"})
    assert odd["Location"] == reverse("places")


def test_the_coordinator_turns_pages_within_what_was_asked_for(world: World) -> None:
    areas(world)
    coordinator(world)
    for risk in ("high", "high", "high", "standard"):
        at_risk(world, risk)
    client = world.browser("placement")
    seen = walked(client, f"{reverse('placement_waiting')}?risk=high", r'action="/placement/needs/(\d+)/again')
    assert [len(page) for page in seen] == [2, 1]
    assert len({one for page in seen for one in page}) == 3
    assert "3 households match" in client.get(f"{reverse('placement_waiting')}?risk=high").content.decode()
    assert "match." not in client.get(reverse("placement_waiting")).content.decode()
