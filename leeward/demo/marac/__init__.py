"""MARACs of the fictional partnerships: fortnightly tables, what was referred to them, heard, agreed and done.

Calibrated to the national figures of the year to September 2024. A table hears what a few slices refer to it, so that
each meeting stays as long as real ones; a meeting's rows are made by whichever slice refers something to it. What lies
more than fifteen months back keeps referrals, items, actions and changes: its research and minutes would tell nothing
more. Its involvements are over, and stand nowhere.
"""

from __future__ import annotations

from typing import Any

from leeward.demo.marac.hearings import Hearings
from leeward.demo.marac.shapes import Put, Table, tables
from leeward.response.marac import models as marac

__all__ = ["MODELS", "Hearings", "Put", "Table", "tables"]

MODELS: tuple[type[Any], ...] = (
    marac.Marac, marac.MaracAgency, marac.Seat, marac.Meeting, marac.MeetingChange, marac.Referral, marac.ReferralChange,
    marac.Item, marac.Research, marac.ResearchAnswer, marac.ResearchLine, marac.Attendance, marac.MinuteLine,
    marac.MaracAction, marac.MaracFlag, marac.Transfer, marac.Letter, marac.ContactItem,
)  # fmt: skip
