"""What a share would open, counted before it is given."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from leeward.record.cases.models import Case, ChronologyEntry, Document, Note, Scope, Task


@dataclass(frozen=True)
class Opens:
    """How much of a case somebody would see, and how much stays."""

    lines: int
    notes: int
    documents: int
    tasks: int
    lines_left_out: int


def what_opens(case: Case, *, scope: int, address: bool, risk: bool) -> Opens:
    """Counts of what a share of this scope opens. What an organisation keeps to itself is never among it."""
    # A line for a summary has a twin with its words: whoever is given the whole case reads one of the two.
    lines = ChronologyEntry.objects.filter(case=case, own_organisation=False)
    if scope > Scope.SUMMARY:
        same = {name: OuterRef(name) for name in ("case", "at", "kind", "title")}
        lines = lines.exclude(Q(text="") & Exists(ChronologyEntry.objects.filter(**same).exclude(text="")))
    seen = lines.filter(scope__lte=scope)
    if not risk:
        seen = seen.filter(needs_risk=False)
    if not address:
        seen = seen.filter(needs_address=False)
    count, of_all = (seen.count() if scope > 1 else 0), lines.count()
    if scope < 3:
        return Opens(count, 0, 0, 0, of_all - count)
    return Opens(
        lines=count,
        notes=Note.objects.filter(case=case, own_organisation=False).count(),
        documents=Document.objects.filter(case=case, own_organisation=False, withdrawn_at=None).count(),
        tasks=Task.objects.filter(case=case, status="open").count(),
        lines_left_out=of_all - count,
    )
