"""The API: the pages' own rules by another door. Generated requests never break it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from leeward.platform.access.keys import issue_key, revoke_key
from leeward.platform.access.models import ApiKey, AuditEntry, OnceToken
from leeward.response.front_door.api import ReferralIn, refer
from leeward.response.front_door.models import Contact, Receipt
from tests.worlds import World

BODY: dict[str, Any] = {
    "danger": "no", "agency_kind": "police", "agency": "Estuary Police", "your_name": "Lee Carter",
    "your_phone": "01632 960107", "given": "Maya", "family": "Lindqvist", "birth": "1990-03", "about": "someone",
    "safe": "windows", "methods": ["phone"], "phone": "07700 900123",
    "times": {"days": [0, 2], "begins": "10:00", "ends": "14:00"}, "agreed": "told_agreed", "story": "He was outside.",
    "children_number": 2, "judgement": "high",
}  # fmt: skip


@pytest.fixture
def key(world: World) -> str:
    """A key of the police, issued by their administrator."""
    world.add_user("police_admin", "Ola Reed", "police", "administrator")
    return issue_key(by=world.act("police_admin"), user=world.users["officer"], name="Records")


def post(key: str, body: Any, **headers: str) -> Any:
    return Client().post(
        "/api/v1/referrals", json.dumps(body), content_type="application/json",
        headers={"Authorization": f"Bearer {key}", **headers},
    )  # fmt: skip


def test_a_referral_arrives_and_the_loop_closes(world: World, key: str) -> None:
    sent = post(key, BODY)
    assert sent.status_code == 201, sent.content
    answer = sent.json()
    world.act("spa")
    contact = Contact.objects.get()
    assert (contact.route, contact.reference, contact.risk) == ("api", answer["reference"], "high")
    assert contact.contact_windows == [{"days": [0, 2], "from": "10:00", "to": "14:00"}]
    assert contact.children == 2
    auth = {"Authorization": f"Bearer {key}"}
    receipt = Client().get(f"/api/v1/referrals/{answer['code']}", headers=auth)
    assert receipt.status_code == 200
    assert set(receipt.json()) == {"reference", "status", "sent_at", "changed_at"}
    assert receipt.json()["status"] == "received"
    other = Client().get("/api/v1/referrals/AAAA-AAAA-AAAA", headers=auth)
    assert other.status_code == 404


def test_danger_is_answered_at_once(world: World, key: str) -> None:
    said = post(key, {**BODY, "danger": "child"}).json()["act_now"]
    assert [words[:30] for words in said] == ["Someone is in danger now: call", "A child is or may be at risk: "]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"given": None}, "given", "Enter their first name"),
        ({"given": "x" * 10_000}, "given", "200 characters or fewer"),
        ({"given": "a\0b"}, "given", "hidden character"),
        ({"birth": "1990-02-31"}, "birth", "28 days"),
        ({"birth": "2999"}, "birth", "must be between"),
        ({"postcode": "none"}, "postcode", "Enter a postcode like"),
        ({"about": "nothing"}, "about", "Choose one of the answers"),
        ({"agreed": "not_told"}, "basis", "Choose the lawful basis"),
        ({"times": {"days": [9], "begins": "10:00", "ends": "14:00"}}, "times", "Choose one of the answers"),
        ({"given": 7}, "given", "string"),
        ({"nonsense": 1}, "nonsense", "no question of this name"),
    ],
)
def test_mistakes_are_the_pages_own_sentences(
    world: World, key: str, change: dict[str, Any], field: str, words: str
) -> None:
    refused = post(key, {**BODY, **change})
    assert refused.status_code == 422
    assert any(item["field"] == field and words in item["words"] for item in refused.json()["mistakes"]), refused.json()
    world.act("spa")
    assert not Contact.objects.exists()


def test_the_same_idempotency_key_makes_one(world: World, key: str) -> None:
    first, second = post(key, BODY, **{"Idempotency-Key": "7"}), post(key, BODY, **{"Idempotency-Key": "7"})
    assert first.json() == second.json()
    assert second.status_code == 201
    assert post(key, {**BODY, "given": "Ana"}, **{"Idempotency-Key": "7"}).status_code == 409
    world.act("spa")
    assert Contact.objects.count() == 1


def test_after_a_mistake_the_idempotency_key_is_free(world: World, key: str) -> None:
    assert post(key, {**BODY, "given": None}, **{"Idempotency-Key": "8"}).status_code == 422
    assert post(key, BODY, **{"Idempotency-Key": "8"}).status_code == 201


@pytest.mark.parametrize("refused_by", ["mistake", "partnership"])
def test_a_refused_call_claims_nothing(world: World, key: str, refused_by: str) -> None:
    """By itself, whoever called it: not only because the middleware takes back what a refused request did."""
    request = RequestFactory().post("/api/v1/referrals")
    request.acting = world.act("officer")  # type: ignore[attr-defined]  # as KeyAuth does
    request.key_scopes = ["refer"]  # type: ignore[attr-defined]  # as above
    body = {**BODY, "given": None} if refused_by == "mistake" else BODY
    if refused_by == "partnership":
        world.teams["triage"].holds_triage = False
        world.teams["triage"].save()
    answer = refer(request, ReferralIn(**body), idempotency_key="9")
    assert answer.status_code == (422 if refused_by == "mistake" else 409)
    assert not OnceToken.objects.exists()
    world.teams["triage"].holds_triage = True
    world.teams["triage"].save()
    sent = refer(request, ReferralIn(**BODY), idempotency_key="9")
    assert sent.status_code == 201
    assert refer(request, ReferralIn(**BODY), idempotency_key="9").value == sent.value
    assert refer(request, ReferralIn(**body), idempotency_key="9").status_code in (201, 409), "used: never made twice"
    world.act("spa")
    assert Contact.objects.count() == 1


def test_no_key_no_entry(world: World, key: str) -> None:
    for wrong in ("", "nonsense", key[:-1]):
        refused = post(wrong, BODY)
        assert refused.status_code == 401
        assert "key" in refused.json()["words"]
    revoke_key(by=world.act("police_admin"), key=ApiKey.objects.get())
    assert post(key, BODY).status_code == 401
    world.act("spa")
    assert not Contact.objects.exists()


def test_a_key_is_kept_as_a_hash_and_what_it_did_is_logged(world: World, key: str) -> None:
    post(key, BODY)
    assert key not in str(ApiKey.objects.values())
    world.act("dpl")
    rows = AuditEntry.objects.filter(action="received_contact")
    assert [row.user_id for row in rows] == [world.users["officer"].id]


def test_a_key_of_one_sees_no_receipt_of_another(world: World, key: str) -> None:
    code = post(key, BODY).json()["code"]
    world.add_user("council_admin", "Uwe Fern", "council", "administrator")
    world.add_user("system", "Records of the council", "council", "referrer")
    theirs = issue_key(by=world.act("council_admin"), user=world.users["system"], name="Records")
    answer = Client().get(f"/api/v1/referrals/{code}", headers={"Authorization": f"Bearer {theirs}"})
    assert answer.status_code == 404
    world.act("system")
    assert not Receipt.objects.exists()


def test_the_description_is_public_and_holds_no_data(world: World, key: str) -> None:
    post(key, BODY)
    described = Client().get("/api/v1/openapi.json")
    assert described.status_code == 200
    text = described.content.decode()
    assert "Lindqvist" not in text
    assert json.loads(text)["paths"].keys() == {"/api/v1/referrals", "/api/v1/referrals/{code}"}


@pytest.fixture
def in_one_transaction() -> Iterator[None]:
    """Requests do not close the connection that holds the test's transaction (Django's own client does the same)."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.usefixtures("in_one_transaction")
def test_generated_requests_never_break_it(world: World, key: str) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    checks = [
        not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    ]  # fmt: skip
    for operation in schema.get_all_operations():

        @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.ok().as_strategy())
        def check(case: Any) -> None:
            case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, checks=checks)

        check()
