"""Evidence letters: what one would say of a hearing, in our own words, and those that were made."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from leeward.response.marac.models import Item, Letter
from leeward.response.marac.queries.referrals import Human

UNNAMED = "[name of the person causing harm]"


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j F Y")


def find_item(item_id: int) -> Item | None:
    """A hearing, or None where there is none or it may not be seen."""
    return (
        Item.objects.select_related("meeting__marac", "referral", "case", "person").filter(
            id=item_id, status=Item.HEARD
        )
    ).first()


def find_letter(letter_id: int) -> Letter | None:
    """A letter, or None where there is none or it may not be seen."""
    return Letter.objects.select_related("item__meeting__marac", "item__referral", "case").filter(id=letter_id).first()


def first_words(item: Item, about: Human, harming: list[Human]) -> str:
    """How a letter begins: who was at risk of harm from whom, and on which day the MARAC heard of it. No address."""
    born = f", born {about.born}," if about.born else ""
    from_whom = " and ".join(one.name for one in harming) or UNNAMED
    referred, heard = _day(item.referral.referred_at), _day(item.heard_at or item.meeting.begins_at)
    return (
        f"I am a member of {item.meeting.marac.name}, a multi-agency risk assessment conference. It is a local forum "
        "in which agencies share what they know of people in danger from domestic abuse, and agree how to protect "
        "them.\n\n"
        f"{about.name}{born} was referred to it on {referred}, and the conference discussed their safety on "
        f"{heard}.\n\n"
        f"On what was put before it I confirm that {about.name} is or has been at risk of harm from domestic abuse by "
        f"{from_whom}.\n\n"
        "This letter is given for an application for civil legal services, under regulation 33 of and Schedule 1 to "
        "the Civil Legal Aid (Procedure) Regulations 2012."
    )
