"""Who learns where she may be: not who has the case without the address, not a provider longer than its ask lasts, not
his worker, and nobody from a name, a label or a sheet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import Team
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.emergency import break_glass
from leeward.record.cases.actions.sharing import accept_share, end_share, share_case
from leeward.record.cases.models import Case, ChronologyEntry, Involvement, Scope
from leeward.response.accommodation.actions import asking, places
from leeward.response.accommodation.actions.needs import add_area, change_need, end_need, open_need
from leeward.response.accommodation.actions.places import SiteFacts, SpaceFacts
from leeward.response.accommodation.actions.sanctuary import refer_sanctuary
from leeward.response.accommodation.models import (
    Ask,
    AskChange,
    Need,
    Occupancy,
    Site,
    SiteAddress,
    Space,
    Statement,
    Stay,
)
from leeward.response.accommodation.rules.facts import AreaFacts, Coming, MemberFacts, NeedFacts
from leeward.response.accommodation.rules.naming import names_in
from leeward.response.accommodation.rules.streets import shared_words, tells_street
from leeward.response.accommodation.tasks import follow_up
from tests.accommodation import FAR, NEAR, STREET, areas, held, living, need, promised, provider, shared
from tests.sending import send_on
from tests.worlds import World


def whole_case_without_address(world: World, case: Case, organisation: str = "council") -> None:
    """The whole case is shared with an organisation, and not where she is."""
    share_case(
        by=world.act("idva"), case=case, organisation_id=world.organisations[organisation].id,
        organisation_name="Council", scope=Scope.FULL, lawful_basis="consent", told="told_agreed", at_once=True, risk=True,
    )  # fmt: skip


def test_who_has_the_case_without_the_address_learns_of_no_ask(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    stay = promised(world, space)
    case = Case.objects.get(id=stay.case_id)
    whole_case_without_address(world, case)
    client = world.browser("housing")
    assert client.get(reverse("place_ask", args=[stay.ask_id])).status_code == 404
    page = client.get(reverse("case_place", args=[case.id])).content.decode()
    assert "Safe place" in page
    assert "Haven" not in page
    for name in ("case", "case_sharing", "case_tasks", "case_people"):
        answer = client.get(reverse(name, args=[case.id]))
        assert answer.status_code == 200
        assert "Haven Housing Support" not in answer.content.decode(), name
    world.act("housing")
    assert not Ask.objects.exists()
    assert not AskChange.objects.exists()
    assert not Occupancy.objects.exists()
    assert not Involvement.objects.filter(origin="place").exists()
    assert not [row for row in ChronologyEntry.objects.filter(case=case) if "Haven" in row.title + row.text]
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation FROM cases_people_of(%s, true)", [case.id])
        assert "Haven Housing Support" not in {row[0] for row in cursor.fetchall()}
    # Who asked, and who has the address, does.
    world.act("idva")
    assert Ask.objects.count() == 1
    assert Involvement.objects.filter(origin="place").exists()
    assert [row for row in ChronologyEntry.objects.filter(case=case) if "Haven" in row.title]


def test_who_asked_without_the_address_sees_their_own_asks_and_no_others(world: World) -> None:
    areas(world)
    first, second = provider(world, spaces=2)
    case = world.case()
    whole_case_without_address(world, case)
    looked = need(world, case, "housing")
    (ours,) = asking.ask_providers(by=world.act("housing"), need=looked, spaces=[first])
    (theirs,) = asking.ask_providers(by=world.act("idva"), need=looked, spaces=[second])
    world.act("housing")
    assert set(Ask.objects.values_list("id", flat=True)) == {ours.id}
    # The space that somebody else has asked for is asked for once, and nothing breaks over it.
    assert asking.ask_providers(by=world.act("housing"), need=looked, spaces=[second]) == []
    world.act("idva")
    assert set(Ask.objects.values_list("id", flat=True)) == {ours.id, theirs.id}


def test_a_provider_that_reads_the_case_neither_changes_the_search_nor_answers_for_her(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    (other,) = provider(world, "point")
    looked = need(world, world.case())
    ask = held(world, looked, space)
    asking.ask_providers(by=world.act("idva"), need=looked, spaces=[other])
    asking.say_can_talk(by=world.act("point_manager"), ask=Ask.objects.get(space=other))
    asking.share_person(
        by=world.act("idva"), ask=Ask.objects.get(space=other), leave=asking.Leave("consent", "told_agreed")
    )
    by = world.act("point_manager")
    assert Need.objects.filter(id=looked.id).exists()  # they read it, and nothing more
    assert not Ask.objects.filter(id=ask.id).exists()
    for do in (
        lambda: asking.accept_space(by=by, ask=ask),
        lambda: asking.decline_offer(by=by, ask=ask, reason="too_far"),
        lambda: end_need(by=by, need=looked, why="changed_mind"),
        lambda: change_need(by=by, need=looked, facts=NeedFacts(), version=looked.version),
        lambda: add_area(by=by, need=looked, facts=AreaFacts("danger", FAR, 30)),
    ):
        with pytest.raises(Refused):
            do()
    assert Need.objects.filter(id=looked.id).update(words="theirs") == 0
    client = world.browser("point_manager")
    for name in ("need_change", "need_search", "need_end"):
        assert client.get(reverse(name, args=[looked.id])).status_code == 404, name


@pytest.mark.parametrize("ending", ["refused", "declined", "withdrawn", "lost", "expired", "ended", "not_arrived"])
def test_the_providers_sight_ends_with_the_ask_however_it_ends(world: World, ending: str) -> None:
    areas(world)
    space, elsewhere = *provider(world), *provider(world, "point")
    looked = need(world, world.case())
    ask = held(world, looked, space)
    worker = world.browser("haven_worker")
    address = reverse("case", args=[ask.case_id])
    assert worker.get(address).status_code == 200
    share = Involvement.objects.get(id=ask.share_id)
    assert share.until is not None
    assert share.until <= timezone.now() + asking.LONGEST_HOLD
    if ending == "refused":
        asking.refuse_ask(by=world.act("haven_worker"), ask=ask, reason="access")
    elif ending == "declined":
        asking.decline_offer(by=world.act("idva"), ask=ask, reason="too_far")
    elif ending == "withdrawn":
        asking.withdraw_ask(by=world.act("idva"), ask=ask)
    elif ending == "ended":
        end_need(by=world.act("idva"), need=looked, why="changed_mind")
    elif ending == "lost":
        (second,) = asking.ask_providers(by=world.act("idva"), need=looked, spaces=[elsewhere])
        asking.say_can_talk(by=world.act("point_manager"), ask=second)
        asking.share_person(by=world.act("idva"), ask=second, leave=asking.Leave("consent", "told_agreed"))
        asking.offer_space(by=world.act("point_manager"), ask=second)
        asking.accept_space(by=world.act("idva"), ask=second)
    elif ending == "not_arrived":
        stay = asking.accept_space(by=world.act("idva"), ask=ask)
        send_on(worker, reverse("stay_not_arrived", args=[stay]), why="lost_contact")
    else:
        world.act("haven_worker")
        Ask.objects.filter(id=ask.id).update(hold_until=timezone.now() - timedelta(minutes=1))
        follow_up(0)
    assert worker.get(address).status_code == 404
    world.act("idva")
    share.refresh_from_db()
    assert share.status in ("withdrawn", "ended")
    world.act("haven_worker")
    assert not Need.objects.exists()


def test_an_acceptance_lets_the_sight_last_and_another_open_ask_keeps_it(world: World) -> None:
    areas(world)
    first, second = provider(world, spaces=2)
    looked = need(world, world.case())
    one = shared(world, looked, first)
    other = shared(world, looked, second)
    assert one.share_id == other.share_id  # shared once with one provider
    asking.withdraw_ask(by=world.act("idva"), ask=one)
    world.act("haven_worker")
    assert Need.objects.exists()
    asking.offer_space(by=world.act("haven_worker"), ask=other)
    asking.accept_space(by=world.act("idva"), ask=other)
    assert Involvement.objects.get(id=other.share_id).until is None
    world.act("haven_worker")
    assert Stay.objects.exists()


def test_a_provider_names_the_team_that_reads_who_it_is(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    world.teams["refuge"] = Team.objects.create(organisation=world.organisations["haven"], name="Refuge team")
    world.add_user("refuge_worker", "Mina Kaur", "haven", "practitioner", teams=("refuge",))
    send_on(world.browser("haven_manager"), reverse("place_team"), team=str(world.teams["refuge"].id))
    looked = need(world, world.case())
    ask = shared(world, looked, space)
    assert Involvement.objects.get(id=ask.share_id).team_id == world.teams["refuge"].id
    address = reverse("case", args=[looked.case_id])
    assert world.browser("refuge_worker").get(address).status_code == 200
    assert world.browser("haven_worker").get(address).status_code == 404


def test_nobody_looks_for_a_place_on_the_case_of_who_causes_harm(world: World) -> None:
    areas(world)
    case = world.case("changer", side="causing_harm", given="Viktor", family="Hale")
    by = world.act("changer")
    home = Coming((MemberFacts("main", case.person_id, "male", date(1985, 1, 1)),))
    with pytest.raises(Refused, match="who is harmed"):
        open_need(by=by, case=case, facts=NeedFacts(tonight=True), household=home)
    with pytest.raises(Refused, match="who is harmed"):
        refer_sanctuary(by=by, case=case, tenure="owner", consent="not_needed", why="")
    with pytest.raises(DatabaseError), transaction.atomic():
        Need(
            partnership_id=by.partnership_id, case=case, person_id=case.person_id, organisation_id=by.acts_for
        ).save(force_insert=True)  # fmt: skip
    client = world.browser("changer")
    page = client.get(reverse("case", args=[case.id]))
    assert page.status_code == 200
    assert "Safe place" not in page.content.decode()
    for name in ("case_place", "need_add", "case_sanctuary", "sanctuary_refer"):
        assert client.get(reverse(name, args=[case.id])).status_code == 404, name


STREETS = (
    "34 Juniper Row", "14 St Mary's Court", "12 Oak Tree Way", "7 The Grove", "9 Mill Hill", "3 Elm Mews", "22 Park View",
    "Linden Court", "14 Linden Cres", "SW1A 1AA", "12a, Mill Lane", "Flat 2, 14 Linden Cres",
)  # fmt: skip
NO_STREETS = (
    "Juniper House",
    "Room 1",
    "Room 12, ground floor",
    "Second stage",
    "Dispersed homes",
    "Flat 2b",
    "Home 3",
)


@pytest.mark.parametrize("words", STREETS)
def test_what_reads_like_a_street_is_refused(words: str) -> None:
    assert tells_street(words)


@pytest.mark.parametrize("words", NO_STREETS)
def test_what_says_nothing_is_taken(words: str) -> None:
    assert not tells_street(words)


def test_names_and_labels_share_no_word_with_the_street(world: World) -> None:
    assert shared_words("Linden House", STREET) == {"linden"}
    assert not shared_words("Room 1, house", "Flat 1, The House, 14 Linden Crescent")
    areas(world)
    (space,) = provider(world)  # sealed: 14 Linden Crescent
    by = world.act("haven_manager")
    site = Site.objects.get()
    for do in (
        lambda: places.change_site(by=by, site=site, facts=SiteFacts("Linden House", "refuge", FAR)),
        lambda: places.add_space(by=by, site=site, facts=SpaceFacts("Linden room")),
        lambda: places.add_space(by=by, site=site, facts=SpaceFacts("14 Oak Tree Way")),
        lambda: places.change_space(by=by, space=space, facts=SpaceFacts("Room at Norbeck")),
    ):
        with pytest.raises(Refused, match="looks like a street"):
            do()
    named = places.open_site(by=by, facts=SiteFacts("Juniper House", "refuge", FAR))
    with pytest.raises(Refused, match="Change that name first"):
        places.set_address(by=by, site=named, lines="34 Juniper Row\nNorbeck")


def test_homes_that_lie_apart_open_one_by_one(world: World) -> None:
    areas(world)
    provider(world)
    by = world.act("haven_manager")
    site = places.open_site(by=by, facts=SiteFacts("Apart", "dispersed", FAR))
    with pytest.raises(Refused, match="lie apart"):
        places.set_address(by=by, site=site, lines="1 Elm Mews")
    homes = [
        places.add_space(by=by, site=site, facts=SpaceFacts(f"Home {number}", kind="unit", beds=4)) for number in (1, 2)
    ]
    client = world.browser("haven_manager")
    for home, lines in zip(homes, ("1 Elm Mews", "2 Oak Tree Way"), strict=True):
        send_on(client, reverse("place_space_address", args=[home.id]), lines=lines)
    places.state_free(by=world.act("haven_manager"), site=site, free=frozenset(home.id for home in homes))
    stay = living(world, homes[0])
    page = world.browser("idva").get(reverse("stay", args=[stay.id])).content.decode()
    assert "1 Elm Mews" in page
    assert "2 Oak Tree Way" not in page
    world.act("idva")
    assert [row.space_id for row in SiteAddress.objects.all()] == [homes[0].id]
    assert "2 Oak Tree Way" in client.get(reverse("place_site", args=[site.id])).content.decode()


def test_no_row_that_opens_a_street_can_be_written_past_the_acceptance(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    case = world.case()
    by = world.act("idva")
    now = timezone.now()
    with pytest.raises(DatabaseError), transaction.atomic():
        Stay(
            partnership_id=by.partnership_id, organisation_id=by.acts_for, case=case, person_id=case.person_id,
            space=space, expected_at=now,
        ).save(force_insert=True)  # fmt: skip
    assert not SiteAddress.objects.exists()
    (own,) = provider(world, "harbour", NEAR)
    by = world.act("harbour_manager")
    during = DateTimeTZRange(now, None, "[)")
    theirs = {"partnership_id": by.partnership_id, "organisation_id": by.acts_for}
    for row in (
        Occupancy(space=space, kind="void", during=during, **theirs),
        Statement(site_id=space.site_id, free=0, spaces=1, **theirs),
        Space(site_id=space.site_id, label="Ours", **theirs),
        SiteAddress(site_id=space.site_id, organisation_id=by.acts_for, sealed=b""),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)
    living(world, space)
    world.act("idva")
    stay = Stay.objects.get()
    # A stay of ours does not move into another provider's house.
    world.act("harbour_manager")
    assert Stay.objects.filter(id=stay.id).update(space=own) == 0
    world.act("harbour_manager")
    assert not Occupancy.objects.exclude(organisation_id=by.acts_for).exists()


@pytest.mark.parametrize("wrong", ["asker", "status", "provider", "person"])
def test_an_ask_says_of_itself_what_is_so(world: World, wrong: str) -> None:
    areas(world)
    (space,) = provider(world)
    other = world.case(given="Alma", family="Berg")
    looked = need(world, world.case())
    by = world.act("idva")
    facts = {
        "partnership_id": by.partnership_id, "need": looked, "case_id": looked.case_id, "person_id": looked.person_id,
        "space": space, "organisation_id": space.organisation_id, "asked_organisation_id": by.acts_for,
    }  # fmt: skip
    facts |= {
        "asker": {"asked_organisation_id": world.organisations["council"].id},
        "status": {"status": "accepted"},
        "provider": {"organisation_id": by.acts_for},
        "person": {"person_id": other.person_id},
    }[wrong]
    with pytest.raises(DatabaseError), transaction.atomic():
        Ask(**facts).save(force_insert=True)


def test_the_sheet_names_nobody(world: World) -> None:
    assert names_in("Nora's son is afraid", ["Nora", "Vale"])
    assert names_in("She is called MAYA", ["Maya"])
    assert names_in("Grace needs a bed", ["Grace"])
    assert not names_in("She will need a grace period in may", ["Will", "Grace", "May"])
    assert not names_in("A small dog", ["Nora", "Lindqvist"])
    areas(world)
    case = world.case()
    for facts in (NeedFacts(words="Maya sleeps badly"), NeedFacts(pets_words="Lindqvist the cat", pets="any")):
        with pytest.raises(Refused, match="Take out the names"):
            open_need(
                by=world.act("idva"), case=case, facts=facts, household=Coming((MemberFacts("main", case.person_id),))
            )
    looked = need(world, case)
    with pytest.raises(Refused, match="Take out the names"):
        change_need(by=world.act("idva"), need=looked, facts=NeedFacts(words="lindqvist"), version=looked.version)


def test_emergency_sight_reads_and_is_told_so(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    looked = need(world, world.case())
    ask = shared(world, looked, space)
    break_glass(by=world.act("officer"), reference=looked.case.reference, reason="Threat to life tonight")
    by = world.act("officer")
    assert Ask.objects.filter(id=ask.id).exists()
    for do in (
        lambda: asking.withdraw_ask(by=by, ask=ask),
        lambda: asking.accept_space(by=by, ask=ask),
        lambda: end_need(by=by, need=looked, why="changed_mind"),
        lambda: asking.ask_providers(by=by, need=looked, spaces=[space]),
        lambda: asking.share_person(by=by, ask=ask, leave=asking.Leave("consent", "told_agreed")),
    ):
        with pytest.raises(Refused, match="not change it"):
            do()
    client = world.browser("officer")
    page = client.get(reverse("place_ask", args=[ask.id]))
    assert page.status_code == 200
    assert "Take it back" not in page.content.decode()
    assert client.post(reverse("place_ask_withdraw", args=[ask.id])).status_code == 404


def test_lines_about_a_share_with_a_refuge_need_the_address(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    looked = need(world, world.case())
    ask = shared(world, looked, space)
    share = Involvement.objects.get(id=ask.share_id)
    accept_share(by=world.act("haven_worker"), share=share)
    by = world.act("idva")
    end_share(by=by, case=looked.case, share=share, reason="No longer needed")
    lines = ChronologyEntry.objects.filter(case=looked.case, kind="sharing").exclude(title__contains="Offered")
    named = [line for line in lines if "Haven" in line.title or line.title == "A share was ended"]
    assert len({(line.title, line.text) for line in named}) == 4, (
        "the words of who ended it stand in a line of their own"
    )
    assert all(line.needs_address for line in named)
