"""Search with typing errors, and the index check: one way to turn what somebody typed into keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from leeward.record.people import naming

SIDES_HELPED = ("harmed", "child")
SIDES_CHANGE = ("causing_harm",)


@dataclass(frozen=True)
class Keys:
    """Name keys that what was typed may mean: exact ones, and all within one typing error or a nickname."""

    exact_given: int | None
    exact_family: int | None
    givens: list[int]
    families: list[int]


@dataclass(frozen=True)
class IndexMatch:
    """An answer to "is she known?": how likely (0 to 99), and whom to ring. The handle never leaves the server."""

    handle: int
    likelihood: int
    organisation: str
    phone: str


def keys_for(given: str, family: str) -> Keys:
    """Ask the dictionary, in one statement, which names lie within one typing error of what was typed."""
    typed_given, typed_family = naming.normalise(given), naming.normalise(family)
    also = naming.also_called(typed_given) if typed_given else frozenset()
    found: dict[str, set[int]] = {"g": set(), "f": set()}
    wanted = {"g": naming.variant_keys([typed_given] if typed_given else []),
              "f": naming.variant_keys([typed_family] if typed_family else [])}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'g', name FROM people_namekey WHERE variant = ANY (%s::bigint[])"
            " UNION ALL SELECT 'f', name FROM people_namekey WHERE variant = ANY (%s::bigint[])",
            [wanted["g"], wanted["f"]],
        )
        for which, name in cursor.fetchall():
            found[which].add(name)
    exact_given = naming.key(typed_given) if typed_given else None
    exact_family = naming.key(typed_family) if typed_family else None
    givens = found["g"] | {naming.key(name) for name in also} | ({exact_given} if exact_given else set())
    families = found["f"] | ({exact_family} if exact_family else set())
    return Keys(exact_given, exact_family, sorted(givens), sorted(families))


def index_matches(
    *, given: str, family: str, born: date | None, sides: tuple[str, ...] = SIDES_HELPED, nhs_number: str = ""
) -> list[IndexMatch]:
    """Likely matches over the whole partnership, most likely first. Callers log and limit (see actions.check_index)."""
    keys = keys_for(given, family)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT handle, likelihood, organisation, phone FROM people_index_check("
            "%s::bigint[], %s::bigint[], %s, %s, %s::date, %s::date, %s::text[], %s::text[])",
            [
                keys.givens, keys.families, keys.exact_given, keys.exact_family, born, naming.swapped(born),
                list(sides), [nhs_number.replace(" ", "")] if nhs_number else [],
            ],
        )  # fmt: skip
        return [IndexMatch(*row) for row in cursor.fetchall()]
