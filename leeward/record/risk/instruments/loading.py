"""Reading a definition file, with everything that is wrong with it named at once, by place, in words that help."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from leeward.platform.common.yaml_files import read_plain_yaml
from leeward.record.risk.instruments.checking import problems_of
from leeward.record.risk.instruments.schema import Instrument

FOLDER = Path(__file__).parent / "files"

# Pydantic's kinds of error, as a person who keeps such a file would say them.
WORDS = {
    "missing": "is missing",
    "extra_forbidden": "means nothing here; look for a slip of the pen",
    "string_pattern_mismatch": "must be small letters, figures and single low lines, like threats_to_kill",
    "string_too_short": "is empty",
    "string_too_long": "is too long",
    "string_type": "must be words; put them in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "too_short": "needs at least one entry",
    "dict_type": "must be names with values under them",
    "model_type": "must be names with values under them",
    "literal_error": "must be one of {expected}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
}


class InstrumentError(ValueError):
    """A definition cannot be used. `problems` says everything that is wrong with it."""

    def __init__(self, source: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{source} cannot be used:\n" + "\n".join(f"- {problem}" for problem in self.problems))


def load_file(file: Path) -> Instrument:
    """The instrument in a file. Raises InstrumentError."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise InstrumentError(file.name, [f"it cannot be read: {problem}"]) from problem
    return parse(text, file.name)


def parse(text: str, source: str = "The instrument") -> Instrument:
    """The instrument in a text. Raises InstrumentError with everything that is wrong with it."""
    try:
        content = read_plain_yaml(text)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        place = f"line {mark.line + 1}: " if mark else ""
        raise InstrumentError(source, [f"{place}{problem.problem}"]) from problem
    except yaml.YAMLError as problem:
        raise InstrumentError(source, [f"it is not YAML: {problem}"]) from problem
    if not isinstance(content, dict):
        raise InstrumentError(source, ["it must begin with instrument, version and title"])
    try:
        read = Instrument.model_validate(content)
    except ValidationError as problem:
        raise InstrumentError(source, [_sentence(error, content) for error in problem.errors()]) from problem
    if problems := problems_of(read):
        raise InstrumentError(source, problems)
    return read


def _sentence(error: Any, content: Any) -> str:
    """One of pydantic's errors in words: where (with the key of the item, so that it is found), and what."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    words = WORDS.get(error["type"], str(error["msg"]))
    return f"{_place(error['loc'], content)} {words.format(**error.get('ctx', {}))}".strip()


def _place(path: tuple[int | str, ...], content: Any) -> str:
    parts: list[str] = []
    here: Any = content
    for step in path:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(step, int):
            name = here.get("key") or here.get("value") or here.get("title") if isinstance(here, dict) else None
            parts[-1:] = [f"{parts[-1] if parts else 'entry'} {step + 1}" + (f" “{name}”" if name else "")]
        else:
            parts.append(str(step))
    return ", ".join(parts)
