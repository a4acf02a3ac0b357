"""The minutes as plain words for their document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from leeward.platform.reference.lists import label
from leeward.platform.ui.filters import day
from leeward.response.marac.models import Attendance, ContactItem, Item, MaracAction
from leeward.response.marac.queries.agenda import Outstanding
from leeward.response.marac.queries.minutes import Minuted, Minutes
from leeward.response.marac.queries.table import Table, ends_at


def as_document(
    table: Table,
    minutes: Minutes,
    *,
    for_whom: str,
    outstanding: Outstanding | None = None,
    contacts: Iterable[ContactItem] = (),
) -> dict[str, Any]:
    """The minutes as plain data for the printed document: words only, no ids."""
    meeting, owed = table.meeting, outstanding or Outstanding()
    return {
        "title": "Minutes of a meeting",
        "table": table.marac.name,
        "on": day(meeting.begins_at),
        "from": timezone.localtime(meeting.begins_at).strftime("%H:%M"),
        "until": timezone.localtime(meeting.closed_at).strftime("%H:%M") if meeting.closed_at else ends_at(meeting),
        "place": meeting.place,
        "for_whom": for_whom,
        "closed": _left_out(table.closed + minutes.left_out) if minutes.is_copy else table.closed_words,
        "notes": meeting.notes,
        "present": [_attended(one) for one in minutes.present],
        "apologies": [_attended(one) for one in minutes.apologies],
        "observers": [_attended(one) for one in minutes.observers],
        "outstanding": [
            {"kind": words, "actions": [_owed(row, why=why) for row in rows]}
            for words, rows, why in (
                ("Overdue", owed.overdue, False),
                ("Not done", owed.not_done, True),
                ("Could not be done: circumstances changed", owed.changed, True),
            )
            if rows
        ],
        "contacts": [
            f"Contact {one.reference}: {one.owner_name}, {one.organisation.name}, acts today." for one in contacts
        ],
        "items": [_item(one) for one in minutes.items if one.about.number],
        "gone": [
            {"who": one.about.who.name, "state": label("marac_item", one.about.state), "why": one.about.item.why_not}
            for one in minutes.items
            if not one.about.number and one.about.state == Item.PUT_OFF
        ],
    }


def _left_out(items: int) -> str:
    """What a copy for an agency says of what is not in it: how much, and neither which nor why."""
    return "" if not items else f"{'One item is' if items == 1 else f'{items} items are'} not in this copy."


def _attended(row: Attendance) -> dict[str, str]:
    return {"name": row.name, "agency": row.organisation.name if row.organisation else ""}


def _owed(row: MaracAction, *, why: bool) -> dict[str, str]:
    return {
        "words": row.words, "agency": row.organisation.name, "by": day(row.due_on),
        "why": row.outcome if why else "",
    }  # fmt: skip


def _item(one: Minuted) -> dict[str, Any]:
    about = one.about
    return {
        "number": about.number,
        "who": about.who.name,
        "born": about.who.born,
        "children": [_person(some) for some in about.children],
        "harming": [_person(some) for some in about.harming],
        "repeat": about.item.referral.is_repeat,
        "brought_by": about.item.referral.organisation.name,
        "level": label("risk_level", about.item.level) if about.item.level else "",
        "lines": [
            {"kind": words, "lines": [{"words": line.words, "said_by": line.said_by} for line in lines]}
            for _, words, lines in one.by_kind
        ],
        "told": [
            {
                "agency": told.organisation,
                "known": label("marac_known", told.known),
                "why": told.not_shared_why,
                "facts": [_fact(line) for line in told.facts],
                "opinions": [_fact(line) for line in told.opinions],
            }
            for told in one.told
        ],
        "actions": [
            {
                "words": action.words,
                "agency": action.organisation.name,
                "by": day(action.due_on),
                "for_whom": label("marac_for", action.for_whom),
                "wishes": action.wishes,
                "state": label("marac_action", action.status),
            }
            for action in one.actions
        ],
    }


def _person(some: Any) -> str:
    return f"{some.name}, {some.born}" if some.born else str(some.name)


def _fact(line: Any) -> dict[str, str]:
    return {
        "on": day(line.happened_on), "words": line.words, "source": line.source,
        "about": label("marac_about", line.about),
    }  # fmt: skip
