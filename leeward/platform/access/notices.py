"""Notices by mail that say nothing but that something waits: a mailbox may be open on a table."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.message import EmailMessage
from django.db import connection
from procrastinate.contrib.django import app

from leeward.platform.access.models import User

SUBJECT = "Something for you in Leeward"
BODY = "There is something for you in Leeward. Sign in as you always do to see it.\n\nIt says no more on purpose."


@app.task(name="notice", pass_context=False)
def send_notice(user_ids: list[int]) -> None:
    """Mail some users that something waits for them: one message each, nobody sees who else got one."""
    to = User.objects.filter(id__in=user_ids, is_active=True).values_list("email", flat=True)
    sender = settings.DEFAULT_FROM_EMAIL
    get_connection().send_messages([EmailMessage(SUBJECT, BODY, sender, [address]) for address in to])


def tell_those_of(function: str, subject_id: int) -> None:
    """Mail those whom a function of the database names for a subject: it knows who is walled from whom."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}(%s)", [subject_id])  # a name of ours, no input
        to = sorted(row[0] for row in cursor.fetchall())
    if to:
        send_notice.defer(user_ids=to)


ACCOUNT_SUBJECT = "Your sign-in to Leeward"
ACCOUNT_BODY = (
    "The e-mail address of a sign-in to Leeward was changed, from or to this one. If you know nothing of it, tell the "
    "administrator of your organisation.\n\nIt says no more on purpose."
)


@app.task(name="account_notice", pass_context=False)
def send_account_notice(addresses: list[str]) -> None:
    """Tell a colleague's old and new address that their sign-in was changed: a message each, naming nobody."""
    sender = settings.DEFAULT_FROM_EMAIL
    get_connection().send_messages(
        [EmailMessage(ACCOUNT_SUBJECT, ACCOUNT_BODY, sender, [address]) for address in addresses]
    )
