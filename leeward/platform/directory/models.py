"""Services and routing rules."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from leeward.platform.access.models import Organisation, Partnership, Team
from leeward.platform.common.models import Record


class Service(Record):
    """What an organisation offers, to whom, where and when. An empty list means "no limit"."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="services")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="services")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="services")
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=400, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    sides = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    areas = ArrayField(models.CharField(max_length=9), default=list, blank=True)
    needs = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    youngest = models.PositiveSmallIntegerField(null=True, blank=True)
    oldest = models.PositiveSmallIntegerField(null=True, blank=True)
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)  # Monday is 0
    on_bank_holidays = models.BooleanField(default=False)
    answers_within_hours = models.PositiveSmallIntegerField("accepts or returns within (working hours)", default=8)
    referral_terms = models.CharField("what must be so before somebody is referred", max_length=2000, blank=True)
    capacity = models.CharField("how much room it has now, in words", max_length=200, blank=True)
    # Paused: still listed, proposed by no rule, until somebody lets it go on or the day comes.
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True)
    paused_reason = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)  # retired services stay for the history of what was offered
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class RoutingRule(Record):
    """A rule that proposes a service: every condition that is set must hold. Lower position wins."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="routing_rules")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField(default=100)
    reason = models.CharField("why, in words the worker sees", max_length=200)
    sides = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    areas = ArrayField(models.CharField(max_length=9), default=list, blank=True)
    needs = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    risks = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    youngest = models.PositiveSmallIntegerField(null=True, blank=True)
    oldest = models.PositiveSmallIntegerField(null=True, blank=True)
    only_when_open = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
