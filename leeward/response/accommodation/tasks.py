"""Work for later: holds that ran out and landlords who did not answer, what was not said to be free, proposals.

Nobody is locked in a dead offer. A run of the reciprocal is in actions/agreeing.py.
"""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app

from leeward.platform.access.acting import acting_as_job
from leeward.platform.access.notices import send_notice
from leeward.platform.access.partnership import current_partnership
from leeward.response.accommodation.actions.agreeing import look_for_moves
from leeward.response.accommodation.actions.allocating import work_out

__all__ = ["allocate_places", "ask_stale", "follow_up", "look_for_moves", "remind_landlords"]


@app.periodic(cron="*/5 * * * *")
@app.task(name="accommodation_follow_up", queueing_lock="accommodation_follow_up", pass_context=False)
def follow_up(timestamp: int) -> None:
    """Every five minutes: an offer whose hold has ended is marked so, on both sides. The space was free by itself."""
    partnership = current_partnership()
    if partnership is None:
        return
    with acting_as_job(partnership.id, "accommodation_follow_up"), connection.cursor() as cursor:
        cursor.execute("SELECT ask FROM accommodation_expire()")
        ended = [row[0] for row in cursor.fetchall()]
        if ended:
            cursor.execute("SELECT * FROM accommodation_asked_by(%s)", [ended])
            # They look on: a hold that nobody answered is no place.
            _mail([row[0] for row in cursor.fetchall()])


@app.periodic(cron="0 9 * * *")
@app.task(name="accommodation_ask_stale", queueing_lock="accommodation_ask_stale", pass_context=False)
def ask_stale(timestamp: int) -> None:
    """Each morning (nine by the world's clock, ten in summer) who has not said for a day what is free is asked."""
    partnership = current_partnership()
    if partnership is None:
        return
    with acting_as_job(partnership.id, "accommodation_ask_stale"), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accommodation_stale_users()")
        _mail([row[0] for row in cursor.fetchall()])


@app.task(name="accommodation_allocate", pass_context=False)
def allocate_places(proposal_id: int, partnership_id: int) -> None:
    """Work out who could go where, for a coordinator who asked for it."""
    work_out(proposal_id=proposal_id, partnership_id=partnership_id)


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
        _mail(sorted(row[0] for row in cursor.fetchall()))


def _mail(users: list[int]) -> None:
    if users:
        send_notice.defer(user_ids=users)
