"""What the screens of a meeting show to whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.http import Http404

from leeward.platform.access.acting import Acting
from leeward.response.marac.models import Item, MinuteLine, Research
from leeward.response.marac.queries.minutes import Minuted, minuted
from leeward.response.marac.queries.research import Own, shared_and_own
from leeward.response.marac.queries.table import Spoken, Table, blind_mark, items_of


@dataclass
class Screen:
    """A meeting as one person's screen shows it now."""

    items: list[Spoken]
    now: Minuted | None
    mine: Own | None
    missing: list[str]
    stands_out: bool  # the table speaks of something in which this reader takes no part

    @property
    def heard(self) -> int:
        """How many items are done."""
        return sum(one.state == Item.HEARD for one in self.items)

    @property
    def total(self) -> int:
        """How many items there are."""
        return sum(one.number > 0 for one in self.items)

    def _beside(self, step: int) -> int | None:
        """The item so many places from the one that is spoken of: named, so that a press sent twice counts once."""
        here = self.here.item.id if self.here is not None else None
        ids = [one.item.id for one in self.items if one.state != Item.WITHDRAWN or one.item.id == here]
        at = ids.index(here) + step if here in ids else -1
        return ids[at] if 0 <= at < len(ids) else None

    @property
    def here(self) -> Spoken | None:
        """The item that is spoken of."""
        return self.now.about if self.now is not None else None

    @property
    def following(self) -> int | None:
        """The item after the one that is spoken of."""
        return self._beside(1)

    @property
    def before(self) -> int | None:
        """The item before it."""
        return self._beside(-1)

    @property
    def left(self) -> int:
        """How many are still to be heard."""
        return sum(one.is_open for one in self.items)


def screen_of(by: Acting, table: Table) -> Screen:
    """What a screen shows now: its items, the current one with all that was said, one's own research on it."""
    items = items_of(table)
    current = next((one for one in items if one.item.id == table.meeting.current_item_id), None)
    stands_out = current is None and table.meeting.current_item_id is not None
    if current is None:
        return Screen(items, None, None, [], stands_out)
    rows = list(Research.objects.filter(item_id=current.item.id).select_related("item", "organisation", "answer"))
    own = next((row for row in rows if row.organisation_id == by.organisation_id), None)
    told, lines = shared_and_own(current.item.id, own.id if own is not None else None)
    mine = Own(own, current, getattr(own, "answer", None), lines) if own is not None else None
    missing = sorted(row.organisation.name for row in rows if row.returned_at is None) if table.arranges else []
    return Screen(items, minuted([current], {current.item.id: told})[0], mine, missing, stands_out)


def mark_of(by: Acting, meeting_id: int) -> str:
    """A mark that changes with whatever a screen of this meeting may show to whoever asks: one cheap statement.

    Raises Http404 where there is nothing for them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT marac_mark(%s)", [meeting_id])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise Http404
    return blind_mark(by, meeting_id, row[0])


def find_line(line_id: int) -> MinuteLine:
    """One line of minutes. Raises Http404 where it is hidden or missing."""
    line = MinuteLine.objects.select_related("item__meeting").filter(id=line_id).first()
    if line is None:
        raise Http404
    return line
