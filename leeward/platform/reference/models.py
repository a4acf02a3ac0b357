"""Code lists and areas. Old records keep the code, list and version that they were made with."""

from __future__ import annotations

from django.db import models

from leeward.platform.common.models import Record


class Code(Record):
    """One entry of a code list. Entries are ended, never deleted."""

    list = models.CharField(max_length=60)
    code = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    label = models.CharField(max_length=200)
    parent = models.CharField(max_length=60, blank=True)  # the harmonised category that a finer one maps to
    position = models.IntegerField(default=0)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "code", "version"], name="code_once")]
        indexes = [models.Index(fields=["list", "position"], name="code_list")]


class Area(Record):
    """A council, district or ward, by GSS code and vintage. The partnership loads its own."""

    code = models.CharField(max_length=9)
    vintage = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)  # county, unitary, district, ward
    parent_code = models.CharField(max_length=9, blank=True)
    partnership_id = models.BigIntegerField(null=True)
    # Degrees of its centroid, population weighted where the partnership's source has that; distances come from it.
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "vintage"], name="area_once")]

    def __str__(self) -> str:
        return self.name
