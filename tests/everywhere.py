"""Every page that staff can open, with something on it: a world in which each address has what it asks for.

    busy = make_busy(world)
    for page in staff_pages(busy): busy.browser(page.user).get(page.path)

The addresses come from the table of routes: a page that is added is visited, or the test says that it cannot be.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from leeward.config.routes import table
from leeward.platform.access import acting
from leeward.platform.access.models import Membership
from leeward.platform.access.roles import Permission
from leeward.record.cases.actions.documents import add_document
from leeward.record.cases.actions.handover import propose_handover
from leeward.record.cases.actions.notes import NoteFacts, add_note
from leeward.record.cases.actions.opening import open_case
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.actions.tasks import add_task
from leeward.record.cases.models import Case, CasePerson
from leeward.record.people.actions import PersonFacts
from leeward.record.people.actions.contact import WayFacts, add_contact_detail
from leeward.record.people.actions.facts import Source
from leeward.record.people.actions.linking import link_people
from leeward.record.people.actions.places import AddressFacts, add_address, record_immigration
from leeward.record.people.actions.walls import set_wall
from leeward.record.people.models import PersonName
from leeward.record.risk.actions.assessing import Judgement, begin_assessment, finish_assessment, save_answers
from leeward.record.risk.actions.incidents import IncidentFacts, record_incident
from leeward.record.risk.actions.planning import StepFacts, add_step, begin_plan
from leeward.record.risk.instruments import Given
from leeward.record.risk.models import Demand
from leeward.record.risk.queries.thresholds import newest_versions
from leeward.response.accommodation.actions.allocating import ask_for_proposal, work_out
from leeward.response.accommodation.actions.asking import ask_providers, say_can_talk
from leeward.response.accommodation.actions.movers import answer_offer
from leeward.response.accommodation.actions.needs import take_next_step
from leeward.response.accommodation.actions.sanctuary import (
    WorkFacts,
    confirm_tested,
    finish_work,
    order_work,
    refer_sanctuary,
)
from leeward.response.accommodation.actions.stays import Ending, end_stay, write_event
from leeward.response.accommodation.models import Need, ProposedPlace, SanctuaryReview, Space, Suggestion
from leeward.response.accommodation.queries.movers import offers_of
from leeward.response.front_door.actions.handing_on import OfferTo, hand_on
from leeward.response.front_door.actions.receiving import Intake, submit_contact
from leeward.response.front_door.actions.triage import log_attempt, take_contact
from leeward.response.front_door.models import Contact, Offer
from leeward.response.marac.actions.letters import LetterFacts, make_letter
from leeward.response.marac.actions.minuting import ActionFacts, add_action, add_line
from leeward.response.marac.actions.referring import return_referral
from leeward.response.marac.actions.transfers import TransferFacts, send_transfer
from leeward.response.marac.models import Item, Marac, MaracAgency, MaracFlag, ReturnSent
from leeward.response.marac.queries.returns import quarters
from tests import reciprocals
from tests.accommodation import areas, coordinator, living, need, provider
from tests.homes import Home, home
from tests.maracs import heard, marac_of, refer
from tests.maracs import table as marac_table
from tests.worlds import World

USERS = ("idva", "spa", "harbour_manager", "haven_worker", "dpl", "admin", "chief", "officer", "analyst", "coordinator",
         "chair", "police_rep", "haven_manager", "placement")  # fmt: skip
"""Who is tried, in this order, as somebody who can open a page."""


LEFT: dict[str, str] = {
    "buttons, which answer to being pressed and have no page": (
        "call_draft case_note_correct_draft case_note_draft case_person_put_back case_person_remove case_reopen_undo cases_give"
        " contact_assign contact_offer_withdraw triage_withdraw contact_find contact_known contact_release contact_take contact_undo membership_invite"
        " offered_accept offered_decline membership_restore person_change_undo person_code_word person_equality_put_back"
        " person_fact_restore same_name_again same_name_answer person_fact_take_back person_immigration_unshare person_unlink_now plan_step_mark"
        " safety_plan_given service_restore service_resume service_retire sign_out_everywhere switch_organisation"
        " target_withdraw task_done task_reopen team_add tour_end wall_keep wall_undo_keep wall_undo_lift wall_undo_set"
        " claim_notice_read declaration_answer emergency_end provider_switch provider_test rule_move rule_switch"
        " case_marac_refer_draft marac_agency_end marac_agency_restore marac_flag_restore marac_referral_accept"
        " marac_return_ask marac_seat_end marac_seat_restore marac_switch"
        " marac_agenda_build marac_item_order marac_research_chase marac_research_share marac_meeting_open"
        " marac_meeting_end marac_meeting_go marac_line_out marac_level marac_heard marac_action_chase"
        " marac_daily_list marac_daily_begin marac_daily_contact marac_meeting_restore marac_item_back"
        " marac_line_back"
        " need_area_out need_member_out place_ask_accept place_ask_withdraw place_free place_space_back stay_move"
        " stay_resident_left place_suggestion_ask placement_line_back placement_line_suggest placement_look_again"
        " place_free_all place_free_undo reciprocal_part_agree reciprocal_run_stop"
    ),
    "a file or an answer to a script, no page": (
        "counts_csv document_file mfa_download_recovery_codes session_alive marac_live marac_minutes_pdf marac_minutes_set"
        " marac_letter_pdf sanctuary_letter_pdf counts_places_csv"
    ),
    "for another state of the one case, contact, claim or plan; tested in its own room": (
        "case_lift case_reopen case_sign_off harm_claim_stands person_sealed person_sealed_add safety_plan_copy"
        " target_change"
    ),
    "asks who signs in for their password or second factor first; tested with access": (
        "account_change_password account_reauthenticate mfa_deactivate_totp mfa_edit_webauthn mfa_reauthenticate"
        " mfa_reauthenticate_webauthn mfa_remove_webauthn mfa_view_recovery_codes"
    ),
    "about a person whom its query names; tested with cases": "log_answer",
    "of a row that `make_busy` does not make; tested in its own room": (
        "api_key_revoke contact_attempt_safe declaration_ask_back emergency_review index_checks_of provider provider_change provider_secret"
        " rule_change"
    ),
}
"""Why a route of staff is not among the pages that every test of every page visits. A route that is in neither fails."""


@dataclass
class Busy:
    """A world with one of everything."""

    world: World
    family: Home
    ids: dict[str, Any] = field(default_factory=dict)
    of_route: dict[str, dict[str, Any]] = field(default_factory=dict)  # where a route needs another row than the rest
    browsers: dict[str, Client] = field(default_factory=dict)

    def browser(self, user: str) -> Client:
        """A browser in which this user is signed in; one a user."""
        if user not in self.browsers:
            self.browsers[user] = self.world.browser(user)
        return self.browsers[user]


@dataclass(frozen=True)
class Page:
    """A page, and who can open it."""

    route: str
    path: str
    user: str
    text: str


def contact(world: World, name: str) -> Contact:
    """A contact in the queue."""
    intake = Intake(route="web", about="me", person=PersonFacts(given=name), story="He waits.", may_contact="yes")
    sent = submit_contact(by=world.visitor(), intake=intake)
    world.act("spa")
    return Contact.objects.get(id=sent.contact_id)


def make_busy(world: World) -> Busy:
    """One of everything that an address can ask for."""
    family = home(world)
    case, mother = family.case, family.mother
    now, today = timezone.now(), timezone.localdate()
    source = Source(today, "the person themselves")
    by = world.act("idva")
    note = add_note(
        by=by, case=case, facts=NoteFacts(kind="spoke", text="She rang.", happened_at=now - timedelta(hours=1))
    )
    task = add_task(by=by, case=case, title="Ring the court", due_on=today, assignee_id=by.user_id)
    document = add_document(by=by, case=case, name="a.txt", content=b"A letter.", kind="letter", title="Letter")
    way = add_contact_detail(
        by=by, person_id=mother.id, facts=WayFacts(kind="phone", value="07700 900123", is_safe="yes"), source=source,
        code_word="marigold",
    )  # fmt: skip
    add_address(
        by=by, person_id=mother.id, facts=AddressFacts("1 Elm Road", "XA1 1AA"), source=source, ends_earlier=False
    )
    status = record_immigration(by=by, person_id=mother.id, code="unknown", note="", source=source)
    with acting.making():
        twin = world.person(by, given="Maia", family="Lindqvist")
        with acting.making(twin.id):
            open_case(
                by=by, person=twin, side="harmed", lawful_basis="consent", told="told_agreed", lead_worker_id=by.user_id
            )
    link = link_people(by=by, first_id=mother.id, second_id=twin.id, reason="Same voice, same school")
    share = share_case(
        by=by, case=case, organisation_id=world.organisations["haven"].id, organisation_name="Haven Housing Support",
        scope=2, lawful_basis="consent", told="told_agreed", at_once=False, address=False, risk=True,
    )  # fmt: skip
    wall = set_wall(
        by=world.act("harbour_manager"), person_id=mother.id, reason="A cousin", user_id=world.users["child_worker"].id
    )
    handover = propose_handover(
        by=world.act("harbour_manager"), from_organisation_id=world.organisations["harbour"].id,
        to_organisation_id=world.organisations["haven"].id, lawful_basis="public_task", reason="The contract ends",
        ask_consent_by=today + timedelta(days=14),
    )  # fmt: skip
    waiting, handed = contact(world, "Wren"), contact(world, "Robin")
    spa = world.act("spa")
    take_contact(by=spa, contact=waiting)
    attempt = log_attempt(by=spa, contact=waiting, how="call", outcome="no_answer")
    take_contact(by=spa, contact=handed)
    hand_on(
        by=spa,
        contact=handed,
        offers=(OfferTo(world.services["outreach"]),),
        lawful_basis="consent",
        told="told_agreed",
    )
    offer = Offer.objects.get(contact=handed)
    by = world.act("idva")
    name = PersonName.objects.filter(person=mother).first()
    child = CasePerson.objects.get(case=case, part="child")
    assert name is not None
    membership = Membership.objects.get(user=world.users["haven_worker"])
    ids = {
        "case_id": case.id, "row_id": child.id, "note_id": note.id, "task_id": task.id, "document_id": document.id,
        "share_id": share.id, "handover_id": handover.id, "person_id": mother.id, "kind": "name", "fact_id": name.id,
        "detail_id": way.id, "claim_id": family.claim.id, "status_id": status.id, "other_id": family.father.id,
        "link_id": link.id, "wall_id": wall.id, "contact_id": waiting.id, "attempt_id": attempt.id, "offer_id": offer.id,
        "organisation_id": world.organisations["harbour"].id, "team_id": world.teams["outreach"].id,
        "membership_id": membership.id, "service_id": world.services["outreach"].id,
    }  # fmt: skip
    risk, finished = risk_ids(world, family)
    him = CasePerson.objects.get(case=case, part="said_to_cause_harm")
    of_route = {
        "assessment_compare": {"assessment_id": finished}, "case_apart_open": {"row_id": him.id},
        "case_person_add": {"word": "child"}, "tour_stop": {"number": 1},
    }  # fmt: skip
    table = table_ids(world)
    marac, again, heard_id = marac_ids(world, family)
    of_route["marac_referral_again"] = {"referral_id": again}
    of_route["marac_letter_new"] = {"item_id": heard_id}
    of_route["marac_causing_harm_one"] = {"person_id": family.father.id}
    places = place_ids(world, family)
    of_route["stay_resettle"] = {"stay_id": places.pop("left_id")}
    swaps, of_swaps = swap_ids(world)
    return Busy(world, family, ids | risk | marac | table | places | swaps, of_route | of_swaps)


def swap_ids(world: World) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """A scheme of secure homes: one household has accepted, one has an offer, of one a move is proposed; another home."""
    reciprocals.scheme(world, ("harbour", "haven"))
    for label in ("Home 1", "Home 2"):
        reciprocals.home(world, "harbour", "A", label)
    first, second = (reciprocals.mover(world, "haven", "B", "ADEFG", name) for name in ("Odile", "Petra"))
    reciprocals.ran(world)
    reciprocals.agree_all(world)
    by = world.act("haven_manager")
    answer_offer(by=by, mover=first, move_id=offers_of(first)[0].id, takes_it=True)
    reciprocals.home(world, "harbour", "A", "Home 3")
    third = reciprocals.mover(world, "haven", "B", "ADEFG", "Quilla")
    run = reciprocals.ran(world)
    part = reciprocals.part_of(world, "haven", "takes")
    spare = reciprocals.home(world, "haven", "C", "Home 4")
    return {
        "landlord_id": spare.landlord_id, "pledged_id": spare.id, "run_id": run.id, "part_id": part.id, "mover_id": third.id,
    }, {
        "mover_answer": {"mover_id": second.id}, "mover_moved": {"mover_id": first.id}, "mover_change": {"mover_id": third.id},
    }  # fmt: skip


def place_ids(world: World, family: Home) -> dict[str, Any]:
    """A refuge, a household that looks for a place with an ask and a step; and another that lives there."""
    areas(world)
    first, second, third = provider(world, spaces=3)
    world.act("idva")
    looked = need(world, Case.objects.get(id=family.case.id))
    (ask,) = ask_providers(by=world.act("idva"), need=looked, spaces=[first])
    say_can_talk(by=world.act("haven_worker"), ask=ask)
    by = world.act("idva")
    step = take_next_step(by=by, need=looked, kind="paid_night", words="A hotel", look_again_on=timezone.localdate(),
                          passed="The council has none")  # fmt: skip
    gone, lives = living(world, third), living(world, second)
    by = world.act("haven_worker")
    end_stay(by=by, stay=gone, ending=Ending(timezone.now(), True, "moved_on", "social_tenancy"))
    away = write_event(by=by, stay=lives, kind="absence", at=timezone.now(), words="With her mother")
    return {
        "site_id": first.site_id, "space_id": first.id, "ask_id": ask.id, "need_id": looked.id, "next_id": step.id,
        "stay_id": lives.id, "left_id": gone.id, "event_id": away.id, **sanctuary_ids(world, family),
        **placement_ids(world, looked, first),
    }  # fmt: skip


def placement_ids(world: World, looked: Need, space: Space) -> dict[str, Any]:
    """A coordinator, a proposal that the worker made, and a space that was suggested."""
    coordinator(world)
    made = ask_for_proposal(by=world.act("placement"), caps={})
    work_out(proposal_id=made.id, partnership_id=world.partnership.id)
    world.act("placement")
    line = ProposedPlace.objects.get(proposal=made)
    with connection.cursor() as cursor:
        cursor.execute("SELECT accommodation_suggest(%s, %s, %s, '')", [looked.id, space.id, line.id])
    suggestion = Suggestion.objects.get()
    world.act("idva")
    return {"proposal_id": made.id, "proposed_id": line.id, "suggestion_id": suggestion.id}


def sanctuary_ids(world: World, family: Home) -> dict[str, Any]:
    """A home that was made safe, with a review to come and a work that was ordered since."""
    by, case = world.act("idva"), Case.objects.get(id=family.case.id)
    today = timezone.localdate()
    one = refer_sanctuary(by=by, case=case, tenure="owner", consent="not_needed", why="He has a key")
    done = order_work(by=by, sanctuary=one, facts=WorkFacts("locks"), on=today)
    finish_work(by=by, work=done, on=today)
    confirm_tested(by=by, sanctuary=one, on=today)
    work = order_work(by=by, sanctuary=one, facts=WorkFacts("alarm"), on=today)
    review = SanctuaryReview.objects.filter(sanctuary=one)[0]
    return {"sanctuary_id": one.id, "work_id": work.id, "review_id": review.id}


def return_sent(marac: Marac) -> ReturnSent:
    """A return as it was sent: of a quarter without a meeting."""
    quarter = quarters(2)[1]
    nothing = {"numbers": {}, "missing": {}, "agencies": {}}
    row = ReturnSent(
        marac=marac, quarter_from=quarter.since, quarter_until=quarter.until, sent_by="Mina Farrow",
        figures={"meetings": [], "total": nothing},
    )  # fmt: skip
    row.save(force_insert=True)
    return row


def marac_ids(world: World, family: Home) -> tuple[dict[str, Any], int, int]:
    """A MARAC with its seats, a referral that was heard with its flag, a transfer and a letter; and one that came back."""
    table = marac_of(world, "Coast MARAC", sits=("coordinator", "police_rep"))
    world.act("idva")
    referral = refer(world, table, Case.objects.get(id=family.case.id))
    item = heard(world, table, referral)
    by = world.act("coordinator")
    transfer = send_transfer(
        by=by, referral=referral,
        facts=TransferFacts("Moorland MARAC", "moved", ("referral",), "Secure mail", timezone.localdate()),
    )  # fmt: skip
    letter = make_letter(
        by=by, item=Item.objects.select_related("meeting", "case").get(id=item.id),
        facts=LetterFacts("A solicitor", "She was heard.", "Nia Boateng", "Coordinator"),
    )  # fmt: skip
    other = refer(world, table, world.case("idva", given="Freya", family="Holt"))
    return_referral(by=world.act("coordinator"), referral=other, missing="Who causes the harm", version=other.version)
    return {
        "return_id": return_sent(table.marac).id, "other_marac_id": table.marac.id, "agency_id": MaracAgency.objects.filter(marac=table.marac)[0].id,
        "seat_id": table.seats["police_rep"].id, "referral_id": referral.id,
        "flag_id": MaracFlag.objects.get(item=item).id, "transfer_id": transfer.id, "letter_id": letter.id,
    }, other.id, item.id  # fmt: skip


def table_ids(world: World) -> dict[str, Any]:
    """A MARAC in the middle of its meeting: a case on its agenda, research, a line of minutes, an action."""
    round_ = marac_table(world)
    meeting, items = round_.circulated("Mira", children=1)
    research = round_.researched("police_rep", items[0], "Called out twice", opinion="He will not stop")
    round_.open(meeting, here=("coordinator", "police_rep"))
    by = world.act("chair")
    line = add_line(by=by, item=items[0], kind="discussion", words="What was said")
    action = add_action(
        by=by, item=items[0],
        facts=ActionFacts(world.organisations["police"].id, "Ring her", timezone.localdate(), "victim"),
    )  # fmt: skip
    return {
        "marac_id": round_.marac.id, "meeting_id": meeting.id, "item_id": items[0].id, "research_id": research.id,
        "line_id": line.id, "action_id": action.id,
    }  # fmt: skip


def risk_ids(world: World, family: Home) -> tuple[dict[str, Any], int]:
    """An assessment that was begun, what an earlier one asks for, an incident and a safety plan; and a finished one."""
    by, case = world.act("idva"), Case.objects.get(id=family.case.id)
    instrument = newest_versions(by.partnership_id)["dash"]
    yes = {"strangled": Given("yes"), "stalking": Given("yes")}
    done = []
    for _ in range(2):
        begun = begin_assessment(by=by, case=case, instrument=instrument)
        begun = save_answers(by=by, assessment=begun, given=yes, version=begun.version)
        judged = Judgement(assessed_on=timezone.localdate())
        done.append(finish_assessment(by=by, assessment=begun, judgement=judged, version=begun.version))
        case = Case.objects.get(id=case.id)
    begun = begin_assessment(by=by, case=case, instrument=instrument)
    incident = record_incident(
        by=by, case=case,
        facts=IncidentFacts(from_on=timezone.localdate(), kinds=("physical_sexual",), source="person", reported="no"),
    )  # fmt: skip
    plan = begin_plan(by=by, case=case)
    step = add_step(by=by, plan=plan, facts=StepFacts("leaving", "Keep the bag at her sister's"))
    return {
        "assessment_id": begun.id, "earlier_id": done[0].id, "demand_id": Demand.objects.filter(case=case)[0].id,
        "incident_id": incident.id, "plan_id": plan.id, "step_id": step.id,
    }, done[1].id  # fmt: skip


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> list[tuple[str, str]]:
    """(name, address with its blanks) of every route."""
    found = []
    for part in (resolver or get_resolver()).url_patterns:
        if isinstance(part, URLResolver):
            found += patterns(part, prefix)
        elif isinstance(part, URLPattern) and part.name:
            found.append((part.name, str(part.pattern)))
    return found


def staff_pages(busy: Busy) -> tuple[list[Page], set[str]]:
    """Every page that some of the world's users can open by its address, and the routes that none of them opens so."""
    pages: list[Page] = []
    left: set[str] = set()
    opened: Counter[tuple[frozenset[Permission], str]] = Counter()
    who = table()
    may = {user: busy.world.act(user).permissions for user in USERS}
    for name, pattern in patterns():
        if name not in who or who[name].is_public:
            continue
        blanks = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
        known = busy.ids | busy.of_route.get(name, {})
        if any(blank not in known for blank in blanks):
            left.add(name)
            continue
        try:
            path = reverse(name, kwargs={blank: known[blank] for blank in blanks})
        except NoReverseMatch:  # an address of a library, with blanks of its own
            left.add(name)
            continue
        needed = who[name].permissions
        # Who opened the page before of its kind is tried first: addresses that stand together are for the same people.
        for user in sorted(USERS, key=lambda one: (-opened[needed, one], USERS.index(one))):
            if needed and not needed & may[user]:
                continue  # refused before the page is asked: another test looks at that
            answer = busy.browser(user).get(path)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                pages.append(Page(name, path, user, answer.content.decode()))
                opened[needed, user] = len(pages)
                break
        else:
            left.add(name)
    explained = {name for names in LEFT.values() for name in names.split()}
    assert left == explained, f"not visited: {sorted(left - explained)}; visited after all: {sorted(explained - left)}"
    return pages, left
