"""Work for later of this room: holds that ran out are said to have, so that nobody is locked in a dead offer."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app

from leeward.platform.access.acting import acting_as_job
from leeward.platform.access.partnership import current_partnership


@app.periodic(cron="*/5 * * * *")
@app.task(name="accommodation_follow_up", queueing_lock="accommodation_follow_up", pass_context=False)
def follow_up(timestamp: int) -> None:
    """Every five minutes: an offer whose hold has ended is marked so, on both sides. The space was free by itself."""
    partnership = current_partnership()
    if partnership is None:
        return
    with acting_as_job(partnership.id, "accommodation_follow_up"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accommodation_expire()")
