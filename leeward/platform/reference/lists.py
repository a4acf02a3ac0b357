"""Load code lists from their YAML files, and look up labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from django.db import DEFAULT_DB_ALIAS

from leeward.platform.common.ids import new_id
from leeward.platform.reference.models import Code

FOLDER = Path(__file__).parent / "code_lists"


@dataclass(frozen=True)
class Entry:
    """One code of a list as its file has it."""

    list: str
    version: str
    code: str
    label: str
    parent: str
    position: int


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Every code of every list file, in order. Raises ValueError naming file and entry where one is malformed."""
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        for name, content in yaml.safe_load(file.read_text()).items():
            if not isinstance(content, dict) or "version" not in content or "codes" not in content:
                raise ValueError(f"{file.name}: the list {name!r} needs a version and codes.")
            for position, (code, value) in enumerate(content["codes"].items()):
                detail = value if isinstance(value, dict) else {"label": value}
                found.append(
                    Entry(name, str(content["version"]), code, detail["label"], detail.get("parent", ""), position)
                )
    return tuple(found)


def load_lists(*, using: str = DEFAULT_DB_ALIAS) -> int:
    """Bring the table of codes to what the files say; what a file no longer has stays for old records.

    Answers how many codes were new or changed.
    """
    kept = {(c.list, c.code, c.version): c for c in Code.objects.using(using).all()}
    changed = 0
    for entry in entries():
        row = kept.get((entry.list, entry.code, entry.version))
        if row is None:
            row = Code(id=new_id(), list=entry.list, code=entry.code, version=entry.version)
        elif (row.label, row.parent, row.position) == (entry.label, entry.parent, entry.position):
            continue
        row.label, row.parent, row.position = entry.label, entry.parent, entry.position
        row.save(using=using)
        changed += 1
    return changed


@lru_cache(maxsize=1)
def _labels() -> dict[tuple[str, str], str]:
    return {(entry.list, entry.code): entry.label for entry in entries()}


def label(list_name: str, code: str) -> str:
    """The label of a code; the code itself where the list no longer has it (old records keep theirs)."""
    return _labels().get((list_name, code), code)


@lru_cache(maxsize=128)
def choices(list_name: str) -> tuple[tuple[str, str], ...]:
    """(code, label) of a list in its order, for a form. Raises KeyError for a list that does not exist."""
    found = tuple((entry.code, entry.label) for entry in entries() if entry.list == list_name)
    if not found:
        raise KeyError(f"There is no code list {list_name!r}.")
    return found


def version(list_name: str) -> str:
    """The current version of a list, to be kept beside a code."""
    return next(entry.version for entry in entries() if entry.list == list_name)
