"""A log line holds no address, no typed words and no text of an exception."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator

import pytest
import structlog
from django.test import Client

from leeward.config.logs import configuration


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What the product's own handler writes, as data."""
    before = logging.getLogger().handlers[:]
    logging.config.dictConfig(configuration(debug=False))
    ours = next(h for h in logging.getLogger().handlers if isinstance(h.formatter, structlog.stdlib.ProcessorFormatter))
    ours.setStream(stream := io.StringIO())  # type: ignore[attr-defined]
    for logger in map(logging.getLogger, ("leeward", "leeward.test", "django", "django.request")):
        logger.disabled = False
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().handlers[:] = before


def test_an_exception_is_its_kind_and_places(lines: Callable[[], list[dict[str, object]]]) -> None:
    try:
        raise ValueError("Maya Lindqvist, 12 Orchard Road")
    except ValueError:
        logging.getLogger("leeward.test").error("something failed", exc_info=True)
    (line,) = lines()
    assert line["problem"] == "ValueError"
    assert any("test_logs.py" in place for place in line["places"])
    assert "Maya" not in json.dumps(line)


@pytest.mark.django_db
def test_an_address_is_not_logged(lines: Callable[[], list[dict[str, object]]]) -> None:
    Client().get("/people/maya-lindqvist?q=orchard")
    text = json.dumps(lines())  # type: ignore[operator]
    assert "maya" not in text
    assert "orchard" not in text
