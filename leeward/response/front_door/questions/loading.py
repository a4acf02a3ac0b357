"""Loading a question set from its file, with every problem named at once, by line, in words that help to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from leeward.platform.common.yaml_files import LINE, read_yaml
from leeward.response.front_door.questions.fields import EXTRA, NOTHING, RECORD_FIELDS
from leeward.response.front_door.questions.kinds import KINDS, WITH_OPTIONS
from leeward.response.front_door.questions.schema import (
    ALWAYS,
    NO_TEXT,
    Condition,
    Option,
    Question,
    QuestionSet,
    Route,
    Sensitivity,
    Step,
    Text,
    Wording,
)
from leeward.response.front_door.questions.validating import problems_of

FOLDER = Path(__file__).parent

SET_KEYS = ("set", "version", "languages", "sections", "routes", "mark_optional", "steps")
STEP_KEYS = ("key", "section", "title", "intro", "show_if", "questions", "instrument")
QUESTION_KEYS = (
    "key", "kind", "label", "short", "hint", "error", "required", "options", "show_if", "instead", "fills",
    "sensitivity", "longest", "past", "own",
)  # fmt: skip
OPTION_KEYS = ("value", "label", "hint", "alone", "means", "sets", "states")
WORDING_KEYS = ("when", "label", "hint", "short")
MEANINGS = ("declined", "not_known")
QUOTES = "Words that hold a colon, or begin with a mark, need quotes around them."


class QuestionSetError(ValueError):
    """A question set cannot be used. `problems` says everything that is wrong with it."""

    def __init__(self, source: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{source} cannot be used:\n" + "\n".join(f"- {problem}" for problem in self.problems))


def load_set(file: Path) -> QuestionSet:
    """The question set in a file. Raises QuestionSetError."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise QuestionSetError(file.name, [f"It cannot be read: {problem}."]) from problem
    return parse_set(text, file.name)


def parse_set(text: str, source: str = "The question set") -> QuestionSet:
    """The question set in a text. Raises QuestionSetError with everything that is wrong with it."""
    try:
        content = read_yaml(text)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        place = f"line {mark.line + 1}: " if mark else ""
        raise QuestionSetError(source, [f"{place}{problem.problem}. {QUOTES}"]) from problem
    except yaml.YAMLError as problem:
        raise QuestionSetError(source, [f"It is not YAML: {problem}."]) from problem
    builder = _Builder()
    built = builder.build(content)
    problems = builder.problems or (problems_of(built) if built else [])
    if problems or built is None:
        raise QuestionSetError(source, problems or ["It is empty."])
    return built


@lru_cache(maxsize=8)
def question_set(name: str) -> QuestionSet:
    """A question set of this folder by name, read once: `ask_for_help`, `refer`, `equality`."""
    return load_set(FOLDER / f"{name}.yaml")


class _Builder:
    """Turns what YAML gave into a set, and collects what it stumbles over instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.languages: tuple[str, ...] = ("en",)

    def build(self, content: Any) -> QuestionSet | None:
        """The set, or None with problems."""
        if not isinstance(content, dict):
            self.problems.append("It must begin with set, version, languages, sections, routes and steps.")
            return None
        self._only(content, SET_KEYS, "the set")
        version = content.get("version")
        if not isinstance(version, int) or version < 1:
            self.problems.append(
                "version must be a whole number from 1 up; raise it when a question's meaning changes."
            )
            version = 1
        languages = content.get("languages")
        if (
            not isinstance(languages, list)
            or "en" not in languages
            or not all(isinstance(code, str) for code in languages)
        ):
            self.problems.append("languages must be a list that has en in it, like [en, pl].")
        else:
            self.languages = tuple(languages)
        steps = content.get("steps")
        if not isinstance(steps, list) or not steps:
            self.problems.append("steps must be a list of pages, and at least one.")
            steps = []
        return QuestionSet(
            name=str(content.get("set", "")),
            version=version,
            languages=self.languages,
            steps=tuple(step for entry in steps if (step := self._step(entry)) is not None),
            sections={
                str(key): self._text(value, f"section “{key}”")
                for key, value in self._mapping(content.get("sections"), "sections").items()
            },
            routes={
                route: str(page)
                for key, page in self._mapping(content.get("routes", {}), "routes").items()
                if (route := self._route(key, "routes")) is not None
            },
            mark_optional=bool(content.get("mark_optional", False)),
        )

    def _step(self, entry: Any) -> Step | None:
        if not isinstance(entry, dict):
            self.problems.append("Each step must have a key.")
            return None
        where = _where(entry, "step")
        # A page with one question is written as that question.
        alone = "questions" not in entry and "instrument" not in entry
        self._only(entry, (*STEP_KEYS, *QUESTION_KEYS) if alone else STEP_KEYS, where)
        if alone:
            inner = {key: value for key, value in entry.items() if key in (*QUESTION_KEYS, LINE) and key != "show_if"}
            questions: list[Any] = [inner]
        elif "instrument" in entry:
            questions = []
            if "questions" in entry:
                self.problems.append(f"{where}: the questions come from the instrument; leave them out here.")
            if not entry.get("title"):
                self.problems.append(f"{where}: a page of an instrument needs a title.")
        else:
            questions = entry["questions"] if isinstance(entry["questions"], list) else []
            if not questions:
                self.problems.append(f"{where}: questions must be a list, and at least one.")
        return Step(
            key=self._key(entry, where),
            section=str(entry.get("section", "")),
            questions=tuple(q for item in questions if (q := self._question(item)) is not None),
            title=self._text(entry.get("title"), f"{where}: title", missing_ok=True),
            intro=self._text(entry.get("intro"), f"{where}: intro", missing_ok=True),
            show_if=self._condition(entry.get("show_if"), where),
            line=entry.get(LINE, 0),
            instrument=str(entry.get("instrument", "")),
        )

    def _question(self, entry: Any) -> Question | None:
        if not isinstance(entry, dict):
            self.problems.append("Each question must have a key.")
            return None
        where = _where(entry, "question")
        self._only(entry, QUESTION_KEYS, where)
        kind = str(entry.get("kind", ""))
        if kind not in KINDS:
            self.problems.append(f"{where}: kind must be one of {_listed(KINDS)}{_near(kind, KINDS)}.")
        return Question(
            key=self._key(entry, where),
            kind=kind,
            label=self._text(entry.get("label"), f"{where}: label"),
            short=self._text(entry.get("short"), f"{where}: short"),
            fills=self._fills(entry, where),
            sensitivity=self._sensitivity(entry, where),
            hint=self._text(entry.get("hint"), f"{where}: hint", missing_ok=True),
            error=self._text(entry.get("error"), f"{where}: error", missing_ok=True),
            required=self._truth(entry, "required", where),
            options=self._options(entry, kind, where),
            show_if=self._condition(entry.get("show_if"), where),
            instead=self._wordings(entry.get("instead"), where),
            longest=self._limit(entry, where),
            past=self._truth(entry, "past", where),
            own=self._truth(entry, "own", where),
            line=entry.get(LINE, 0),
        )

    def _fills(self, entry: Mapping[str, Any], where: str) -> str:
        fills = str(entry.get("fills", ""))
        if fills not in RECORD_FIELDS and fills not in (EXTRA, NOTHING):
            self.problems.append(
                f"{where}: fills must be a field of the record, {EXTRA} (kept with the contact, word for word) or "
                f"{NOTHING} (only decides what is asked){_near(fills, RECORD_FIELDS)}."
            )
        return fills

    def _sensitivity(self, entry: Mapping[str, Any], where: str) -> Sensitivity:
        names = {level.name.lower(): level for level in Sensitivity}
        given = str(entry.get("sensitivity", ""))
        if given not in names:
            self.problems.append(f"{where}: sensitivity must be one of {_listed(names)}{_near(given, names)}.")
            return Sensitivity.SEALED
        return names[given]

    def _limit(self, entry: Mapping[str, Any], where: str) -> int:
        limit = entry.get("longest", 0)
        if not isinstance(limit, int) or limit < 0:
            self.problems.append(f"{where}: longest must be a number of characters.")
            return 0
        return limit

    def _truth(self, entry: Mapping[str, Any], key: str, where: str) -> bool:
        value = entry.get(key, False)
        if not isinstance(value, bool):
            self.problems.append(f"{where}: {key} must be true or false.")
        return value is True

    def _options(self, entry: Mapping[str, Any], kind: str, where: str) -> tuple[Option, ...]:
        given = entry.get("options")
        if given is None:
            if kind in WITH_OPTIONS:
                self.problems.append(f"{where}: a question of kind {kind} needs options.")
            return ()
        if kind not in WITH_OPTIONS or not isinstance(given, list) or not given:
            self.problems.append(f"{where}: options must be a list, and only radios and checkboxes have them.")
            return ()
        return tuple(option for item in given if (option := self._option(item, where)) is not None)

    def _option(self, entry: Any, where: str) -> Option | None:
        if not isinstance(entry, dict) or "value" not in entry:
            self.problems.append(f"{where}: each option must have a value and a label.")
            return None
        where = f"{where}: option “{entry['value']}” (line {entry.get(LINE, '?')})"
        self._only(entry, OPTION_KEYS, where)
        means = str(entry.get("means", ""))
        if means and means not in MEANINGS:
            self.problems.append(f"{where}: means must be {' or '.join(MEANINGS)}{_near(means, MEANINGS)}.")
        sets = {str(k): str(v) for k, v in self._mapping(entry.get("sets", {}), where).items()}
        states = entry.get("states", [])
        if not isinstance(states, list):
            self.problems.append(f"{where}: states must be a list, like [emergency].")
            states = []
        return Option(
            value=str(entry["value"]),
            label=self._text(entry.get("label"), f"{where}: label"),
            hint=self._text(entry.get("hint"), f"{where}: hint", missing_ok=True),
            alone=self._truth(entry, "alone", where),
            means=means,
            sets=sets or None,
            states=tuple(route for key in states if (route := self._route(key, where)) is not None),
        )

    def _wordings(self, given: Any, where: str) -> tuple[Wording, ...]:
        if given is None:
            return ()
        if not isinstance(given, list):
            self.problems.append(f"{where}: instead must be a list of other wordings, each with `when`.")
            return ()
        found = []
        for entry in given:
            if not isinstance(entry, dict) or "when" not in entry:
                self.problems.append(f"{where}: each wording under instead needs `when`.")
                continue
            self._only(entry, WORDING_KEYS, f"{where}: instead")
            texts = {
                part: self._text(entry.get(part), f"{where}: instead: {part}", missing_ok=True)
                for part in ("label", "hint", "short")
            }
            found.append(Wording(when=self._condition(entry["when"], where), **texts))
        return tuple(found)

    def _condition(self, given: Any, where: str) -> Condition:
        if given is None:
            return ALWAYS
        if not isinstance(given, dict):
            self.problems.append(f"{where}: a condition looks like {{about: me}} or {{about: [me, someone]}}.")
            return ALWAYS
        parts: list[Condition] = []
        for key, value in given.items():
            if key == LINE:
                continue
            if key in ("any", "all"):
                inner = value if isinstance(value, list) else [value]
                parts.append(Condition(key, parts=tuple(self._condition(part, where) for part in inner)))
            elif key == "not":
                parts.append(Condition("not", parts=(self._condition(value, where),)))
            else:
                values = value if isinstance(value, list) else [value]
                parts.append(Condition("answer", question=str(key), values=tuple(str(v) for v in values)))
        if not parts:
            self.problems.append(f"{where}: an empty condition; leave it out.")
        return parts[0] if len(parts) == 1 else Condition("all", parts=tuple(parts))

    def _route(self, key: Any, where: str) -> Route | None:
        if key in set(Route):
            return Route(key)
        self.problems.append(f"{where}: a route must be one of {_listed(Route)}{_near(str(key), Route)}.")
        return None

    def _text(self, given: Any, where: str, *, missing_ok: bool = False) -> Text:
        if given is None and missing_ok:
            return NO_TEXT
        if not isinstance(given, dict):
            self.problems.append(f"{where} must be given in each language, like {{en: …, pl: …}}.")
            return NO_TEXT
        words = {str(key): str(value).strip() for key, value in given.items() if key != LINE and value is not None}
        for language in self.languages:
            if not words.get(language):
                self.problems.append(f"{where} is missing in {language} (line {given.get(LINE, '?')}).")
        if strange := [language for language in words if language not in self.languages]:
            self.problems.append(f"{where} is given in {_listed(strange)}, which is not among the set's languages.")
        return Text(words)

    def _mapping(self, given: Any, where: str) -> dict[Any, Any]:
        if not isinstance(given, dict):
            self.problems.append(f"{where} must be names with values under them.")
            return {}
        return {key: value for key, value in given.items() if key != LINE}

    def _key(self, entry: Mapping[str, Any], where: str) -> str:
        key = str(entry.get("key", ""))
        if not key or not key.isascii() or not key.replace("_", "a").isalnum() or key != key.lower() or "__" in key:
            self.problems.append(f"{where}: key must be small letters, figures and single low lines, like safe_times.")
        elif key in ("any", "all", "not"):
            self.problems.append(f"{where}: key cannot be {key}, which has a meaning in conditions.")
        return key

    def _only(self, entry: Mapping[str, Any], allowed: Iterable[str], where: str) -> None:
        for key in entry:
            if key != LINE and key not in set(allowed):
                self.problems.append(f"{where}: “{key}” means nothing here{_near(str(key), allowed)}.")


def _where(entry: Mapping[str, Any], what: str) -> str:
    return f"{what} “{entry.get('key', '?')}” (line {entry.get(LINE, '?')})"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(str(name) for name in names)


def _near(given: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(given, [str(name) for name in names], n=1, cutoff=0.6) if given else []
    return f"; did you mean {near[0]}?" if near else (f", not “{given}”" if given else "")
