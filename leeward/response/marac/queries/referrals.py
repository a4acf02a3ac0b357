"""Referrals: what one says and to whom it goes, those of a case, those of an agency, those that somebody arranges."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.reference.lists import label
from leeward.record.cases.models import Case, CasePerson
from leeward.record.people.models import Person, PersonName
from leeward.record.people.rules.words import age, born_in_words, full_name
from leeward.record.risk.models import Assessment
from leeward.record.risk.queries.assessments import answers_of, instrument_of
from leeward.response.marac.models import (
    Item,
    Letter,
    Marac,
    MaracAction,
    MaracAgency,
    MaracFlag,
    Meeting,
    Referral,
    ReferralChange,
    Seat,
    Transfer,
)
from leeward.response.marac.queries.asked import ASKED, TOLD
from leeward.response.marac.queries.maracs import arranged, arranged_and_seats
from leeward.response.marac.queries.today import NO_LONGER
from leeward.response.marac.rules.referring import STANDING

PAGE = 50
NEWEST = ("-referred_at", "-id")
NAMELESS = "Name not known"


@dataclass(frozen=True)
class Human:
    """Somebody of a referral, as far as the table needs to know them: name, birth date. Never where they are."""

    person_id: int
    name: str
    born: str
    age: str
    part: str  # "" for whom it is about, else code list part_in_case


def humans(people: Sequence[tuple[Person, str]]) -> list[Human]:
    """Names in full and birth dates, one statement."""
    names: dict[int, str] = {}
    rows = PersonName.objects.filter(person_id__in=[one.id for one, _ in people], ended_on=None, was_error=False)
    for row in rows.order_by("-kind", "id"):
        if row.kind == "current" or row.person_id not in names:
            names[row.person_id] = full_name(row.given, row.family)
    return [
        Human(
            one.id, names.get(one.id) or one.called or NAMELESS, born_in_words(one.birth_date, one.birth_precision),
            age(one.birth_date, one.birth_precision), part,
        )
        for one, part in people
    ]  # fmt: skip


def people_of(case: Case) -> list[Human]:
    """Whom a case is about, then the others known in it: two statements."""
    rows = (
        CasePerson.objects.filter(case=case, ended_at=None).select_related("person").order_by("part", "added_at", "id")
    )
    return humans([(case.person, ""), *((row.person, row.part) for row in rows)])


def risk_in_words(assessment: Assessment | None) -> dict[str, Any]:
    """Of a finished assessment what is sent: points, level, judgement, what was answered yes. No comment, no place."""
    if assessment is None:
        return {}
    instrument, given = instrument_of(assessment), answers_of(assessment)
    yes = [item.label for key, item in instrument.items.items() if key in given
           and instrument.affirms(key, given[key].answer)]  # fmt: skip
    return {
        "instrument": instrument.title, "on": assessment.assessed_on.isoformat(), "by": assessment.author_name,
        "score": assessment.score, "most": assessment.most if assessment.scored_level else None,
        "level": assessment.level, "judged": assessment.level != assessment.scored_level,
        "judgement": assessment.judgement, "yes": yes, "incidents": assessment.incidents,
        "own_view": assessment.own_view,
    }  # fmt: skip


@dataclass(frozen=True)
class RiskWords:
    """What was sent of a risk assessment, as a page reads it: what another referral left out is empty."""

    instrument: str = ""
    on: date | None = None
    by: str = ""
    score: int | None = None
    most: int | None = None
    level: str = ""
    judged: bool = False
    judgement: str = ""
    yes: tuple[str, ...] = ()
    incidents: int | None = None
    own_view: str = ""
    own_tool: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was sent of an assessment."""
        return not self.instrument and not self.own_tool


def read_risk(words: dict[str, Any]) -> RiskWords:
    """What a referral keeps of the assessment that it was sent with."""
    on = str(words.get("on") or "")
    known = {
        name: value
        for name, value in words.items()
        if name in RiskWords.__dataclass_fields__ and value not in (None, "")
    }
    return RiskWords(**{**known, "on": date.fromisoformat(on) if on else None, "yes": tuple(words.get("yes") or ())})


def newest_assessment(case: Case) -> Assessment | None:
    """The newest finished assessment of a case that gave a level."""
    return (
        Assessment.objects.filter(case=case, status=Assessment.FINISHED)
        .exclude(level="")
        .select_related("instrument")
        .order_by("-assessed_on", "-started_at")
        .first()
    )


def reachable(by: Acting, items: Sequence[Item], seats: Collection[int]) -> set[int]:
    """The items whose meeting opens to whoever acts: they sit there, or bring the case, and it is no longer a plan."""
    return {
        item.id
        for item in items
        if item.meeting.marac_id in seats
        or (
            item.brought_by_id == by.user_id
            and item.brought_for_id == by.organisation_id
            and item.meeting.status != Meeting.PLANNED
        )
    }


@dataclass(frozen=True)
class Receivers:
    """Who gets a referral: by name at once, and the agencies that see it when the agenda goes out."""

    at_once: list[str]
    agencies: list[str]


def receivers(marac: Marac) -> Receivers:
    """Who gets what, in two statements."""
    seats = Seat.objects.filter(marac=marac, ended_at=None, part__in=(Seat.CHAIR, Seat.COORDINATOR))
    names = dict.fromkeys(
        f"{seat.user.name}, {seat.organisation.name}"
        for seat in seats.select_related("user", "organisation").order_by("part", "user__name")
    )
    agencies = MaracAgency.objects.filter(marac=marac, until_on=None).order_by("organisation__name")
    return Receivers(list(names), list(agencies.values_list("organisation__name", flat=True)))


def find_referral(referral_id: int) -> Referral | None:
    """One referral, or None where there is none or it may not be seen."""
    return (
        Referral.objects.select_related("marac", "case", "person", "organisation", "assessment", "skips")
        .filter(id=referral_id)
        .first()
    )


@dataclass(frozen=True)
class ReferralPage:
    """Everything of one referral: the people, its steps, the agendas it was on, transfers, letters."""

    referral: Referral
    people: list[Human]
    changes: list[ReferralChange]
    items: list[Item]
    transfers: list[Transfer]
    letters: list[Letter]
    arranges: bool
    is_ours: bool
    reachable: set[int]  # items whose meeting opens to the reader

    @property
    def about(self) -> Human:
        """Whom it is about."""
        return self.people[0]

    def in_part(self, part: str) -> list[Human]:
        """Those with this part in the case."""
        return [one for one in self.people if one.part == part]

    @property
    def heard(self) -> Item | None:
        """The last time that a MARAC heard it: a morning’s list is none."""
        is_marac = self.referral.marac.kind == Marac.MARAC
        return next((item for item in self.items if item.status == Item.HEARD and is_marac), None)


def referral_page(*, by: Acting, referral: Referral) -> ReferralPage:
    """The page of a referral, in seven statements. Logged as read."""
    arranging, seats = arranged_and_seats()
    items = list(Item.objects.filter(referral=referral).select_related("meeting").order_by("-meeting__begins_at"))
    page = ReferralPage(
        referral=referral,
        people=people_of(referral.case),
        changes=list(ReferralChange.objects.filter(referral=referral).order_by("-at", "-id")[:100]),
        items=items,
        transfers=list(Transfer.objects.filter(referral=referral).order_by("-sent_on", "-at")),
        letters=list(Letter.objects.filter(item__referral=referral).order_by("-made_at")),
        arranges=referral.marac_id in arranging,
        is_ours=referral.organisation_id == by.organisation_id,
        reachable=reachable(by, items, seats),
    )
    audit.record("read_marac_referral", "marac_referral", referral.id, person=referral.person_id)
    return page


# Steps that change no status.
STEPS = {"accepted": "Accepted for the agenda", "asked": "Asked for the return", "told": "Answered for the return"}


def step_in_words(change: ReferralChange) -> str:
    """A step of a referral in words."""
    return STEPS.get(change.status) or label("marac_referral", change.status)


@dataclass(frozen=True)
class Row:
    """A referral as a list shows it."""

    referral: Referral
    human: Human
    children: int


@dataclass(frozen=True)
class Listed:
    """A page of referrals, newest first."""

    rows: list[Row]
    older: int | None
    maracs: list[Marac]
    arranges: bool


FILTERS = ("sent", "returned", "listed", "heard", "withdrawn", "repeat", "late", "children", "asked")


def referrals(
    *,
    by: Acting,
    chosen: Collection[str] = (),
    marac_id: int | None = None,
    before: int | None = None,
    ours: bool = False,
) -> Listed:
    """The referrals of the MARACs that whoever acts arranges; for others, or for `ours`, those of their agency.

    Newest first; `before`: after this one in the list. `chosen`: of FILTERS; "asked" are those of which the return
    lacks what whoever acts was asked for. Logged as listed.
    """
    arranges = arranged()
    mine = [] if ours else arranges
    found = Referral.objects.all()
    statuses = [code for code in chosen if code in ("sent", "returned", "listed", "heard", "withdrawn")]
    if statuses:
        found = found.filter(status__in=statuses)
    if "repeat" in chosen:
        found = found.filter(is_repeat=True)
    if "late" in chosen:
        found = found.filter(is_late=True)
    if "children" in chosen:
        with_children = CasePerson.objects.filter(part="child", ended_at=None).values("case_id")
        found = found.filter(case_id__in=with_children)
    if "asked" in chosen:
        said = ReferralChange.objects.filter(referral_id=OuterRef("id"), status__in=(ASKED, TOLD)).order_by("-id")
        found = found.filter(referrer_id=by.worker_id, status="heard", status_at__gt=timezone.now() - NO_LONGER)
        found = found.alias(said=Subquery(said.values("status")[:1])).filter(said=ASKED)
    last = Referral.objects.filter(id=before).values_list("referred_at", "id").first() if before is not None else None
    if last:
        found = found.filter(Q(referred_at__lt=last[0]) | Q(referred_at=last[0], id__lt=last[1]))
    if mine:
        found = found.filter(id__in=_newest(found, [one for one in mine if marac_id in (None, one)]))
    else:
        found = found.filter(organisation_id=by.acts_for)
        if marac_id is not None:
            found = found.filter(marac_id=marac_id)
    rows = list(found.select_related("marac", "person", "organisation").order_by(*NEWEST)[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    children: dict[int, int] = {}
    for case_id in CasePerson.objects.filter(
        case_id__in=[row.case_id for row in rows], part="child", ended_at=None
    ).values_list("case_id", flat=True):
        children[case_id] = children.get(case_id, 0) + 1
    about = humans([(row.person, "") for row in rows])
    audit.record("listed_marac_referrals", "marac_referral", listed=[row.person_id for row in rows])
    known = Marac.objects.filter(partnership_id=by.partnership_id, kind=Marac.MARAC).order_by("name")
    return Listed(
        [Row(row, human, children.get(row.case_id, 0)) for row, human in zip(rows, about, strict=True)],
        rows[-1].id if more else None,
        [one for one in known if not mine or one.id in mine],
        bool(arranges),
    )


def _newest(found: QuerySet[Referral], maracs: Collection[int]) -> list[int]:
    """The newest referrals of some MARACs, a page and one: asked MARAC by MARAC, each stops when it has its page.

    Asked of all at once, sight of every referral of ten years would be judged before they are put in order.
    """
    of_one = found.filter(marac_id=OuterRef("id")).order_by(*NEWEST)
    when = of_one.values(at=JSONObject(on="referred_at", id="id"))[: PAGE + 1]
    heads = chain.from_iterable(Marac.objects.filter(id__in=maracs).values_list(ArraySubquery(when), flat=True))
    newest = sorted(heads, key=lambda one: (datetime.fromisoformat(one["on"]), one["id"]), reverse=True)
    return [one["id"] for one in newest[: PAGE + 1]]


@dataclass(frozen=True)
class Before:
    """A referral of a case with what became of it: when it was heard, what was agreed."""

    referral: Referral
    items: list[Item]
    actions: list[MaracAction]


@dataclass(frozen=True)
class CaseAtMarac:
    """What a MARAC has had of a case."""

    referrals: list[Before]
    flags: list[MaracFlag]

    @property
    def standing(self) -> Referral | None:
        """The referral that is before a MARAC now; the list of a daily meeting keeps nobody from one."""
        stands = (one.referral for one in self.referrals if one.referral.status in STANDING)
        return next((row for row in stands if row.marac.kind == Marac.MARAC), None)


def case_at_marac(*, case: Case) -> CaseAtMarac:
    """The MARAC page of a case, in four statements. Logged as read."""
    rows = list(
        Referral.objects.filter(case=case).select_related("marac", "organisation").order_by("-referred_at")[:50]
    )
    items = list(Item.objects.filter(case=case).select_related("meeting").order_by("-meeting__begins_at"))
    actions = list(MaracAction.objects.filter(case=case).select_related("organisation", "item").order_by("due_on"))
    flags = list(MaracFlag.objects.filter(case=case).select_related("marac").order_by("-from_on")[:20])
    audit.record("read_case_at_marac", "case", case.id, person=case.person_id)
    return CaseAtMarac(
        [
            Before(
                row, [item for item in items if item.referral_id == row.id],
                [one for one in actions if one.item.referral_id == row.id],
            )
            for row in rows
        ],
        flags,
    )  # fmt: skip
