"""A partnership changes its tool: the command loads it, the old one is paused, and nothing of before is lost."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from leeward.config import cli, installation
from leeward.platform.access import acting
from leeward.record.cases.models import Case
from leeward.record.risk.actions.assessing import Judgement, begin_assessment, finish_assessment, save_answers
from leeward.record.risk.actions.instruments import load_shipped, set_thresholds
from leeward.record.risk.instruments import Given
from leeward.record.risk.models import Assessment, InstrumentVersion
from leeward.record.risk.queries.assessments import instrument_of, offers_for
from leeward.record.risk.queries.comparing import compare
from leeward.record.risk.queries.thresholds import newest_versions
from leeward.record.risk.rules import Thresholds
from leeward.record.risk.tests.test_instruments import GRADED
from tests.committed import OWNER, committed  # noqa: F401  a fixture
from tests.worlds import World, build


@pytest.fixture
def lasting(committed: None, monkeypatch: pytest.MonkeyPatch) -> World:  # noqa: F811  the fixture above
    # The command finds the database of the installation; here it is the one of the tests.
    monkeypatch.setattr(installation, "database", lambda *_args, **_more: nullcontext())
    monkeypatch.setattr(installation, "use", lambda *_args, **_more: None)
    monkeypatch.setattr(cli, "setup", lambda: None)
    with transaction.atomic():
        return build()


def load(file: Path, *more: str) -> Result:
    return CliRunner().invoke(cli.main, ["instruments", "load", str(file), *more])


def assess(world: World, case: Case, key: str, **answers: str) -> Assessment:
    by = world.act("idva")
    begun = begin_assessment(
        by=by, case=Case.objects.get(id=case.id), instrument=newest_versions(by.partnership_id)[key]
    )
    given = {name: Given(answer) for name, answer in answers.items()}
    begun = save_answers(by=by, assessment=begun, given=given, version=begun.version)
    judged = Judgement(timezone.localdate())
    return finish_assessment(by=by, assessment=begun, judgement=judged, version=begun.version)


def test_the_police_move_to_another_tool(lasting: World, tmp_path: Path) -> None:
    with transaction.atomic():
        case = lasting.case()
        before = assess(lasting, case, "dash", strangled="no", control="yes")
    done = load(GRADED)
    assert done.exit_code == 0, done.output
    assert "Loaded “Graded police questions”, version 1, for Estuary Partnership: 6 items." in done.output
    assert "“speaks_alone”" in done.output, "what is perhaps not meant is said"
    assert "nothing is different" in load(GRADED).output
    with transaction.atomic():
        chief = lasting.act("chief")
        set_thresholds(by=chief, thresholds=Thresholds(paused=frozenset({"dash"})), why="The board, in November")
    with transaction.atomic():
        by = lasting.act("idva")
        offers = {one.version.key: one for one in offers_for(by, case.person)}
        assert "dash" not in offers
        assert offers["graded"].hint.startswith("Not meant for your role")
        assert "Completed by: A police officer who answers a call." in offers["graded"].hint
        officer = lasting.act("officer")
        assert {one.version.key: one for one in offers_for(officer, case.person)}["graded"].is_meant
        after = assess(lasting, case, "graded", neck="often", rules="always", purse="never")
        changes = {row.topic: row.change for row in compare(before, after)}
        assert (changes["strangulation"], changes["coercive_control"]) == ("new", "same")
    # A second version stands beside the first, which keeps what it asked.
    second = tmp_path / "second.yaml"
    text = GRADED.read_text().replace("Hits or pushes", "Hits or pulls")
    second.write_text(text)
    assert "raise the version in the file" in load(second).stderr
    second.write_text(text.replace("version: 1", "version: 2"))
    assert load(second).exit_code == 0
    with transaction.atomic():
        lasting.act("idva")
        newest = newest_versions(lasting.partnership.id)["graded"]
        later = assess(lasting, case, "graded", hits="often")
        assert (newest.version, later.instrument_id) == (2, newest.id)
        old = Assessment.objects.select_related("instrument").get(id=after.id)
        assert instrument_of(old).items["hits"].label == "Hits or pushes"
        assert {row.topic: row.change for row in compare(old, later)}["injury"] == "unclear"
        acting.end()
    page = lasting.browser("idva").get(reverse("assessment_start", args=[case.id])).content.decode()
    assert "Not meant for your role" in page
    assert "A police officer who answers a call" in page


def test_the_command_says_what_is_wrong(lasting: World, tmp_path: Path) -> None:
    file = tmp_path / "tool.yaml"
    file.write_text(GRADED.read_text().replace("instrument: stalking", "instrument: stalkin"))
    done = load(file)
    assert done.exit_code == 1
    assert "follow_on names “stalkin”, which is not loaded here" in done.stderr
    file.write_text(GRADED.read_text().replace(", affirms: true", ""))
    assert "has no answer with affirms: true" in load(file).stderr
    assert "Say which partnership" in load(GRADED, "--partnership", "Elsewhere").stderr
    assert load(tmp_path / "nowhere.yaml").exit_code == 1
    with transaction.atomic():
        lasting.act("idva")
        assert not InstrumentVersion.objects.filter(key="graded").exists()


def test_what_was_kept_before_a_file_could_say_more_is_the_same_still(lasting: World) -> None:
    for row in InstrumentVersion.objects.using(OWNER).all():
        row.definition.pop("meant_for", None)
        for one in row.definition["follow_on"]:
            one.pop("ages", None)
        if row.key == "dash":
            row.save(using=OWNER)
    assert load_shipped(using=OWNER) == 0
