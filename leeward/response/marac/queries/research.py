"""Research as its own agency sees it, and as the table sees what was shared."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection
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


def shared_on(items: list[int]) -> dict[int, list[Told]]:
    """What was shared on some items, by item: three statements, whatever there is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT research_id, item_id FROM marac_shared_research(%s::bigint[])", [items])
        of_item: dict[int, int] = dict(cursor.fetchall())
    found: dict[int, dict[int, Told]] = {}
    answers = ResearchAnswer.objects.filter(research_id__in=list(of_item), shared_at__isnull=False)
    for answer in answers.select_related("organisation").order_by("organisation__name"):
        found.setdefault(of_item[answer.research_id], {})[answer.organisation_id] = Told(
            answer.organisation.name, answer.organisation_id, answer.known, answer.not_shared_why
        )
    lines = ResearchLine.objects.filter(research_id__in=list(of_item), shared_at__isnull=False, ended_at=None)
    for line in lines.select_related("organisation").order_by("organisation__name", "happened_on", "position"):
        some = found.setdefault(of_item[line.research_id], {})
        told = some.setdefault(line.organisation_id, Told(line.organisation.name, line.organisation_id, "known"))
        (told.facts if line.kind == ResearchLine.FACT else told.opinions).append(line)
    return {item: list(some.values()) for item, some in found.items()}
