"""What must follow: said before anything is finished, asked once, made a task of; numbers with their words; incidents."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.record.cases.models import Case, ChronologyEntry, Task
from leeward.record.cases.queries.caseload import CaseFilter, caseload
from leeward.record.risk.actions.assessing import Judgement, begin_assessment, finish_assessment, save_answers
from leeward.record.risk.actions.incidents import IncidentFacts, correct_incident, record_incident, withdraw_incident
from leeward.record.risk.instruments import Given, demands, load_file, parse
from leeward.record.risk.instruments.loading import FOLDER
from leeward.record.risk.models import Assessment, Demand, Incident
from leeward.record.risk.queries import thresholds
from leeward.record.risk.queries.assessments import risk_page
from leeward.record.risk.queries.due import steps_open
from leeward.record.risk.queries.thresholds import newest_versions
from leeward.record.risk.tests.test_pages import HIGH, assessed, once, post
from tests.homes import home
from tests.worlds import World

TODAY, DAY = timezone.localdate, dt.timedelta(days=1)


def begun(world: World, case: Case, key: str, **answers: str) -> Assessment:
    by = world.act("idva")
    made = begin_assessment(
        by=by, case=Case.objects.get(id=case.id), instrument=newest_versions(by.partnership_id)[key]
    )
    given = {name: Given(answer) for name, answer in answers.items()}
    return save_answers(by=by, assessment=made, given=given, version=made.version)


def finished(world: World, case: Case, key: str, **answers: str) -> Assessment:
    made = begun(world, case, key, **answers)
    by = world.act("idva")
    return finish_assessment(by=by, assessment=made, judgement=Judgement(TODAY()), version=made.version)


def test_what_must_be_done_now_is_said_before_it_is_finished(world: World) -> None:
    case = world.case()
    screen = begun(world, case, "first_screen", safe_today="yes", throat="no")
    client = world.browser("idva")
    page = client.get(reverse("assessment_finish", args=[screen.id])).content.decode()
    assert "Call 999 if the danger is now" in page
    assert "Advise medical care" not in page
    assert page.index("Call 999") < page.index("Finish the assessment")
    page = client.get(reverse("assessment", args=[screen.id])).content.decode()
    assert "Call 999" in page.split('name="safe_today-answer"')[-1].split("lw-item__now")[1].split("<details")[0]
    assert page.count("data-now") == sum(
        any(demands()[key].at_once for key in one.demands)
        for one in load_file(FOLDER / "first_screen.yaml").items.values()
    )


def test_a_finished_one_has_the_whole_steps(world: World) -> None:
    case = world.case()
    done = assessed(world, case, ["strangled", "control"])
    page = world.browser("idva").get(reverse("assessment", args=[done.id])).content.decode()
    for key in ("strangulation", "control"):
        assert demands()[key].step in page.replace("&#39;", "'")
    assert "Strangulation: do this now" in page
    row = Demand.objects.get(key="strangulation")
    client = world.browser("idva")
    post(client, reverse("demand_answer", args=[row.id]), status="taken", words="Seen at the walk-in")
    page = client.get(reverse("assessment", args=[done.id])).content.decode()
    assert "do this now" not in page, "what was done is not asked for again"
    assert 'Done: <span dir="auto">Seen at the walk-in' in page


def test_one_count_everywhere_and_never_without_its_words(world: World) -> None:
    case = world.case()
    done = assessed(world, case, [*HIGH, "forced_marriage", "care_needs"])
    client = world.browser("idva")
    page = client.get(reverse("assessment", args=[done.id])).content.decode()
    assert "14 of 24 said yes" in page
    assert "of 27" not in page
    beside = page.split("Also so, not counted")[1].split("</div>")[0]
    assert "made to marry" in beside
    card = client.get(reverse("case_risk", args=[case.id])).content.decode()
    assert "(14 of 24 said yes)" in card
    assert card.count("Very frightened") >= 2, "on the card and in the table"
    world.act("idva")
    entry = ChronologyEntry.objects.get(case=case, about_kind="assessment")
    assert entry.title == "DASH: 14 of 24 said yes, high"
    assert "Very frightened; " in entry.text
    assert "Not counted: Fears being made to marry" in entry.text
    listed = card.split("How it stands")[1].split("</ul>")[0]
    assert listed.count("<li>") == 14, "as many as the number says"


def test_points_are_called_points(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = world.case()
    world.act("idva")
    version = newest_versions(world.partnership.id)["dash"]
    weighted = parse((FOLDER / "dash.yaml").read_text().replace("score: 1, affirms", "score: 3, affirms"))
    monkeypatch.setitem(thresholds._KNOWN, version.id, weighted)
    done = assessed(world, case, ["injury", "low"])
    client = world.browser("idva")
    for address in (reverse("assessment", args=[done.id]), reverse("case_risk", args=[case.id])):
        page = client.get(address).content.decode()
        assert "6 of 72 points" in page
        assert "said yes" not in page


def test_a_step_is_asked_once_and_answered_for_all(world: World) -> None:
    case = world.case()
    finished(world, case, "first_screen", throat="yes")
    finished(world, case, "dash", strangled="yes", injury="yes")
    by = world.act("idva")
    (asked,) = (one for one in risk_page(by=by, case=case).demands if one.row.key == "strangulation")
    assert [words.split(",")[0] for words in asked.by] == ["DASH", "First screen"]
    assert [one.title for one in steps_open(cases=[case.id])] == ["Strangulation"]
    client = world.browser("idva")
    post(client, reverse("demand_answer", args=[asked.row.id]), status="taken", words="Seen at A&E tonight")
    world.act("idva")
    assert set(Demand.objects.filter(key="strangulation").values_list("status", flat=True)) == {"taken"}
    page = client.get(reverse("case_risk", args=[case.id])).content.decode()
    assert "Nothing is open." in page
    assert "Seen at A&amp;E tonight" in page.split("<summary>Answered (2)")[1]


def test_a_task_is_made_of_a_step_in_words_of_ones_own(world: World) -> None:
    case = world.case()
    finished(world, case, "dash", strangled="yes")
    row = Demand.objects.get()
    client = world.browser("idva")
    address = reverse("demand_task", args=[row.id])
    assert address in client.get(reverse("case_risk", args=[case.id])).content.decode()
    page = client.get(address).content.decode()
    assert 'value="Strangulation"' not in page, "who sees no risk reads tasks too"
    post(client, address, title="Ring her about the appointment", assignee=str(world.users["idva"].id))
    world.act("idva")
    assert Task.objects.get().title == "Ring her about the appointment"
    row.refresh_from_db()
    assert row.status == "open"
    refused = client.post(address, {"title": "", "once_token": once(client.get(address).content.decode())})
    assert refused.status_code == 200
    assert world.browser("haven_worker").get(address).status_code == 404


def test_every_finished_one_can_ask_for_another(world: World) -> None:
    case = world.case()
    finished(world, case, "dash", stalking="yes")
    finished(world, case, "dash", injury="yes")
    by = world.act("idva")
    (offer,) = risk_page(by=by, case=case).follow_on
    assert offer[1].key == "stalking"
    finished(world, case, "stalking", visits="yes")
    assert risk_page(by=world.act("idva"), case=case).follow_on == []


def test_the_young_are_sent_to_their_own_variant(world: World) -> None:
    case = world.case(birth_date=TODAY() - dt.timedelta(days=14 * 366), birth_precision="day")
    screen = finished(world, case, "first_screen", afraid="yes")
    (offer,) = risk_page(by=world.act("idva"), case=case).follow_on
    assert offer[1].key == "young_person"
    page = world.browser("idva").get(reverse("assessment", args=[screen.id]))
    assert page.status_code == 200


def test_a_child_who_saw_it_asks_for_the_child_step(world: World) -> None:
    family = home(world)
    client = world.browser("idva")
    add = reverse("incident_add", args=[family.case.id])
    page = client.get(add).content.decode()
    assert "Erik" in page.split('name="causing"')[1].split("</select>")[0]
    day = TODAY()
    post(
        client, add, kinds="economic", source="person", reported="no", children_present="yes",
        causing=str(family.father.id), **{"from_on-day": str(day.day), "from_on-month": str(day.month),
                                           "from_on-year": str(day.year)},
    )  # fmt: skip
    world.act("idva")
    incident = Incident.objects.get()
    assert incident.causing_id == family.father.id
    page = client.get(reverse("incident", args=[incident.id])).content.decode()
    assert "Did a child see or hear it" in page
    assert "Erik" in page
    assert demands()["child"].step in page.replace("&#39;", "'")
    risk = client.get(reverse("case_risk", args=[family.case.id])).content.decode()
    assert "Asked for by: An incident" in risk
    by = world.act("idva")
    (asked,) = risk_page(by=by, case=family.case).demands
    assert asked.row.key == "child"
    # Asked once however often it is corrected; gone with the incident.
    facts = IncidentFacts(day, ("economic",), "person", reported="no", children_present="yes", what="More")
    correct_incident(by=by, incident=incident, facts=facts, version=incident.version)
    assert Demand.objects.count() == 1
    withdraw_incident(by=by, incident=incident, reason="Of another woman")
    assert risk_page(by=by, case=family.case).demands == []
    assert steps_open(cases=[family.case.id]) == []


def test_who_is_said_to_have_done_it_is_somebody_of_this_case(world: World) -> None:
    case, other = world.case(), world.case(given="Ana")
    by = world.act("idva")
    with pytest.raises(Refused, match="in this case"):
        record_incident(
            by=by, case=case, facts=IncidentFacts(TODAY(), ("economic",), "person", causing_id=other.person_id)
        )


def test_a_step_of_an_incident_stands_in_its_case_alone(world: World) -> None:
    case, other = world.case(), world.case(given="Ana")
    by = world.act("idva")
    made = record_incident(by=by, case=case, facts=IncidentFacts(TODAY(), ("economic",), "person"))
    astray = Demand(case=other, incident=made, key="child", organisation_id=by.acts_for)
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        astray.save(force_insert=True)


def test_what_came_after_is_no_escalation_of_before(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    for days in (0, 1, 2, 9):
        record_incident(by=by, case=case, facts=IncidentFacts(TODAY() - days * DAY, ("economic",), "person"))
    assert assessed(world, case, ["injury"], assessed_on=TODAY() - 5 * DAY).incidents == 1
    assert assessed(world, case, ["injury"]).incidents == 4


@pytest.mark.parametrize("waits", ["steps", "assessment", "first", "plan"])
def test_a_list_has_just_the_cases_that_wait(world: World, waits: str) -> None:
    plain, stepping, never = world.case(given="Plain"), world.case(given="Stepping"), world.case(given="Never")
    assessed(world, plain, ["injury"])
    due = finished(world, stepping, "dash", strangled="yes", injury="yes")
    by = world.act("idva")
    assert due
    assert never
    found = [row.name for row in caseload(by=by, wanted=CaseFilter(waits=waits)).rows]
    assert found == {"steps": ["Stepping"], "assessment": [], "first": ["Never"], "plan": []}[waits]
    page = world.browser("idva").get(reverse("caseload") + f"?waits={waits}").content.decode()
    assert ("Plain" in page, "aria-current" in page) == (False, True)


def test_what_was_set_before_is_said_in_values(world: World) -> None:
    client = world.browser("chief")
    page = client.get(reverse("risk_settings")).content.decode()
    data = {"escalation_count": "5", "escalation_months": "12", "repeat_months": "12", "review_weeks": "8",
            "plan_weeks": "4", "why": "Board, 3 November", "dash-medium": "9", "dash-high": "12",
            "young_person-medium": "10", "young_person-high": "14",
            "offered": ["dash", "first_screen", "young_person"], "once_token": once(page)}  # fmt: skip
    assert client.post(reverse("risk_settings"), data).status_code == 303
    page = client.get(reverse("risk_settings")).content.decode()
    for words in (
        "Incidents that are an escalation: 5, before 3",
        "Weeks until a safety plan is gone through again: 4, before 8",
        "DASH, 24 items: medium from 9 and high from 12, before as its file says",
        "Stalking, 11 further items: no longer offered",
    ):
        assert words in page, words


def test_an_incident_is_taken_back_on_its_page(world: World) -> None:
    case = world.case()
    made = record_incident(
        by=world.act("idva"), case=case, facts=IncidentFacts(TODAY(), ("economic",), "person", children_present="yes")
    )
    client = world.browser("idva")
    post(client, reverse("incident_withdraw", args=[made.id]), reason="Of another woman")
    assert "Taken back, not counted" in client.get(reverse("incident", args=[made.id])).content.decode()
