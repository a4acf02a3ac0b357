"""Logs as data, without what must not be in a log: no address line, no text of an exception, no typed words.

An exception is logged by its kind and the places in the code that it came through: its text may hold what somebody
typed, or a row of the database. In development (LEEWARD_DEBUG) the whole traceback is shown.
"""

from __future__ import annotations

import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_LOUD = {"django.request", "django.server", "django.security", "django.security.csrf", "django.security.DisallowedHost"}


def without_addresses(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Django's own words name the address that was asked for: say the kind of answer instead."""
    record = event.get("_record")
    if record is not None and record.name in _LOUD:
        status = getattr(record, "status_code", None)
        event["event"] = f"answered {status}" if status else record.name
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        if match is not None:
            event["route"] = match.view_name
    return event


def exception_as_places(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Kind and places of an exception, never its text."""
    info: Any = event.pop("exc_info", None)
    if info:
        kind, problem, trace = info if isinstance(info, tuple) else (type(info), info, info.__traceback__)
        event["problem"] = kind.__name__ if kind else ""
        event["places"] = [
            f"{frame.filename.rsplit('/', 3)[-1]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)
        ][-12:]
        del problem
    return event


def configuration(debug: bool) -> dict[str, Any]:
    """Django's LOGGING: one line of JSON an event on standard error."""
    processors: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_addresses,
    ]
    ends: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    ends += [structlog.dev.ConsoleRenderer()] if debug else [exception_as_places, structlog.processors.JSONRenderer()]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": processors,
                "processors": ends,
            }
        },
        "handlers": {"standard": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "root": {"handlers": ["standard"], "level": "WARNING"},
        "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}, "leeward": {"level": "INFO"}},
    }
