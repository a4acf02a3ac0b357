"""From the promise to where they went: arrival or not, who lives there, money, a birthday, a move, the days between."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.response.accommodation.actions import asking
from leeward.response.accommodation.actions import stays as act
from leeward.response.accommodation.models import Ask, Charge, Need, Occupancy, Payment, Stay
from leeward.response.accommodation.queries.stays import money_of, stay_page
from tests.accommodation import STREET, areas, held, need, promised, provider
from tests.sending import on, send, send_on
from tests.worlds import World


def expected(world: World, spaces: int = 1, **facts: object) -> Stay:
    """A household that is expected at a provider with some spaces."""
    areas(world)
    space, *_ = provider(world, spaces=spaces, **facts)
    return promised(world, space)


def test_a_stay_from_arrival_to_where_they_went(world: World) -> None:
    stay = expected(world)
    worker = world.browser("haven_worker")
    page = reverse("stay", args=[stay.id])
    assert "Expected" in worker.get(page).content.decode()
    assert STREET in worker.get(page).content.decode()
    late = send(worker, reverse("stay_arrive", args=[stay.id]), **on("on", timezone.localdate() + timedelta(days=2)))
    assert "past" in late.content.decode()
    send_on(worker, reverse("stay_arrive", args=[stay.id]))
    world.act("haven_worker")
    stay.refresh_from_db()
    assert stay.status == "in"
    assert [one.part for one in stay.residents.all()] == ["main"]
    send_on(worker, reverse("stay_licence", args=[stay.id]), **on("until", timezone.localdate() + timedelta(days=90)))
    send_on(worker, reverse("stay_resident_add", args=[stay.id]), part="child", called="Leo",
            **on("birth_date", timezone.localdate()))  # fmt: skip
    incident = {"kind": "incident", "words": "He rang the house."}
    assert "Choose which kind" in send(worker, reverse("stay_event", args=[stay.id]), **incident).content.decode()
    send_on(worker, reverse("stay_event", args=[stay.id]), **incident, what="contact_by_harmer")
    assert "like 12.50" in send(
        worker, reverse("stay_charge", args=[stay.id]), kind="rent", pence="twelve", eligible="yes"
    ).content.decode()  # fmt: skip
    send_on(worker, reverse("stay_charge", args=[stay.id]), kind="rent", pence="£350", eligible="yes")
    send_on(worker, reverse("stay_payment", args=[stay.id]), pence="20.50", source="resident")
    statement = worker.get(reverse("stay_statement", args=[stay.id])).content.decode()
    assert "£350.00" in statement
    assert "Owed: £29.50" in statement  # one day of it is 50 pounds
    assert STREET not in statement
    send_on(worker, reverse("stay_move_on", args=[stay.id]), wants="social_tenancy", bedrooms="2",
            longer=["no_social_home"])  # fmt: skip
    end = reverse("stay_end", args=[stay.id])
    assert "Choose where they went" in send(worker, end, planned="yes", ending="moved_on").content.decode()
    send_on(worker, end, planned="yes", ending="moved_on", destination="social_tenancy")
    text = worker.get(page).content.decode()
    for words in ("Left", "Tenancy of a council", "No social home to be had", "Leo", "He rang the house."):
        assert words in text, words
    world.act("haven_worker")
    periods = list(Occupancy.objects.filter(space=stay.space, during__isempty=False).order_by("during"))
    assert [row.kind for row in periods][-1] == "turnaround"
    assert (periods[-1].during.upper - periods[-1].during.lower).days == 1


def test_who_did_not_come_is_not_lost(world: World) -> None:
    stay = expected(world)
    worker = world.browser("haven_worker")
    send_on(worker, reverse("stay_not_arrived", args=[stay.id]), why="prevented")
    world.act("idva")
    assert Need.objects.get().status == "open"
    assert Ask.objects.get().status == "expired"
    # And they can be asked for again, also there.
    (again,) = asking.ask_providers(by=world.act("idva"), need=Need.objects.get(), spaces=[stay.space])
    assert again.status == "asked"
    world.act("haven_worker")
    assert not Occupancy.objects.filter(during__contains=timezone.now()).exists()
    # The provider reads her case no more.
    assert worker.get(reverse("case", args=[stay.case_id])).status_code == 404


def test_a_space_that_is_taken_cannot_be_moved_into_and_the_old_one_is_made_ready(world: World) -> None:
    stay = expected(world, spaces=3)
    by = world.act("haven_worker")
    stay = act.arrive(by=by, stay=stay, at=timezone.now())
    _, free, taken = stay.space.site.spaces.order_by("position")
    other = need(world, world.case(given="Alma", family="Berg"))
    held(world, other, taken)
    with pytest.raises(Refused, match="just been taken"):
        act.move_within(by=world.act("haven_worker"), stay=stay, space=taken)
    old = stay.space_id
    moved = act.move_within(by=world.act("haven_worker"), stay=stay, space=free)
    assert moved.space_id == free.id
    now = timezone.now()
    kinds = dict(Occupancy.objects.filter(during__contains=now).values_list("space_id", "kind"))
    assert kinds == {old: "turnaround", free.id: "stay", taken.id: "hold"}


def test_a_son_who_grows_older_than_the_space_takes_shows_and_nobody_is_put_out(world: World) -> None:
    stay = expected(world, sons_up_to=11)
    by = world.act("haven_worker")
    act.arrive(by=by, stay=stay, at=timezone.now())
    born = timezone.localdate() - timedelta(days=12 * 366)
    act.add_resident(by=by, stay=stay, part="child", called="Sam", sex="male", birth_date=born, person_id=None,
                     from_on=timezone.localdate())  # fmt: skip
    assert [one.called for one in stay_page(by, stay.id).over_limit] == ["Sam"]
    assert Stay.objects.get().status == "in"


def test_money_is_counted_by_the_day() -> None:
    rent = Charge(pence_a_week=700_00, eligible=True, from_on=date(2026, 3, 1), until_on=date(2026, 3, 14))
    extra = Charge(pence_a_week=7_00, eligible=False, from_on=date(2026, 3, 10))
    found = money_of([rent, extra], [Payment(on=date(2026, 3, 5), pence=1000_00)], date(2026, 3, 16))
    assert (found.charged, found.eligible, found.owed) == (1400_00 + 7_00, 1400_00, 407_00)


@pytest.mark.parametrize("user", ["spa", "officer", "housing", "changer", "dpl", "analyst", "chief"])
def test_nobody_else_learns_who_stays_where(world: World, user: str) -> None:
    stay = expected(world)
    answer = world.browser(user).get(reverse("stay", args=[stay.id]))
    assert answer.status_code in (403, 404)
    world.act(user)
    assert not Stay.objects.exists()


def test_only_the_provider_writes_a_stay(world: World) -> None:
    stay = expected(world)
    client = world.browser("idva")  # leads the case, and so has the address
    assert client.get(reverse("stay", args=[stay.id])).status_code == 200
    for name in ("stay_arrive", "stay_not_arrived", "stay_end", "stay_licence", "stay_charge", "stay_statement"):
        assert client.get(reverse(name, args=[stay.id])).status_code == 404, name


def test_an_ending_before_a_move_within_the_house_is_refused_beside_its_day(world: World) -> None:
    """The space that they moved to would have a period that nobody lived in, and the old one another's."""
    stay = expected(world, spaces=2)
    Occupancy.objects.update(during=DateTimeTZRange(timezone.now() - timedelta(days=9), None, "[)"))
    by = world.act("haven_worker")
    act.arrive(by=by, stay=stay, at=timezone.now() - timedelta(days=8))
    free = stay.space.site.spaces.exclude(id=stay.space_id).get()
    act.move_within(by=by, stay=stay, space=free, at=timezone.now() - timedelta(days=2))
    periods = list(Occupancy.objects.order_by("id").values_list("id", "during"))
    worker = world.browser("haven_worker")
    given = {"planned": "yes", "ending": "moved_on", "destination": "social_tenancy"}
    end = reverse("stay_end", args=[stay.id])
    answer = send(worker, end, **given, **on("on", timezone.localdate() - timedelta(days=5))).content.decode()
    assert "They moved into the space that they have now after that" in answer
    assert 'id="on-error"' in answer or 'href="#id_on' in answer or 'href="#on' in answer
    world.act("haven_worker")
    stay.refresh_from_db()
    assert stay.status == "in"
    assert list(Occupancy.objects.order_by("id").values_list("id", "during")) == periods
    send_on(worker, end, **given, **on("on", timezone.localdate() - timedelta(days=1)))
    world.act("haven_worker")
    stay.refresh_from_db()
    assert stay.status == "left"
