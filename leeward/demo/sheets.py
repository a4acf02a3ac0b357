"""Rows as lines for COPY: fast, and complete whatever columns a model has gained meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import models
from psycopg import Connection, sql

_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def encode(value: Any) -> str:
    """One value in COPY's text form."""
    if value is None:
        return "\\N"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, str):
        return value.translate(_SPECIAL) if "\\" in value or "\n" in value or "\t" in value else value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, (list, tuple, set)):
        return "{" + ",".join(str(item) for item in value) + "}"
    return str(value)


class Sheet:
    """The rows of one model, each with the model's defaults but for what is given."""

    def __init__(self, model: type[models.Model], now: datetime) -> None:
        fields = [
            field
            for field in model._meta.concrete_fields
            if not isinstance(field, (models.BigAutoField, models.GeneratedField))
        ]
        self.table = model._meta.db_table
        self.columns = [str(field.column) for field in fields]
        self.place = {field.attname: position for position, field in enumerate(fields)}
        self.blank = [self._default(field, now) for field in fields]
        self.lines: list[str] = []

    @staticmethod
    def _default(field: models.Field[Any, Any], now: datetime) -> str:
        if isinstance(field, models.DateTimeField):
            return encode(now) if field.has_default() else "\\N"
        if isinstance(field, models.DateField):
            return encode(now.date()) if field.has_default() else "\\N"
        if isinstance(field, models.JSONField):
            return "{}" if field.default is dict else "[]"
        if field.primary_key or (field.is_relation and field.null):
            return "\\N"
        # What the database would put in by itself has to be said too: a line names every column.
        value = field.db_default if field.has_db_default() and not field.has_default() else field.get_default()
        return encode("" if value is None and not field.null and isinstance(field, models.CharField) else value)

    def add(self, **values: Any) -> None:
        """One row; names are attribute names (`person_id`). Raises KeyError for a column that does not exist."""
        line = self.blank.copy()
        for name, value in values.items():
            line[self.place[name]] = value if value.__class__ is str and "\\" not in value else encode(value)
        self.lines.append("\t".join(line))


def copy(connection: Connection[Any], sheets: Iterable[Sheet]) -> int:
    """Send all rows of some sheets and empty them; answers how many rows."""
    sent = 0
    for sheet in sheets:
        if not sheet.lines:
            continue
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(sheet.table), sql.Composed([sql.Identifier(column) for column in sheet.columns]).join(", ")
        )
        with connection.cursor() as cursor, cursor.copy(statement) as out:
            for start in range(0, len(sheet.lines), 2000):
                out.write("\n".join(sheet.lines[start : start + 2000]) + "\n")
        sent += len(sheet.lines)
        sheet.lines = []
    return sent
