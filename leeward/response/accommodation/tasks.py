"""Work for later of this room: holds that ran out are said to have, so that nobody is locked in a dead offer.

The same of what landlords did not answer. A run of the reciprocal is in actions/agreeing.py.
"""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app

from leeward.platform.access.acting import acting_as_job
from leeward.platform.access.notices import send_notice
from leeward.platform.access.partnership import current_partnership
from leeward.response.accommodation.actions.agreeing import look_for_moves

__all__ = ["follow_up", "look_for_moves", "remind_landlords"]


@app.periodic(cron="*/5 * * * *")
@app.task(name="accommodation_follow_up", queueing_lock="accommodation_follow_up", pass_context=False)
def follow_up(timestamp: int) -> None:
    """Every five minutes: an offer whose hold has ended is marked so, on both sides. The space was free by itself."""
    partnership = current_partnership()
    if partnership is None:
        return
    with acting_as_job(partnership.id, "accommodation_follow_up"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accommodation_expire()")


@app.periodic(cron="15 7 * * *")
@app.task(name="accommodation_swap_morning", queueing_lock="accommodation_swap_morning", pass_context=False)
def remind_landlords(timestamp: int) -> None:
    """Each morning: what was not answered in time is free again; who has until tomorrow, or an offer due, is told."""
    partnership = current_partnership()
    if partnership is None:
        return
    with acting_as_job(partnership.id, "accommodation_follow_up"), connection.cursor() as cursor:
        cursor.execute("SELECT accommodation_swap_late()")
        cursor.execute(
            "SELECT accommodation_swap_asked(NULL, accommodation_swap_today() + 1)"
            " UNION SELECT accommodation_swap_answers_due()"
        )
        if users := sorted(row[0] for row in cursor.fetchall()):
            send_notice.defer(user_ids=users)
