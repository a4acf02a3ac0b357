"""What the return asks: answered where somebody is referred without a case, and asked of who referred where it lacks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.record.cases.models import Case, CasePerson
from leeward.record.people.actions import PersonFacts
from leeward.record.people.actions.facts import Source
from leeward.record.people.models import EqualityAnswer, FactChange, HarmClaim, Person, Relationship
from leeward.response.marac.actions.agency_cases import Harming
from leeward.response.marac.actions.asking import Told, ask_referrers, tell_return
from leeward.response.marac.actions.filling import fill_birth_date, fill_who_harms
from leeward.response.marac.actions.minuting import agree_level, end_meeting, mark_heard
from leeward.response.marac.models import Item, Meeting, Referral, ReferralChange
from leeward.response.marac.queries.asked import Lacking
from leeward.response.marac.queries.returns import missing_of, quarters
from leeward.response.marac.queries.today import asked_today
from leeward.response.marac.tests.test_referring import send_referral, text
from leeward.response.marac.views import returns
from tests.maracs import Round, listed, marac_of, table
from tests.sending import on, send, send_on
from tests.worlds import World

PAGE = "/marac/return"


@pytest.fixture
def held(world: World) -> Round:
    """A meeting of the quarter that is over: one case heard, of whom nobody asked anything."""
    one = table(world)
    meeting, (item,) = one.opened("Maya")
    by = world.act("chair")
    item.refresh_from_db()
    agree_level(by=by, item=item, level="high", version=item.version)
    mark_heard(by=by, item=Item.objects.get(id=item.id))
    meeting.refresh_from_db()
    end_meeting(by=by, meeting=meeting)
    then = datetime.combine(quarters(2)[1].since + timedelta(days=20), datetime.min.time(), ZoneInfo("Europe/London"))
    Meeting.objects.filter(id=meeting.id).update(begins_at=then + timedelta(hours=9), status="minuted")
    return one


def lacks(one: Round) -> list[str]:
    one.world.act("coordinator")
    return [words for row in missing_of(marac=one.marac, period=quarters(2)[1]) for words in row.lacks]


def ask(one: Round, user: str = "coordinator") -> int:
    return one.browser(user).post(reverse("marac_return_ask")).status_code


def test_what_is_missing_is_asked_of_who_referred_and_answered(held: Round) -> None:
    world = held.world
    everything = ["ethnicity", "sexual orientation", "disability", "sex"]
    assert set(everything) <= set(lacks(held))
    assert "Ask the referrer" in text(held.browser("coordinator"), PAGE)
    assert ask(held) == 303
    asked = text(held.browser("coordinator"), PAGE)
    assert "no answer yet" in asked
    assert "Ask the referrer" not in asked, "asked once, they are left in peace for a week"
    referral = Referral.objects.get()
    by = world.act("idva")
    (waiting,) = asked_today(by=by, until=date(2100, 1, 1), sits=False).asked
    assert waiting.referral_id == referral.id
    assert waiting.words.startswith("For the return: ethnicity")
    assert "Asked of you for the MARAC’s return" in text(world.browser("idva"), "/today")
    client, address = world.browser("idva"), reverse("marac_referral_tell", args=[referral.id])
    listed, of_it = reverse("marac_referrals") + "?ours=1&show=asked", reverse("marac_referral", args=[referral.id])
    assert listed.replace("&", "&amp;") in text(client, "/today")
    assert of_it in text(client, listed)
    assert of_it not in text(held.browser("coordinator"), listed)
    assert address in text(client, reverse("marac_referral", args=[referral.id]))
    nothing = send(client, address)
    assert "Answer at least one" in nothing.content.decode()
    assert 'href="#id_' in nothing.content.decode(), "the list on top leads to the first question"
    led = send_on(
        client, address, ethnicity="indian", sexual_orientation="state:declined", disability="state:not_known",
    )  # fmt: skip
    assert led == reverse("marac_referral", args=[referral.id])
    world.act("idva")
    said = {row.list: (row.state, row.code) for row in EqualityAnswer.objects.filter(person_id=referral.person_id)}
    assert said == {
        "ethnicity": ("answered", "indian"), "sexual_orientation": ("declined", ""), "disability": ("not_known", ""),
    }  # fmt: skip
    left = lacks(held)
    assert "sex" in left, "what was left is not asked, and still missing"
    assert not {"ethnicity", "sexual orientation", "disability"} & set(left), "declined and not known are answers"
    assert asked_today(by=world.act("idva"), until=date(2100, 1, 1), sits=False).asked == []
    assert of_it not in text(client, listed)
    assert of_it in text(client, reverse("marac_referrals") + "?show=heard")
    again = text(held.browser("coordinator"), PAGE)
    assert "answered" in again
    assert "Ask the referrer" in again
    assert 'name="ethnicity"' not in text(client, address), "what stands is not asked again"


def test_who_answers_too_late_is_told_that_nothing_was_changed(held: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    world = held.world
    world.act("idva")
    referral = Referral.objects.get()
    client, address = world.browser("idva"), reverse("marac_referral_tell", args=[referral.id])
    late = "Nothing is missing any more, so nothing was changed."
    led = reverse("marac_referral", args=[referral.id])
    assert send_on(client, address, ethnicity="indian") == led
    assert "Kept on the record" in text(client, led)
    # What was lacking when their page was drawn has been answered before theirs came in.
    monkeypatch.setattr(returns, "lacking_of", lambda referral: Lacking(("ethnicity",)))
    assert send_on(client, address, ethnicity="pakistani") == led
    page = text(client, led)
    assert late in page
    assert "Kept on the record" not in page
    world.act("idva")
    assert [row.code for row in EqualityAnswer.objects.filter(person_id=referral.person_id)] == ["indian"]
    monkeypatch.setattr(returns, "lacking_of", lambda referral: Lacking())
    assert send_on(client, address, ethnicity="pakistani") == led
    assert late in text(client, led)


def test_nobody_else_asks_or_answers(held: Round) -> None:
    world = held.world
    referral_id = Referral.objects.get().id if world.act("idva") else 0
    address = reverse("marac_referral_tell", args=[referral_id])
    for user in ("police_rep", "coordinator", "haven_worker"):
        assert held.browser(user).get(address).status_code in (403, 404), user
    for user in ("police_rep", "idva"):
        assert ask(held, user) == 403, user
    world.act("idva")
    assert not ReferralChange.objects.filter(status__in=("asked", "told")).exists()
    with pytest.raises(Refused):
        ask_referrers(by=world.act("police_rep"), marac=held.marac, lacks={referral_id: ["sex"]})


def test_asked_twice_in_a_week_is_once(held: Round) -> None:
    assert ask(held) == ask(held) == 303
    held.world.act("idva")
    assert ReferralChange.objects.filter(status="asked").count() == 1


def test_who_refers_without_a_case_says_what_the_return_asks(world: World) -> None:
    marac_of(world)
    client = world.browser("police_rep")
    address = send_on(
        client, reverse("marac_refer_new"), given="Saoirse", family="Quinn", **on("birth", date(1994, 7, 2)), sex="female",
        ethnicity="state:not_known", disability="state:declined",
    )  # fmt: skip
    send_referral(client, address, own_tool="DARA, high, 20 November", aware="not_told", lawful_basis="public_task",
                  not_aware_why="She could not be reached safely")  # fmt: skip
    world.act("police_rep")
    person = Referral.objects.get().person_id
    said = {row.list: (row.state, row.code) for row in EqualityAnswer.objects.filter(person_id=person)}
    assert said == {"sex": ("answered", "female"), "ethnicity": ("not_known", ""), "disability": ("declined", "")}
    # What was left out she can still say, though she opens no case.
    tell = reverse("marac_referral_tell", args=[Referral.objects.get().id])
    page = text(client, tell)
    assert 'name="sexual_orientation"' in page
    assert 'name="sex"' not in page
    send_on(client, tell, sexual_orientation="bisexual", gender_same="yes")
    world.act("police_rep")
    assert EqualityAnswer.objects.get(person_id=person, list="sexual_orientation").code == "bisexual"


def agency_referral(world: World, **more: str) -> Referral:
    """A referral by somebody who only sits at the MARAC, with a name and nothing else."""
    client = world.browser("police_rep")
    address = send_on(client, reverse("marac_refer_new"), given="Saoirse", family="Quinn", **more)
    send_referral(client, address, own_tool="DARA, high, 20 November", aware="not_told", lawful_basis="public_task",
                  not_aware_why="She could not be reached safely")  # fmt: skip
    world.act("police_rep")
    return Referral.objects.get()


def test_who_only_sits_there_adds_a_birth_date_and_who_causes_harm(world: World) -> None:
    one = marac_of(world)
    referral = agency_referral(world)
    item = listed(world, one.meeting, referral)
    client, tell = world.browser("police_rep"), reverse("marac_referral_tell", args=[referral.id])
    assert tell in text(client, reverse("marac_item", args=[item.id]))
    born, harms = f"born_{referral.person_id}", "harm_given"
    page = text(client, tell)
    assert f'name="{born}' in page
    assert f'name="{harms}"' in page
    unsaid = send(client, tell, harm_given="Declan", learned_from="").content.decode()
    assert "Say who says so" in unsaid
    assert "Enter a name, or clear" in send(client, tell, harm_relationship="former_partner").content.decode()
    send_on(
        client, tell, **on(born, date(1994, 7, 2)), harm_given="Declan", harm_family="Roe", **on("harm_birth", date(2009, 3, 1)),
        harm_relationship="former_partner", learned_from="Herself, to an officer",
    )  # fmt: skip
    by = world.act("police_rep")
    person = Person.objects.get(id=referral.person_id)
    assert (person.birth_date, person.birth_precision) == (date(1994, 7, 2), "day")
    change = FactChange.objects.get(person_id=person.id)
    assert (change.learned_from, change.recorded_by_id) == ("Herself, to an officer", by.user_id)
    known = CasePerson.objects.select_related("person").get(case_id=referral.case_id, part="said_to_cause_harm")
    assert known.person.birth_date == date(2009, 3, 1)
    claim = HarmClaim.objects.get()
    assert (claim.harmed_id, claim.harming_id, claim.source) == (person.id, known.person_id, "Herself, to an officer")
    assert (claim.said_on, claim.recorded_organisation_id) == (timezone.localdate(), by.organisation_id)
    relation = Relationship.objects.get()
    assert (relation.person_id, relation.other_id, relation.kind) == (known.person_id, person.id, "former_partner")
    again = text(client, tell)
    assert born not in again, "what stands is not asked again"
    assert harms not in again
    # The table sees him, as it sees who else is named.
    assert "Declan" in text(world.browser("council_rep"), reverse("marac_item", args=[item.id]))


def test_a_birth_date_of_who_causes_harm_is_added_where_it_is_not_known(world: World) -> None:
    marac_of(world)
    referral = agency_referral(world, harm1_given="Declan", says_so="Herself")
    world.act("police_rep")
    him = CasePerson.objects.get(case_id=referral.case_id, part="said_to_cause_harm").person_id
    send_on(world.browser("police_rep"), reverse("marac_referral_tell", args=[referral.id]),
            **{f"born_{him}__year": "2009"})  # fmt: skip
    world.act("police_rep")
    person = Person.objects.get(id=him)
    assert (person.birth_date, person.birth_precision) == (date(2009, 1, 1), "year")


def test_what_stands_is_never_overwritten_and_nobody_writes_in_a_record_that_is_not_theirs(world: World) -> None:
    one = marac_of(world)
    referral = agency_referral(world, **on("birth", date(1994, 7, 2)))
    listed(world, one.meeting, referral)
    source = Source(timezone.localdate(), "Herself")

    def fill(user: str) -> bool:
        return fill_birth_date(
            by=world.act(user), person_id=referral.person_id, born=date(1970, 1, 1), precision="day", source=source
        )

    assert not fill("police_rep")
    for user in ("council_rep", "idva", "coordinator"):  # the table has a summary; others have nothing
        with pytest.raises(Refused):
            fill(user)
    told = Told(born={referral.person_id: (date(1970, 1, 1), "day")})
    with pytest.raises(Refused):
        tell_return(by=world.act("council_rep"), referral=referral, told=told, learned_from="x", on=source.day)
    somebody = Told(born={world.case("idva").person_id: (date(1970, 1, 1), "day")})
    with pytest.raises(Refused):
        tell_return(by=world.act("police_rep"), referral=referral, told=somebody, learned_from="x", on=source.day)
    world.act("police_rep")
    case = Case.objects.get(id=referral.case_id)
    harming = Harming(PersonFacts(given="Declan"))
    with pytest.raises(Refused):
        fill_who_harms(by=world.act("police_rep"), case=case, harming=harming, source=Source(source.day, ""))
    with pytest.raises((Refused, DatabaseError)), transaction.atomic():
        fill_who_harms(by=world.act("council_rep"), case=case, harming=harming, source=source)
    assert fill_who_harms(by=world.act("police_rep"), case=case, harming=harming, source=source) is not None
    assert fill_who_harms(by=world.act("police_rep"), case=case, harming=harming, source=source) is None
