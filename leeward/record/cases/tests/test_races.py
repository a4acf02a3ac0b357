"""Two people press the same button at the same moment, each on a connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction

from leeward.platform.access import acting, once
from leeward.record.cases.actions.leading import transfer_case
from leeward.record.cases.actions.notes import NoteFacts, add_note, correct_note
from leeward.record.cases.actions.sharing import accept_share, return_share, share_case
from leeward.record.cases.models import Case, CaseAssignment, Involvement, Note
from tests.committed import committed  # noqa: F401  a fixture
from tests.worlds import World, build


def both(
    world: World, first: tuple[str, Callable[..., object]], second: tuple[str, Callable[..., object]]
) -> list[str]:
    """Run two actions at once, each committing only when the other one has begun; answers what each met."""
    started = threading.Barrier(2, timeout=10)
    met: list[str] = ["", ""]

    def run(place: int, user: str, work: Callable[..., object]) -> None:
        try:
            with transaction.atomic():
                by = world.act(user)
                started.wait()
                work(by)
            met[place] = "done"
        except Exception as problem:  # noqa: BLE001  what it met is what is asked
            met[place] = type(problem).__name__
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(place, user, work)) for place, (user, work) in enumerate((first, second))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    return sorted(met)


@pytest.fixture
def lasting(committed: None) -> World:  # noqa: F811  the fixture above
    with transaction.atomic():
        world = build()
        world.add_user("second", "Nora Vale", "haven", "practitioner")
    return world


def offered(world: World, *, lead: bool = False) -> Involvement:
    with transaction.atomic():
        case = world.case()
        by, haven = world.act("idva"), world.organisations["haven"]
        common = {"lawful_basis": "consent", "told": "told_agreed", "organisation_id": haven.id}
        if lead:
            return transfer_case(by=by, case=case, organisation_name=haven.name, **common)  # type: ignore[arg-type]
        return share_case(by=by, case=case, organisation_name=haven.name, scope=3, **common)  # type: ignore[arg-type]


def test_two_accepts_at_once_make_one(lasting: World) -> None:
    share = offered(lasting, lead=True)
    met = both(
        lasting,
        ("haven_worker", lambda by: accept_share(by=by, share=share, worker_id=by.user_id)),
        ("second", lambda by: accept_share(by=by, share=share, worker_id=by.user_id)),
    )
    assert met == ["Refused", "done"]
    with transaction.atomic():
        lasting.act("haven_worker")
        assert CaseAssignment.objects.filter(reason="Accepted").count() == 1
        assert Involvement.objects.filter(is_lead=True, status="active").count() == 1


def test_accepted_and_returned_at_once_is_one_of_the_two(lasting: World) -> None:
    share = offered(lasting)
    met = both(
        lasting,
        ("haven_worker", lambda by: accept_share(by=by, share=share)),
        ("second", lambda by: return_share(by=by, share=share, reason="no_capacity")),
    )
    assert met == ["Refused", "done"]
    with transaction.atomic():
        lasting.act("haven_worker")
        status = Involvement.objects.get(id=share.id).status
        assert Case.objects.exists() == (status == "active")


def test_two_corrections_at_once_lose_nothing(lasting: World) -> None:
    from django.utils import timezone

    with transaction.atomic():
        case = lasting.case()
        note = add_note(by=lasting.act("idva"), case=case, facts=NoteFacts("spoke", "One.", timezone.now()))
    met = both(
        lasting,
        ("idva", lambda by: correct_note(by=by, note=note, facts=NoteFacts("spoke", "A", timezone.now()), version=1)),
        ("harbour_manager", lambda by: correct_note(
            by=by, note=note, facts=NoteFacts("spoke", "B", timezone.now()), version=1)),
    )  # fmt: skip
    assert met == ["Conflict", "done"]
    with transaction.atomic():
        lasting.act("idva")
        assert Note.objects.get().version == 2


def test_a_form_sent_twice_at_once_counts_once(lasting: World) -> None:
    led: list[str | None] = []

    def send(by: acting.Acting) -> None:
        before = once.claim("x" * 32)
        if before is None:
            once.keep("x" * 32, f"/made/by/{by.user_id}")
        led.append(before)

    assert both(lasting, ("idva", send), ("haven_worker", send)) == ["done", "done"]
    assert led.count(None) == 1
    assert any(before and before.startswith("/made/by/") for before in led)
