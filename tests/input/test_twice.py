"""Whatever makes a record is sent twice, with the same once-only token: it is made once, and both lead to the same place."""

from __future__ import annotations

from collections import Counter

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from leeward.platform.access.models import AuditEntry, OnceToken, RateCount
from tests.everywhere import make_busy, staff_pages
from tests.input.forms import main_form, read_forms
from tests.worlds import World

UNCOUNTED = {
    AuditEntry._meta.db_table,
    "access_chainhead",
    OnceToken._meta.db_table,
    RateCount._meta.db_table,
    "django_session",
}
"""What every request writes, of whatever it is about."""


def written() -> Counter[str]:
    """How many rows were written into each table in this transaction so far, seen by whoever acts or not."""
    tables = {m._meta.db_table for m in apps.get_models() if m.__module__.startswith("leeward.")} - UNCOUNTED
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins FROM pg_stat_xact_user_tables WHERE n_tup_ins > 0")
        return Counter({table: count for table, count in cursor.fetchall() if table in tables})


def test_sent_twice_is_made_once(world: World) -> None:
    busy = make_busy(world)
    pages, _ = staff_pages(busy)
    problems, made_something = [], set()
    today = timezone.localdate()
    for page in pages:
        form = main_form(page.text)
        if form is None or page.route.startswith("mfa_"):
            continue
        words = {
            box.name: box.value
            or (str(today.day) if box.name.endswith("-day") else str(today.month) if box.name.endswith("-month")
                else str(today.year) if box.name.endswith("-year") else "07700 900321" if "phone" in box.name
                else "new@example.org" if box.kind == "email" or "email" in box.name else "XA1 1AB" if "postcode" in box.name
                else "10:00" if "time" in box.name else "A second one")
            for box in form.typed
        }  # fmt: skip
        sent = form.filled(words)
        browser = busy.browser(page.user)
        with transaction.atomic():
            address = form.action or page.path
            before = written()
            first = browser.post(address, sent)
            after = written()
            if first.status_code in (302, 303) and after != before:
                made_something.add(page.route)
                second = browser.post(address, sent)
                more = written() - after
                if more:
                    problems.append(f"{page.route}: made a second time: {dict(more)}")
                if second.status_code >= 500:
                    problems.append(f"{page.route}: the second sending answered {second.status_code}")
            elif first.status_code >= 400:
                problems.append(f"{page.route}: answered {first.status_code}")
            transaction.set_rollback(True)
    assert not problems, "\n".join(problems)
    assert len(made_something) >= 15, sorted(made_something)
    assert read_forms("").title == ""
