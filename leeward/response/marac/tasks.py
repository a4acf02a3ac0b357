"""Work for later of this room: notices by mail that say nothing, and the daily reminder of what is due."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app

from leeward.platform.access.acting import acting_as_job
from leeward.platform.access.notices import send_notice as notice
from leeward.platform.access.partnership import current_partnership


@app.task(name="marac_notice", pass_context=False)
def send_notice(user_ids: list[int]) -> None:
    """Mail some users that something waits for them: one message each, nobody sees who else got one."""
    notice(user_ids=user_ids)


@app.periodic(cron="30 6 * * 1-5")
@app.task(name="marac_reminders", queueing_lock="marac_reminders", pass_context=False)
def remind(timestamp: int) -> None:
    """Each working morning: who has an action due or overdue, or research due tomorrow, gets a notice."""
    partnership = current_partnership()
    if partnership is None:
        return
    with acting_as_job(partnership.id, "marac_reminders"), connection.cursor() as cursor:
        cursor.execute("SELECT user_id FROM marac_to_remind()")
        found = sorted(row[0] for row in cursor.fetchall())
        if found:
            send_notice.defer(user_ids=found)
