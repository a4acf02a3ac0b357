"""The tour of the first day and the help page: offered once, left at any stop, taken again from help."""

from __future__ import annotations

import pytest
from django.urls import reverse

from leeward.platform.access.models import User
from leeward.workspace.tour import STOPS
from tests.everywhere import make_busy, staff_pages
from tests.worlds import World

OFFER = "Take the tour"


def toured(world: World, user: str) -> bool:
    return User.objects.get(pk=world.users[user].pk).toured_at is not None


@pytest.mark.parametrize("user", ["idva", "spa", "officer", "analyst", "admin", "chief", "dpl"])
def test_from_the_first_page_through_every_stop(world: World, user: str) -> None:
    browser = world.browser(user)
    assert OFFER in browser.get("/today").content.decode()
    number, titles = 1, []
    while True:
        answer = browser.get(reverse("tour_stop", args=[number]))
        page = answer.content.decode()
        assert answer.status_code == 200
        titles.append(page.partition("<h1")[2].partition(">")[2].partition("<")[0])
        if f'href="/tour/{number + 1}"' not in page:
            break
        assert "Leave the tour" in page
        number += 1
    assert titles[0] == "Tell it once"
    assert titles[-1] == "Keeping it safe"
    assert ("Contacts" in titles) == (user == "spa")
    assert browser.get(reverse("tour_stop", args=[number + 1])).status_code == 404
    assert not toured(world, user), "looking is not yet having seen it"
    assert browser.post(reverse("tour_end")).headers["Location"] == "/today"
    assert toured(world, user)
    assert OFFER not in browser.get("/today").content.decode()


def test_every_page_that_the_tour_names_opens_for_who_is_sent_there(world: World) -> None:
    for user in ("idva", "spa", "officer", "analyst", "chief"):
        browser = world.browser(user)
        permissions = world.act(user).permissions
        for stop in STOPS:
            if stop.route and (not stop.permission or stop.permission in permissions):
                assert browser.get(reverse(stop.route)).status_code in (200, 302), (user, stop.route)


def test_not_now_is_remembered_and_help_has_it_again(world: World) -> None:
    browser = world.browser("idva")
    browser.post(reverse("tour_end"))
    assert OFFER not in browser.get("/today").content.decode()
    page = browser.get("/help").content.decode()
    assert f'href="{reverse("tour")}"' in page
    assert browser.get(reverse("tour")).status_code == 200


def test_help_is_on_every_page_of_staff(world: World) -> None:
    busy = make_busy(world)
    pages, _ = staff_pages(busy)
    without = [page.route for page in pages if 'href="/help"' not in page.text]
    assert set(without) <= {"case_print", "marac_agenda_print"}, "paper needs none"
    assert len(pages) > 90
