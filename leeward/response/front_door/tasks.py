"""Work for later of this room: what was typed and not sent goes after an hour; what is not answered in time is told."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app

from leeward.platform.access.acting import acting_as_job
from leeward.platform.access.limits import forget_old_counts
from leeward.platform.access.notices import send_notice
from leeward.platform.access.partnership import current_partnership
from leeward.response.front_door.actions.drafting import purge_drafts


@app.periodic(cron="*/10 * * * *")
@app.task(name="tidy_front_door", queueing_lock="tidy_front_door", pass_context=False)
def tidy_front_door(timestamp: int) -> None:
    """Delete unsent answers that are an hour old, and the counts of hours that are over."""
    partnership = current_partnership()
    if partnership is None:
        return
    with acting_as_job(partnership.id, "tidy"):
        while purge_drafts():
            pass
        forget_old_counts()


@app.periodic(cron="*/15 * * * *")
@app.task(name="front_door_unanswered", queueing_lock="front_door_unanswered", pass_context=False)
def tell_of_unanswered(timestamp: int) -> None:
    """Every quarter of an hour: an offer that was not answered in time is told to who was asked and to who asked."""
    partnership = current_partnership()
    if partnership is None:
        return
    with acting_as_job(partnership.id, "front_door_unanswered"), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM front_door_unanswered()")
        to = sorted(row[0] for row in cursor.fetchall())
        if to:
            send_notice.defer(user_ids=to)
