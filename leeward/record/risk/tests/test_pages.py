"""The pages of risk as an adviser uses them; and who does not see them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access import acting
from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.actions.emergency import break_glass
from leeward.record.cases.actions.opening import open_case
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Case, ChronologyEntry
from leeward.record.people.actions.linking import link_people
from leeward.record.people.actions.walls import set_wall
from leeward.record.risk.actions.assessing import Judgement, begin_assessment, finish_assessment, save_answers
from leeward.record.risk.actions.incidents import IncidentFacts, record_incident
from leeward.record.risk.actions.planning import StepFacts, add_step, begin_plan
from leeward.record.risk.instruments import Given
from leeward.record.risk.models import Answer, Assessment, Demand, Incident, PlanStep, SafetyPlan
from leeward.record.risk.queries.incidents import incident_count
from leeward.record.risk.queries.thresholds import newest_versions
from tests.worlds import World

HIGH = ["injury", "frightened", "fears", "isolated", "low", "separated", "child_contact", "stalking", "pregnant",
        "more_often", "worse", "control", "weapons", "strangled"]  # fmt: skip


def once(html: str) -> str:
    """The token of a form that is sent once."""
    return html.split('name="once_token"')[1].split('value="')[1].split('"')[0]


def post(client: Client, address: str, **data: str) -> str:
    """Open a form and send it; answers where it led."""
    page = client.get(address)
    assert page.status_code == 200, (address, page.status_code)
    text = page.content.decode()
    if "once_token" in text:
        data["once_token"] = once(text)
    answer = client.post(address, data)
    assert answer.status_code == 303, answer.content.decode()[:6000]
    return str(answer.headers["Location"])


def assessed(world: World, case: Case, yes: list[str], **judged: object) -> Assessment:
    """A finished assessment by the adviser."""
    by = world.act("idva")
    begun = begin_assessment(by=by, case=case, instrument=newest_versions(by.partnership_id)["dash"])
    begun = save_answers(by=by, assessment=begun, given={key: Given("yes") for key in yes}, version=begun.version)
    return finish_assessment(
        by=by, assessment=begun, judgement=Judgement(**{"assessed_on": timezone.localdate(), **judged}),  # type: ignore[arg-type]
        version=begun.version,
    )  # fmt: skip


def share(world: World, user: str, case: Case, organisation: str, *, scope: int, risk: bool = False) -> None:
    """Give an organisation sight of a case at once."""
    share_case(
        by=world.act(user), case=case, organisation_id=world.organisations[organisation].id, scope=scope, risk=risk,
        organisation_name=organisation, lawful_basis="consent", told="told_agreed", at_once=True,
    )  # fmt: skip


def test_from_the_first_question_to_the_result(world: World) -> None:
    case = world.case()
    client = world.browser("idva")
    assert b"was not assessed yet" in client.get(reverse("case_risk", args=[case.id])).content
    address = post(client, reverse("assessment_start", args=[case.id]), instrument="dash")
    page = client.get(address).content.decode()
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    answers = {f"{key}-answer": "yes" for key in HIGH}
    typed = client.post(
        address,
        {**answers, "injury-comment": "Cut lip", "injury-source": "Her sister", "version": version, "autosave": "1"},
    )
    assert typed.json() == {"version": int(version) + 1}, "saved as typed"
    again = client.get(address).content.decode()
    assert "Cut lip" in again
    led = client.post(
        address,
        {
            **answers,
            "injury-comment": "Cut lip",
            "injury-source": "Her sister",
            "version": str(int(version) + 1),
            "finish": "1",
        },
    )
    finish = str(led.headers["Location"])
    result = client.get(finish).content.decode()
    assert "14 of 24 said yes" in result
    today = timezone.localdate()
    names = [part.split('"')[0] for part in result.split('name="assessed_on')[1:]]
    data = {
        f"assessed_on{name}": value
        for name, value in zip(names, (str(today.day), str(today.month), str(today.year)), strict=False)
    }
    sent = client.post(
        finish,
        {
            **data,
            "version": str(int(version) + 1),
            "once_token": once(result),
            "level": "as_scored",
            "own_view": "That he comes at night",
        },
    )
    assert sent.status_code == 303, sent.content.decode()[:5000]
    page = client.get(reverse("case_risk", args=[case.id])).content.decode()
    for words in (
        "14 of 24",
        "That he comes at night",
        "Strangulation",
        "To do now",
        "Stalking, 11 further items should follow",
    ):
        assert words in page, words
    case.refresh_from_db()
    world.act("idva")
    case = Case.objects.get(id=case.id)
    assert (case.risk, case.risk_on) == ("high", today)
    assert Assessment.objects.get().criteria == ["score"]
    demand = Demand.objects.get(key="strangulation")
    post(client, reverse("demand_answer", args=[demand.id]), status="not_taken", words="She was seen at A&E already")
    assert "She was seen at A&amp;E already" in client.get(reverse("case_risk", args=[case.id])).content.decode()


def test_judgement_raises_with_a_reason_and_never_lowers(world: World) -> None:
    case = world.case()
    with pytest.raises(Refused, match="Say in a sentence"):
        assessed(world, case, ["injury"], level="high")
    raised = assessed(
        world, case, ["frightened"], level="high", why="He is out of prison on Friday and knows the street"
    )
    assert (raised.scored_level, raised.level, raised.criteria) == ("standard", "high", ["judgement"])
    with pytest.raises(Refused, match="never lower"):
        assessed(world, case, HIGH, level="medium", why="She seems calm about it all, I find")


def test_what_is_finished_stays(world: World) -> None:
    case = world.case()
    done = assessed(world, case, HIGH)
    by = world.act("idva")
    with pytest.raises(Refused, match="finished and stays"):
        save_answers(by=by, assessment=done, given={"injury": Given("no")}, version=done.version)
    assert Answer.objects.filter(item="injury").update(answer="no") == 0, "the database refuses too"
    assert Assessment.objects.filter(id=done.id).update(level="standard") == 0


def test_two_people_answering_at_once_lose_nothing(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    begun = begin_assessment(by=by, case=case, instrument=newest_versions(by.partnership_id)["dash"])
    save_answers(by=by, assessment=begun, given={"injury": Given("yes")}, version=begun.version)
    # An item that nobody else came to is kept, though the page is older.
    save_answers(by=by, assessment=begun, given={"worse": Given("yes")}, version=begun.version)
    with pytest.raises(Conflict) as caught:
        save_answers(by=by, assessment=begun, given={"injury": Given("no")}, version=begun.version)
    assert caught.value.theirs == {"injury": Given("yes")}


def test_escalation_counts_what_two_agencies_tell_once(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    share_case(
        by=by,
        case=case,
        organisation_id=world.organisations["police"].id,
        organisation_name="police",
        scope=3,
        lawful_basis="consent",
        told="told_agreed",
        risk=True,
        at_once=True,
    )
    today = timezone.localdate()
    for days, reference in ((10, "EP/1/26"), (40, ""), (400, "")):
        record_incident(
            by=by,
            case=case,
            facts=IncidentFacts(today - dt.timedelta(days=days), ("economic",), "person", crime_reference=reference),
        )
    police = world.act("officer")
    assert Incident.objects.filter(case=case).count() == 3
    # The same one under its crime reference, and one more on a day of its own.
    record_incident(
        by=police,
        case=case,
        facts=IncidentFacts(today - dt.timedelta(days=10), ("economic",), "police", crime_reference="ep/1/26"),
    )
    record_incident(
        by=police, case=case, facts=IncidentFacts(today - dt.timedelta(days=5), ("violent_threatening",), "police")
    )
    world.act("idva")
    assert incident_count(case.person_id, today - dt.timedelta(days=365)) == 3
    done = assessed(world, case, ["injury"])
    assert (done.incidents, done.criteria) == (3, ["escalation"])


def test_a_count_reaches_what_another_agency_alone_may_open(world: World) -> None:
    """The police have a record and a case of their own of the same person; the adviser may read it, without its risk."""
    today = timezone.localdate()
    since = today - dt.timedelta(days=365)
    theirs = world.case("officer")
    police = world.act("officer")
    for days in (5, 30):
        facts = IncidentFacts(today - dt.timedelta(days=days), ("violent_threatening",), "police")
        record_incident(by=police, case=theirs, facts=facts)
    share(world, "officer", theirs, "harbour", scope=3)
    case = world.case("idva")
    by = world.act("idva")
    record_incident(by=by, case=case, facts=IncidentFacts(today - dt.timedelta(days=10), ("economic",), "person"))
    assert incident_count(case.person_id, since) == 1
    link_people(by=by, first_id=case.person_id, second_id=theirs.person_id, reason="The same birth date and street")
    assert Incident.objects.count() == 1, "the others are not opened"
    assert incident_count(case.person_id, since) == 3
    assert incident_count(theirs.person_id, since) is None, "without the flag there is no number"
    done = assessed(world, case, ["injury"])
    assert (done.incidents, done.criteria) == (3, ["escalation"])
    # A colleague with the same sight is told the same; behind a wall, nothing.
    world.act("child_worker")
    assert incident_count(case.person_id, since) == 3
    set_wall(by=world.act("harbour_manager"), person_id=case.person_id, user_id=world.users["child_worker"].id,
             reason="They are neighbours")  # fmt: skip
    world.act("child_worker")
    assert incident_count(case.person_id, since) is None
    # The flag opens the number, the scope alone does not.
    share(world, "idva", case, "haven", scope=2)
    world.act("haven_worker")
    assert Case.objects.filter(id=case.id).exists()
    assert incident_count(case.person_id, since) is None
    share(world, "idva", case, "council", scope=2, risk=True)
    world.act("social_worker")
    assert incident_count(case.person_id, since) == 3
    world.act("changer")
    assert incident_count(case.person_id, since) is None, "a number is for who knows the person"


def test_risk_is_for_those_who_were_given_it(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    share_case(
        by=by,
        case=case,
        organisation_id=world.organisations["haven"].id,
        organisation_name="haven",
        scope=3,
        lawful_basis="consent",
        told="told_agreed",
        risk=False,
        at_once=True,
    )
    done = assessed(world, case, HIGH)
    client = world.browser("haven_worker")
    page = client.get(reverse("case", args=[case.id])).content.decode()
    assert reverse("case_risk", args=[case.id]) not in page
    for name, number in (
        ("case_risk", case.id),
        ("case_safety", case.id),
        ("assessment", done.id),
        ("incident_add", case.id),
        ("assessment_start", case.id),
    ):
        assert client.get(reverse(name, args=[number])).status_code == 404, name
    world.act("haven_worker")
    assert not Assessment.objects.exists()
    assert not Answer.objects.exists()
    assert not Demand.objects.exists()
    assert not ChronologyEntry.objects.filter(case=case, needs_risk=True).exists()


def test_a_safety_plan_from_the_pages(world: World) -> None:
    case = world.case()
    client = world.browser("idva")
    led = client.post(reverse("case_safety", args=[case.id]), {"person": str(case.person_id)})
    address = str(led.headers["Location"])
    post(client, address, situation="leaving", words="Bag at Nan's", who="Nan", when_words="by Friday")
    world.act("idva")
    plan = SafetyPlan.objects.get()
    assert client.get(reverse("safety_plan_copy", args=[plan.id])).status_code == 303, "never by default"
    change = reverse("safety_plan_change", args=[plan.id])
    page = client.get(change).content.decode()
    refused = client.post(
        change, {"copy": "small_print", "copy_words": "", "about": "The dog", "version": "1", "once_token": once(page)}
    )
    assert b"Write down what they said" in refused.content
    assert b"The dog" in refused.content
    post(client, change, copy="small_print", copy_words="he does not read my handbag", about="The dog", version="1")
    copy = client.get(reverse("safety_plan_copy", args=[plan.id])).content.decode()
    assert "Bag at Nan" in copy
    assert "afety" not in copy
    assert "Lindqvist" not in copy
    assert client.post(reverse("safety_plan_given", args=[plan.id])).status_code == 303
    page = client.get(address).content.decode()
    assert "copy given" in page
    step = plan.steps.get()
    for do in ("done", "not_done", "end", "restore"):
        assert client.post(reverse("plan_step_mark", args=[step.id]), {"do": do}).status_code == 303
    assert "Bag at Nan" in client.get(address).content.decode()
    acting.end()


def test_settings_are_for_the_administrator_of_the_partnership(world: World) -> None:
    assert world.browser("idva").get(reverse("risk_settings")).status_code == 403
    client = world.browser("chief")
    page = client.get(reverse("risk_settings")).content.decode()
    data = {"escalation_count": "5", "escalation_months": "12", "repeat_months": "12", "review_weeks": "4", "plan_weeks": "8", "why": "Board, 3 November",
            "dash-medium": "9", "dash-high": "9", "young_person-medium": "10", "young_person-high": "14",
            "offered": ["dash", "first_screen"], "once_token": once(page)}  # fmt: skip
    wrong = client.post(reverse("risk_settings"), data)
    assert b"High must begin at more points" in wrong.content
    assert client.post(reverse("risk_settings"), {**data, "dash-high": "12"}).status_code == 303
    case = world.case()
    done = assessed(world, case, HIGH[:12])
    assert done.scored_level == "high"
    assert done.review_on == timezone.localdate() + dt.timedelta(weeks=4)
    page = world.browser("idva").get(reverse("assessment_start", args=[case.id])).content.decode()
    assert "young people" not in page


def test_emergency_sight_reads_and_writes_nothing(world: World) -> None:
    case = world.case()
    done = assessed(world, case, HIGH)
    by = world.act("idva")
    plan = begin_plan(by=by, case=case)
    step = add_step(by=by, plan=plan, facts=StepFacts("leaving", "By the back door"))
    demand = Demand.objects.filter(assessment=done).first()
    assert demand is not None
    helper = world.act("haven_worker")
    break_glass(by=helper, reference=case.reference, reason="She is at our door and cannot say what happened")
    client = world.browser("haven_worker")
    for address in (
        reverse("case_risk", args=[case.id]), reverse("assessment", args=[done.id]), reverse("safety_plan", args=[plan.id]),
    ):  # fmt: skip
        page = client.get(address)
        assert page.status_code == 200, address
        assert b"Record what was done" not in page.content
    for name, number in (
        ("assessment_start", case.id), ("incident_add", case.id), ("demand_answer", demand.id), ("plan_step", step.id),
        ("safety_plan_change", plan.id), ("safety_plan_review", plan.id),
    ):  # fmt: skip
        assert client.get(reverse(name, args=[number])).status_code == 404, name
    assert client.post(reverse("plan_step_mark", args=[step.id]), {"do": "end"}).status_code == 404
    world.act("haven_worker")
    assert PlanStep.objects.update(ended_at=timezone.now()) == 0, "the database refuses too"
    assert Demand.objects.update(status="taken") == 0


def test_a_case_of_the_other_side_takes_no_incident(world: World) -> None:
    case = world.case(side="causing_harm")
    by = world.act("idva")
    with pytest.raises(Refused, match="own case"):
        record_incident(by=by, case=case, facts=IncidentFacts(timezone.localdate(), ("economic",), "person"))
    with pytest.raises(Refused, match="own case"):
        begin_plan(by=by, case=case)


def test_the_two_sides_are_not_counted_together(world: World) -> None:
    """What somebody did in a case about changing behaviour is no incident of theirs, nor asked by who works on it."""
    case = world.case()
    by = world.act("idva")
    today = timezone.localdate()
    record_incident(by=by, case=case, facts=IncidentFacts(today, ("economic",), "person"))
    his = open_case(by=by, person=case.person, side="causing_harm", lawful_basis="consent", told="told_agreed")
    Incident(
        partnership_id=by.partnership_id, person_id=case.person_id, case=his, from_on=today - dt.timedelta(days=9),
        kinds=["economic"], reported="no", source="person", organisation_id=by.acts_for, recorded_by="x",
    ).save(force_insert=True)  # fmt: skip
    assert incident_count(case.person_id, today - dt.timedelta(days=30)) == 1
    change = world.case("changer", side="causing_harm", given="Erik", family="Lindqvist")
    world.act("changer")
    assert incident_count(change.person_id, today - dt.timedelta(days=30)) is None
