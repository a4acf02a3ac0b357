"""The table of routes is complete, and holds nothing that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from leeward.config.routes import table


def names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + (pattern.name or f"?{pattern.pattern}")
        else:
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern, prefix + space)


def test_every_route_is_in_the_table() -> None:
    missing = sorted(set(names(get_resolver())) - set(table()))
    assert not missing, f"not in the table of routes: {missing}"


def test_the_table_names_nothing_that_does_not_exist() -> None:
    stale = sorted(set(table()) - set(names(get_resolver())))
    assert not stale, f"in the table but no route: {stale}"
