"""Work for later of this room: nothing that a visitor typed and did not send outlives its hour."""

from __future__ import annotations

from procrastinate.contrib.django import app

from leeward.platform.access.acting import acting_as_job
from leeward.platform.access.limits import forget_old_counts
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
