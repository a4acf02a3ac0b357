"""Tell it once: from a small phone without JavaScript to the adviser who has the whole story, and nobody else.

The way that a new user would go, in a real browser: a visitor asks, triage finds it on top, calls in the safe hour,
hands on; the adviser accepts and reads; who referred learns that it was accepted. An uninvolved agency, a walled cousin
and a signed-out visitor see nothing, in pages, search, counts and the API (what the clock tells is in
tests/security/test_hidden_and_missing.py).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from leeward.platform.reference.working_time import LONDON

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]
FIND = "Name, date of birth, NHS number or reference"
STORY = "He waits outside my work every evening. I hid my papers at my aunt's."


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def fill_safe_hour(page: Page) -> None:
    """The hour in which it is safe: it began a while ago and lasts a while yet, on every day of the week."""
    now = timezone.now().astimezone(LONDON)
    begins, ends = now - timedelta(hours=1), now + timedelta(hours=2)
    for day in page.locator("input[name=times_first]").all():
        day.check()
    page.locator("[name=times_first__from]").fill(f"{begins:%H}:00" if begins.date() == now.date() else "00:00")
    page.locator("[name=times_first__to]").fill(f"{ends:%H}:59" if ends.date() == now.date() else "23:59")


def ask_for_help(page: Page, axe: Axe, *, called: str, must_not_know: str = "", safe_hour: bool = False) -> str:
    """The public form, start to finish; answers the reference. With `safe_hour` it is safe at this hour only."""
    page.goto("/")
    axe(page)
    page.get_by_role("link", name="Ask us for help").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Before you start")
    axe(page)
    page.locator("main a.govuk-button", has_text="Start").click()
    answers: dict[str, Callable[[], None]] = {
        "Who is this about?": lambda: page.get_by_label("Me", exact=True).check(),
        "Are you afraid of what may happen tonight?": lambda: page.get_by_label("Yes", exact=True).check(),
        "What is happening?": lambda: page.get_by_label("What is happening?").fill(STORY),
        "Is it safe for us to contact you?": lambda: page.get_by_label("Yes, at any time").check(),
        "What would you like us to call you?": lambda: page.get_by_label("What would you like us to call you?").fill(
            called
        ),
        "May we share this with services that can help you?": lambda: page.get_by_label("Yes, with those").check(),
    }
    if safe_hour:
        answers |= {
            "Is it safe for us to contact you?": lambda: page.get_by_label("Yes, at certain times").check(),
            "Which ways are safe?": lambda: page.get_by_label("A phone call").check(),
            "What is your phone number?": lambda: page.get_by_label("What is your phone number?").fill("07700 900177"),
            "When is it safe?": lambda: fill_safe_hour(page),
        }
    if must_not_know:
        answers["Is there anyone who must not know, and who works for one of us?"] = lambda: page.get_by_label(
            "Yes", exact=True
        ).check()
    for _ in range(45):
        heading = page.get_by_role("heading", level=1).inner_text()
        if heading == "Check what you have told us":
            break
        if must_not_know and page.locator("main textarea").count() and heading not in answers:
            page.locator("main textarea").first.fill(must_not_know)
            go_on(page)
        elif heading in answers:
            answers[heading]()
            go_on(page)
        else:
            page.get_by_role("button", name="Skip").or_(page.get_by_role("link", name="Skip this")).first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320  # nothing runs off a small screen
    expect(page.locator("main")).to_contain_text(STORY)
    axe(page)
    page.get_by_role("button", name="Send").click()
    axe(page)
    found = re.search(r"\b[A-Z]{3,}-\d{3,}\b", page.locator("main").inner_text())
    assert found, page.locator("main").inner_text()
    return found.group(0)


def can_be_called(row: Locator) -> bool:
    """Whether the queue says of a contact that it is safe to call now."""
    return row.locator("td[data-label='Safe to call'] strong").count() == 1


def assert_on_top(triage: Page, reference: str) -> None:
    """Above it stand only others in as great a danger who can be called now as well, and have waited longer."""
    for row in triage.locator("#queue tbody tr").all():
        text = row.inner_text()
        if reference in text:
            return
        in_danger = "In danger now" in text or "Child in danger" in text
        high = row.locator("td[data-label='What we know'] .lw-tag--high").count()
        assert in_danger or (high and can_be_called(row)), f"above {reference}: {text}"
    raise AssertionError(f"{reference} is not on the first page of the queue")


def hand_on(triage: Page, axe: Axe) -> None:
    """From the page of a contact to an offer to the outreach service."""
    triage.get_by_role("link", name="Hand on to a service").click()
    for box in triage.locator("input[name=services]").all():
        box.uncheck()
    triage.get_by_label("Community outreach").check()
    triage.get_by_label("Told and agreed").check()
    triage.get_by_role("button", name="Continue to check").click()
    expect(triage.locator("main")).to_contain_text("Harbour Outreach")
    axe(triage)
    triage.get_by_role("button", name="Offer it now").click()


def counted(page: Page) -> int:
    """How many contacts the page of counts says there were."""
    page.goto("/counts")
    heading = page.get_by_role("heading", level=1).inner_text()
    return int(heading.split()[0].replace(",", ""))


def finds_nobody(page: Page, words: str, secret: str) -> None:
    """Search answers as it does for a name that nobody has, and the index check too."""
    page.goto("/search")
    page.get_by_label(FIND).fill(words)
    page.get_by_role("button", name="Find").click()
    expect(page.locator("main")).to_contain_text("Nobody whom you may see is found.")
    assert secret not in page.content()
    page.goto("/cases?whose=organisation")
    assert secret not in page.content()
    assert words not in page.content()


def rings_with(triage: Page, adviser: Page, reference: str, case: str) -> None:
    """She rings with the reference in her head: triage says whom to ring and no more, the adviser finds her case."""
    triage.goto("/triage")
    triage.get_by_label("Reference").fill(reference.replace("-", " ").lower())
    triage.get_by_role("button", name="Find").click()
    told = triage.get_by_role("status").filter(has_text="A service has it")
    expect(told).to_contain_text(re.compile(r"Ring Harbour Outreach: 0\d+ \d+"))
    assert "Wren" not in triage.content()
    adviser.goto("/search")
    adviser.get_by_label(FIND).fill(reference.replace("-", " ").lower())
    adviser.get_by_role("button", name="Find").click()
    expect(adviser).to_have_url(case)


def test_told_once_and_carried(plain_phone: Page, sign_in: SignIn, axe: Axe) -> None:
    reference = ask_for_help(plain_phone, axe, called="Wren of the whole way", safe_hour=True)

    triage = sign_in("access-point", javascript=False)
    triage.goto("/triage")
    row = triage.get_by_role("row").filter(has_text=reference)
    expect(row).to_contain_text("Afraid of what may happen tonight")
    assert_on_top(triage, reference)
    assert can_be_called(row), row.inner_text()  # it is the safe hour, and the queue says so
    axe(triage)
    row.get_by_role("button", name="Take").click()
    expect(triage.locator("main")).to_contain_text(STORY)
    axe(triage)

    triage.get_by_role("link", name="Record an attempt").click()
    axe(triage)
    triage.get_by_label("Called", exact=True).check()
    triage.get_by_label("Spoke with the person").check()
    triage.get_by_label("What was said").fill("She wants an adviser who calls at noon.")
    triage.get_by_role("button", name="Record it").click()  # in the safe hour, so nothing asks why
    expect(triage.locator("main")).to_contain_text("She wants an adviser who calls at noon.")
    hand_on(triage, axe)

    adviser = sign_in("adviser", javascript=False)
    adviser.goto("/offers")
    offer = adviser.get_by_role("row").filter(has_text=reference)
    expect(offer).not_to_contain_text("Wren")
    expect(adviser.locator("main")).not_to_contain_text(STORY)
    axe(adviser)
    offer.get_by_role("link", name="Accept").click()
    axe(adviser)
    adviser.get_by_label("As soon as we see who it is").check()
    adviser.get_by_role("button", name="Accept").click()
    expect(adviser.locator("main")).to_contain_text(STORY)
    expect(adviser.locator("main")).to_contain_text("She wants an adviser who calls at noon.")
    expect(adviser.locator("body")).to_contain_text("Wren of the whole way")
    axe(adviser)
    case = adviser.url
    rings_with(triage, adviser, reference, case)
    axe(triage)

    # Nobody else: triage sees it no more, another agency and a signed-out visitor never did.
    triage.goto("/triage")
    expect(triage.locator("main")).not_to_contain_text(reference)
    for other in (triage, sign_in("change"), sign_in("housing")):
        answer = other.goto(case)
        missing = other.request.get(re.sub(r"\d+$", "1234567890", case))
        assert answer is not None
        assert answer.status == missing.status == 404
        assert STORY not in other.content()
        assert reference not in other.content()
        finds_nobody(other, "Wren of the whole way", reference)
    plain_phone.goto(case)
    assert STORY not in plain_phone.content()
    for path in ("/search", "/counts", "/triage", "/cases"):
        plain_phone.goto(path)
        expect(plain_phone).to_have_url(re.compile("/sign-in"))


def test_who_referred_learns_that_it_was_accepted_and_no_other_agency_does(sign_in: SignIn, axe: Axe) -> None:
    doctor = sign_in("gp", javascript=False)
    reference, code = refer(doctor)
    expect(standing(doctor, reference)).to_contain_text("Received, not yet looked at")

    triage = sign_in("access-point", javascript=False)
    triage.goto("/triage")
    triage.get_by_role("row").filter(has_text=reference).get_by_role("button", name="Take").click()
    hand_on(triage, axe)
    expect(standing(doctor, reference)).to_contain_text("Being worked on")

    adviser = sign_in("adviser", javascript=False)
    adviser.goto("/offers")
    adviser.get_by_role("row").filter(has_text=reference).get_by_role("link", name="Accept").click()
    adviser.get_by_label("As soon as we see who it is").check()
    adviser.get_by_role("button", name="Accept").click()
    expect(adviser.locator("body")).to_contain_text("Larkin")
    case = adviser.url

    expect(standing(doctor, reference)).to_contain_text("Accepted by a service")
    axe(doctor)
    assert "Larkin" not in doctor.content()  # where it stands, and nothing of the person
    assert doctor.request.get(case).status == 403

    # Another agency's own system, with a key of its own, learns nothing of it: not even that there is one.
    key = {"Authorization": f"Bearer {make_key(sign_in('administrator'))}"}
    hidden = doctor.request.get(f"/api/v1/referrals/{code}", headers=key)
    missing = doctor.request.get("/api/v1/referrals/AAAA-AAAA-AAAA", headers=key)
    assert hidden.status == missing.status == 404
    assert hidden.text() == missing.text()
    nobody = sign_in("nobody")  # no persona: signed out
    for path in (case, "/search", "/counts"):
        answer = nobody.request.get(path, headers=key, max_redirects=0)
        assert answer.status == 302, path  # a key opens no page


def refer(page: Page) -> tuple[str, str]:
    """A professional who is signed in refers somebody; answers the reference and the code of the receipt."""
    page.goto("/refer")
    page.get_by_label("No, not right now").check()
    go_on(page)
    page.get_by_label("GP or primary care").check()
    page.get_by_label("Name of your organisation").fill("Quay Surgery")
    page.get_by_label("Your name").fill("Nadia Shah")
    page.get_by_label("Your work phone number").fill("01632 960108")
    go_on(page)
    page.get_by_label("First name").fill("Larkin")
    go_on(page)
    page.get_by_label("They are being hurt or controlled").check()
    go_on(page)
    for _ in range(20):
        heading = page.get_by_role("heading", level=1).inner_text()
        if page.get_by_role("button", name="Send", exact=True).count():
            break
        if page.get_by_label("They know, and they agree").count():
            page.get_by_label("They know, and they agree").check()
            go_on(page)
        elif page.get_by_role("button", name="Stop here").count():
            page.get_by_role("button", name="Stop here").click()
        elif page.get_by_role("button", name="Skip this page").count():
            page.get_by_role("button", name="Skip this page").click()
        else:
            raise AssertionError(f"no way on from {heading!r}")
    page.get_by_role("button", name="Send", exact=True).click()
    assert page.locator(".lw-reference").count(), page.locator("main").inner_text()
    said = page.locator(".lw-reference")
    return said.nth(0).inner_text(), said.nth(1).inner_text()


def standing(page: Page, reference: str) -> Locator:
    """Where a referral stands, on the page of those that somebody sent."""
    page.goto("/referrals")
    return page.get_by_role("row").filter(has_text=reference)


def make_key(page: Page) -> str:
    """A key of an agency that has no part in it."""
    page.goto("/api-keys/add")
    page.get_by_label("Which system holds it?").fill(f"Records {secrets.token_hex(3)}")
    page.get_by_label("As whom does it act?").select_option(index=1)
    page.get_by_role("button", name="Make the key").click()
    return page.locator("code").inner_text()


def test_a_walled_cousin_at_the_access_point_sees_nothing(plain_phone: Page, sign_in: SignIn) -> None:
    answers: list[str] = []
    cousin = sign_in("access-point-2")
    colleague = sign_in("access-point")
    before = counted(cousin), counted(colleague)
    reference = ask_for_help(
        plain_phone, lambda page: None, called="Lark of the wall", must_not_know="Priya Nair, the access point"
    )
    assert (counted(cousin), counted(colleague)) == (before[0], before[1] + 1)
    finds_nobody(cousin, "Lark of the wall", reference)
    colleague.goto("/triage")
    expect(colleague.locator("main")).to_contain_text(reference)
    address = colleague.get_by_role("link", name=reference).get_attribute("href")
    assert address is not None
    cousin.goto("/triage")
    expect(cousin.locator("main")).not_to_contain_text(reference)
    hidden, missing = cousin.request.get(address), cousin.request.get("/contacts/1234567890")
    assert hidden.status == missing.status == 404
    assert re.sub(r"\d+", "", hidden.text()) == re.sub(r"\d+", "", missing.text())
    # Nor by the reference, as somebody would say it on the telephone; and the queue counts one fewer.
    for wanted in (reference, "ZZZZ-000"):
        cousin.goto("/triage")
        cousin.get_by_label("Reference").fill(wanted)
        cousin.get_by_role("button", name="Find").click()
        assert "/contacts/" not in cousin.url
        said = cousin.locator("main").inner_text().replace(wanted, "")
        answers.append(re.sub(r"\d+", "", said))
    assert answers[0] == answers[1]
