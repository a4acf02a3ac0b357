"""A question set with the instrument that a partnership uses now in its place."""

from __future__ import annotations

from leeward.platform.access.acting import Acting
from leeward.record.risk.queries.thresholds import definition_of, newest_versions, thresholds_of
from leeward.response.front_door.questions import QuestionSet, asked_with, question_set


def asked_of(*, by: Acting, name: str) -> QuestionSet:
    """The questions of a set as they are asked in the partnership of whoever acts."""
    questions = question_set(name)
    wanted = next((step.instrument for step in questions.steps if step.instrument), "")
    if not wanted:
        return questions
    version = newest_versions(by.partnership_id).get(wanted)
    if version is None or wanted in thresholds_of(by.partnership_id).paused:
        return asked_with(questions, None)
    return asked_with(questions, definition_of(version), version.id)
