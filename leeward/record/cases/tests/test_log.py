"""The data protection lead answers somebody who asks who has looked: by a reference, all about its person is found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access import about, audit
from leeward.platform.access.models import AuditEntry, Membership, Organisation, Partnership, User
from leeward.record.cases.actions.documents import add_document
from leeward.record.cases.actions.emergency import break_glass
from leeward.record.cases.actions.sharing import share_case
from leeward.record.people.actions.contact import WayFacts, add_contact_detail, show_code_word
from leeward.record.people.actions.facts import Source
from leeward.record.people.models import Wall
from tests.everywhere import contact
from tests.homes import statements
from tests.worlds import World

LOG = "/log"
TODAY = Source(timezone.localdate(), "the person themselves")


def dated(name: str, day: object) -> dict[str, str]:
    year, month, number = str(day).split("-")
    return {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}


def found(world: World, **asked: str) -> str:
    """What the lead reads after sending a search."""
    lead = world.browser("dpl")
    answer = lead.post(LOG, asked)
    assert answer.status_code == 302, answer.content.decode()
    return str(lead.get(answer.headers["Location"]).content.decode())


def test_by_a_reference_everything_about_its_person_is_found(world: World) -> None:
    case, other = world.case(), world.case(given="Ana", family="Petrov")
    by = world.act("idva")
    way = add_contact_detail(
        by=by, person_id=case.person_id, facts=WayFacts(kind="phone", value="07700 900123", is_safe="yes"), source=TODAY,
        code_word="zinnwald",
    )  # fmt: skip
    document = add_document(by=by, case=case, name="a.txt", content=b"A letter.", kind="letter", title="Letter")
    show_code_word(by=by, person_id=case.person_id, detail_id=way.id)
    reader = world.browser("idva")
    for address in (
        reverse("case", args=[case.id]), reverse("person", args=[case.person_id]), reverse("document_file", args=[document.id]),
        reverse("caseload"), reverse("case", args=[other.id]),
    ):  # fmt: skip
        assert reader.get(address).status_code == 200, address
    words = found(world, about=case.reference.lower())
    for did in ("Read the case", "Read the person’s record", "Opened a document", "Read a code word",
                "Read a list of cases", "Added a document"):  # fmt: skip
        assert did in words, did
    assert "About one person only" in words
    assert "Ruth Adeyemi" in words
    assert case.reference.lower() not in words.lower()
    assert str(case.id) not in words
    lead = world.browser("dpl")
    address = lead.post(LOG, {"about": other.reference}).headers["Location"]
    assert other.reference.lower() not in address.lower()
    theirs = lead.get(address).content.decode()
    assert "Read the case" in theirs
    assert "Read a code word" not in theirs
    answer = lead.post(LOG, {"about": "NOSUCH-9999"})
    assert (answer.status_code, "no case or contact with this reference" in answer.content.decode()) == (200, True)


def test_by_a_contacts_reference_too_and_what_names_no_person(world: World) -> None:
    asked = contact(world, "Wren")
    for user in ("spa",):
        world.browser(user).get(reverse("contact", args=[asked.id]))
        world.browser(user).get(reverse("triage"))
    words = found(world, about=asked.reference)
    assert "Read a contact" in words
    assert "Read a list of contacts" in words
    case = world.case()
    share_case(
        by=world.act("idva"), case=case, organisation_id=world.organisations["haven"].id, organisation_name="Haven", scope=2,
        lawful_basis="consent", told="told_agreed", at_once=False, address=False, risk=False,
    )  # fmt: skip
    world.browser("haven_worker").get(reverse("shares_offered"))
    words = found(world, about=case.reference)
    assert "Read a list of what is offered" in words
    assert "Lawful basis: Consent" in words
    assert "To: " + world.organisations["haven"].name in words


def test_a_walled_case_is_as_if_there_were_none_and_so_it_is_for_others(world: World) -> None:
    case = world.case()
    world.act("dpl")
    assert about.person_of_reference(case.reference) == case.person_id
    assert about.things_of_person(case.person_id)["case"] == [case.id]
    for user in ("idva", "chief", "admin", "harbour_manager"):
        world.act(user)
        assert about.person_of_reference(case.reference) is None, user
        assert about.things_of_person(case.person_id) == {}, user
    world.act("harbour_manager")
    Wall(person_id=case.person_id, user=world.users["dpl"], kind="set", reason="Her brother").save(force_insert=True)
    world.browser("idva").get(reverse("case", args=[case.id]))
    world.act("dpl")
    assert about.person_of_reference(case.reference) is None
    assert about.things_of_person(case.person_id) == {}
    shown = world.browser("dpl").get(f"{LOG}?person={case.person_id}").content.decode()
    nobody = world.browser("dpl").get(f"{LOG}?person=12345").content.decode()
    assert "Nothing of this kind" in shown
    assert ("Nothing of this kind" in nobody, "Ruth Adeyemi" in shown) == (True, False)


def test_another_partnerships_lead_finds_nothing(world: World) -> None:
    case = world.case()
    world.browser("idva").get(reverse("case", args=[case.id]))
    elsewhere = Partnership.objects.create(name="Moorland", slug="moorland")
    place = Organisation.objects.create(partnership=elsewhere, name="Moorland Council", kind="council")
    user = User.objects.create_user("lead@moorland.example.org", name="Lea Moor")
    Membership.objects.create(user=user, organisation=place, roles=["data_protection"])
    world.users["moor_lead"] = user
    lead = world.browser("moor_lead")
    assert "There is no case or contact" in lead.post(LOG, {"about": case.reference}).content.decode()
    for address in (f"{LOG}?person={case.person_id}", f"{LOG}/answer?person={case.person_id}"):
        assert "Read the case" not in lead.get(address).content.decode()
    assert "Nobody of this partnership" in lead.post(LOG, {"who": "Ruth Adeyemi"}).content.decode()


def test_the_log_is_searched_by_days_and_by_a_records_number(world: World) -> None:
    case = world.case()
    world.browser("idva").get(reverse("case", args=[case.id]))
    lead, today = world.browser("dpl"), timezone.localdate()
    words = found(world, about=str(case.person_id), **dated("since", today), **dated("until", today))
    assert "About one person" in words
    assert "Ruth Adeyemi" in words
    yesterday = today - timedelta(days=1)
    assert "Nothing of this kind" in found(world, **dated("until", yesterday))
    assert lead.post(LOG, {**dated("since", today), **dated("until", yesterday)}).status_code == 200
    assert lead.get(f"{LOG}?since=nonsense&person=x").status_code == 200


def test_the_log_is_searched_by_a_colleague_and_an_organisation_and_no_name_stands_in_an_address(world: World) -> None:
    case = world.case()
    world.browser("idva").get(reverse("case", args=[case.id]))
    world.browser("spa").get(reverse("triage"))
    lead = world.browser("dpl")
    address = lead.post(LOG, {"who": "ruth adeyemi"}).headers["Location"]
    assert "ruth" not in address.lower()
    words = lead.get(address).content.decode()
    assert "Read the case" in words
    assert "Read a list of contacts" not in words
    place = world.organisations["harbour"]
    words = found(world, organisation=str(place.id))
    assert f"For {place.name}" in words
    assert "Read a list of contacts" not in words
    world.add_user("ruth2", "Ruth Adler", "harbour", "practitioner", teams=("outreach",))
    several = lead.post(LOG, {"who": "Ruth"}).content.decode()
    assert "Several colleagues are called so" in several
    assert "ruth2@harbour.example.org" in several
    assert "Nobody of this partnership" in lead.post(LOG, {"who": "Nobody Known"}).content.decode()
    entry = AuditEntry.objects.filter(action="read_log", detail__user=world.users["idva"].pk)
    world.act("dpl")
    assert entry.exists()


def test_filters_for_exports_and_emergencies_and_the_reason_that_was_given(world: World) -> None:
    case = world.case()
    world.browser("idva").get(reverse("case_print", args=[case.id]))
    break_glass(by=world.act("haven_worker"), reference=case.reference, reason="Her brother stands outside the house.")
    world.browser("haven_worker").get(reverse("case", args=[case.id]))
    lead = world.browser("dpl")
    exports = lead.get(f"{LOG}?did=exports").content.decode()
    assert "Printed the case" in exports
    assert "Opened the case in an emergency" not in exports
    emergencies = lead.get(f"{LOG}?did=emergency").content.decode()
    assert "Opened the case in an emergency" in emergencies
    assert "Her brother stands outside the house." in emergencies
    assert "Printed the case" not in emergencies
    read = lead.get(f"{LOG}?did=read_case&user={world.users['haven_worker'].pk}").content.decode()
    assert "Her brother stands outside the house." in read
    read = lead.get(f"{LOG}?did=printed_case&user={world.users['idva'].pk}").content.decode()
    assert "Her brother stands outside the house." not in read


def test_the_answer_for_her_says_who_by_role_and_nothing_of_others(world: World) -> None:
    case, other = world.case(), world.case(given="Ana", family="Petrov")
    world.act("idva")
    audit.record("read_sealed_address", "person", case.person_id, person=case.person_id)
    reader = world.browser("idva")
    reader.get(reverse("case", args=[case.id]))
    reader.get(reverse("case", args=[other.id]))
    world.act("harbour_manager")
    Wall(person_id=case.person_id, user=world.users["spa"], kind="set", reason="Her brother").save(force_insert=True)
    world.browser("harbour_manager").get(reverse("walls"))
    lead = world.browser("dpl")
    page = lead.get(f"{LOG}?person={case.person_id}").content.decode()
    assert "Make the answer" in page
    plain = lead.get(f"{LOG}/answer?person={case.person_id}").content.decode()
    place = world.organisations["harbour"].name
    assert f"Practitioner, {place}" in plain
    assert "Read the case" in plain
    for hidden in ("Ruth Adeyemi", "wall", "sealed", "brother", case.reference, other.reference, "Petrov"):
        assert hidden not in plain, hidden
    named = lead.get(f"{LOG}/answer?person={case.person_id}&names=on").content.decode()
    assert f"Ruth Adeyemi, Practitioner, {place}" in named
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert (
        "Nobody has, in these days."
        in lead.get(f"{LOG}/answer?person={case.person_id}&since={tomorrow}").content.decode()
    )
    assert lead.get(f"{LOG}/answer").status_code == 404
    assert reader.get(f"{LOG}/answer?person={case.person_id}").status_code == 403
    world.act("dpl")
    assert AuditEntry.objects.filter(action="read_log_answer", person_id=case.person_id).count() == 3
    assert "Printed and exported" in page


def test_the_answer_comes_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leeward.platform.access.queries.log.ANSWER", 3)
    case = world.case()
    for _ in range(4):
        world.browser("idva").get(reverse("case", args=[case.id]))
    lead = world.browser("dpl")
    first = lead.get(f"{LOG}/answer?person={case.person_id}")
    assert "There is an older part." in first.content.decode()
    older = first.content.decode().split('lw-no-print" href="')[-1].split('"')[0].replace("&amp;", "&")
    second = lead.get(f"{LOG}/answer{older}").content.decode()
    assert "This part goes on from a newer one." in second


def test_the_pages_of_the_log_cost_a_few_statements(world: World) -> None:
    case = world.case()
    lead = world.browser("dpl")
    lead.get(LOG)
    for address in (
        LOG,
        f"{LOG}?person={case.person_id}&user={world.users['idva'].pk}",
        f"{LOG}/answer?person={case.person_id}",
    ):
        assert len(statements(lead, address)) <= 15, address


def test_whoever_reads_the_log_comes_to_it_from_the_record(world: World) -> None:
    case = world.case()
    world.add_user("both", "Kit Moor", "harbour", "practitioner", "data_protection", teams=("outreach",))
    link = f"{LOG}?person={case.person_id}"
    shown = reverse("person_records", args=[case.person_id])
    assert link in world.browser("both").get(shown).content.decode()
    assert link not in world.browser("idva").get(shown).content.decode()
