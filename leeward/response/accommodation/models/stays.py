"""A stay, from who is expected to where they went: residents, money, what happened in the house, moving on.

Where somebody stays is an address: all of it is for its provider and for who has the address of the case.
"""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from leeward.platform.access.models import Organisation, Partnership
from leeward.platform.common.models import Record
from leeward.record.cases.models import Case
from leeward.record.people.models import Person
from leeward.response.accommodation.models.needs import Ask, Need
from leeward.response.accommodation.models.places import Space


class Stay(Record):
    """A household in a space: expected, in, left; or it never came. A move within keeps the stay, changes the space."""

    EXPECTED, IN, LEFT, NOT_ARRIVED = "expected", "in", "left", "not_arrived"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # the provider
    need = models.ForeignKey(Need, on_delete=models.PROTECT, null=True, related_name="stays")
    ask = models.OneToOneField(Ask, on_delete=models.PROTECT, null=True, related_name="stay")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="stays")
    status = models.CharField(max_length=12, default=EXPECTED)
    expected_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True, blank=True)
    not_arrived_why = models.CharField(max_length=30, blank=True)  # code list not_arrived
    licence_on = models.DateField("licence signed", null=True, blank=True)
    licence_until = models.DateField("licence ends", null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    planned = models.BooleanField("a planned ending", null=True)
    ending = models.CharField(max_length=30, blank=True)  # code list stay_ending
    destination = models.CharField(max_length=40, blank=True)  # code list stay_destination
    destination_version = models.CharField(max_length=20, blank=True)
    left_words = models.CharField(max_length=500, blank=True)
    # Why somebody stays longer than they need: code list stays_longer.
    longer = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    benefit = models.CharField(max_length=20, default="not_asked")  # code list benefit_status
    benefit_words = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "status"], name="stay_provider"),
            models.Index(fields=["case"], name="stay_case"),
            models.Index(fields=["destination", "left_at"], name="stay_left"),
        ]


class Resident(Record):
    """Somebody who lives there during a stay, each child too, from and until when."""

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="residents")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    part = models.CharField(max_length=10)  # main, adult, child
    called = models.CharField(max_length=120, blank=True)
    sex = models.CharField(max_length=10, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    age = models.PositiveSmallIntegerField("age as it was said, without a birth date", null=True, blank=True)
    age_on = models.DateField("the day on which it was said", null=True, blank=True)
    from_on = models.DateField(default=timezone.localdate)
    until_on = models.DateField(null=True, blank=True)

    @property
    def due_on(self) -> date | None:
        """Who lives there has been born: no birth is expected of them."""
        return None


class StayEvent(Record):
    """What happened during a stay: an absence, an incident in the house, a move, a note on the licence."""

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="events")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # code list stay_event
    what = models.CharField(max_length=30, blank=True)  # code list house_incident for an incident
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=1000, blank=True)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)


class Charge(Record):
    """Rent or a service charge for a period of a stay. Money is in pence."""

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="charges")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # code list charge_kind: rent, service, personal
    pence_a_week = models.PositiveIntegerField()
    eligible = models.BooleanField("covered by housing benefit", default=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)


class Payment(Record):
    """Money that came in for a stay, in pence; a correction is a row with a minus."""

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="payments")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(default=timezone.localdate)
    pence = models.IntegerField()
    source = models.CharField(max_length=20)  # code list payment_source
    words = models.CharField(max_length=200, blank=True)
    by_id = models.BigIntegerField(null=True)


class MoveOn(Record):
    """Where somebody wants to go next and what was done for it: also the waiting list for move-on homes."""

    stay = models.OneToOneField(Stay, on_delete=models.PROTECT, related_name="move_on")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    wants = models.CharField(max_length=40, blank=True)  # code list stay_destination
    areas = ArrayField(models.CharField(max_length=9), default=list, blank=True)
    bedrooms = models.PositiveSmallIntegerField(null=True, blank=True)
    ready_on = models.DateField("ready to move since", null=True, blank=True)
    waiting_since = models.DateField("on the waiting list since", null=True, blank=True)
    applied_on = models.DateField(null=True, blank=True)
    offered_on = models.DateField(null=True, blank=True)
    plan = models.CharField(max_length=2000, blank=True)
    resettled_until = models.DateField("resettlement support until", null=True, blank=True)
    resettled_ended_on = models.DateField("resettlement support ended", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
