"""What was asked of who referred, for the return, and whether it was answered: steps of the referral."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from leeward.response.marac.models import ReferralChange

ASKED, TOLD = "asked", "told"  # steps that change no status
AGAIN = timedelta(days=7)  # asked once, nobody is asked again before


def last_asked(referral_ids: Sequence[int]) -> dict[int, ReferralChange]:
    """By referral: the last question for the return, or the answer to it. One statement."""
    rows = ReferralChange.objects.filter(referral_id__in=referral_ids, status__in=(ASKED, TOLD)).order_by("id")
    return {row.referral_id: row for row in rows}


def may_ask(last: ReferralChange | None) -> bool:
    """Whether it is time to ask: never asked, answered in part, or asked a week ago."""
    return last is None or last.status == TOLD or last.at < timezone.now() - AGAIN
