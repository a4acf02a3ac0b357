"""Setting up MARACs from the pages: what each is, its agencies, its seats; what happens when somebody leaves."""

from __future__ import annotations

from django.db import connection
from django.urls import reverse

from leeward.platform.access.models import Membership
from leeward.record.cases.models import CaseSight
from leeward.response.marac.models import Marac, MaracAgency, Seat
from tests.maracs import SITS, listed, marac_of, people, refer, risky
from tests.sending import send, send_on
from tests.worlds import World


def text(client: object, address: str) -> str:
    answer = client.get(address)  # type: ignore[attr-defined]
    assert answer.status_code == 200, (address, answer.status_code)
    return str(answer.content.decode())


def test_the_administrator_sets_one_up(world: World) -> None:
    people(world, SITS)
    client = world.browser("chief")
    assert "No MARAC is set up yet" in text(client, reverse("maracs"))
    assert reverse("maracs") in text(client, reverse("administration"))
    setup = send_on(client, reverse("marac_add"), name="North MARAC", adult_females="61000",
                    adult_females_source="Estimates, 2025", begins="9.30am")  # fmt: skip
    page = text(client, setup)
    for words in ("Nobody chairs it", "referrals reach nobody", "61,000", "09:30"):
        assert words in page, words
    world.act("chief")
    marac = Marac.objects.get()
    address = reverse("marac_agency_add", args=[marac.id])
    send_on(client, address, organisation=str(world.organisations["police"].id), kind="police")
    send_on(client, address, organisation=str(world.organisations["council"].id), kind="children")
    seat = reverse("marac_seat_add", args=[marac.id])
    assert "Carla Hume" not in text(client, seat), "works at no agency of this MARAC"
    world.act("chief")
    members = {row.user_id: str(row.id) for row in Membership.objects.all()}
    coordinator = members[world.users["coordinator"].id]
    send_on(client, seat, member=coordinator, part="coordinator")
    twice = send(client, seat, member=coordinator, part="coordinator")
    assert "They have this seat already" in twice.content.decode()
    wrong = send(client, seat, member=members[world.users["police_rep"].id], part="chair")
    assert "must have given them the role" in wrong.content.decode().replace("&#39;", "'")
    assert "Nobody represents Estuary Police" in text(client, setup)
    # The coordinator gives seats too, and changes when it meets, but adds no agency.
    theirs = world.browser("coordinator")
    send_on(theirs, seat, member=members[world.users["police_rep"].id], part="representative")
    send_on(theirs, reverse("marac_change", args=[marac.id]), case_limit="12")
    assert theirs.get(address).status_code == 403
    assert world.browser("police_rep").get(seat).status_code == 403
    world.act("chief")
    assert Marac.objects.get().case_limit == 12
    assert Seat.objects.count() == 2


def test_what_contradicts_itself_stands_beside_its_field(world: World) -> None:
    table = marac_of(world)
    client, address = world.browser("chief"), reverse("marac_change", args=[table.marac.id])
    answer = send(client, address, refer_days="2", research_days="5", adult_females="9000", name="x" * 10_000,
                  case_limit="many")  # fmt: skip
    page = answer.content.decode()
    assert "<title>Error: " in page
    for words in (
        "give it fewer days before the meeting", "Say where the number of women is from", "120 characters or fewer",
        "must be a whole number",
    ):  # fmt: skip
        assert words in page, words
    again = send(client, reverse("marac_add"), name="Estuary MARAC")
    assert "There is a MARAC of this name already" in again.content.decode()


def test_two_who_change_it_at_once(world: World) -> None:
    table = marac_of(world)
    client, address = world.browser("chief"), reverse("marac_change", args=[table.marac.id])
    opened = client.get(address)
    send_on(world.browser("coordinator"), address, place="Room 4")
    answer = send(client, address, opened, place="Room 9")
    page = answer.content.decode()
    assert "Somebody else changed this MARAC" in page
    assert "Room 4" in page
    assert "Room 9" in page
    send_on(client, address, page=answer)
    world.act("chief")
    assert Marac.objects.get().place == "Room 9"


def test_a_seat_opens_and_closes_what_lies_on_the_table(world: World) -> None:
    table, case = marac_of(world, sits=("coordinator", "marac_chair")), risky(world)
    listed(world, table.meeting, refer(world, table, case))
    world.add_user("police_rep", "Asha Rahman", "police", "marac_representative")
    client = world.browser("chief")
    world.act("chief")
    member = Membership.objects.get(user=world.users["police_rep"])

    def sees() -> bool:
        world.act("police_rep")
        return CaseSight.objects.filter(case=case).exists()

    assert not sees()
    setup = send_on(
        client, reverse("marac_seat_add", args=[table.marac.id]), member=str(member.id), part="representative"
    )
    assert sees()
    world.act("chief")
    seat = Seat.objects.get(user=world.users["police_rep"])
    ended = client.post(reverse("marac_seat_end", args=[seat.id]))
    assert ended.status_code == 303
    assert not sees()
    page = text(client, setup)
    assert "Undo" in page
    assert "Who was there before" in page
    assert "Asha Rahman" in page
    client.post(reverse("marac_seat_restore", args=[seat.id]))
    assert sees()
    # Her agency leaves: every seat of it ends, and what they opened closes.
    world.act("chief")
    agency = MaracAgency.objects.get(organisation=world.organisations["police"])
    client.post(reverse("marac_agency_end", args=[agency.id]))
    assert not sees()
    world.act("chief")
    assert not Seat.objects.filter(organisation=world.organisations["police"], ended_at=None).exists()
    client.post(reverse("marac_agency_restore", args=[agency.id]))
    assert "Nobody represents Estuary Police" in text(client, setup)


def test_a_representative_who_changes_agency_is_listed_and_sees_nothing(world: World) -> None:
    table, case = marac_of(world), risky(world)
    listed(world, table.meeting, refer(world, table, case))
    member = Membership.objects.get(user=world.users["police_rep"])
    member.is_active = False
    member.save()
    Membership.objects.create(
        user=world.users["police_rep"], organisation=world.organisations["council"], roles=["marac_representative"]
    )
    page = text(world.browser("coordinator"), reverse("marac_setup", args=[table.marac.id]))
    assert "Asha Rahman does not work for Estuary Police any more" in page
    assert "Nobody represents Estuary Police" in page
    world.act("police_rep", "council")
    assert not CaseSight.objects.filter(case=case).exists(), "the seat was for the police"
    with connection.cursor() as cursor:
        cursor.execute("SELECT marac_seats()")
        assert cursor.fetchone()[0] == []
    lost = Membership.objects.get(user=world.users["council_rep"])
    lost.roles = ["analyst"]
    lost.save()
    page = text(world.browser("coordinator"), reverse("marac_setup", args=[table.marac.id]))
    assert "Mira Stone no longer has the role for it" in page


def test_one_that_is_stopped_takes_no_referrals(world: World) -> None:
    table, case = marac_of(world), risky(world)
    client = world.browser("chief")
    assert client.post(reverse("marac_switch", args=[table.marac.id]), {"do": "stop"}).status_code == 303
    assert "takes no referrals" in text(client, reverse("marac_setup", args=[table.marac.id]))
    page = text(world.browser("idva"), reverse("case_marac_refer", args=[case.id]))
    assert "No MARAC is set up" in page
