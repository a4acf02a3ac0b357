"""A provider's own sites and spaces: what is free, who is in, what was said when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.http import Http404
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Team
from leeward.platform.common.pages import page_of
from leeward.platform.common.vault import SealBroken, unseal
from leeward.response.accommodation.models import Occupancy, Provider, Site, SiteAddress, Space, Statement
from leeward.response.accommodation.rules.periods import is_taken, still_to_come

STALE = timedelta(days=1)  # what was said longer ago is asked again
SITES = 25  # of a page


@dataclass(frozen=True)
class SpaceNow:
    """A space, and what takes it now or next."""

    space: Space
    now: Occupancy | None
    later: Occupancy | None

    @property
    def is_free(self) -> bool:
        """Whether nothing takes it now."""
        return self.now is None

    @property
    def may_be_said(self) -> bool:
        """Whether saying "free" or "not free" can be right: nobody stays in it or is promised it."""
        return self.now is None or self.now.kind in (Occupancy.VOID, Occupancy.TURNAROUND)


@dataclass(frozen=True)
class SiteNow:
    """A site with its open spaces."""

    site: Site
    spaces: list[SpaceNow] = field(default_factory=list)
    is_stale: bool = True

    @property
    def free(self) -> int:
        """How many spaces are free now."""
        return sum(1 for row in self.spaces if row.is_free)


def our_provider(by: Acting) -> Provider | None:
    """The scheme's row of the organisation that acts, also after it left."""
    return Provider.objects.filter(organisation_id=by.acts_for).first()


def our_teams(by: Acting) -> list[tuple[str, str]]:
    """The teams of the organisation that acts, as choices."""
    rows = Team.objects.filter(organisation_id=by.acts_for).order_by("name").values_list("id", "name")
    return [(str(number), name) for number, name in rows]


def site_names(by: Acting) -> dict[int, str]:
    """The open sites of the organisation that acts, by name."""
    rows = Site.objects.filter(organisation_id=by.acts_for, closed_on=None).order_by("name", "id")
    return dict(rows.values_list("id", "name"))


def our_sites(by: Acting, page: int = 1) -> tuple[list[SiteNow], bool]:
    """A page of the open sites of the organisation that acts, with their spaces, and whether there are more.

    Three statements.
    """
    now = timezone.now()
    rows = Site.objects.filter(organisation_id=by.acts_for, closed_on=None).order_by("name", "id")
    found, more = page_of(rows, page, SITES)
    sites = {site.id: SiteNow(site, [], site.said_at is None or now - site.said_at > STALE) for site in found}
    _fill(sites, now)
    return list(sites.values()), more


def _fill(sites: dict[int, SiteNow], now: datetime) -> None:
    if not sites:
        return
    periods: dict[int, list[Occupancy]] = {}
    rows = still_to_come(Occupancy.objects.filter(space__site_id__in=list(sites)), now).order_by("during")
    for row in rows:
        periods.setdefault(row.space_id, []).append(row)
    for space in Space.objects.filter(site_id__in=list(sites), closed_on=None).order_by("position", "id"):
        taken = periods.get(space.id, [])
        current = next((row for row in taken if row.during.lower <= now), None)
        later = next((row for row in taken if row.during.lower > now), None)
        sites[space.site_id].spaces.append(SpaceNow(space, current, later))


@dataclass(frozen=True)
class SitePage:
    """One site with its statements, newest first; its address where the reader has it."""

    row: SiteNow
    statements: list[Statement]
    closed: list[Space]
    address: str = ""
    homes: dict[int | None, str] = field(default_factory=dict)  # of spaces that lie apart, by number
    is_ours: bool = False


def site_page(by: Acting, site_id: int) -> SitePage:
    """A site of the organisation that acts. Raises Http404 for another's: the match shows what others may know."""
    now = timezone.now()
    site = Site.objects.filter(id=site_id, organisation_id=by.acts_for).first()
    if site is None:
        raise Http404
    row = SiteNow(site, [], site.said_at is None or now - site.said_at > STALE)
    _fill({site.id: row}, now)
    sealed = {one.space_id: opened(one) for one in SiteAddress.objects.filter(site=site)}
    audit.record("read_site", "site", site.id, detail={"address": bool(sealed)})
    return SitePage(
        row=row,
        statements=list(Statement.objects.filter(site=site).order_by("-at")[:14]),
        closed=list(Space.objects.filter(site=site).exclude(closed_on=None).order_by("label")),
        address=sealed.pop(None, ""),
        homes=sealed,
        is_ours=True,
    )


def opened(sealed: SiteAddress) -> str:
    """The words of a sealed address; empty where it does not open with the keys there are."""
    try:
        return unseal(sealed.sealed, table="accommodation_siteaddress", row=sealed.id).decode()
    except SealBroken:
        return ""


def our_site(by: Acting, site_id: int) -> Site:
    """A site of the organisation that acts. Raises Http404 else."""
    site = Site.objects.filter(id=site_id, organisation_id=by.acts_for).first()
    if site is None:
        raise Http404
    return site


def our_space(by: Acting, space_id: int) -> Space:
    """A space of the organisation that acts, with its site. Raises Http404 else."""
    space = Space.objects.select_related("site").filter(id=space_id, organisation_id=by.acts_for).first()
    if space is None:
        raise Http404
    return space


def taken_now(space: Space) -> Occupancy | None:
    """What takes a space at this moment."""
    return is_taken(Occupancy.objects.filter(space=space), timezone.now()).first()
