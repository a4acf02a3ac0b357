"""Numbers that a column is one of are told to PostgreSQL as one list."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, ForeignKey
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In

_LIST = "%s::bigint[]"


class _OneList:
    """`column IN (1, 2, 3)` as `column = ANY (list)`, where everything in it is a number.

    The driver has its own kinds of whole number by then, one for each size. So the statement is the same for two
    numbers and for two hundred. `IN` has a place for each: PostgreSQL plans it anew for every count that there may be,
    and above fifty places the driver reads the statement each time, too.
    """

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        sql, params = super().process_rhs(compiler, connection)  # type: ignore[misc]  # of the lookup it stands before
        plain = sql == f"({', '.join(['%s'] * len(params))})"  # an expression in the list has words of its own
        if plain and self.rhs_is_direct_value() and all(isinstance(one, int) for one in params):  # type: ignore[attr-defined]
            return _LIST, [list(params)]
        return sql, params

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        if rhs == _LIST:
            return f"= ANY ({rhs})"
        return super().get_rhs_op(connection, rhs)  # type: ignore[misc,no-any-return]


@BigIntegerField.register_lookup
class InList(_OneList, In):
    """Of a number."""


@ForeignKey.register_lookup
class RelatedInList(_OneList, RelatedIn):
    """Of the number of a row of another table."""
