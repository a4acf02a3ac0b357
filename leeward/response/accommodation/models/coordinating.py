"""The coordinator's part: proposals for everybody who waits, and what is suggested to who looks for them.

A proposal names nobody. Each of its lines keeps how the household looked to the match at that moment, as a sheet of an
ask does, so that an old proposal can still be read when nobody looks for them any more.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from leeward.platform.access.models import Partnership
from leeward.platform.common.models import Record
from leeward.record.cases.models import Case
from leeward.response.accommodation.models.needs import Need
from leeward.response.accommodation.models.places import Space


class Proposal(Record):
    """One answer to "who could go where": asked for by a coordinator, worked out by a job, kept as it was."""

    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=10, default=WAITING)
    caps = models.JSONField(default=list)  # provider, its name, no more than so many of its spaces
    rules_version = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    households = models.PositiveIntegerField("who waited", default=0)
    housed = models.PositiveIntegerField("households with a space in it", default=0)
    people = models.PositiveIntegerField("people housed", default=0)
    spaces = models.PositiveIntegerField("spaces that fit somebody", default=0)
    score = models.BigIntegerField(default=0)
    bound = models.BigIntegerField("no proposal that houses as many at each danger has a greater sum", default=0)
    seconds = models.FloatField(default=0)
    words = models.CharField("why it failed", max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["partnership", "-at"], name="proposal_partnership")]


class ProposedPlace(Record):
    """One household in a proposal: the space for it, or none; why; and what a person decided of it."""

    OPEN, SUGGESTED, NOT_THIS = "open", "suggested", "not_this"

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="lines")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, null=True, related_name="+")
    need_version = models.PositiveIntegerField()
    household = models.JSONField(default=dict)  # how it looked: people, risk, tonight, by_on, needs
    danger = models.PositiveSmallIntegerField()
    people = models.PositiveSmallIntegerField()
    ready_at = models.DateTimeField("by when they need it")
    score = models.IntegerField(default=0)
    fits = models.PositiveIntegerField(default=0)
    why = models.CharField(max_length=600)
    status = models.CharField(max_length=10, default=OPEN)
    because = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "need"], name="proposed_once")]


class Suggestion(Record):
    """What a coordinator puts to who looks: a space to ask for, or, without one, to look at them again."""

    OPEN, ASKED, NO, SEEN, WITHDRAWN = "open", "asked", "no", "seen", "withdrawn"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="suggestions")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, null=True, related_name="+")
    line = models.ForeignKey(ProposedPlace, on_delete=models.PROTECT, null=True, related_name="suggestions")
    why = models.CharField(max_length=600, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=10, default=OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_id = models.BigIntegerField(null=True)
    answered_by = models.CharField(max_length=120, blank=True)
    because = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "status"], name="suggestion_case")]
