"""Keys with which an agency's own system acts: as one user, for one organisation, for what the key is for, until it
runs out or is revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from leeward.platform.access import acting, audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import ApiKey, Membership, Organisation, User, all_scopes
from leeward.platform.access.roles import ROLES, Permission
from leeward.platform.access.rules import may_administer, must_administer
from leeward.platform.common.errors import Refused

PREFIX = "leeward_"  # so that a key that was copied somewhere by mistake is known for what it is
SCOPES = {
    "refer": "Refer people",
    "receipts": "Ask what became of the referrals that it sent",
}
LONGEST = timedelta(days=731)
NOTED = timedelta(minutes=10)  # how exactly the last use is known: a busy key would write its row each time


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def issue_key(
    *, by: Acting, user: User, name: str, organisation_id: int | None = None, scopes: Collection[str] | None = None,
    expires_at: datetime | None = None,
) -> str:  # fmt: skip
    """Make a key with which a system acts as `user` for an organisation that whoever issues it administers.

    It is shown this once. Give it a user of its own with the role "referrer": a key refers and asks after its own
    referrals, whatever else its user may do.
    """
    by.must(Permission.MANAGE_USERS)
    place = organisation_id or by.acts_for
    must_administer(by, place)
    if not Membership.objects.filter(
        user=user, organisation_id=place, organisation__partnership_id=by.partnership_id, is_active=True
    ).exists():
        raise Refused("This user does not belong to the organisation.")
    wanted = list(all_scopes() if scopes is None else scopes)
    if not wanted or set(wanted) - set(SCOPES):
        raise Refused("Choose what the key is for.")
    if not name.strip():
        raise Refused("Say which system holds the key.")
    if expires_at is not None and not timezone.now() < expires_at <= timezone.now() + LONGEST:
        raise Refused("A key runs out on a day to come, within two years.")
    return _issue(user=user, organisation_id=place, name=name.strip(), by=by, scopes=wanted, expires_at=expires_at)


@transaction.atomic
def issue_key_from_command_line(*, email: str, organisation: str, name: str) -> str:
    """The same for whoever runs the installation. Raises Refused in a sentence."""
    place = Organisation.objects.filter(name=organisation, is_active=True).first()
    user = User.objects.filter(email=email.lower(), is_active=True, memberships__organisation=place).first()
    if place is None or user is None:
        raise Refused("There is no such user in an organisation of that name.")
    by = acting.begin_job(place.partnership_id, "command_line")
    return _issue(user=user, organisation_id=place.id, name=name, by=by, scopes=all_scopes(), expires_at=None)


def _issue(
    *, user: User, organisation_id: int, name: str, by: Acting, scopes: list[str], expires_at: datetime | None
) -> str:
    key = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(
        organisation_id=organisation_id, user=user, name=name[:120], key_hash=_hash(key), created_by_id=by.user_id,
        scopes=scopes, expires_at=expires_at,
    )  # fmt: skip
    row.save(force_insert=True)
    audit.record("issued_key", "api_key", row.id, detail={"scopes": scopes})
    return key


@transaction.atomic
def revoke_key(*, by: Acting, key: ApiKey) -> None:
    """End a key at once. This is for good: a key that somebody may have seen does not come back."""
    by.must(Permission.MANAGE_USERS)
    if not may_administer(by, key.organisation_id) or key.organisation.partnership_id != by.partnership_id:
        raise Refused("This key is another organisation's.")
    ApiKey.objects.filter(id=key.id, revoked_at=None).update(revoked_at=timezone.now(), revoked_by_id=by.user_id)
    audit.record("revoked_key", "api_key", key.id)


@dataclass(frozen=True)
class InUse:
    """Who acts with a key, and what the key is for."""

    by: Acting
    scopes: frozenset[str]


def begin_with_key(key: str) -> InUse | None:
    """Act with a key for the rest of the transaction; None where it opens nothing, whyever.

    The key has the rights of a referrer, in the database too, even where its user has more.
    """
    now = timezone.now()
    row = (
        ApiKey.objects.filter(key_hash=_hash(key), revoked_at=None)
        .filter(Q(expires_at=None) | Q(expires_at__gt=now))
        .first()
    )
    by = acting.begin(row.user_id, row.organisation_id) if row else None
    if row is None or by is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.roles', 'referrer', true), set_config('app.teams', '{}', true)")
    if row.last_used_at is None or row.last_used_at < now - NOTED:
        ApiKey.objects.filter(id=row.id).update(last_used_at=now)
    narrow = replace(by, roles=("referrer",), team_ids=(), permissions=by.permissions & ROLES["referrer"].permissions)
    return InUse(narrow, frozenset(row.scopes))


@dataclass(frozen=True)
class KeyRow:
    """A key in the list."""

    key: ApiKey
    made_by: str
    state: str  # works, expired, revoked

    @property
    def scopes(self) -> list[str]:
        """What it is for, in words."""
        return [SCOPES.get(scope, scope) for scope in self.key.scopes]


def api_keys(*, by: Acting) -> list[KeyRow]:
    """Keys of the organisations that whoever acts administers, working ones first: two statements and the log's."""
    now = timezone.now()
    found = ApiKey.objects.select_related("organisation", "user").filter(organisation__partnership_id=by.partnership_id)
    rows = [one for one in found.order_by("-created_at") if may_administer(by, one.organisation_id)]
    makers = dict(
        User.objects.filter(id__in={one.created_by_id for one in rows if one.created_by_id}).values_list("id", "name")
    )
    audit.record("listed_keys", "api_key", listed=[one.id for one in rows])

    def state(one: ApiKey) -> str:
        if one.revoked_at is not None:
            return "revoked"
        return "expired" if one.expires_at is not None and one.expires_at <= now else "works"

    made = [KeyRow(one, makers.get(one.created_by_id or 0, "The command line"), state(one)) for one in rows]
    return sorted(made, key=lambda row: row.state != "works")


def possible_holders(*, by: Acting, organisation_id: int) -> list[User]:
    """Users of an organisation that a key may act as: those whose roles let them refer."""
    must_administer(by, organisation_id)
    referring = [key for key, role in ROLES.items() if Permission.REFER in role.permissions]
    return list(
        User.objects.filter(
            memberships__organisation_id=organisation_id, memberships__is_active=True, is_active=True,
            memberships__roles__overlap=referring,
        ).order_by("name").distinct()
    )  # fmt: skip
