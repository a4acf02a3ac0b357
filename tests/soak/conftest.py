"""The house that may be killed, one a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.soak.house import House


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """An installation of its own, served."""
    with House() as made:
        yield made
