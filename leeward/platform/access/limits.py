"""How often one visitor may do something in an hour. Counts by session and by network; keeps no address.

A whole household, library or refuge can be one network, so its limit is generous; the session's is not.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from leeward.platform.access.models import RateCount


def within_limit(request: HttpRequest, what: str) -> bool:
    """Count one more of `what` (a key of settings.LIMITS); answers whether it is still within the limit.

    Call it at the moment something is really done: a page that comes back with mistakes costs nobody anything.
    """
    by_session, by_network = settings.LIMITS[what]
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    session = request.session.session_key or ""
    fine = True
    if session:
        fine = _count(f"session:{what}:{session}", hour) <= by_session
    return _count(f"network:{what}:{network_of(request)}", hour) <= by_network and fine


def forget_old_counts() -> int:
    """Delete the counts of hours that are over (work for later). Answers how many."""
    return RateCount.objects.filter(hour__lt=timezone.now() - timedelta(hours=2)).delete()[0]


def network_of(request: HttpRequest) -> str:
    """The visitor's address; of IPv6 the part that a whole home shares."""
    text = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        # The last one is what our own proxy saw; those before it anybody can make up.
        text = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or text
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)


def _count(name: str, hour: datetime) -> int:
    key = hmac.new(settings.INDEX_KEY.encode(), f"{name}:{hour.isoformat()}".encode(), hashlib.sha256).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_ratecount (key, hour, count) VALUES (%s, %s, 1)"
            " ON CONFLICT (key) DO UPDATE SET count = access_ratecount.count + 1 RETURNING count",
            [key, hour],
        )
        return int(cursor.fetchone()[0])
