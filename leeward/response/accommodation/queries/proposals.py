"""Proposals of who could go where: what stands in them, what was decided, and whether they still hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q
from django.http import Http404
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.response.accommodation.models import MatchRules, Need, Proposal, ProposedPlace, Provider, Suggestion
from leeward.response.accommodation.queries.geography import area_name
from leeward.response.accommodation.rules.asking import people_in_words
from leeward.response.accommodation.rules.coordinating import TOO_LONG

KEPT = 20  # proposals on their page
SHOWN = 200  # lines of one


@dataclass(frozen=True)
class Line:
    """A line as a page shows it. `old`: why it holds no more, in words; empty where it does."""

    row: ProposedPlace
    who: str
    old: str
    answer: str  # of who looks: "", "waits", "answered", or why not

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision that can still be made."""
        return self.row.status == ProposedPlace.OPEN and not self.old


@dataclass(frozen=True)
class ProposalPage:
    """A proposal with its lines: those with a space, those without."""

    proposal: Proposal
    placed: list[Line]
    unplaced: list[Line]
    old: list[str]  # why it is out of date, in words
    is_stuck: bool

    @property
    def gap(self) -> float:
        """By what share of the sum of points something could be better: 0 is proven best."""
        one = self.proposal
        return 0.0 if one.bound <= one.score else (one.bound - one.score) / max(abs(one.bound), 1)


def proposals(*, by: Acting) -> list[Proposal]:
    """The newest proposals that whoever acts may read. One statement, and its line in the log."""
    by.must(Permission.PLACEMENT)
    found = list(Proposal.objects.filter(partnership_id=by.partnership_id).order_by("-at")[:KEPT])
    audit.record("listed_proposals", "proposal", listed=[one.id for one in found])
    return found


def find_line(line_id: int) -> ProposedPlace:
    """A line that the reader may know of. Raises Http404 else."""
    found = ProposedPlace.objects.select_related("space__site", "space__organisation").filter(id=line_id).first()
    # Read whole or not at all, its lines too.
    if found is None or not Proposal.objects.filter(id=found.proposal_id).exists():
        raise Http404
    return found


def proposal_page(*, by: Acting, proposal_id: int) -> ProposalPage:
    """One proposal. A constant number of statements. Raises Http404 where it is hidden or missing."""
    by.must(Permission.PLACEMENT)
    proposal = Proposal.objects.filter(id=proposal_id).first()
    if proposal is None:
        raise Http404
    now = timezone.now()
    rows = ProposedPlace.objects.filter(proposal=proposal).select_related("space__site", "space__organisation")
    every = list(rows.order_by("-danger", "-people", "id"))
    stands, taken = _stands(proposal.id), _taken(now)
    answers = {
        row.line_id: row for row in Suggestion.objects.filter(line__proposal=proposal).order_by("at") if row.line_id
    }
    lines = [_line(row, stands, taken, answers.get(row.id)) for row in every]
    newest = MatchRules.objects.filter(partnership_id=by.partnership_id).order_by("-version").first()
    audit.record("read_proposal", "proposal", proposal.id, listed=[row.need_id for row in every])
    placed = sorted((one for one in lines if one.row.space_id), key=lambda one: not one.is_open)
    return ProposalPage(
        proposal,
        placed[:SHOWN],
        [one for one in lines if not one.row.space_id][:SHOWN],
        _old(proposal, lines, newest.version if newest else 0),
        proposal.status in (Proposal.WAITING, Proposal.RUNNING) and proposal.at < now - TOO_LONG,
    )


def _stands(proposal_id: int) -> dict[int, tuple[bool, bool]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accommodation_proposal_now(%s)", [proposal_id])
        return {line: (waits, changed) for line, waits, changed in cursor.fetchall()}


def _taken(now: datetime) -> dict[int, datetime]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accommodation_taken(%s)", [now])
        return dict(cursor.fetchall())


def _line(
    row: ProposedPlace, stands: dict[int, tuple[bool, bool]], taken: dict[int, datetime], answer: Suggestion | None
) -> Line:
    waits, changed = stands.get(row.id, (False, False))
    space = row.space
    old = ""
    if not waits:
        old = "They wait no longer"
    elif changed:
        old = "What they need has changed"
    elif space is not None and (space.closed_on is not None or space.site.closed_on is not None):
        old = "The space was closed"
    elif space is not None and (until := taken.get(space.id)) is not None and until > row.ready_at:
        old = "The space is taken"
    return Line(row, people_in_words(row.household), old, _answer(answer))


def _answer(row: Suggestion | None) -> str:
    """What a coordinator reads of an answer: not whether the space was asked for, where somebody may be soon."""
    if row is None or row.status == Suggestion.WITHDRAWN:
        return ""
    if row.status == Suggestion.OPEN:
        return "Not answered yet"
    return f"Answered: {row.because}" if row.because else "Answered"


def _old(proposal: Proposal, lines: list[Line], rules: int) -> list[str]:
    if proposal.status != Proposal.DONE:
        return []
    found = []
    number = sum(1 for one in lines if one.old and one.row.status != ProposedPlace.NOT_THIS)
    if number:
        found.append(f"{number} of its lines hold{'s'[: number == 1]} no more")
    if rules != proposal.rules_version:
        found.append("the rules of the match have changed since")
    return found


def providers_with_spaces(*, by: Acting) -> list[tuple[int, str, int]]:
    """Number, name and open spaces of each provider of the scheme, by name. One statement."""
    open_spaces = Count("sites__spaces", filter=Q(sites__closed_on=None, sites__spaces__closed_on=None), distinct=True)
    rows = Provider.objects.filter(partnership_id=by.partnership_id, left_on=None).annotate(spaces=open_spaces)
    return [
        (row.organisation_id, row.organisation.name, row.spaces)
        for row in rows.select_related("organisation").order_by("organisation__name")
        if row.spaces
    ]


def suggestions_of(case_id: int) -> list[Suggestion]:
    """What a coordinator put to who looks for the household of a case, and nobody has answered. One statement."""
    rows = Suggestion.objects.filter(case_id=case_id, status=Suggestion.OPEN, need__status=Need.OPEN)
    rows = rows.select_related("space__site", "space__organisation").annotate(area=area_name("space__site__area_code"))
    return list(rows.order_by("at"))


def find_suggestion(suggestion_id: int) -> Suggestion:
    """A suggestion that the reader sees. Raises Http404 else."""
    found = Suggestion.objects.select_related("space__site", "need").filter(id=suggestion_id).first()
    if found is None:
        raise Http404
    return found
