"""Wrong passwords are limited by the visitor's own address, for all processes together."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.worlds import World


def wrong(client: Client, number: int, address: str) -> int:
    answer = client.post(
        reverse("account_login"), {"login": f"nobody-{number}@example.org", "password": "not the right words at all"},
        headers={"x-forwarded-for": f"203.0.113.9, {address}"},
    )  # fmt: skip
    return answer.status_code


def test_limits_are_kept_where_every_process_reads_them(db: None) -> None:
    cache.set("one", [1.5], 60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_cache")
        assert cursor.fetchone()[0] == 1
    assert cache.get("one") == [1.5]
    assert not cache.add("one", 2, 60)
    cache.delete("one")
    assert cache.get("one") is None


@pytest.mark.parametrize("behind", [True, False])
def test_behind_a_proxy_nobody_pays_for_anothers_mistakes(world: World, settings: Any, behind: bool) -> None:
    settings.BEHIND_PROXY, settings.ALLAUTH_TRUSTED_PROXY_COUNT = behind, int(behind)
    client = Client()
    answers = [wrong(client, number, "198.51.100.7") for number in range(12)]
    assert answers[0] == 200, "a wrong password is a page that says so"
    blocked = "Too many" in client.post(
        reverse("account_login"), {"login": "somebody@example.org", "password": "not the right words at all"},
        headers={"x-forwarded-for": "203.0.113.9, 198.51.100.7"},
    ).content.decode()  # fmt: skip
    other = Client().post(
        reverse("account_login"), {"login": "else@example.org", "password": "not the right words at all"},
        headers={"x-forwarded-for": "203.0.113.9, 192.0.2.44"},
    )  # fmt: skip
    assert blocked
    assert ("Too many" in other.content.decode()) is not behind


def test_the_setting_follows_the_proxy() -> None:
    from leeward.config import settings as ours

    assert int(ours.BEHIND_PROXY) == ours.ALLAUTH_TRUSTED_PROXY_COUNT
