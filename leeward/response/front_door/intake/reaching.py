"""How somebody may be reached: the rows of the record, the windows, and one sentence for whoever is about to call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from leeward.platform.common import vault
from leeward.platform.common.ids import new_id
from leeward.record.people.models import ContactDetail
from leeward.response.front_door.questions import Result

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_WAYS = {"phone": "Call", "text": "Text", "email": "E-mail", "through": "Go through someone they trust"}


@dataclass(frozen=True)
class Reaching:
    """The ways to reach somebody, and when."""

    details: tuple[ContactDetail, ...]
    may_contact: str
    windows: tuple[dict[str, Any], ...]
    sentence: str


def reaching_of(result: Result, *, learned_from: str, who: str = "") -> Reaching:
    """What was said about safe contact. `who` begins the sentence where it is not the person to be helped.

    Silence is never read as yes: what was not said stays "unknown", and a way that was not named is not safe.
    """
    allowed = str(result.get("safe.permission", "unknown"))
    windows = tuple(result.get("safe.windows", [])) if allowed == "windows" else ()
    safe = allowed in ("yes", "windows")
    methods = list(result.get("safe.methods", []))
    voicemail, text = str(result.get("safe.voicemail", "unknown")), str(result.get("safe.text", "unknown"))
    common: dict[str, Any] = {
        "windows": list(windows),
        "who_else_sees": str(result.get("safe.who_else_sees", "")),
        "who_may_answer": str(result.get("safe.who_may_answer", "")),
        "cover_name": str(result.get("safe.cover_name", "")),
        "learned_from": learned_from,
    }
    code_word = str(result.get("safe.code_word", ""))
    found = []
    if safe and "text" in methods:
        text = "yes"  # who names a text as a way is not asked a second time
    if number := result.get("safe.phone"):
        # "A text" without "a call" means just that.
        calls = "phone" in methods
        found.append(
            _detail("phone", number, code_word, is_safe="yes" if safe and calls else "no" if safe else "unknown",
                    voicemail=voicemail if calls else "no", text=text, **common)
        )  # fmt: skip
    for kind in ("email", "through"):
        if value := result.get(f"safe.{kind}"):
            found.append(_detail(kind, value, code_word, is_safe="yes" if safe else "unknown", **common))
    if not found and (code_word or any(common[name] for name in ("cover_name", "who_may_answer", "windows"))):
        found.append(_detail("other", "", code_word, is_safe="unknown", **common))
    sentence = _sentence(allowed, methods, windows, voicemail, text, common, bool(code_word), bool(found))
    return Reaching(tuple(found), allowed, windows, f"{who} {sentence}".strip())


def _detail(kind: str, value: str, code_word: str, **more: Any) -> ContactDetail:
    row = ContactDetail(id=new_id(), kind=kind, value=str(value), **more)
    row.code_word_sealed = vault.seal_text(code_word, table="people_contactdetail", row=row.id)
    return row


def _sentence(
    allowed: str, methods: list[str], windows: Sequence[dict[str, Any]], voicemail: str, text: str,
    common: dict[str, Any], has_code_word: bool, has_way: bool,
) -> str:  # fmt: skip
    if allowed == "no":
        return "Do not contact: they will call us."
    if allowed not in ("yes", "windows"):
        return "Not known to be safe: wait for them to call."
    ways = " or ".join(word if place == 0 else word.lower() for place, word in enumerate(_named(methods)))
    times = windows_in_words(windows) if allowed == "windows" else "at any time"
    parts = [f"{ways or 'Contact'} {times or 'at safe times only: ask which'}."]
    if "phone" in methods:
        parts.append(
            {"yes": "Voicemail is safe.", "no": "No voicemail."}.get(voicemail, "Voicemail: not known, leave none.")
        )
        if "text" not in methods:
            parts.append({"yes": "A text is safe.", "no": "No text."}.get(text, "Text: not known, send none."))
    if common["who_may_answer"]:
        parts.append(f"May answer: {common['who_may_answer']}.")
    if common["cover_name"]:
        parts.append(f"Say you are: {common['cover_name']}.")
    if has_code_word:
        parts.append("There is a secret word.")
    if not has_way:
        parts.append("No number or address was given.")
    return " ".join(parts)


def _named(methods: list[str]) -> list[str]:
    return [_WAYS[method] for method in methods if method in _WAYS]


def windows_in_words(windows: Sequence[dict[str, Any]]) -> str:
    """Weekly windows as a worker reads them: "Mondays and Fridays 10:00 to 14:00"."""
    said = []
    for window in windows:
        days = [_DAYS[day] for day in window["days"]]
        if days == list(_DAYS):
            names = "every day"
        elif days == list(_DAYS[:5]):
            names = "Mondays to Fridays"
        else:
            names = " and ".join(filter(None, [", ".join(days[:-1]), days[-1]]))
        said.append(f"{names} {window['from']} to {window['to']}")
    return "; ".join(said)
