"""gunicorn's own settings: what a log line may hold."""

from __future__ import annotations

# No access log: an address line holds who looked at what and when, and the audit log holds that where it is safe.
accesslog = None
forwarded_allow_ips = "127.0.0.1"
# A slow client must not hold a worker for ever.
timeout = 60
