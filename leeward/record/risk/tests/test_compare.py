"""Two assessments side by side: by topic, whatever asked; more and less; what was said, by whom; across cases."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import AuditEntry
from leeward.platform.common.ids import new_id
from leeward.record.cases.actions.closing import close_case
from leeward.record.cases.actions.opening import open_case
from leeward.record.cases.models import Case
from leeward.record.cases.rules import checklist
from leeward.record.people.actions.linking import link_people, unlink_people
from leeward.record.risk.actions.assessing import Judgement, begin_assessment, finish_assessment, save_answers
from leeward.record.risk.instruments import Given, Instrument, load_file
from leeward.record.risk.instruments.loading import FOLDER
from leeward.record.risk.models import Assessment, InstrumentVersion
from leeward.record.risk.queries import thresholds
from leeward.record.risk.queries.comparing import Compared, compare, from_least
from leeward.record.risk.queries.thresholds import newest_versions
from leeward.record.risk.tests.test_instruments import GRADED
from leeward.record.risk.tests.test_pages import share
from tests.worlds import World


@pytest.fixture
def graded(world: World, monkeypatch: pytest.MonkeyPatch) -> InstrumentVersion:
    """The police's graded tool: its definition stands behind a shipped version, since the web role loads none."""
    world.act("idva")
    version = newest_versions(world.partnership.id)["first_screen"]
    monkeypatch.setitem(thresholds._KNOWN, version.id, load_file(GRADED))
    return version


def made(
    world: World, case: Case, version: InstrumentVersion, given: dict[str, Given], level: str = "", why: str = ""
) -> Assessment:
    """One finished by the adviser."""
    by = world.act("idva")
    begun = begin_assessment(by=by, case=Case.objects.get(id=case.id), instrument=version)
    begun = save_answers(by=by, assessment=begun, given=given, version=begun.version)
    judged = Judgement(timezone.localdate(), level, why)
    return finish_assessment(by=by, assessment=begun, judgement=judged, version=begun.version)


def rows(earlier: Assessment, later: Assessment) -> dict[str, Compared]:
    return {row.topic: row for row in compare(earlier, later)}


def said(**answers: str) -> dict[str, Given]:
    return {key: Given(answer) for key, answer in answers.items()}


def test_every_item_of_a_topic_is_shown_and_the_strongest_counts(world: World, graded: InstrumentVersion) -> None:
    case = world.case()
    first = made(world, case, graded, said(rules="often", purse="never"))
    second = made(world, case, graded, said(rules="often", purse="sometimes"))
    row = rows(first, second)["coercive_control"]
    assert [one.words for one in row.before] == ["Often", "Never"]
    assert [one.words for one in row.after] == ["Often", "Sometimes"]
    assert row.change == "same", "the strongest is as strong as before"


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("sometimes", "often", "more"), ("always", "sometimes", "less"), ("never", "sometimes", "new"),
        ("often", "never", "gone"), ("not_known", "often", "unclear"), ("often", "not_asked", "unclear"),
        ("not_known", "not_asked", "same"), ("often", "often", "same"),
    ],
)  # fmt: skip
def test_grades_and_four_answers(world: World, graded: InstrumentVersion, before: str, after: str, change: str) -> None:
    case = world.case()
    first = made(world, case, graded, said(hits=before, alone="yes"))
    second = made(world, case, graded, said(hits=after, alone="yes"))
    assert rows(first, second)["injury"].change == change


def test_two_tools_compare_by_topic_with_what_was_said(world: World, graded: InstrumentVersion) -> None:
    case = world.case()
    dash = made(
        world, case, newest_versions(world.partnership.id)["dash"],
        {"strangled": Given("no"), "control": Given("yes", "Keeps her phone", "Her sister")},
    )  # fmt: skip
    police = made(world, case, graded, said(neck="often", rules="always", purse="never"))
    found = rows(dash, police)
    assert (found["strangulation"].change, found["coercive_control"].change) == ("new", "same")
    one = found["coercive_control"].before[0]
    assert (one.comment, one.source) == ("Keeps her phone", "Her sister")
    assert found["threats_to_kill"].after == []
    order = [row.change for row in compare(dash, police)]
    assert order == sorted(order, key=("new", "more", "unclear", "less", "gone", "same").index)


def test_a_scale_may_begin_at_either_end() -> None:
    up = load_file(GRADED)
    dash = load_file(FOLDER / "dash.yaml")
    text = up.model_dump(mode="json", by_alias=True)
    text["scales"]["how_often"].reverse()
    down = Instrument.model_validate(text)
    assert from_least(up, up.items["hits"]) == ("never", "sometimes", "often", "always")
    assert from_least(down, down.items["hits"]) == ("never", "sometimes", "often", "always")
    assert from_least(dash, dash.items["injury"]) == ("no", "yes")


def test_the_page_shows_level_judgement_comment_and_source(world: World) -> None:
    case = world.case()
    world.act("idva")
    dash = newest_versions(world.partnership.id)["dash"]
    first = made(world, case, dash, {"injury": Given("no")})
    second = made(
        world, case, dash, {"injury": Given("yes", "A cut lip", "The school nurse")}, "high",
        "He is out on Friday and has the new address",
    )  # fmt: skip
    page = world.browser("idva").get(reverse("assessment_compare", args=[second.id, first.id])).content.decode()
    for words in ("A cut lip", "The school nurse", "He is out on Friday", "by judgement; the answers say standard"):
        assert words in page, words


def test_an_earlier_case_of_the_same_person_is_offered_to_who_sees_it(world: World) -> None:
    case = world.case()
    world.act("idva")
    dash = newest_versions(world.partnership.id)["dash"]
    old = made(world, case, dash, said(injury="yes"))
    by = world.act("idva")
    answers = {check.key: "yes" for check in checklist().for_side("harmed")}
    stands = Case.objects.get(id=case.id)
    close_case(by=by, case=stands, reason="goals_met", answers=answers, version=stands.version)
    again = open_case(by=by, person=case.person, side="harmed", lawful_basis="consent", told="told_agreed",
                      lead_worker_id=by.user_id)  # fmt: skip
    new = made(world, again, dash, said(injury="no"))
    client = world.browser("idva")
    address = reverse("assessment_compare", args=[new.id, old.id])
    page = client.get(reverse("assessment", args=[new.id])).content.decode()
    assert f'href="{address}"' in page
    assert "in another case" in page
    assert "No longer" in client.get(address).content.decode()
    # Who sees the new case alone is offered nothing, and gets nothing.
    share(world, "idva", again, "haven", scope=3, risk=True)
    other = world.browser("haven_worker")
    assert f'href="{address}"' not in other.get(reverse("assessment", args=[new.id])).content.decode()
    assert other.get(address).status_code == 404


def test_of_another_person_nothing_is_compared(world: World) -> None:
    one, two = world.case(), world.case(given="Ana")
    world.act("idva")
    dash = newest_versions(world.partnership.id)["dash"]
    first, second = made(world, one, dash, said(injury="yes")), made(world, two, dash, said(injury="yes"))
    client = world.browser("idva")
    assert client.get(reverse("assessment_compare", args=[second.id, first.id])).status_code == 404
    assert client.get(reverse("assessment_compare", args=[second.id, new_id()])).status_code == 404


def test_two_linked_records_of_one_person_are_compared_for_who_sees_both(world: World) -> None:
    first, again = world.case(), world.case()
    world.act("idva")
    dash = newest_versions(world.partnership.id)["dash"]
    old, new = made(world, first, dash, said(injury="yes")), made(world, again, dash, said(injury="no"))
    client = world.browser("idva")
    address = reverse("assessment_compare", args=[new.id, old.id])
    assert client.get(address).status_code == 404, "nobody has said yet that they are one person"
    link = link_people(
        by=world.act("idva"), first_id=again.person_id, second_id=first.person_id, reason="The same card"
    )
    page = client.get(reverse("assessment", args=[new.id])).content.decode()
    assert f'href="{address}"' in page
    assert "of a linked record" in page
    beside = client.get(address).content.decode()
    assert "No longer" in beside
    assert "of a linked record" in beside
    logged = AuditEntry.objects.filter(action="compared_assessments").values_list("person_id", flat=True)
    world.act("dpl")
    assert set(logged) >= {first.person_id, again.person_id}
    # Who sees one of the two records is offered nothing, and gets nothing.
    share(world, "idva", again, "haven", scope=3, risk=True)
    other = world.browser("haven_worker")
    assert f'href="{address}"' not in other.get(reverse("assessment", args=[new.id])).content.decode()
    assert other.get(address).status_code == 404
    # The link taken back ends it.
    unlink_people(by=world.act("idva"), link_id=link.id, reason="Two women")
    assert client.get(address).status_code == 404
