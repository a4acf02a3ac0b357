"""Research as its own agency sees it, and as the table sees what was shared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404

from leeward.platform.access.acting import Acting
from leeward.response.marac.models import Item, Research, ResearchAnswer, ResearchLine
from leeward.response.marac.queries.table import Spoken, Table, items_of, spoken


@dataclass
class Own:
    """An agency's research on one item: what it wrote, what of it is shared."""

    research: Research
    about: Spoken
    answer: ResearchAnswer | None = None
    lines: list[ResearchLine] = field(default_factory=list)

    @property
    def state(self) -> str:
        """In a word: shared, returned, begun, to do."""
        if self.answer is not None and self.answer.shared_at:
            return "shared"
        if self.research.returned_at:
            return "returned"
        return "begun" if self.answer is not None else "to_do"

    @property
    def facts(self) -> list[ResearchLine]:
        """Lines of fact, in order."""
        return [line for line in self.lines if line.kind == ResearchLine.FACT]

    @property
    def opinions(self) -> list[ResearchLine]:
        """Lines of opinion, in order."""
        return [line for line in self.lines if line.kind == ResearchLine.OPINION]


def own_of(by: Acting, table: Table) -> list[Own]:
    """The research of one's own agency for a meeting, in the order of its agenda."""
    items = {one.item.id: one for one in items_of(table)}
    rows = list(Research.objects.filter(item_id__in=list(items), organisation_id=by.acts_for).select_related("item"))
    answers = {one.research_id: one for one in ResearchAnswer.objects.filter(research__in=rows)}
    found = [Own(row, items[row.item_id], answers.get(row.id)) for row in rows]
    return sorted((one for one in found if one.about.is_open or one.answer), key=lambda one: one.about.item.position)


def find_own(by: Acting, research_id: int) -> Own:
    """One's own agency's research on an item, with what it wrote. Raises Http404 for another's."""
    row = (
        Research.objects.filter(id=research_id, organisation_id=by.acts_for)
        .select_related("item__meeting__marac")
        .first()
    )
    if row is None:
        raise Http404
    item = (
        Item.objects.filter(id=row.item_id).select_related("referral__organisation", "person", "meeting__marac").first()
    )
    if item is None:
        raise Http404
    own = Own(row, spoken([item])[0])
    own.answer = ResearchAnswer.objects.filter(research=row).first()
    own.lines = list(ResearchLine.objects.filter(research=row, ended_at=None).order_by("position", "id"))
    return own


@dataclass
class Told:
    """What one agency has shared on an item: whether it knows them, facts and opinion apart."""

    organisation: str
    organisation_id: int
    known: str = ""
    not_shared_why: str = ""
    facts: list[ResearchLine] = field(default_factory=list)
    opinions: list[ResearchLine] = field(default_factory=list)


# What was shared on some items, past the policy of the research itself (whose row another agency does not see), and
# one's own research; what is read of both, the policies of answers and lines decide. An answer without lines comes as a
# line without an id; one's own that is shared comes twice, once with its item.
_READ = """
SELECT l.*, s.item_id AS of_item, s.research_id AS of_research, a.known, a.not_shared_why,
       o.id AS agency, o.name AS told_by
  FROM (SELECT research_id, item_id FROM marac_shared_research(%s::bigint[]) UNION SELECT %s::bigint, NULL) s
  LEFT JOIN marac_researchanswer a ON a.research_id = s.research_id AND a.shared_at IS NOT NULL
  LEFT JOIN marac_researchline l ON l.research_id = s.research_id AND l.ended_at IS NULL
                                AND (l.shared_at IS NOT NULL OR s.item_id IS NULL)
  JOIN access_organisation o ON o.id = COALESCE(a.organisation_id, l.organisation_id)
 ORDER BY o.name, l.happened_on, l.position, l.id
"""


def shared_on(items: list[int]) -> dict[int, list[Told]]:
    """What was shared on some items, by item: one statement, whatever there is."""
    return _told(_read(items, None))


def shared_and_own(item_id: int, own: int | None) -> tuple[list[Told], list[ResearchLine]]:
    """What was shared on one item, and one's own agency's lines on it, shared or not: one statement."""
    rows = _read([item_id], own)
    mine = {row.id: row for row in rows if row.of_research == own and row.id is not None}
    return _told(rows).get(item_id, []), sorted(mine.values(), key=lambda line: (line.position, line.id))


def _read(items: list[int], own: int | None) -> list[Any]:
    return list(ResearchLine.objects.raw(_READ, [items, own]))


def _told(rows: list[Any]) -> dict[int, list[Told]]:
    found: dict[int, dict[int, Told]] = {}
    for row in rows:
        if row.of_item is None:  # one's own, also what is not shared
            continue
        told = found.setdefault(row.of_item, {}).setdefault(
            row.agency, Told(row.told_by, row.agency, row.known or "known", row.not_shared_why or "")
        )
        if row.id is not None:
            (told.facts if row.kind == ResearchLine.FACT else told.opinions).append(row)
    return {item: list(some.values()) for item, some in found.items()}
