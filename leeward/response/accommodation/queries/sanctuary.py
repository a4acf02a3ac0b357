"""A case's home that is made safe: works, who pays, reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.utils import timezone

from leeward.platform.access import audit
from leeward.record.cases.models import CaseSight, Scope
from leeward.record.cases.queries.case import CaseFrame
from leeward.response.accommodation.models import Sanctuary, SanctuaryReview, SanctuaryWork


@dataclass(frozen=True)
class SanctuaryPage:
    """The referral that is under way or newest, with its works and reviews; and the ones before."""

    sanctuary: Sanctuary | None
    works: list[SanctuaryWork]
    reviews: list[SanctuaryReview]
    cost: int  # pence, of what is not dropped
    earlier: list[Sanctuary]
    today: date

    @property
    def is_open(self) -> bool:
        """Whether something is under way."""
        return self.sanctuary is not None and self.sanctuary.status != Sanctuary.ENDED


def sanctuary_page(frame: CaseFrame) -> SanctuaryPage:
    """Making the home of a case safe. Logged as read."""
    found = list(Sanctuary.objects.filter(case=frame.case).order_by("-referred_at"))
    newest = found[0] if found else None
    works = list(newest.works.order_by("ordered_on", "id")) if newest else []
    reviews = list(newest.reviews.order_by("months")) if newest else []
    audit.record("read_sanctuary", "case", frame.case.id, person=frame.person.id)
    cost = sum(work.pence or 0 for work in works if not work.dropped_why)
    return SanctuaryPage(newest, works, reviews, cost, found[1:], timezone.localdate())


def find_sanctuary(sanctuary_id: int) -> Sanctuary:
    """A referral that the reader sees. Raises Http404 else."""
    found = Sanctuary.objects.filter(id=sanctuary_id).first()
    if found is None:
        raise Http404
    return found


def find_work(work_id: int) -> SanctuaryWork:
    """A piece of work that is neither done nor dropped. Raises Http404 else."""
    found = SanctuaryWork.objects.select_related("sanctuary").filter(id=work_id, done_on=None, dropped_why="").first()
    if found is None:
        raise Http404
    return found


def find_review(review_id: int) -> SanctuaryReview:
    """A review that the reader sees. Raises Http404 else."""
    found = SanctuaryReview.objects.select_related("sanctuary").filter(id=review_id).first()
    if found is None:
        raise Http404
    return found


def may_make_safe(case_id: int) -> bool:
    """Whether whoever acts may refer the home of a case now: with its address, and nothing is under way."""
    rows = CaseSight.objects.filter(case_id=case_id, source="involvement", scope=Scope.FULL, address=True)
    return rows.exists() and not Sanctuary.objects.filter(case_id=case_id).exclude(status=Sanctuary.ENDED).exists()
