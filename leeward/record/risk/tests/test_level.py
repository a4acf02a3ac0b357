"""The level of a case: judgement raises it and never lowers it; a higher assessment prevails; what was a mistake goes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.closing import close_case
from leeward.record.cases.actions.details import CaseDetails, change_details
from leeward.record.cases.models import Case, ChronologyEntry
from leeward.record.cases.rules import checklist
from leeward.record.risk.actions.assessing import (
    Judgement,
    begin_assessment,
    finish_assessment,
    save_answers,
    withdraw_assessment,
)
from leeward.record.risk.instruments import Given
from leeward.record.risk.models import Assessment
from leeward.record.risk.queries.assessments import assessed_level, risk_page
from leeward.record.risk.queries.due import steps_open
from leeward.record.risk.queries.thresholds import newest_versions
from leeward.record.risk.tests.test_pages import HIGH, assessed, once, post, share
from tests.worlds import World

TODAY, WEEK = timezone.localdate, dt.timedelta(days=7)
WHY = "She told me today that he was arrested"
MEDIUM = HIGH[:10]


def by_hand(world: World, case: Case, level: str, why: str = WHY) -> Case:
    by, stands = world.act("idva"), Case.objects.get(id=case.id)
    details = CaseDetails(level, stands.review_on, stands.counts_for, "")
    return change_details(by=by, case=stands, details=details, version=stands.version, why_risk=why)


def level(world: World, case: Case) -> str:
    world.act("idva")
    return Case.objects.get(id=case.id).risk


def test_by_hand_a_level_is_raised_with_a_reason_and_never_lowered(world: World) -> None:
    case = world.case()
    by_hand(world, case, "standard")  # nothing was assessed yet
    assessed(world, case, MEDIUM)
    for lower in ("standard", "unknown"):
        with pytest.raises(Refused, match="newest assessment says medium"):
            by_hand(world, case, lower)
    with pytest.raises(Refused, match="Say in a sentence"):
        by_hand(world, case, "high", "Worse")
    assert by_hand(world, case, "high").risk == "high"
    assert by_hand(world, case, "medium").risk == "medium", "down to what was assessed, not below"


def test_the_form_says_so(world: World) -> None:
    case = world.case()
    assessed(world, case, HIGH)
    client = world.browser("idva")
    address = reverse("case_details_change", args=[case.id])
    page = client.get(address).content.decode()
    assert "raised here, never lowered" in page
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    answer = client.post(address, {"risk": "standard", "why_risk": WHY, "version": version})
    assert answer.status_code == 200
    assert "never lower it" in answer.content.decode()
    assert level(world, case) == "high"


def test_a_higher_one_entered_late_raises_the_case(world: World) -> None:
    case = world.case()
    assessed(world, case, ["injury"])
    assert level(world, case) == "standard"
    assessed(world, case, HIGH, assessed_on=TODAY() - WEEK)
    assert level(world, case) == "high"
    page = world.browser("idva").get(reverse("case_risk", args=[case.id])).content.decode()
    assert "The case stands at high" in page
    # One that is both older and lower changes nothing; a new one does.
    assessed(world, case, MEDIUM, assessed_on=TODAY() - WEEK)
    assert level(world, case) == "high"
    assessed(world, case, MEDIUM)
    assert level(world, case) == "medium"


def test_what_was_finished_in_the_wrong_case_is_taken_back(world: World) -> None:
    case = world.case()
    assessed(world, case, MEDIUM, assessed_on=TODAY() - WEEK)
    wrong = assessed(world, case, HIGH)
    assert level(world, case) == "high"
    client = world.browser("idva")
    page = client.get(reverse("assessment", args=[wrong.id])).content.decode()
    assert "Entered in the wrong case" in page
    post(client, reverse("assessment_withdraw", args=[wrong.id]), reason="It was of another woman")
    assert level(world, case) == "medium"
    by = world.act("idva")
    assert assessed_level(case) == "medium"
    page = risk_page(by=by, case=case)
    assert [one.level for one in page.finished] == ["medium"]
    assert [one.id for one in page.withdrawn] == [wrong.id]
    asked = {one.title for one in steps_open(cases=[case.id])}
    assert asked == {one.known.title for one in page.demands}
    assert "Strangulation" not in asked, "what it asked for is not asked any more"
    titles = list(ChronologyEntry.objects.filter(case=case).values_list("title", flat=True))
    assert "Risk: medium, before high" in titles
    kept = Assessment.objects.get(id=wrong.id)
    assert (kept.status, kept.withdrawn_by, kept.score) == ("withdrawn", "Ruth Adeyemi", 14)
    assert "It was of another woman" in client.get(reverse("assessment", args=[wrong.id])).content.decode()
    # The only one that is left: then nothing is assessed.
    left = Assessment.objects.get(status="finished")
    withdraw_assessment(by=world.act("idva"), assessment=left, reason="This one too")
    assert level(world, case) == "unknown"
    with pytest.raises(Refused, match="was withdrawn"):
        withdraw_assessment(by=world.act("idva"), assessment=left, reason="Twice")


def test_a_level_that_was_set_otherwise_stays(world: World) -> None:
    case = world.case()
    wrong = assessed(world, case, MEDIUM)
    by_hand(world, case, "high")
    withdraw_assessment(by=world.act("idva"), assessment=wrong, reason="Of another woman")
    assert level(world, case) == "high"


def test_only_who_made_it_takes_it_back_and_the_database_agrees(world: World) -> None:
    case = world.case()
    done = assessed(world, case, HIGH)
    with pytest.raises(Refused, match="Say why"):
        withdraw_assessment(by=world.act("idva"), assessment=done, reason=" ")
    share(world, "idva", case, "police", scope=3, risk=True)
    share(world, "idva", case, "haven", scope=3)

    def taken_back(user: str) -> bool:
        """Whether the database does it, asked past every action."""
        world.act(user)
        with connection.cursor() as cursor:
            cursor.execute("SELECT risk_take_back(%s, 'x', 'x')", [done.id])
        world.act("idva")
        return Assessment.objects.get(id=done.id).status == "withdrawn"

    with pytest.raises(Refused, match="Another organisation"):
        withdraw_assessment(by=world.act("officer"), assessment=done, reason="Not ours")
    for user in ("officer", "haven_worker", "changer", "analyst"):
        assert not taken_back(user), user
    assert taken_back("idva")


def test_who_finishes_does_not_replace_who_began(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    begun = begin_assessment(by=by, case=case, instrument=newest_versions(by.partnership_id)["dash"])
    begun = save_answers(by=by, assessment=begun, given={"injury": Given("yes")}, version=begun.version)
    by = world.act("harbour_manager")
    done = finish_assessment(by=by, assessment=begun, judgement=Judgement(TODAY()), version=begun.version)
    assert (done.author_name, done.finished_by_name) == ("Ruth Adeyemi", "Helen Marsh")
    page = world.browser("idva").get(reverse("assessment", args=[done.id])).content.decode()
    assert "Ruth Adeyemi, finished by Helen Marsh" in page


def test_a_closed_case_can_still_be_put_right(world: World) -> None:
    case = world.case()
    wrong = assessed(world, case, HIGH)
    by, stands = world.act("idva"), Case.objects.get(id=case.id)
    answers = {check.key: "yes" for check in checklist().for_side("harmed")}
    close_case(by=by, case=stands, reason="goals_met", answers=answers, version=stands.version)
    withdraw_assessment(by=world.act("idva"), assessment=wrong, reason="Of another woman")
    assert level(world, case) == "unknown"


def test_a_page_without_a_reason_is_sent_back(world: World) -> None:
    case = world.case()
    done = assessed(world, case, HIGH)
    client = world.browser("idva")
    address = reverse("assessment_withdraw", args=[done.id])
    page = client.get(address).content.decode()
    assert "It said high." in page
    answer = client.post(address, {"reason": "", "once_token": once(page)})
    assert answer.status_code == 200
    assert level(world, case) == "high"
