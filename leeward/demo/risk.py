"""Risk of the fictional cases: assessments whose answers come to the level that the case has, incidents, steps, plans.

Answers are written for the newest cases alone: what is older is read as a line over time, and a million people times
24 answers would tell nothing more.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from leeward.record.risk import models as risk
from leeward.record.risk.actions.instruments import shipped_id
from leeward.record.risk.instruments import demands, load_file
from leeward.record.risk.instruments.loading import FOLDER

MODELS: tuple[type[Any], ...] = (
    risk.Assessment, risk.Answer, risk.Demand, risk.Incident, risk.SafetyPlan, risk.PlanStep, risk.PlanEvent,
)  # fmt: skip
DASH = load_file(FOLDER / "dash.yaml")
INSTRUMENT = shipped_id(DASH)
# What a professional screened who refers: some of the contacts that wait hold it.
SCREEN = load_file(FOLDER / "first_screen.yaml")
SCREENED_AS = {"afraid": "yes", "hurt": "not_known", "controlled": "yes", "throat": "yes", "safe_today": "no"}
SCREENED = json.dumps(
    {
        "spoken": [
            [SCREEN.items[key].label, {"yes": "Yes", "no": "No"}.get(answer, "Not known"), f"screen_{key}"]
            for key, answer in SCREENED_AS.items()
        ],
        "screen": {"made_of": shipped_id(SCREEN), "given": SCREENED_AS},
    }
)
SCORED = [item.key for item in DASH.items.values() if item.scored]
POINTS = {"standard": (1, 9), "medium": (10, 13), "high": (14, 21)}
LOWER = {"high": "medium", "medium": "standard", "standard": "standard"}
WITH_ANSWERS = timedelta(days=120)
KINDS = (
    "physical_sexual", "violent_threatening", "controlling_coercive", "controlling_coercive", "economic",
    "psychological_other",
)  # fmt: skip
STEPS = (
    ("leaving", "A bag with papers and keys is with her sister", "Her sister"),
    ("leaving", "She takes the back way, past the shop that stays open", "She herself"),
    ("online", "A new e-mail address, opened on a friend's phone", "With the adviser"),
    ("school", "The school gives the children to her and to Nan, to nobody else", "The school"),
    ("after", "Locks changed, a light at the back door", "The landlord"),
    ("work", "Reception does not put calls through", "Her manager"),
    ("pets", "The dog can stay with a foster home", "The animal charity"),
)
JUDGED = "Separation, stalking and threats come together here."
OWN_VIEW = (
    "I am most afraid of Fridays, when he has been drinking.",
    "He says he will find me wherever I go, and I believe him.",
    "I think the worst is over, but I do not want the children to see him alone.",
    "",
    "",
)
ANSWERED = (
    "Done on the phone with her today",
    "Done at the visit, she has it in writing",
    "She does not want it now; asked again next week",
)


@dataclass(frozen=True)
class CaseAtRisk:
    """What of a case its risk follows from."""

    case_id: int
    person_id: int
    partnership_id: int
    organisation_id: int
    worker: tuple[int, str]
    level: str
    opened: datetime
    until: datetime
    is_open: bool


@dataclass(frozen=True)
class Newest:
    """The newest assessment of a case."""

    id: int
    on: date
    points: int
    sent: dict[str, object]  # what a referral to the MARAC says of it (response/marac/queries/referrals.py)


def assess(add: Callable[..., int], chance: random.Random, case: CaseAtRisk, *, today: date) -> Newest:
    """Write the risk of one case; answers its newest assessment."""
    first = min(case.opened + timedelta(days=chance.randint(0, 4)), case.until)
    moments, levels = [first], [case.level]
    while chance.random() < 0.6 and moments[-1] + timedelta(days=62) < case.until:
        moments.append(moments[-1] + timedelta(days=chance.randint(45, 62)))
        # The newest is what the case has; before it the danger was as great or greater.
        levels.insert(
            0, next(one for one in ("high", "medium", "standard") if LOWER[one] == levels[0] or one == levels[0])
        )
    incidents = _incidents(add, chance, case)
    assessment = points = 0
    sent: dict[str, object] = {}
    for at, level in zip(moments, levels, strict=True):
        low, high = POINTS[level]
        judged = chance.random() < 0.12 and level == "high"
        points = chance.randint(*POINTS["medium"]) if judged else chance.randint(low, high)
        day = at.date()
        counted = len({days for days in incidents if days + (at - case.opened).days <= 365})
        criteria = [
            name
            for name, holds in (
                ("score", level == "high" and not judged), ("judgement", judged), ("escalation", counted >= 3),
            )
            if holds
        ]  # fmt: skip
        judgement, own_view = JUDGED if judged else "", chance.choice(OWN_VIEW)
        assessment = add(
            risk.Assessment, case_id=case.case_id, person_id=case.person_id, instrument_id=INSTRUMENT, status="finished",
            started_at=at, assessed_on=day, organisation_id=case.organisation_id, author_id=case.worker[0],
            author_name=case.worker[1], finished_at=at, score=points, most=DASH.most,
            scored_level="medium" if judged else level, level=level, incidents=counted,
            judgement=judgement, own_view=own_view, criteria=criteria, review_on=day + timedelta(weeks=8), version=2,
        )  # fmt: skip
        told = _answers(add, chance, case, assessment, at, points) if today - day < WITH_ANSWERS else []
        sent = {
            "instrument": DASH.title, "on": day.isoformat(), "by": case.worker[1], "score": points, "most": DASH.most,
            "level": level, "judged": judged, "judgement": judgement, "yes": told, "incidents": counted,
            "own_view": own_view,
        }  # fmt: skip
    if case.is_open and today - first.date() < WITH_ANSWERS and chance.random() < 0.7:
        _plan(add, chance, case, first, today)
    return Newest(assessment, moments[-1].date(), points, sent)


def _answers(
    add: Callable[..., int], chance: random.Random, case: CaseAtRisk, assessment: int, at: datetime, points: int
) -> list[str]:
    """Answer one assessment; what was answered yes, in words."""
    yes = set(chance.sample(SCORED, points))
    asked: list[str] = []
    told = []
    for key, item in DASH.items.items():
        answer = "yes" if key in yes else chance.choices(("no", "not_known", "not_asked"), (0.72, 0.16, 0.12))[0]
        if not item.scored:
            answer = "yes" if chance.random() < 0.12 else "no"
        if answer == "yes":
            told.append(item.label)
            asked += [one for one in item.demands if one not in asked]
        add(risk.Answer, assessment_id=assessment, case_id=case.case_id, item=key, answer=answer, answered_at=at)
    for key in demands():
        if key in asked:
            done = not case.is_open or chance.random() < 0.8
            add(
                risk.Demand, case_id=case.case_id, assessment_id=assessment, key=key, raised_at=at,
                status="taken" if done else "open", words=chance.choice(ANSWERED[:2]) if done else "",
                answered_at=at if done else None, answered_by=case.worker[1] if done else "",
                organisation_id=case.organisation_id,
            )  # fmt: skip
    return told


def _incidents(add: Callable[..., int], chance: random.Random, case: CaseAtRisk) -> list[int]:
    """Write the incidents; how many days before the case was opened each was (at whatever hour that was)."""
    days = []
    for _ in range(chance.choices((0, 1, 2, 3, 5), (0.34, 0.3, 0.2, 0.1, 0.06))[0]):
        before = int(chance.expovariate(1 / 80) + 1)
        day = case.opened.date() - timedelta(days=before)
        days.append(before)
        reported = chance.choices(("yes", "no", "not_known"), (0.4, 0.5, 0.1))[0]
        add(
            risk.Incident, partnership_id=case.partnership_id, person_id=case.person_id, case_id=case.case_id,
            from_on=day, kinds=sorted({chance.choice(KINDS) for _ in range(2)}), reported=reported,
            place=chance.choice(("home", "home", "home", "street", "online", "contact")),
            crime_reference=f"EP/{chance.randrange(10_000, 99_999)}/{day:%y}" if reported == "yes" else "",
            source=chance.choice(("person", "person", "police", "professional")), is_about=chance.random() < 0.2,
            organisation_id=case.organisation_id, recorded_by=case.worker[1], recorded_at=case.opened,
        )  # fmt: skip
    return days


def _plan(add: Callable[..., int], chance: random.Random, case: CaseAtRisk, at: datetime, today: date) -> None:
    plan = add(
        risk.SafetyPlan, case_id=case.case_id, person_id=case.person_id, made_at=at,
        about="To sleep through, and to know who rings the bell.",
        review_on=today + timedelta(days=chance.randint(-5, 40)),
    )  # fmt: skip
    for position, (situation, words, who) in enumerate(chance.sample(STEPS, chance.randint(2, 4))):
        add(
            risk.PlanStep, plan_id=plan, case_id=case.case_id, situation=situation, words=words, who=who,
            position=position, added_by=case.worker[1], added_at=at,
        )  # fmt: skip
    add(risk.PlanEvent, plan_id=plan, case_id=case.case_id, kind="review", by_name=case.worker[1], at=at)
