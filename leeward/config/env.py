"""Settings that come from the environment, with words that tell a newcomer what to do."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import locale
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
STATE = Path(os.environ.get("LEEWARD_STATE", ROOT / ".leeward"))


def text(name: str, default: str | None = None) -> str:
    """The value of an environment variable; without a default a missing one is explained and refused."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. `leeward doctor` says what each setting is for.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """Whether a variable says yes (1, true, yes, on)."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def hour(name: str, default: str) -> int:
    """An hour of the day, 0 to 23."""
    said = text(name, default).strip()
    if not (said.isdecimal() and int(said) < 24):
        raise ImproperlyConfigured(f"{name} is an hour from 0 to 23, and is {said!r}.")
    return int(said)


# Those that Django has words and the direction of writing for: with any other its choosing of languages fails.
POSSIBLE = sorted(code for code in locale.LANG_INFO if Path(locale.__path__[0], code).is_dir())


def languages(name: str) -> list[tuple[str, str]]:
    """Languages beside English and Polish, with their own names: "cy:Cymraeg,ro:Română"."""
    found: dict[str, str] = {}
    for entry in filter(None, text(name, "").split(",")):
        code, _, called = (part.strip() for part in entry.partition(":"))
        if not (code.isalpha() and 1 < len(code) < 4 and called):
            raise ImproperlyConfigured(f"{name} is a list like “cy:Cymraeg,ro:Română”, and has {entry.strip()!r}.")
        code = code.lower()
        if code in {"en", "pl"} or code in found:
            raise ImproperlyConfigured(f"{name} has “{code}”, which is there already: leave it out.")
        if code not in POSSIBLE:
            possible = ", ".join(one for one in POSSIBLE if one.isalpha() and one not in {"en", "pl"})
            raise ImproperlyConfigured(f"{name} has “{code}”, which is not possible. Possible are {possible}.")
        found[code] = called
    return list(found.items())


def secret(name: str) -> str:
    """A secret from the environment, else from a file of the state folder (`secrets/<name>`), made by `leeward`."""
    if name in os.environ:
        return os.environ[name]
    kept = STATE / "secrets" / name.lower()
    if kept.exists():
        return kept.read_text().strip()
    raise ImproperlyConfigured(
        f"{name} is not set, and {kept.name} is not in the secrets folder: run `leeward doctor`."
    )
