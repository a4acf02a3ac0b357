"""Cases that go to another area's MARAC and come from one: what was sent, how, what they answered."""

from __future__ import annotations

from datetime import date, timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.response.marac.models import Referral, Transfer
from tests.maracs import heard, marac_of, refer, risky
from tests.sending import on, send, send_on
from tests.worlds import World


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_sent_to_another_area_and_answered(world: World) -> None:
    table, case = marac_of(world), risky(world)
    made = refer(world, table, case)
    heard(world, table, made)
    client, address = world.browser("coordinator"), reverse("marac_transfer_send", args=[made.id])
    today = timezone.localdate()
    page = send(client, address, other_marac="", **on("sent_on", today + timedelta(days=2))).content.decode()
    for words in ("Enter which MARAC", "Choose why", "Choose what was sent", "Enter by which secure way"):
        assert words in page, words
    assert "must be today or in the past" in page or "cannot lie" in page or "past" in page
    facts = {"other_marac": "Moorland MARAC", "why": "moved", "sent": ["referral", "minutes"], "how": "Secure mail"}
    early = send(client, address, **facts, **on("sent_on", today - timedelta(days=9))).content.decode()
    assert "cannot have been sent on before it was referred here" in early
    led = send_on(client, address, **facts)
    page = text(client, led)
    assert "Moorland MARAC" in page
    assert "No answer yet" in page
    assert "the minutes" in page
    assert "Waiting" in text(client, reverse("marac_transfers"))
    world.act("coordinator")
    moved = Transfer.objects.get()
    answer = reverse("marac_transfer_answer", args=[moved.id])
    before = send(client, answer, answer="Listed", **on("answered_on", today - timedelta(days=1)))
    assert "cannot have answered before it was sent" in before.content.decode()
    send_on(client, answer, answer="Listed for their meeting in March")
    assert "Listed for their meeting in March" in text(client, led)
    # Who referred it sees what went, and writes nothing here.
    assert "Moorland MARAC" in text(world.browser("idva"), led)
    assert world.browser("idva").get(address).status_code == 403


def test_received_from_another_area_it_becomes_a_referral(world: World) -> None:
    marac_of(world)
    client = world.browser("coordinator")
    start = reverse("marac_refer_new") + "?received=1"
    assert "A referral from another area" in text(client, start)
    address = send_on(
        client, start, given="Saoirse", family="Quinn", **on("birth", date(1994, 7, 2)), harm1_given="Declan",
        says_so="Moorland MARAC",
    )  # fmt: skip
    assert address.endswith("?received=1")
    good = {
        "criteria": ["judgement"], "why": "He has threatened to follow her here", "aware": "told_agreed",
        "lawful_basis": "consent", "other_marac": "Moorland, in October",
    }  # fmt: skip
    page = send(client, address, **good).content.decode()
    assert "Enter which MARAC sent it" in page
    assert "Choose what came with it" in page
    preview = send(
        client, address, **good,
        **{"received-other_marac": "Moorland MARAC", "received-why": "moved", "received-sent": ["referral", "actions"],
           "received-how": "Secure mail", "received-heard_here": "no"},
    )  # fmt: skip
    assert "Check what goes to whom" in preview.content.decode()
    led = send_on(client, address, page=preview, confirmed="yes")
    page = text(client, led)
    assert "From another area" in page
    assert "Received from" in page
    assert "Moorland MARAC" in page
    assert "Referred here" in text(client, reverse("marac_transfers"))
    world.act("coordinator")
    moved = Transfer.objects.get()
    assert (moved.direction, moved.sent, moved.referral_id) == (
        "in",
        ["referral", "actions"],
        Referral.objects.get().id,
    )
    # The same question is not asked of who refers somebody of their own area.
    assert "A referral from another area" not in text(world.browser("police_rep"), start)
