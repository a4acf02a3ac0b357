"""A partnership's own areas, from a CSV file: every mistake is told by its line, and all of it is loaded or nothing.

Columns: `code` (GSS, like E07000001), `name`, `kind` (county, unitary, district or ward), and, where known, `parent`
(the code of the area that it is a part of), `latitude` and `longitude` (of its centroid, in degrees). Distances of the
match and the map come from the centroids.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, transaction

from leeward.platform.common.ids import new_id
from leeward.platform.reference.models import Area

KINDS = ("county", "unitary", "district", "ward")
NEEDED = ("code", "name", "kind")
KNOWN = (*NEEDED, "parent", "latitude", "longitude")
SHOWN = 20  # mistakes told at once
LONGEST_VINTAGE = 10
CODE = re.compile(r"[A-Z]\d{8}")
# Degrees within which an area of the United Kingdom lies: a centroid elsewhere has its columns the wrong way round.
LATITUDES, LONGITUDES = (49.0, 61.5), (-9.0, 3.5)


class AreasWrong(ValueError):
    """What is wrong with a file of areas, a sentence for each mistake."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        more = len(problems) - SHOWN
        told = "\n".join(f"- {one}" for one in problems[:SHOWN])
        super().__init__(f"Nothing was loaded.\n{told}" + (f"\n- and {more} more" if more > 0 else ""))


@dataclass(frozen=True)
class AreaRow:
    """One area of a file."""

    code: str
    name: str
    kind: str
    parent: str = ""
    latitude: float | None = None
    longitude: float | None = None


def read_areas(file: Path) -> list[AreaRow]:
    """The areas of a CSV file. Raises AreasWrong with every mistake, by its line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise AreasWrong([f"There is no file {file.name}."]) from None
    except (OSError, UnicodeDecodeError):
        raise AreasWrong(["The file cannot be read as text. Save it as CSV in UTF-8."]) from None
    reader = csv.DictReader(text.splitlines())
    heads = [str(one).strip().lower() for one in reader.fieldnames or []]
    missing = [one for one in NEEDED if one not in heads]
    if missing:
        raise AreasWrong([f"The first line must name the columns {', '.join(KNOWN)}: {', '.join(missing)} is missing."])
    reader.fieldnames = heads
    rows: dict[str, AreaRow] = {}
    problems: list[str] = []
    for line in reader:
        at = f"Line {reader.line_num}"
        given = {name: (line.get(name) or "").strip() for name in KNOWN}
        if not any(given.values()):
            continue
        wrong = _wrong(given)
        if given["code"] in rows:
            wrong.append(f"the code {given['code']} stands there twice")
        if None in line:
            wrong.append("it has more columns than the first line")
        problems += [f"{at}: {words}." for words in wrong]
        if not wrong:
            rows[given["code"]] = AreaRow(
                given["code"], given["name"], given["kind"].lower(), given["parent"],
                _degrees(given["latitude"]), _degrees(given["longitude"]),
            )  # fmt: skip
    if not rows and not problems:
        problems.append("There is no area in the file.")
    if problems:
        raise AreasWrong(problems)
    return list(rows.values())


def _wrong(given: dict[str, str]) -> list[str]:
    found = []
    if not CODE.fullmatch(given["code"]):
        found.append(f"the code {given['code']!r} is not a letter and eight figures, like E07000001")
    if not given["name"] or len(given["name"]) > 120:
        found.append("the name is missing, or longer than 120 letters")
    if given["kind"].lower() not in KINDS:
        found.append(f"the kind {given['kind']!r} is none of {', '.join(KINDS)}")
    if given["parent"] and not CODE.fullmatch(given["parent"]):
        found.append(f"the parent {given['parent']!r} is no code")
    if given["parent"] and given["parent"] == given["code"]:
        found.append("it is a part of itself")
    if bool(given["latitude"]) != bool(given["longitude"]):
        found.append("it has a latitude or a longitude, and not both")
    for name, (least, most) in (("latitude", LATITUDES), ("longitude", LONGITUDES)):
        if not given[name]:
            continue
        degrees = _degrees(given[name])
        if degrees is None:
            found.append(f"the {name} {given[name]!r} is no number of degrees, like 52.48")
        elif not least <= degrees <= most:
            found.append(f"the {name} {given[name]} lies outside the United Kingdom ({least:g} to {most:g})")
    return found


def _degrees(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if isfinite(found) else None


def load_areas(
    rows: list[AreaRow], *, partnership_id: int, vintage: str, using: str = DEFAULT_DB_ALIAS
) -> tuple[int, int]:
    """Add what is new and change what differs: how many of each. What the file lacks stays, since records name it.

    `vintage`: of which year the codes are. Raises AreasWrong where a parent is neither in the file nor there, or an
    area is another partnership's.
    """
    if not 0 < len(vintage) <= LONGEST_VINTAGE:
        raise AreasWrong(["The vintage is a year, like 2025."])
    with transaction.atomic(using=using):
        every = Area.objects.using(using)
        ours = {one.code: one for one in every.filter(partnership_id=partnership_id)}
        codes = [row.code for row in rows]
        theirs = set(every.filter(code__in=codes, vintage=vintage).exclude(partnership_id=partnership_id)
                     .values_list("code", flat=True))  # fmt: skip
        known = set(ours) | set(codes)
        problems = [f"{row.code}: it is an area of another partnership here." for row in rows if row.code in theirs]
        problems += [
            f"{row.code}: its parent {row.parent} is neither in the file nor loaded before."
            for row in rows
            if row.parent and row.parent not in known
        ]
        if problems:
            raise AreasWrong(problems)
        new = changed = 0
        for row in rows:
            values = {
                "name": row.name, "kind": row.kind, "parent_code": row.parent, "vintage": vintage,
                "latitude": row.latitude, "longitude": row.longitude,
            }  # fmt: skip
            area = ours.get(row.code)
            if area is None:
                Area(id=new_id(), code=row.code, partnership_id=partnership_id, **values).save(
                    using=using, force_insert=True
                )
                new += 1
            elif any(getattr(area, name) != value for name, value in values.items()):
                every.filter(id=area.id).update(**values)
                changed += 1
    return new, changed
