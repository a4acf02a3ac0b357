"""Whose households somebody works for: the cases that they lead for the organisation that they act for."""

from __future__ import annotations

from django.db.models import QuerySet

from leeward.platform.access.acting import Acting
from leeward.record.cases.models import CaseSight


def led_cases(by: Acting) -> QuerySet[CaseSight, int]:
    """Numbers of the cases that the worker leads and that are not closed; queries/today.py asks the same in SQL."""
    rows = CaseSight.objects.filter(lead_worker_id=by.user_id, organisation_id=by.acts_for)
    return rows.filter(status__in=("open", "closing")).values_list("case_id", flat=True)
