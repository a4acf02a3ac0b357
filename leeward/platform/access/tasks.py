"""Work for later of this room: anchor the log every hour; check it, and tidy sessions and tokens, every night.

And notices by mail that say nothing, for every room above: a mailbox may be open on a table.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.mail import get_connection
from django.core.mail.message import EmailMessage
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone
from procrastinate.contrib.django import app

from leeward.platform.access.chain import check_tonight, write_anchor
from leeward.platform.access.models import OnceToken, User

LOG = logging.getLogger("leeward.access")
SUBJECT = "Something for you in Leeward"
BODY = "There is something for you in Leeward. Sign in as you always do to see it.\n\nIt says no more on purpose."


@app.task(name="notice", pass_context=False)
def send_notice(user_ids: list[int]) -> None:
    """Mail some users that something waits for them: one message each, nobody sees who else got one."""
    to = User.objects.filter(id__in=user_ids, is_active=True).values_list("email", flat=True)
    sender = settings.DEFAULT_FROM_EMAIL
    get_connection().send_messages([EmailMessage(SUBJECT, BODY, sender, [address]) for address in to])


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
