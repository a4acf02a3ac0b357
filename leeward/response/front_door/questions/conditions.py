"""Conditions: `{about: me}`, `{safe: [certain_times, any_time]}`, `{any: […]}`, `{all: […]}`, `{not: {…}}`."""

from __future__ import annotations

from leeward.response.front_door.questions.schema import Answers, Condition


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether a condition holds for answers whose unreachable ones are already dropped."""
    match condition.kind:
        case "always":
            return True
        case "any":
            return any(holds(part, answers) for part in condition.parts)
        case "all":
            return all(holds(part, answers) for part in condition.parts)
        case "not":
            return not holds(condition.parts[0], answers)
    value = answers.get(condition.question)
    if isinstance(value, list):
        return any(item in condition.values for item in value)
    return value in condition.values
