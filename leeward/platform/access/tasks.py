"""Work for later of this room: anchor the log every hour, tidy sessions and tokens every night."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone
from procrastinate.contrib.django import app

from leeward.platform.access.chain import write_anchor
from leeward.platform.access.models import OnceToken


@app.periodic(cron="7 * * * *")
@app.task(name="anchor_log", queueing_lock="anchor_log", pass_context=False)
def anchor_log(timestamp: int) -> None:
    """Write the heads of the log's chains outside the database, so that a cut tail shows."""
    write_anchor(using=DEFAULT_DB_ALIAS)


@app.periodic(cron="23 3 * * *")
@app.task(name="tidy_access", queueing_lock="tidy_access", pass_context=False)
def tidy_access(timestamp: int) -> None:
    """Take away sessions that are over and tokens of forms that nobody sends again."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    OnceToken.objects.filter(used_at__lt=timezone.now() - timedelta(days=7)).delete()
