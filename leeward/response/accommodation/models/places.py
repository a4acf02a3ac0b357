"""Providers, sites and spaces; what a space is taken for and when; what was last said to be free.

Nothing here is about a person: a period names the ask or the stay it belongs to by number, and that row has a policy of
its own. A street lives in a table of its own, sealed.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import RangeEndsWith as Upper
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from leeward.platform.access.models import Organisation, Partnership, Team
from leeward.platform.common.models import Record


def _codes(length: int = 40) -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=length), default=list, blank=True)


class Provider(Record):
    """An organisation that houses people in this partnership's scheme, until it leaves it."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    joined_on = models.DateField(default=timezone.localdate)
    left_on = models.DateField(null=True, blank=True)
    left_why = models.CharField(max_length=300, blank=True)
    # Whom of them a person is shared with once they can talk; none: all of the organisation that work with cases.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")


class Site(Record):
    """A place with spaces. What is shown of it is its form and an area; `name` must say no street and no town."""

    # Whose homes lie apart: each is sealed by itself, else one woman's worker would learn where all the others live.
    APART = ("dispersed", "sanctuary")

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="sites")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("what it is called among workers", max_length=80)
    form = models.CharField(max_length=20)  # code list accommodation_form (SI 2021/991 reg 2)
    area_code = models.CharField(max_length=9)
    # Areas that it takes nobody from: whom they flee would find them. `takes_local`: people from its own area.
    danger_areas = _codes(9)
    takes_local = models.BooleanField(default=False)
    support_hours = models.CharField(max_length=20, default="day")  # code list support_hours
    specialisms = _codes()  # code list accommodation_specialism
    languages = _codes(10)  # spoken by staff
    turnaround_days = models.PositiveSmallIntegerField("days between two stays", default=1)
    said_at = models.DateTimeField("when it was last said what is free", null=True)  # of the newest Statement
    closed_on = models.DateField(null=True, blank=True)
    closed_why = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="site_name_once")]
        indexes = [models.Index(fields=["partnership", "closed_on"], name="site_partnership")]


class Space(Record):
    """What one household can be given: a unit, a room or a bed."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="spaces")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, default="room")  # code list space_kind: unit, room, bed
    beds = models.PositiveSmallIntegerField("people who can sleep in a bed", default=1)
    cots = models.PositiveSmallIntegerField(default=0)
    self_contained = models.BooleanField(default=False)
    step_free = models.BooleanField(default=False)
    wheelchair = models.BooleanField(default=False)
    ground_floor = models.BooleanField(default=False)
    for_whom = models.CharField(max_length=10, default="women")  # code list space_for: women, men, all
    sons_up_to = models.PositiveSmallIntegerField("oldest age of a son", null=True, blank=True)  # none: any age
    pets = models.CharField(max_length=10, default="none")  # code list space_pets: none, small, any
    # Code list space_takes: yes, ask (talk first), no.
    no_recourse = models.CharField(max_length=5, default="ask")
    substance_use = models.CharField(max_length=5, default="ask")
    mental_health = models.CharField(max_length=5, default="ask")
    offending = models.CharField(max_length=5, default="ask")
    position = models.PositiveSmallIntegerField(default=0)
    opened_on = models.DateField("counted from", default=timezone.localdate)
    closed_on = models.DateField(null=True, blank=True)
    closed_why = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "label"], name="space_label_once")]
        indexes = [models.Index(fields=["partnership", "closed_on"], name="space_partnership")]


class SiteAddress(Record):
    """Where a site is, or one home of a site whose homes lie apart. Encrypted.

    For its own provider, and for who has the address of somebody who stays there: in that home, where it has its own.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="addresses")
    space = models.OneToOneField(Space, on_delete=models.PROTECT, null=True, related_name="address")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site"], condition=models.Q(space=None), name="site_address_once")
        ]


class Occupancy(Record):
    """What a space is taken for, and when. Two never overlap in a space, by whatever path: the database refuses.

    A hold ends by itself with its period. What is given up early is cut short, what never began becomes empty; nothing
    is deleted, so that occupancy, voids and turnaround can be told afterwards.
    """

    HOLD, STAY, TURNAROUND, VOID = "hold", "stay", "turnaround", "void"

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="occupancies")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # of the space
    kind = models.CharField(max_length=10)
    during = DateTimeRangeField()
    ask_id = models.BigIntegerField(null=True)
    stay_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=30, blank=True)  # code list void_reason
    note = models.CharField(max_length=300, blank=True)
    set_by_id = models.BigIntegerField(null=True)
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="space_taken_once",
                expressions=[("space", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            )
        ]
        indexes = [
            models.Index(fields=["ask_id"], name="occupancy_ask"),
            models.Index(fields=["stay_id"], name="occupancy_stay"),
            # What is taken now or later, without reading what has been.
            models.Index(
                F("partnership"),
                Coalesce(Upper("during"), Value(datetime.max.replace(tzinfo=UTC))),
                name="occupancy_until",
            ),
        ]


class Statement(Record):
    """Somebody at a site said what is free there. Full is a statement too; one older than a day is stale."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="statements")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120, blank=True)
    free = models.PositiveSmallIntegerField()
    spaces = models.PositiveSmallIntegerField()
    # Which they were, before it was said and after: so that a wrong one can be taken back. None: not kept.
    free_before = ArrayField(models.BigIntegerField(), null=True)
    free_after = ArrayField(models.BigIntegerField(), null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["site", "-at"], name="statement_site")]
