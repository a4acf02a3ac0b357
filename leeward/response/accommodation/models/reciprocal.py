"""Secure homes that move: landlords pledge homes and register movers; a run proposes who could move where.

A mover is a case to who works with it. To the coordinator and to landlords it is a household without a name, which they
read of a `MovePart` or of a function of the database, never of the mover's own row. No landlord learns which home, nor
whose, a mover left: each has a part of its own, and nobody but a coordinator reads a move as a whole.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from leeward.platform.access.models import Organisation, Partnership
from leeward.platform.common.models import Record
from leeward.record.cases.models import Case
from leeward.record.people.models import Person

# A move that takes its household and its home: neither can be in another.
LIVE = ("proposed", "bound", "accepted", "moved")


class ReciprocalRules(Record):
    """What a scheme has chosen. The newest version holds, a run keeps its own; none is ever changed.

    Five areas, one offer and no direct swaps are the rules of the Pan-London Housing Reciprocal (Safer London); all
    other numbers are choices of ours that were not verified with a scheme.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    longest_cycle = models.PositiveSmallIntegerField(default=3)
    longest_chain = models.PositiveSmallIntegerField(default=4)
    ledger_limit = models.PositiveSmallIntegerField(
        "homes owed or owing at most", null=True, default=3
    )  # none: no limit
    days_per_risk = models.PositiveSmallIntegerField("days that one step of risk counts for", default=180)
    least_areas = models.PositiveSmallIntegerField(default=5)
    spare_bedrooms = models.PositiveSmallIntegerField("bedrooms more than needed that a home may have", default=0)
    agree_days = models.PositiveSmallIntegerField("days for a landlord to agree", default=5)
    answer_days = models.PositiveSmallIntegerField("days after which a household is asked again", default=3)
    seconds = models.PositiveSmallIntegerField("how long a run looks", default=60)
    why = models.CharField(max_length=300, blank=True)
    made_by_id = models.BigIntegerField(null=True)
    made_by = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "version"], name="reciprocal_rules_once")]


class Landlord(Record):
    """A council or housing association of the scheme. What it owes and is owed is the sum of its ledger."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    joined_on = models.DateField(default=timezone.localdate)
    left_on = models.DateField(null=True, blank=True)
    left_why = models.CharField(max_length=300, blank=True)


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
    withdrawn_why = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["landlord", "label"], name="pledged_home_once")]


class Mover(Record):
    """A social tenant at risk who must leave the area and keeps a secure tenancy. Gets one offer."""

    REGISTERED, PROPOSED, OFFERED, MOVED = "registered", "proposed", "offered", "moved"
    REFUSED, WITHDRAWN = "refused", "withdrawn"
    STANDS = (REGISTERED, PROPOSED, OFFERED)

    landlord = models.ForeignKey(Landlord, on_delete=models.PROTECT, related_name="movers")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # the landlord they have
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    from_area = models.CharField(max_length=9)
    home_bedrooms = models.PositiveSmallIntegerField("bedrooms of the home that becomes free")
    home_step_free = models.BooleanField(default=False)
    home_wheelchair = models.BooleanField(default=False)
    people = models.PositiveSmallIntegerField("who would move", default=1)
    bedrooms = models.PositiveSmallIntegerField("bedrooms needed")
    step_free = models.BooleanField(default=False)
    wheelchair = models.BooleanField(default=False)
    areas = ArrayField(models.CharField(max_length=9))  # at least five
    away_areas = ArrayField(models.CharField(max_length=9), default=list)  # of danger: never named, never proposed
    consent_on = models.DateField("when they agreed to be registered", null=True)
    registered_on = models.DateField(default=timezone.localdate)
    registered_by_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=10, default=REGISTERED)
    status_words = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            # Who has refused the one offer is not registered again.
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(status__in=["registered", "proposed", "offered", "refused"]),
                name="mover_once",
            ),
        ]


class Run(Record):
    """One run of the reciprocal: what it was given, what it found, and how near to the best that provably is.

    Values are kept as the solver answers them: people first, then weight (risk and time waited) among as many people.
    """

    WAITING, RUNNING, DONE, STOPPED, FAILED = "waiting", "running", "done", "stopped", "failed"
    UNDER_WAY = (WAITING, RUNNING)

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120, blank=True)
    rules = models.ForeignKey(ReciprocalRules, on_delete=models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=10, default=WAITING)
    stage = models.CharField(max_length=10, blank=True)  # reading, looking, writing
    words = models.CharField("why it was stopped or failed", max_length=300, blank=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    limit_seconds = models.PositiveSmallIntegerField(default=60)
    longest_cycle = models.PositiveSmallIntegerField(default=3)
    longest_chain = models.PositiveSmallIntegerField(default=4)
    movers = models.PositiveIntegerField(default=0)
    homes = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField("households whom the proposal houses", default=0)
    people = models.PositiveIntegerField("people whom the proposal houses", default=0)
    people_bound = models.PositiveIntegerField("no set of moves houses more", default=0)
    value = models.FloatField("risk and time waited of whom it houses", default=0)
    bound = models.FloatField("no set of moves that houses as many is worth more", default=0)
    seconds = models.FloatField(default=0)
    left = models.JSONField("how many it does not house, by why", default=dict)
    dropped = models.PositiveIntegerField("groups that changed while it ran", default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"], condition=models.Q(status__in=["waiting", "running"]), name="run_one_at_once"
            )
        ]
        indexes = [models.Index(fields=["partnership", "-at"], name="run_newest")]


class ProposedMove(Record):
    """One household to one home, as a run proposes. Binds once each landlord of its chain or cycle has agreed.

    Written by functions of the database alone (sql/20_reciprocal.sql).
    """

    PROPOSED, BOUND, ACCEPTED, MOVED = LIVE
    REFUSED, FREED = "refused", "freed"

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
    sheet = models.JSONField("the household without a name", default=dict)
    why = models.JSONField(default=list)  # reasons in words
    # What the proposal was made of: another version since is noticed when somebody agrees.
    mover_version = models.PositiveIntegerField(default=1)
    home_version = models.PositiveIntegerField(default=1)  # of the home, or of the mover who leaves it
    status = models.CharField(max_length=10, default=PROPOSED)
    status_at = models.DateTimeField(default=timezone.now)
    status_words = models.CharField(max_length=300, blank=True)
    answer_due = models.DateField(null=True, blank=True)  # of the household, once it is bound
    moved_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mover"], condition=~models.Q(status="freed"), name="move_one_offer"),
            models.UniqueConstraint(
                fields=["home"], condition=models.Q(status__in=LIVE, home__isnull=False), name="move_home_once"
            ),
            models.UniqueConstraint(
                fields=["leaves"], condition=models.Q(status__in=LIVE, leaves__isnull=False), name="move_leaves_once"
            ),
            models.CheckConstraint(
                condition=models.Q(home__isnull=False, leaves__isnull=True)
                | models.Q(home__isnull=True, leaves__isnull=False),
                name="move_into_one_home",
            ),
        ]
        indexes = [models.Index(fields=["run", "group"], name="move_group")]


class MovePart(Record):
    """What one landlord agrees to of one move: to give a home of its own, or that a household of its own is housed.

    All that it reads of the move, so that neither side learns who the other is. Written by functions alone.
    """

    GIVES, TAKES = "gives", "takes"
    ASKED, AGREED, REFUSED, FREED = "asked", "agreed", "refused", "freed"

    move = models.ForeignKey(ProposedMove, on_delete=models.PROTECT, related_name="parts")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=5)
    home = models.ForeignKey(PledgedHome, on_delete=models.PROTECT, null=True, related_name="parts")
    own_mover = models.ForeignKey(Mover, on_delete=models.PROTECT, null=True, related_name="parts")  # leaves, or moves
    sheet = models.JSONField(default=dict)
    status = models.CharField(max_length=10, default=ASKED)
    stands = models.CharField("as the move stands", max_length=10, default="proposed")
    words = models.CharField(max_length=300, blank=True)
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_id = models.BigIntegerField(null=True)
    answered_by = models.CharField(max_length=120, blank=True)
    moved_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["move", "side"], name="part_once")]
        indexes = [models.Index(fields=["organisation", "status"], name="part_asked")]


class LedgerLine(Record):
    """A home given (+1 to who gives) or taken (-1 to who takes), when somebody has moved. Never changed."""

    landlord = models.ForeignKey(Landlord, on_delete=models.PROTECT, related_name="ledger")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    move = models.ForeignKey(ProposedMove, on_delete=models.PROTECT, null=True, related_name="ledger")
    homes = models.SmallIntegerField()
    on = models.DateField(default=timezone.localdate)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["move", "homes"], name="ledger_once")]
