"""What there is: sites and spaces, what is said to be free, what is out of use; and who may learn a street."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.response.accommodation.actions import places as act
from leeward.response.accommodation.actions.closing import leave_scheme
from leeward.response.accommodation.models import Occupancy, Site, SiteAddress, Statement
from tests.accommodation import STREET, areas, provider
from tests.sending import on, send, send_on
from tests.worlds import World


def test_a_manager_adds_a_site_with_spaces_and_says_what_is_free(world: World) -> None:
    areas(world)
    world.add_user("haven_manager", "Rosa Bell", "haven", "manager")
    client = world.browser("haven_manager")
    facts = {"name": "Juniper House", "form": "refuge", "area_code": "E07990003", "takes_local": "no",
             "support_hours": "day", "turnaround_days": "1"}  # fmt: skip
    address = reverse("place_site_add")
    assert "looks like a street" in send(client, address, **{**facts, "name": "12 Linden Road"}).content.decode()
    led = send_on(client, address, **facts)
    space = {"label": "Room 1", "kind": "room", "beds": "3", "cots": "1", "for_whom": "women", "pets": "none",
             "no_recourse": "ask", "substance_use": "ask", "mental_health": "ask", "offending": "no"}  # fmt: skip
    world.act("haven_manager")
    site = Site.objects.get()
    add = reverse("place_space_add", args=[site.id])
    assert "must be 1 or more" in send(client, add, **{**space, "beds": "0"}).content.decode()
    send_on(client, add, **space)
    send_on(client, add, **{**space, "label": "Room 2"})
    assert "has a space of this name" in send(client, add, **{**space, "label": "room 2"}).content.decode()
    assert "Room 2" in client.get(led).content.decode()
    page = client.get(reverse("places")).content.decode()
    assert "Nobody has said yet what is free" in page
    world.act("haven_manager")
    first = site.spaces.get(label="Room 1")
    shown = [str(one.id) for one in site.spaces.all()]
    client.post(reverse("place_free", args=[site.id]), {"free": [str(first.id)], "shown": shown})
    assert "1 of 2 free" in client.get(led).content.decode()
    world.act("haven_manager")
    void = Occupancy.objects.get()
    assert (void.kind, void.reason, void.space.label) == ("void", "not_said", "Room 2")
    # Full is an answer too, and what was free before is free again when it is said.
    client.post(reverse("place_free", args=[site.id]), {"full": "1", "shown": shown})
    client.post(reverse("place_free", args=[site.id]), {"free": shown, "shown": shown})
    world.act("haven_manager")
    assert [row.free for row in Statement.objects.order_by("at")] == [1, 0, 2]
    assert not Occupancy.objects.filter(during__contains=timezone.now()).exists()


def test_out_of_use_until_a_day_and_back(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    client = world.browser("haven_manager")
    address = reverse("place_space_out", args=[space.id])
    past = send(client, address, reason="repairs", **on("until", timezone.localdate() - timedelta(days=1)))
    assert "must be in the future" in past.content.decode() or "today or" in past.content.decode()
    led = send_on(client, address, reason="repairs", **on("until", timezone.localdate() + timedelta(days=3)))
    assert "Repairs" in client.get(led).content.decode()
    client.post(reverse("place_space_back", args=[space.id]))
    world.act("haven_manager")
    assert not Occupancy.objects.filter(during__contains=timezone.now()).exists()


def test_two_periods_never_overlap_in_a_space_by_whatever_path(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    by = world.act("haven_manager")
    now = timezone.now()

    def take(kind: str, begins: int, ends: int | None) -> None:
        end = now + timedelta(days=ends) if ends is not None else None
        Occupancy(
            space=space, partnership_id=space.partnership_id, organisation_id=by.acts_for, kind=kind,
            during=DateTimeTZRange(now + timedelta(days=begins), end, "[)"),
        ).save(force_insert=True)  # fmt: skip

    take("hold", 0, 2)
    take("stay", 2, None)
    for begins, ends in ((1, 3), (5, 6), (-1, None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            take("void", begins, ends)


def test_a_site_is_not_closed_under_people(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    by = world.act("haven_manager")
    now = timezone.now()
    Occupancy(
        space=space, partnership_id=space.partnership_id, organisation_id=by.acts_for, kind="stay",
        during=DateTimeTZRange(now - timedelta(days=1), None, "[)"), stay_id=1,
    ).save(force_insert=True)  # fmt: skip
    for do in (
        lambda: act.close_site(by=by, site=space.site, why="Sold"),
        lambda: act.close_space(by=by, space=space, why="Sold"),
        lambda: leave_scheme(by=by, provider=space.site.provider, why="No funds"),
        lambda: act.take_out_of_use(by=by, space=space, reason="repairs", until=None),
        lambda: act.state_free(by=by, site=space.site, free=frozenset({space.id})),
    ):
        with pytest.raises(Refused):
            do()


@pytest.mark.parametrize("user", ["idva", "spa", "housing", "officer", "dpl", "analyst", "chief", "haven_outsider"])
def test_nobody_else_learns_a_street(world: World, user: str) -> None:
    """Neither from a page nor from a table, whatever their role; the provider's own worker reads it."""
    areas(world)
    (space,) = provider(world)
    world.add_user("haven_outsider", "Noor Adil", "haven", "administrator")
    client = world.browser(user)
    for name in ("place_site", "place_site_change", "place_site_address"):
        answer = client.get(reverse(name, args=[space.site_id]))
        assert answer.status_code in (403, 404)
        assert STREET not in answer.content.decode()
    world.act(user)
    assert not SiteAddress.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_auditentry WHERE detail::text LIKE %s", [f"%{STREET}%"])
        assert cursor.fetchone()[0] == 0
    assert STREET in world.browser("haven_worker").get(reverse("place_site", args=[space.site_id])).content.decode()
