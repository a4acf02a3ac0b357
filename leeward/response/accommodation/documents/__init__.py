"""Letters of a stay and of a home made safe, as accessible PDF. The case's reference stands in print only.

No letter says where a place is, unless they want it to: what is copied into files is read by others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from leeward.platform.reference.lists import label
from leeward.platform.ui.documents import tagged_pdf
from leeward.platform.ui.filters import day
from leeward.response.accommodation.models import Sanctuary, SanctuaryWork
from leeward.response.accommodation.queries.stays import StayPage

TEMPLATE = Path(__file__).parent / "letter.typ"
# SI 2021/991 adds sanctuary schemes to the rules of Housing Benefit and Universal Credit on spare rooms, on evidence
# from somebody who acts in an official capacity. Which words a council asks for was not verified.
RULES = (
    "We understand that this may matter for the rules on spare rooms in Housing Benefit and Universal Credit"
    " (SI 2021/991), and say it in our official capacity."
)


@dataclass(frozen=True)
class StayLetter:
    """What a confirmation of a stay says: to whom, whether with charges, whether with the street, and who signs."""

    to: str
    charges: bool
    street: bool
    signed_by: str
    signed_as: str


def stay_letter(seen: StayPage, facts: StayLetter, *, name: str, today: date) -> bytes:
    """A confirmation that somebody lives, or lived, in safe accommodation: since when, with whom, what is charged."""
    stay = seen.stay
    assert stay.arrived_at is not None
    here = [one for one in seen.residents if one.part != "main" and (one.until_on is None or stay.left_at is not None)]
    since = day(stay.arrived_at)
    with_them = f", with {_count(len(here))} of their household" if here else ""
    lives = f"lived there from {since} until {day(stay.left_at)}" if stay.left_at else f"has lived there since {since}"
    paragraphs = [
        f"{name} {lives}{with_them}. It is safe accommodation for people who have experienced domestic abuse, with"
        f" support, provided by {stay.organisation.name}.",
    ]
    if facts.street and seen.address:
        paragraphs.append("They have asked us to say where it is: " + ", ".join(seen.address.split("\n")) + ".")
    else:
        paragraphs.append(
            "We do not say where it is, for their safety. Please send whatever is meant for them to us, and keep this"
            " letter where nobody can read it who does not have to."
        )
    rows = []
    if facts.charges:
        rows = [
            [
                label("charge_kind", one.kind),
                _pounds(one.pence_a_week),
                "Yes" if one.eligible else "No",
                day(one.from_on),
                day(one.until_on) if one.until_on else "",
            ]
            for one in seen.charges
        ]
    return _made(
        title="Confirmation of a stay", organisation=stay.organisation.name, phone=stay.organisation.phone, today=today,
        to=facts.to, paragraphs=paragraphs, signed_by=facts.signed_by, signed_as=facts.signed_as,
        reference=stay.case.reference,
        table={"head": ["What for", "A week", "Benefit covers it", "From", "Until"], "rows": rows} if rows else None,
    )  # fmt: skip


def sanctuary_letter(
    one: Sanctuary,
    works: list[SanctuaryWork],
    *,
    name: str,
    reference: str,
    organisation: str,
    phone: str,
    signed_by: str,
    today: date,
) -> bytes:
    """The evidence that a home was made safe by a sanctuary scheme: what was done and when; neither why nor where."""
    assert one.tested_on is not None
    rows = [
        [label("sanctuary_work", work.kind) + (f", {work.place}" if work.place else ""), day(work.done_on)]
        for work in works
        if work.tested_on
    ]
    return _made(
        title="A home made safe under a sanctuary scheme", organisation=organisation, phone=phone, today=today,
        to="To whom it may concern",
        paragraphs=[
            f"The home of {name} was adapted under a sanctuary scheme, so that they can go on living there. The"
            f" work was finished and tested on {day(one.tested_on)}.",
            RULES,
            "Please write to us, and not to their home, with any question.",
        ],
        signed_by=signed_by, signed_as=organisation, reference=reference,
        table={"head": ["What was done", "When"], "rows": rows},
    )  # fmt: skip


def _made(*, today: date, **data: Any) -> bytes:
    return tagged_pdf(TEMPLATE, {**data, "day": day(today)})


def _pounds(pence: int) -> str:
    return f"£{pence / 100:,.2f}"


def _count(people: int) -> str:
    return "one other" if people == 1 else f"{people} others"
