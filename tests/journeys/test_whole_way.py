"""Tell it once: from a small phone without JavaScript to the adviser who has the whole story, and nobody else.

The way that a new user would go, in a real browser: a visitor asks, triage finds it on top, calls, hands on; the
adviser accepts and reads; an uninvolved agency and a walled cousin see nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]
STORY = "He waits outside my work every evening. I hid my papers at my aunt's."


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def ask_for_help(page: Page, axe: Axe, *, called: str, must_not_know: str = "") -> str:
    """The public form, start to finish; answers the reference."""
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


def test_told_once_and_carried(plain_phone: Page, sign_in: SignIn, axe: Axe) -> None:
    reference = ask_for_help(plain_phone, axe, called="Wren of the whole way")

    triage = sign_in("access-point", javascript=False)
    triage.goto("/triage")
    row = triage.get_by_role("row").filter(has_text=reference)
    expect(row).to_contain_text("Afraid of what may happen tonight")
    expect(row).to_contain_text("Any time")
    axe(triage)
    row.get_by_role("button", name="Take").click()
    expect(triage.locator("main")).to_contain_text(STORY)
    axe(triage)

    triage.get_by_role("link", name="Record an attempt").click()
    axe(triage)
    triage.get_by_label("Called", exact=True).check()
    triage.get_by_label("Spoke with the person").check()
    triage.get_by_label("What was said").fill("She wants an adviser who calls at noon.")
    triage.get_by_role("button", name="Record it").click()
    expect(triage.locator("main")).to_contain_text("She wants an adviser who calls at noon.")

    triage.get_by_role("link", name="Hand on to a service").click()
    for box in triage.locator("input[name=services]").all():
        box.uncheck()
    triage.get_by_label("Community outreach").check()
    triage.get_by_label("Told and agreed").check()
    triage.get_by_role("button", name="Continue to check").click()
    expect(triage.locator("main")).to_contain_text("Harbour Outreach")
    axe(triage)
    triage.get_by_role("button", name="Offer it now").click()

    adviser = sign_in("adviser", javascript=False)
    adviser.goto("/offers")
    offer = adviser.get_by_role("row").filter(has_text=reference)
    expect(offer).not_to_contain_text("Wren")
    expect(adviser.locator("main")).not_to_contain_text(STORY)
    axe(adviser)
    offer.get_by_role("link", name="Accept").click()
    axe(adviser)
    adviser.get_by_label("We have checked").check()
    adviser.get_by_role("button", name="Accept").click()
    expect(adviser.locator("main")).to_contain_text(STORY)
    expect(adviser.locator("main")).to_contain_text("She wants an adviser who calls at noon.")
    expect(adviser.locator("body")).to_contain_text("Wren of the whole way")
    axe(adviser)
    case = adviser.url

    # Nobody else: triage sees it no more, another agency and a signed-out visitor never did.
    triage.goto("/triage")
    expect(triage.locator("main")).not_to_contain_text(reference)
    for other in (triage, sign_in("change"), sign_in("housing")):
        answer = other.goto(case)
        assert answer is not None
        assert answer.status in (404, 200)
        assert STORY not in other.content()
        assert reference not in other.content()
    plain_phone.goto(case)
    assert STORY not in plain_phone.content()


def test_a_walled_cousin_at_the_access_point_sees_nothing(plain_phone: Page, sign_in: SignIn) -> None:
    reference = ask_for_help(
        plain_phone, lambda page: None, called="Lark of the wall", must_not_know="Priya Nair, the access point"
    )
    cousin = sign_in("access-point-2")
    colleague = sign_in("access-point")
    colleague.goto("/triage")
    expect(colleague.locator("main")).to_contain_text(reference)
    address = colleague.get_by_role("link", name=reference).get_attribute("href")
    assert address is not None
    cousin.goto("/triage")
    expect(cousin.locator("main")).not_to_contain_text(reference)
    hidden, missing = cousin.request.get(address), cousin.request.get("/contacts/1234567890")
    assert hidden.status == missing.status == 404
    assert re.sub(r"\d+", "", hidden.text()) == re.sub(r"\d+", "", missing.text())
