"""Who leaves takes nobody along: it is said before, contacts go back into the queue, and managers learn what stays."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from leeward.platform.access import leaving
from leeward.platform.access.models import AuditEntry, Membership
from leeward.record.cases.actions.leading import allocate_case
from leeward.record.cases.actions.tasks import add_task
from leeward.record.cases.models import Case
from leeward.record.people.models import Wall
from leeward.response.front_door.actions.triage import take_contact
from leeward.response.front_door.models import Contact, ContactStatus
from leeward.workspace.queries.today import today
from tests.everywhere import contact
from tests.homes import statements
from tests.worlds import World


def led(world: World, worker: str = "idva", **facts: object) -> Case:
    """A case that somebody of Harbour leads, with an open task of theirs."""
    case = world.case(**facts)
    user = world.users[worker].id
    by = world.act("harbour_manager")
    if case.lead_worker_id != user:
        case = allocate_case(by=by, case=case, worker_id=user, team_id=world.teams["outreach"].id, version=case.version)
    add_task(by=by, case=case, title="Ring the school", due_on=timezone.localdate(), assignee_id=user)
    return case


def place(world: World, user: str) -> Membership:
    return Membership.objects.get(user=world.users[user])


def words(world: World, by: str, user: str) -> list[str]:
    acting = world.act(by)
    found = leaving.left_by(world.users[user].id, place(world, user).organisation_id)
    assert acting.user_id == world.users[by].id
    return [one.words for one in found]


def test_before_a_place_ends_it_says_how_much_is_left_behind(world: World) -> None:
    led(world)
    led(world, given="Ana")
    assert words(world, "admin", "idva") == ["2 open cases that they lead", "2 open tasks"]
    page = world.browser("admin").get(reverse("membership_end", args=[place(world, "idva").id])).content.decode()
    assert "2 open cases that they lead" in page
    assert "2 open tasks" in page
    assert "/cases?" not in page  # an administrator opens none
    assert place(world, "idva").is_active
    nobody = world.browser("admin").get(reverse("membership_end", args=[place(world, "child_worker").id]))
    assert "Nothing that is open" in nobody.content.decode()


def test_only_who_administers_is_told_and_nothing_past_a_wall(world: World) -> None:
    case = led(world)
    for user in ("idva", "harbour_manager", "dpl", "spa"):
        assert words(world, user, "idva") == [], user
    assert words(world, "chief", "idva") == ["1 open case that they lead", "1 open task"]
    world.act("harbour_manager")
    Wall(person_id=case.person_id, user=world.users["admin"], kind="set", reason="Her cousin").save(force_insert=True)
    assert words(world, "admin", "idva") == []
    world.act("idva")
    assert leaving.let_go(world.users["spa"].id, place(world, "spa").organisation_id) == 0


def test_a_manager_finds_the_cases_and_tasks_of_who_has_left(world: World) -> None:
    case = led(world)
    assert "left" not in [one.key for one in today(by=world.act("harbour_manager"))]
    world.browser("admin").post(reverse("membership_end", args=[place(world, "idva").id]))
    section = next(one for one in today(by=world.act("harbour_manager")) if one.key == "left")
    assert (section.count, section.title) == (1, "Cases whose worker has left")
    manager = world.browser("harbour_manager")
    assert case.reference in manager.get(section.href).content.decode()
    assert "selected>Somebody who has left" in manager.get(section.href).content.decode()
    assert manager.get(section.items[0].href).status_code == 200
    assert "Ring the school" in manager.get(reverse("tasks") + "?whose=nobody").content.decode()
    assert len(statements(manager, reverse("today"))) <= 15
    case = Case.objects.get(id=case.id)
    allocate_case(
        by=world.act("harbour_manager"), case=case, worker_id=world.users["harbour_manager"].id,
        team_id=world.teams["outreach"].id, version=case.version,
    )  # fmt: skip
    assert "left" not in [one.key for one in today(by=world.act("harbour_manager"))]


def test_contacts_go_back_into_the_queue_at_once_with_a_line(world: World) -> None:
    one, other = contact(world, "Wren"), contact(world, "Robin")
    take_contact(by=world.act("spa"), contact=one)
    take_contact(by=world.act("spa2"), contact=other)
    administrator = world.browser("chief")
    address = reverse("membership_end", args=[place(world, "spa").id])
    assert "1 contact in triage that they have taken" in administrator.get(address).content.decode()
    page = administrator.post(address, follow=True).content.decode()
    assert "1 contact is back in the queue." in page
    world.act("spa2")
    freed = Contact.objects.get(id=one.id)
    assert (freed.status, freed.assigned_to_id, freed.assigned_at) == ("new", None, None)
    assert freed.version > one.version
    assert Contact.objects.get(id=other.id).assigned_to_id == world.users["spa2"].id
    last = ContactStatus.objects.filter(contact=one).order_by("-at", "-id").first()
    assert last is not None
    assert "has left" in last.note
    take_contact(by=world.act("spa2"), contact=freed)
    world.act("dpl")
    assert AuditEntry.objects.filter(action="freed_contact", subject_id=one.id, person_id=one.person_id).count() == 1
