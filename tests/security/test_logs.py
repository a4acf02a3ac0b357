"""A log line holds no address, no typed words and no text of an exception."""

from __future__ import annotations

import json
import logging
import logging.config

import pytest
from django.test import Client

from leeward.config.logs import configuration


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> object:
    logging.config.dictConfig(configuration(debug=False))
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]


def test_an_exception_is_its_kind_and_places(lines: object) -> None:
    try:
        raise ValueError("Maya Lindqvist, 12 Orchard Road")
    except ValueError:
        logging.getLogger("leeward.test").error("something failed", exc_info=True)
    (line,) = lines()  # type: ignore[operator]
    assert line["problem"] == "ValueError"
    assert any("test_logs.py" in place for place in line["places"])
    assert "Maya" not in json.dumps(line)


@pytest.mark.django_db
def test_an_address_is_not_logged(lines: object) -> None:
    Client().get("/people/maya-lindqvist?q=orchard")
    text = json.dumps(lines())  # type: ignore[operator]
    assert "maya" not in text
    assert "orchard" not in text
