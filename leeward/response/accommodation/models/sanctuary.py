"""Sanctuary: making a home safe so that somebody can stay in it, or return to it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from leeward.platform.access.models import Organisation, Partnership
from leeward.platform.common.models import Record
from leeward.record.cases.models import Case
from leeward.record.people.models import Person


class Sanctuary(Record):
    """One referral to a sanctuary scheme, from the referral to the works that were tested, or its end."""

    REFERRED, SURVEYED, ORDERED, DONE, TESTED, ENDED = "referred", "surveyed", "ordered", "done", "tested", "ended"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # who arranges the works
    referred_at = models.DateTimeField(default=timezone.now)
    referred_by_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=500, blank=True)
    tenure = models.CharField(max_length=20)  # code list tenure
    # The landlord's consent: code list landlord_consent (not_needed, asked, given, refused).
    consent = models.CharField(max_length=12, default="asked")
    consent_on = models.DateField(null=True, blank=True)
    consent_words = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, default=REFERRED)
    surveyed_on = models.DateField(null=True, blank=True)
    survey = models.CharField(max_length=2000, blank=True)
    tested_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=30, blank=True)  # code list sanctuary_ended
    ended_words = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["case"], name="sanctuary_case")]


class SanctuaryWork(Record):
    """One piece of work: ordered, done, tested, and who pays. Money is in pence."""

    sanctuary = models.ForeignKey(Sanctuary, on_delete=models.PROTECT, related_name="works")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # code list sanctuary_work
    place = models.CharField("which door or window", max_length=120, blank=True)
    ordered_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    tested_on = models.DateField(null=True, blank=True)
    dropped_why = models.CharField(max_length=300, blank=True)
    pence = models.PositiveIntegerField(null=True, blank=True)
    payer = models.CharField(max_length=20, blank=True)  # code list sanctuary_payer
    version = models.PositiveIntegerField(default=1)


class SanctuaryReview(Record):
    """Still safe, so many months after the works were tested."""

    sanctuary = models.ForeignKey(Sanctuary, on_delete=models.PROTECT, related_name="reviews")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    asked_on = models.DateField(null=True, blank=True)
    safe = models.CharField(max_length=12, blank=True)  # code list still_safe: yes, no, not_reached
    words = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sanctuary", "months"], name="sanctuary_review_once")]
