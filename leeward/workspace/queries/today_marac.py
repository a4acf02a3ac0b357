"""What MARACs ask of somebody today, in sections."""

from __future__ import annotations

from django.utils import timezone

from leeward.platform.common.addresses import address_of
from leeward.platform.ui.filters import day, when
from leeward.response.marac.queries.today import AskedToday
from leeward.workspace.queries.sections import SHOWN, Item, Section


def marac_sections(asked: AskedToday) -> list[Section | None]:
    """What MARACs ask of somebody: what came back, what their agency owes, what they arrange, what meets soon."""
    now, today = timezone.now(), timezone.localdate()
    late = [action for action in asked.actions if action.due_on < today]
    led = [one for one in asked.led if one.waiting or one.overdue or one.not_returned]
    home = address_of("marac_home")
    return [
        Section(
            "marac_returned", "Returned to you by the MARAC", "high", len(asked.returned),
            address_of("marac_referrals") + "?ours=1&show=returned",
            [
                Item(row.person, address_of("marac_referral", row.referral_id), f"Missing: {row.missing}")
                for row in asked.returned[:SHOWN]
            ],
        ),
        Section(
            "marac_asked", "Asked of you for the MARAC’s return", "info", len(asked.asked),
            address_of("marac_referrals") + "?ours=1&show=asked",
            [
                Item(one.person, address_of("marac_referral_tell", one.referral_id), one.words)
                for one in asked.asked[:SHOWN]
            ],
        ),
        Section(
            "marac_actions", "MARAC actions that wait for you", "high" if late else "medium", len(asked.actions),
            address_of("marac_actions") + "?mine=1",
            [
                Item(action.words, address_of("marac_action", action.action_id),
                     f"{'Was due' if action.due_on < today else 'Due'} {day(action.due_on, short=True)}",
                     late=action.due_on < today)
                for action in asked.actions[:SHOWN]
            ],
            late=len(late),
        ),
        Section(
            "marac_research", "MARAC research to return", "medium", len(asked.research), home,
            [
                Item(f"{one.items} for {one.marac}", address_of("marac_research", one.meeting_id),
                     f"{'Was due' if one.due_at < now else 'Due'} {day(one.due_at, short=True)}", late=one.due_at < now)
                for one in asked.research[:SHOWN]
            ],
            late=sum(one.due_at < now for one in asked.research),
        ),
        Section(
            "marac_arranging", "MARACs that you arrange", "info", len(led), home,
            [
                Item(one.marac, home,
                     f"{one.waiting} waiting, {one.not_returned} pieces of research missing,"
                     f" {one.overdue} actions overdue",
                     late=bool(one.overdue))
                for one in led[:SHOWN]
            ],
        ),
        Section(
            "marac_meetings", "MARAC meetings in the next seven days", "info", len(asked.meetings),
            address_of("marac_calendar") + "?soon=1",
            [
                Item(one.marac, address_of("marac_meeting", one.meeting_id), when(one.begins_at))
                for one in asked.meetings[:SHOWN]
            ],
        ),
        Section(
            "marac_brought", "MARAC meetings to which you bring a case", "medium", len(asked.brought), home,
            [
                Item(one.marac,
                     address_of("marac_minutes" if one.status == "minuted" else "marac_meeting", one.meeting_id),
                     f"Minutes of {day(one.begins_at)}" if one.status == "minuted" else when(one.begins_at))
                for one in asked.brought[:SHOWN]
            ],
        ),
    ]  # fmt: skip
