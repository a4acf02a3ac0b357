"""Keys with which an agency's own system acts: as one user, for one organisation, until the key is revoked."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import acting, audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import ApiKey, Membership, Organisation, User
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused

PREFIX = "leeward_"  # so that a key that was copied somewhere by mistake is known for what it is


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def issue_key(*, by: Acting, user: User, name: str) -> str:
    """Make a key with which a system acts as `user` for the organisation of whoever issues it. It is shown this once.

    Give it a user of its own with the role "referrer": what a system may do is what its user may do.
    """
    by.must(Permission.MANAGE_USERS)
    if not Membership.objects.filter(user=user, organisation_id=by.acts_for, is_active=True).exists():
        raise Refused("This user does not belong to your organisation.")
    return _issue(user=user, organisation_id=by.acts_for, name=name, by=by)


@transaction.atomic
def issue_key_from_command_line(*, email: str, organisation: str, name: str) -> str:
    """The same for whoever runs the installation. Raises Refused in a sentence."""
    place = Organisation.objects.filter(name=organisation, is_active=True).first()
    user = User.objects.filter(email=email.lower(), is_active=True, memberships__organisation=place).first()
    if place is None or user is None:
        raise Refused("There is no such user in an organisation of that name.")
    by = acting.begin_job(place.partnership_id, "command_line")
    return _issue(user=user, organisation_id=place.id, name=name, by=by)


def _issue(*, user: User, organisation_id: int, name: str, by: Acting) -> str:
    key = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(
        organisation_id=organisation_id, user=user, name=name[:120], key_hash=_hash(key), created_by_id=by.user_id
    )
    row.save(force_insert=True)
    audit.record("issued_key", "api_key", row.id)
    return key


@transaction.atomic
def revoke_key(*, by: Acting, key: ApiKey) -> None:
    """End a key at once."""
    by.must(Permission.MANAGE_USERS)
    if key.organisation_id != by.acts_for:
        raise Refused("This key is another organisation's.")
    ApiKey.objects.filter(id=key.id, revoked_at=None).update(revoked_at=timezone.now(), revoked_by_id=by.user_id)
    audit.record("revoked_key", "api_key", key.id)


def begin_with_key(key: str) -> Acting | None:
    """Act with a key for the rest of the transaction; None where it opens nothing, whyever."""
    row = ApiKey.objects.filter(key_hash=_hash(key), revoked_at=None).first()
    return acting.begin(row.user_id, row.organisation_id) if row else None
