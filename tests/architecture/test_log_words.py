"""Whoever reads the log reads words: every action, subject and detail that any code records has some, in one table."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from leeward.platform.access import log_words
from leeward.record.people.actions.facts import FACTS

ROOT = Path(__file__).resolve().parents[2] / "leeward"
FILES = [file for file in sorted(ROOT.rglob("*.py")) if not {"tests", "migrations"} & set(file.parts)]
IN_SQL = re.compile(r"audit_append\('(\w+)',\s*'(\w+)'")


def entries() -> Iterator[tuple[str, ast.Call, ast.FunctionDef, ast.Module]]:
    """Each call of audit.record, with the function around it and its file."""
    for file in FILES:
        tree = ast.parse(file.read_text())
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("audit.record"):
                        yield f"{file.relative_to(ROOT)}:{call.lineno}", call, function, tree


def values(given: ast.expr, function: ast.FunctionDef, tree: ast.Module) -> set[str]:
    """The codes that an argument may be: itself, either of two, or what the function's callers pass on."""
    if isinstance(given, ast.Constant):
        return {str(given.value)}
    if isinstance(given, ast.IfExp):
        return values(given.body, function, tree) | values(given.orelse, function, tree)
    if isinstance(given, ast.Name):
        names = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
        assert given.id in names, f"{given.id} is no argument of {function.name}"
        found = set()
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == function.name:
                named = {one.arg: one.value for one in call.keywords}
                passed = named.get(given.id) or call.args[names.index(given.id)]
                found |= values(passed, function, tree)
        return found
    return set()


def test_every_action_has_words() -> None:
    found: dict[str, str] = {}
    for where, call, function, tree in entries():
        codes = values(call.args[0], function, tree)
        assert codes, f"{where}: say the action so that it can be found"
        found.update(dict.fromkeys(codes, where))
    for file in [*FILES, *ROOT.rglob("*.sql")]:
        found.update({action: file.name for action, _ in IN_SQL.findall(file.read_text())})
    assert len(found) > 380
    missing = {action: where for action, where in sorted(found.items()) if action not in log_words.ACTIONS}
    assert not missing
    stale = set(log_words.ACTIONS) - set(found)
    assert not stale, "words for what nothing records any more"
    groups = {*log_words.EXPORTS, *log_words.EMERGENCY, *log_words.SIGN_IN, *log_words.ABOUT_WALLS}
    assert groups <= set(found)


def test_every_subject_has_words() -> None:
    missing = {
        kind
        for where, call, function, tree in entries()
        if isinstance(call.args[1], ast.Constant | ast.IfExp)
        for kind in values(call.args[1], function, tree)
        if kind not in log_words.SUBJECTS
    }
    assert not missing
    assert set(FACTS) <= set(log_words.SUBJECTS)


def test_every_detail_has_words_or_is_hidden_on_purpose() -> None:
    missing = set()
    for where, call, _, _ in entries():
        detail = next((one.value for one in call.keywords if one.arg == "detail"), None)
        if isinstance(detail, ast.Dict):
            names = [ast.literal_eval(key) for key in detail.keys if key is not None]
            missing |= {f"{where}: {name}" for name in names if name not in log_words.DETAILS}
    assert not missing


def test_words_are_words() -> None:
    for words in (*log_words.ACTIONS.values(), *log_words.SUBJECTS.values()):
        assert "_" not in words
        assert words[0].isupper()
    said = log_words.details(
        "shared_case", {"to": 7, "scope": 2, "basis": "consent", "told": "told_agreed", "share": 9}, {7: "Haven"}
    )
    assert said == [
        "To: Haven",
        "How much: Summary",
        "Lawful basis: Consent",
        f"Told: {log_words.label('told', 'told_agreed')}",
    ]
    assert log_words.details("searched_people", {"text": "ab12", "by": "user"}, {}) == []
