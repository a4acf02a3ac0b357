"""One order for what several agencies know of an item: each line with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils import timezone

from leeward.platform.reference.lists import label
from leeward.record.cases.models import Case, ChronologyEntry, Note
from leeward.record.cases.queries.chronology import without_summaries
from leeward.response.marac.models import Item
from leeward.response.marac.queries.research import shared_on

MOST = 300


@dataclass(frozen=True)
class Told:
    """A line of the merged story."""

    on: date | None
    words: str
    source: str
    about: str = ""
    is_opinion: bool = False


def merged_story(item: Item) -> list[Told]:
    """Shared research and, as far as the reader may see it, the case's own story: oldest first, undated at the end.

    Other agencies' cases of the same person stand in the same order, where the reader sees them too.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id FROM marac_same_cases(%s)", [item.id])
        others = [row[0] for row in cursor.fetchall()]
    rows = Case.objects.filter(id__in=[item.case_id, *others]).select_related("lead_organisation")
    whose = {
        row.id: "The case" if row.id == item.case_id else f"Another case, {row.lead_organisation.name}" for row in rows
    }
    items = [item.id, *Item.objects.filter(case_id__in=others).values_list("id", flat=True)]
    lines = [
        Told(line.happened_on, line.words, f"{told.organisation}{f', {line.source}' if line.source else ''}",
             label("marac_about", line.about), line.kind == "opinion")
        for some in shared_on(items).values()
        for told in some
        for line in (*told.facts, *told.opinions)
    ]  # fmt: skip
    newest = ChronologyEntry.objects.filter(case_id__in=list(whose), own_organisation=False).order_by("-at")
    entries = without_summaries(list(newest[:MOST]))
    # A note is told as it now stands, not as it was first written down.
    about = [entry.about_id for entry in entries if entry.about_kind == "note" and entry.about_id]
    notes = dict(Note.objects.filter(id__in=about).values_list("id", "text"))
    for entry in entries:
        text = notes.get(entry.about_id or 0, "") if entry.about_kind == "note" else entry.text
        words = f"{entry.title}. {text}" if text else entry.title
        source = whose[entry.case_id] + (f", {entry.by_name}" if entry.by_name else "")
        lines.append(Told(timezone.localdate(entry.at), words, source))
    return sorted(lines, key=lambda one: (one.on is None, one.on or date.max))
