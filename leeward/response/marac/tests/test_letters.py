"""Evidence letters: written from a hearing, read before they are final, downloaded as an accessible PDF, no address."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from leeward.record.people.actions.facts import Source
from leeward.record.people.actions.places import AddressFacts, add_address
from leeward.response.marac.models import Letter
from tests.maracs import heard, listed, marac_of, refer, risky
from tests.sending import send, send_on
from tests.worlds import World


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_a_letter_is_written_read_and_downloaded(world: World) -> None:
    table, case = marac_of(world), risky(world)
    add_address(
        by=world.act("idva"), person_id=case.person_id, facts=AddressFacts("1 Elm Road", "XA1 1AA"),
        source=Source(case.opened_at.date(), "she"), ends_earlier=False,
    )  # fmt: skip
    made = refer(world, table, case)
    item = heard(world, table, made)
    client = world.browser("coordinator")
    assert "Write a letter" in text(client, reverse("marac_referral", args=[made.id]))
    address = reverse("marac_letter_new", args=[item.id])
    form = text(client, address)
    for words in ("Maya Lindqvist", "4 March 1990", "Erik Lindqvist", "regulation 33", "at risk of harm"):
        assert words in form, words
    assert "Elm Road" not in form
    assert "XA1" not in form
    for body, words in (
        ("She lives at XA1 1AA", "looks like a postcode"), ("Ring 07700 900 123", "looks like a telephone number"),
        ("x" * 10_000, "6,000 characters or fewer"), ("", "Enter the letter"),
    ):  # fmt: skip
        page = send(client, address, body=body).content.decode()
        assert words in page, words
        assert "<title>Error: " in page, words
    preview = send(client, address, addressee="Marsh and Vale, solicitors")
    assert "Check the letter" in preview.content.decode()
    world.act("coordinator")
    assert not Letter.objects.exists(), "nothing is kept before somebody has read it"
    changed = send(client, address, page=preview, confirmed="no").content.decode()
    assert "Marsh and Vale, solicitors" in changed
    led = send_on(client, address, page=preview, confirmed="yes")
    page = text(client, led)
    assert "Marsh and Vale, solicitors" in page
    assert "Download as PDF" in page
    world.act("coordinator")
    letter = Letter.objects.get()
    pdf = client.get(reverse("marac_letter_pdf", args=[letter.id]))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Cache-Control"] == "no-store"
    assert pdf["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert pdf.content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pdf.content
    assert b"pdfuaid" in pdf.content
    assert b"en-GB" in pdf.content
    assert b"Lindqvist" not in pdf.content.split(b"stream")[0], "no name in what a reader shows as its title"
    # Who works in the case reads it too; who only sits there does not.
    assert "Marsh and Vale" in text(world.browser("idva"), led)
    assert world.browser("police_rep").get(led).status_code == 404
    assert world.browser("police_rep").get(reverse("marac_letter_pdf", args=[letter.id])).status_code == 404


def test_nothing_is_confirmed_that_was_not_heard(world: World) -> None:
    table, case = marac_of(world), risky(world)
    item = listed(world, table.meeting, refer(world, table, case))
    assert world.browser("coordinator").get(reverse("marac_letter_new", args=[item.id])).status_code == 404
    assert world.browser("police_rep").get(reverse("marac_letter_new", args=[item.id])).status_code == 403
