"""Secure homes that move: landlords pledge homes and register movers; a run proposes who could move where.

A mover is a case to who works with it. To another landlord it is a household without a name, and no landlord learns
which home a mover left: direct swaps are never proposed.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from leeward.platform.access.models import Organisation, Partnership
from leeward.platform.common.models import Record
from leeward.record.cases.models import Case
from leeward.record.people.models import Person


class Landlord(Record):
    """A council or housing association of the scheme. What it owes and is owed is the sum of its ledger."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    joined_on = models.DateField(default=timezone.localdate)
    left_on = models.DateField(null=True, blank=True)


class PledgedHome(Record):
    """An empty home that a landlord gives to the scheme."""

    OPEN, PROPOSED, LET, WITHDRAWN = "open", "proposed", "let", "withdrawn"

    landlord = models.ForeignKey(Landlord, on_delete=models.PROTECT, related_name="homes")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    label = models.CharField("its number at the landlord: no address", max_length=40)
    area_code = models.CharField(max_length=9)
    bedrooms = models.PositiveSmallIntegerField()
    step_free = models.BooleanField(default=False)
    wheelchair = models.BooleanField(default=False)
    ready_on = models.DateField(default=timezone.localdate)
    status = models.CharField(max_length=10, default=OPEN)
    version = models.PositiveIntegerField(default=1)


class Mover(Record):
    """A social tenant at risk who must leave the area and keeps a secure tenancy. Gets one offer."""

    REGISTERED, PROPOSED, OFFERED, MOVED = "registered", "proposed", "offered", "moved"
    REFUSED, WITHDRAWN = "refused", "withdrawn"

    landlord = models.ForeignKey(Landlord, on_delete=models.PROTECT, related_name="movers")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # the landlord they have
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    from_area = models.CharField(max_length=9)
    home_bedrooms = models.PositiveSmallIntegerField("bedrooms of the home that becomes free")
    home_step_free = models.BooleanField(default=False)
    home_wheelchair = models.BooleanField(default=False)
    bedrooms = models.PositiveSmallIntegerField("bedrooms needed")
    step_free = models.BooleanField(default=False)
    wheelchair = models.BooleanField(default=False)
    areas = ArrayField(models.CharField(max_length=9))  # at least five
    risk = models.CharField(max_length=10)  # code list risk_level
    registered_on = models.DateField(default=timezone.localdate)
    status = models.CharField(max_length=10, default=REGISTERED)
    status_words = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(status__in=["registered", "proposed", "offered"]), name="mover_once"
            ),
        ]


class Run(Record):
    """One run of the reciprocal: what it was given, what it found, and how near to the best that provably is."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120, blank=True)
    longest_cycle = models.PositiveSmallIntegerField(default=3)
    longest_chain = models.PositiveSmallIntegerField(default=4)
    movers = models.PositiveIntegerField()
    homes = models.PositiveIntegerField()
    moved = models.PositiveIntegerField("people whom the proposal houses")
    value = models.FloatField()
    bound = models.FloatField("no set of moves is worth more")
    seconds = models.FloatField()
    status = models.CharField(max_length=10, default="proposed")  # proposed, closed


class ProposedMove(Record):
    """One household to one home, as a run proposes. Binds once each landlord of its chain or cycle has agreed."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="moves")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    group = models.PositiveIntegerField("which chain or cycle of the run")
    position = models.PositiveSmallIntegerField()
    is_cycle = models.BooleanField()
    mover = models.ForeignKey(Mover, on_delete=models.PROTECT, related_name="proposals")
    home = models.ForeignKey(PledgedHome, on_delete=models.PROTECT, null=True, related_name="proposals")
    leaves = models.ForeignKey(
        Mover, on_delete=models.PROTECT, null=True, related_name="+"
    )  # whose home, where not pledged
    gives = models.ForeignKey(Landlord, on_delete=models.PROTECT, related_name="+")  # of the home
    takes = models.ForeignKey(Landlord, on_delete=models.PROTECT, related_name="+")  # of the mover
    why = models.JSONField(default=list)  # reasons in words
    gives_agreed_at = models.DateTimeField(null=True, blank=True)
    takes_agreed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(Landlord, on_delete=models.PROTECT, null=True, related_name="+")
    refused_why = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=10, blank=True)  # the household's: accepted, refused
    answered_at = models.DateTimeField(null=True, blank=True)
    moved_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)


class LedgerLine(Record):
    """A home given (+1 to who gives) or taken (-1 to who takes), when somebody has moved. Never changed."""

    landlord = models.ForeignKey(Landlord, on_delete=models.PROTECT, related_name="ledger")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    move = models.ForeignKey(ProposedMove, on_delete=models.PROTECT, null=True, related_name="ledger")
    homes = models.SmallIntegerField()
    on = models.DateField(default=timezone.localdate)
    words = models.CharField(max_length=200, blank=True)
