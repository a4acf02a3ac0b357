"""Work for later of this room: holds that ran out are said to have, and a coordinator's proposal is worked out."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app

from leeward.platform.access.acting import acting_as_job
from leeward.platform.access.partnership import current_partnership
from leeward.response.accommodation.actions.allocating import work_out


@app.periodic(cron="*/5 * * * *")
@app.task(name="accommodation_follow_up", queueing_lock="accommodation_follow_up", pass_context=False)
def follow_up(timestamp: int) -> None:
    """Every five minutes: an offer whose hold has ended is marked so, on both sides. The space was free by itself."""
    partnership = current_partnership()
    if partnership is None:
        return
    with acting_as_job(partnership.id, "accommodation_follow_up"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accommodation_expire()")


@app.task(name="accommodation_allocate", pass_context=False)
def allocate_places(proposal_id: int, partnership_id: int) -> None:
    """Work out who could go where, for a coordinator who asked for it."""
    work_out(proposal_id=proposal_id, partnership_id=partnership_id)
