"""Work for later of this room: anchor the log every hour; check it, and tidy sessions and tokens, every night.

Notices by mail, for every room above, are in notices.py.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone
from procrastinate.contrib.django import app

from leeward.platform.access.chain import check_tonight, write_anchor
from leeward.platform.access.models import OnceToken
from leeward.platform.access.notices import send_account_notice, send_notice

__all__ = ["anchor_log", "check_log", "send_account_notice", "send_notice", "tidy_access"]
LOG = logging.getLogger("leeward.access")


@app.periodic(cron="7 * * * *")
@app.task(name="anchor_log", queueing_lock="anchor_log", pass_context=False)
def anchor_log(timestamp: int) -> None:
    """Write the heads of the log's chains outside the database, so that a cut tail shows."""
    write_anchor(using=DEFAULT_DB_ALIAS)


@app.periodic(cron=f"41 {settings.AUDIT_CHECK_HOUR} * * *")
@app.task(name="check_log", queueing_lock="check_log", pass_context=False)
def check_log(timestamp: int) -> None:
    """Check the whole log. Where it does not hold, the log of this program, Today and `leeward doctor` say so."""
    report = check_tonight(using=DEFAULT_DB_ALIAS)
    if not report.ok:
        LOG.critical("The log of access does not hold", extra={"places": len(report.broken), "first": report.broken[0]})


@app.periodic(cron="23 3 * * *")
@app.task(name="tidy_access", queueing_lock="tidy_access", pass_context=False)
def tidy_access(timestamp: int) -> None:
    """Take away sessions that are over and tokens of forms that nobody sends again."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    OnceToken.objects.filter(used_at__lt=timezone.now() - timedelta(days=7)).delete()
