"""Two who press at the same moment, each on a connection of their own: one of them is told, and nobody gets an error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.opening import refresh_sight
from leeward.record.cases.actions.tasks import add_task
from leeward.record.cases.models import Case
from leeward.response.accommodation.actions import asking as act
from leeward.response.accommodation.actions import places
from leeward.response.accommodation.actions.closing import settle
from leeward.response.accommodation.actions.needs import end_need
from leeward.response.accommodation.actions.stays import say_not_arrived
from leeward.response.accommodation.models import Ask, Need, Occupancy, Space, Stay
from tests.accommodation import areas, held, need, promised, provider, shared
from tests.committed import committed  # noqa: F401  a fixture
from tests.worlds import World, build

Work = tuple[str, Callable[[Acting], object]]
Lock = Callable[..., None]


@pytest.fixture
def lasting(committed: None) -> World:  # noqa: F811  the fixture above
    with transaction.atomic():
        world = build()
        areas(world)
    return world


def at_once(world: World, *works: Work) -> list[str]:
    """Run some actions at once, each in a transaction of its own; answers what each met, in their order."""
    started = threading.Barrier(len(works), timeout=10)
    met = [""] * len(works)

    def run(place: int, user: str, work: Callable[[Acting], object]) -> None:
        try:
            with transaction.atomic():
                by = world.act(user)
                started.wait()
                work(by)
            met[place] = "done"
        except Refused:
            met[place] = "refused"
        except Exception as problem:  # noqa: BLE001  what it met is what is asked
            met[place] = f"{type(problem).__name__}: {problem}"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, user, work)) for place, (user, work) in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return met


def two_holds(world: World) -> tuple[Ask, Ask, Need]:
    """One household with two spaces held for it, of two providers."""
    with transaction.atomic():
        (first,) = provider(world)
        (second,) = provider(world, "point")
        looked = need(world, world.case())
        one = held(world, looked, first)
        (other,) = act.ask_providers(by=world.act("idva"), need=looked, spaces=[second])
        other = act.say_can_talk(by=world.act("point_manager"), ask=other)
        act.share_person(by=world.act("idva"), ask=other, leave=act.Leave("consent", "told_agreed"))
        other = act.offer_space(by=world.act("point_manager"), ask=Ask.objects.get(id=other.id))
    return one, other, looked


def test_one_is_accepted_while_the_other_is_refused_and_both_are_pressed(lasting: World) -> None:
    """An acceptance and a refusal of either ask, and the end of the search: no ring of locks, nothing overwritten."""
    one, other, looked = two_holds(lasting)
    met = at_once(
        lasting,
        ("idva", lambda by: act.accept_space(by=by, ask=one)),
        ("harbour_manager", lambda by: act.accept_space(by=by, ask=other)),
        ("haven_worker", lambda by: act.refuse_ask(by=by, ask=one, reason="access")),
        ("point_manager", lambda by: act.refuse_ask(by=by, ask=other, reason="access")),
        ("idva", lambda by: end_need(by=by, need=looked, why="changed_mind")),
    )
    assert set(met) <= {"done", "refused"}, met
    with transaction.atomic():
        lasting.act("idva")
        stays, statuses = Stay.objects.count(), {ask.id: ask.status for ask in Ask.objects.all()}
        assert stays == sum(1 for status in statuses.values() if status == "accepted") <= 1
        assert (met[0] == "done") == (statuses[one.id] == "accepted")
        assert (met[1] == "done") == (statuses[other.id] == "accepted")
        assert (met[2] == "done") == (statuses[one.id] == "refused")
        assert (met[3] == "done") == (statuses[other.id] == "refused")
        status = Need.objects.get(id=looked.id).status
        assert status == ("placed" if stays else "ended" if met[4] == "done" else "open")


def test_pressed_twice_at_once_it_is_one_stay(lasting: World) -> None:
    one, _, _ = two_holds(lasting)
    found: list[int] = []
    met = at_once(
        lasting,
        ("idva", lambda by: found.append(act.accept_space(by=by, ask=one))),
        ("harbour_manager", lambda by: found.append(act.accept_space(by=by, ask=one))),
    )
    assert met == ["done", "done"]
    assert len(set(found)) == 1


def test_two_households_and_a_statement_want_one_space(lasting: World) -> None:
    with transaction.atomic():
        (space,) = provider(lasting)
        asks = [
            shared(lasting, need(lasting, lasting.case(given=given, family="Berg")), space)
            for given in ("Alma", "Nora")
        ]
    met = at_once(
        lasting,
        ("haven_worker", lambda by: act.offer_space(by=by, ask=asks[0])),
        ("haven_manager", lambda by: act.offer_space(by=by, ask=asks[1])),
        ("haven_worker", lambda by: places.state_free(by=by, site=space.site, free=frozenset())),
        ("haven_manager", lambda by: places.take_out_of_use(by=by, space=space, reason="repairs", until=None)),
    )
    assert set(met) <= {"done", "refused"}, met
    with transaction.atomic():
        lasting.act("haven_worker")
        assert met[:2].count("done") == Occupancy.objects.filter(kind="hold", during__isempty=False).count()
        assert Ask.objects.filter(status="offered").count() == met[:2].count("done") == 1


def test_two_shares_of_one_case_at_once_wait_for_one_another(lasting: World) -> None:
    with transaction.atomic():
        spaces = [*provider(lasting), *provider(lasting, "point")]
        looked = need(lasting, lasting.case())
        asks = act.ask_providers(by=lasting.act("idva"), need=looked, spaces=spaces)
        act.say_can_talk(by=lasting.act("haven_worker"), ask=asks[0])
        act.say_can_talk(by=lasting.act("point_manager"), ask=asks[1])
    leave = act.Leave("consent", "told_agreed")
    met = at_once(
        lasting,
        ("idva", lambda by: act.share_person(by=by, ask=asks[0], leave=leave)),
        ("harbour_manager", lambda by: act.share_person(by=by, ask=asks[1], leave=leave)),
    )
    assert met == ["done", "done"]
    with transaction.atomic():
        for user in ("haven_worker", "point_manager"):
            lasting.act(user)
            assert Need.objects.count() == 1, user
        assert Space.objects.count() == 2


def while_it_waits(world: World, held: Lock, work: Work, free: Lock) -> str:
    """Hold one lock while an action runs into it; answers what it met, once another lock was found to be free.

    Whoever waits holds nothing that comes later in the order: so the second lock is had at once, or this raises.
    """
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            world.act("idva")
            held(nowait=False)
            waiting = pool.submit(lambda: at_once(world, work)[0])
            deadline = time.monotonic() + 20
            while not _somebody_waits():
                assert time.monotonic() < deadline, "nobody waits"
                time.sleep(0.05)
            free(nowait=True)
        return waiting.result(30)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def test_who_asks_does_not_wait_for_who_changes_the_case(lasting: World) -> None:
    """A row that points to a case asks for it at the end, when its writer has the log already: to wait there is a ring."""
    with transaction.atomic():
        spaces = provider(lasting, spaces=2)
        case = lasting.case()
        looked = need(lasting, case)
    works: list[Work] = [
        ("idva", lambda by: act.ask_providers(by=by, need=looked, spaces=spaces[:1])),
        ("harbour_manager", lambda by: add_task(by=by, case=case, title="Ring her")),
    ]
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        lasting.act("idva")
        refresh_sight(case.id)  # as whoever shares it does
        met = pool.submit(lambda: at_once(lasting, *works)).result(20)
    assert met == ["done", "done"]


def lock_of(model: type[Need] | type[Case], number: int) -> Lock:
    def lock(*, nowait: bool) -> None:
        rows = model._default_manager.select_for_update(of=("self",), no_key=True, nowait=nowait)
        assert rows.filter(id=number).first() is not None

    return lock


def test_who_says_that_they_did_not_come_waits_for_the_need_before_the_case(lasting: World) -> None:
    with transaction.atomic():
        (space,) = provider(lasting)
        stay = promised(lasting, space)
    met = while_it_waits(
        lasting,
        lock_of(Need, stay.need_id or 0),
        ("haven_worker", lambda by: say_not_arrived(by=by, stay=stay, why="prevented")),
        lock_of(Case, stay.case_id),
    )
    assert met == "done"


def test_who_closes_locks_the_cases_by_number(lasting: World) -> None:
    """Two providers that leave at once have the same two households in another order."""
    with transaction.atomic():
        spaces = provider(lasting, spaces=2)
        first, second = (lasting.case(given=given, family="Berg") for given in ("Alma", "Nora"))
        for case, space in ((second, spaces[0]), (first, spaces[1])):
            shared(lasting, need(lasting, case), space)
    assert first.id < second.id
    met = while_it_waits(
        lasting,
        lock_of(Case, first.id),
        ("haven_manager", lambda by: settle(by=by, spaces=spaces, may_stay=False)),
        lock_of(Case, second.id),
    )
    assert met == "done"
