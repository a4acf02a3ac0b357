"""Keys for other systems: shown once, for something, until a day, revoked at once, and never more than a referrer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access import acting
from leeward.platform.access.keys import api_keys, begin_with_key, issue_key, revoke_key
from leeward.platform.access.models import ApiKey, AuditEntry, User
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from tests.worlds import World


@pytest.fixture
def system(world: World) -> User:
    """A user of its own for Harbour's system."""
    return world.add_user("system", "Records of Harbour", "harbour", "referrer")


def made(world: World, system: User, **values: object) -> str:
    return issue_key(by=world.act("admin"), user=system, name="Records", **values)  # type: ignore[arg-type]  # one or the other


def ask(key: str) -> int:
    answer = Client().get("/api/v1/referrals/ABCD-EFGH-JKMN", headers={"Authorization": f"Bearer {key}"})
    return answer.status_code


def send(key: str) -> int:
    answer = Client().post("/api/v1/referrals", "{}", content_type="application/json",
                           headers={"Authorization": f"Bearer {key}"})  # fmt: skip
    return answer.status_code


def test_the_page_shows_it_once_and_it_works(world: World, system: User) -> None:
    browser = world.browser("admin")
    sent = {"name": "Records", "user": str(system.id), "scopes": ["refer", "receipts"], "lasts": "90",
            "once_token": "a-token-that-nobody-guesses-1"}  # fmt: skip
    page = browser.post(reverse("api_key_add"), sent)
    found = re.search(r"leeward_[\w-]{43}", page.content.decode())
    assert found
    assert page.headers["Cache-Control"] == "no-store"
    again = browser.post(reverse("api_key_add"), sent)
    assert again.status_code == 302, "pressed twice: no second key, and the first is not shown again"
    row = ApiKey.objects.get()
    assert row.expires_at is not None
    assert timedelta(days=89) < row.expires_at - timezone.now() < timedelta(days=91)
    listed = browser.get(reverse("api_keys")).content.decode()
    assert found[0] not in listed
    assert "Ola Stone" in listed, "who made it"
    assert "Never" in listed
    assert ask(found[0]) == 404
    acting.end()
    begin_with_key(found[0])  # what is answered from 400 up is rolled back, this note of the use too
    assert "just now" in browser.get(reverse("api_keys")).content.decode()


def test_it_does_only_what_it_is_for(world: World, system: User) -> None:
    both, sends, asks = (
        made(world, system),
        made(world, system, scopes=["refer"]),
        made(world, system, scopes=["receipts"]),
    )
    assert (ask(both), send(both)) == (404, 422)
    assert (ask(sends), send(sends)) == (403, 422)
    assert (ask(asks), send(asks)) == (404, 403)


def test_it_runs_out_by_itself(world: World, system: User) -> None:
    key = made(world, system, expires_at=timezone.now() + timedelta(days=1))
    assert ask(key) == 404
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ask(key) == 401
    assert [row.state for row in api_keys(by=world.act("admin"))] == ["expired"]


def test_revoked_it_opens_nothing_from_the_next_call_on(world: World, system: User) -> None:
    key = made(world, system)
    browser, row = world.browser("admin"), ApiKey.objects.get()
    assert "at once and for good" in browser.get(reverse("api_key_revoke", args=[row.id])).content.decode()
    assert ask(key) == 404, "asking is not doing"
    browser.post(reverse("api_key_revoke", args=[row.id]))
    assert ask(key) == 401
    row.refresh_from_db()
    assert row.revoked_by_id == world.users["admin"].id
    world.act("dpl")
    assert AuditEntry.objects.filter(action="revoked_key", subject_id=row.id).count() == 1


def test_a_key_of_a_manager_is_a_referrers_and_no_more(world: World) -> None:
    """In the database too: what the user sees by their role, the key does not."""
    case = world.case("harbour_manager")
    key = issue_key(by=world.act("admin"), user=world.users["harbour_manager"], name="Too much")
    acting.end()
    used = begin_with_key(key)
    assert used is not None
    assert used.by.permissions == {Permission.REFER}
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.roles'), current_setting('app.teams')")
        assert cursor.fetchone() == ("referrer", "{}")
        cursor.execute("SELECT count(*) FROM cases_case WHERE id = %s", [case.id])
        assert cursor.fetchone()[0] == 0


def test_the_last_use_is_written_at_most_every_ten_minutes(world: World, system: User) -> None:
    key = made(world, system)
    before = timezone.now() - timedelta(minutes=3)
    ApiKey.objects.update(last_used_at=before)
    begin_with_key(key)
    assert ApiKey.objects.get().last_used_at == before
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(minutes=11))
    begin_with_key(key)
    last = ApiKey.objects.get().last_used_at
    assert last is not None
    assert timezone.now() - last < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"scopes": []}, "what the key is for"),
        ({"scopes": ["everything"]}, "what the key is for"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "within two years"),
        ({"expires_at": timezone.now() + timedelta(days=900)}, "within two years"),
    ],
)
def test_what_no_key_can_be_is_refused(world: World, system: User, values: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        made(world, system, **values)


def test_nobody_makes_or_ends_a_key_for_others(world: World, system: User) -> None:
    made(world, system)
    row = ApiKey.objects.select_related("organisation").get()
    world.add_user("other_admin", "Pat Quill", "police", "administrator")
    for user in ("other_admin", "harbour_manager", "dpl"):
        with pytest.raises(Refused):
            revoke_key(by=world.act(user), key=row)
    with pytest.raises(Refused):
        issue_key(by=world.act("other_admin"), user=system, name="X", organisation_id=world.organisations["harbour"].id)
    with pytest.raises(Refused, match="does not belong"):
        issue_key(by=world.act("admin"), user=world.users["officer"], name="X")
    browser = world.browser("admin")
    page = browser.post(reverse("api_key_add"), {"name": "X", "user": str(world.users["officer"].id), "scopes": ["refer"],
                                                 "lasts": "90"})  # fmt: skip
    assert b"Choose one of the answers on this page" in page.content


def test_statements_do_not_grow(world: World, system: User) -> None:
    browser = world.browser("chief")

    def statements() -> int:
        browser.get(reverse("api_keys"))
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("api_keys"))
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured.captured_queries)

    made(world, system)
    few = statements()
    for _ in range(5):
        made(world, system)
    assert statements() == few
    assert few <= 7, few
