"""Question sets as files: what is shipped is sound, and what a partnership gets wrong is said in words."""

from __future__ import annotations

import pytest

from leeward.platform.reference.lists import choices
from leeward.response.front_door.questions import QuestionSetError, Route, Sensitivity, parse_set, question_set
from leeward.response.front_door.questions.fields import EXTRA, NOTHING, RECORD_FIELDS
from leeward.response.front_door.questions.validating import uncoded

SETS = ("ask_for_help", "refer", "equality")


@pytest.mark.parametrize("name", SETS)
def test_shipped_sets_load_in_both_languages(name: str) -> None:
    found = question_set(name)
    assert found.name == name
    assert found.languages == ("en", "pl")
    for question in found.questions.values():
        assert question.label.in_("pl") != "" != question.label.in_("en")


@pytest.mark.parametrize("name", SETS)
def test_every_option_is_a_code_of_the_record(name: str) -> None:
    lists = {field.codes for field in RECORD_FIELDS.values() if field.codes}
    codes = {listed: frozenset(code for code, _ in choices(listed)) for listed in lists}
    assert uncoded(question_set(name), codes) == []


def test_only_what_help_needs_cannot_be_skipped() -> None:
    required = [question.key for question in question_set("ask_for_help").questions.values() if question.required]
    assert required == ["about", "young_who", "behaviour_whose", "behaviour_hurt"]
    assert not any(question.required for question in question_set("equality").questions.values())


def test_what_names_a_wall_or_a_code_word_is_sealed() -> None:
    for name in ("ask_for_help", "refer"):
        sealed = {
            question.fills
            for question in question_set(name).questions.values()
            if question.sensitivity is Sensitivity.SEALED
        }
        assert {"wall.needed", "wall.people", "safe.code_word"} <= sealed


def test_danger_and_children_state_their_routes() -> None:
    for name in ("ask_for_help", "refer"):
        questions = question_set(name).questions
        danger, hurt = questions["danger"], questions["child_hurt"]
        stated = {option.value: option.states for option in danger.options if option.states}
        assert stated["adult"] == (Route.EMERGENCY,)
        assert stated["child"] == stated["both"] == (Route.EMERGENCY, Route.CHILD_PROTECTION)
        assert [option.states for option in hurt.options if option.value == "yes"] == [(Route.CHILD_PROTECTION,)]


def test_every_field_of_the_record_is_asked_for_somewhere() -> None:
    """A field that nothing fills is a promise that nobody keeps."""
    filled = {question.fills for name in SETS for question in question_set(name).questions.values()}
    for name in SETS:
        for question in question_set(name).questions.values():
            filled |= {field for option in question.options for field in (option.sets or {})}
    assert set(RECORD_FIELDS) - filled == set()
    assert filled - set(RECORD_FIELDS) <= {EXTRA, NOTHING}


GOOD = """
set: small
version: 1
languages: [en, pl]
sections:
  one: {en: One, pl: Raz}
routes: {emergency: danger}
steps:
  - key: first
    section: one
    kind: radios
    label: {en: Well, pl: No i}
    short: {en: Well, pl: No i}
    fills: contact.in_danger_now
    sensitivity: special
    options:
      - {value: yes, label: {en: "Yes", pl: Tak}, states: [emergency]}
      - {value: no, label: {en: "No", pl: Nie}}
  - key: second
    section: one
    show_if: {first: yes}
    kind: text
    longest: 100
    label: {en: Name, pl: Nazwa}
    short: {en: Name, pl: Nazwa}
    fills: person.called
    sensitivity: personal
"""


def test_the_small_set_is_good() -> None:
    found = parse_set(GOOD)
    assert [step.key for step in found.steps] == ["first", "second"]
    # Yes and no are words, as they look, and not true and false.
    assert [option.value for option in found.questions["first"].options] == ["yes", "no"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: text", "kind: txt", "did you mean text?"),
        ("fills: person.called", "fills: person.caled", "did you mean person.called?"),
        ("sensitivity: personal", "sensitivity: private", "sensitivity must be one of"),
        ("    sensitivity: special", "    sensitivity: personal", "is special at least"),
        ("    longest: 100\n", "", "holds 120 characters"),
        ("longest: 100", "longest: lots", "must be a number of characters"),
        ("{en: Name, pl: Nazwa}\n    short", "{en: Name}\n    short", "missing in pl"),
        ("{en: Name, pl: Nazwa}\n    short", "Name\n    short", "must be given in each language"),
        ("pl: Raz", "pl: Raz, cy: Un", "not among the set's languages"),
        ("show_if: {first: yes}", "show_if: {frist: yes}", "did you mean first?"),
        ("show_if: {first: yes}", "show_if: {first: maybe}", "has no option “maybe”"),
        ("show_if: {first: yes}", "show_if: {second: yes}", "not asked on an earlier page"),
        ("show_if: {first: yes}", "show_if: first", "a condition looks like"),
        ("key: second", "key: first", "there 2 times"),
        ("key: second", "key: Second One", "small letters"),
        ("key: second", "key: not", "has a meaning in conditions"),
        ("section: one\n    show_if", "section: two\n    show_if", "section must be one of one"),
        ("states: [emergency]", "states: [emergencies]", "did you mean emergency?"),
        ("routes: {emergency: danger}", "routes: {}", "which page states the route"),
        ("version: 1", "version: one", "version must be a whole number"),
        ("languages: [en, pl]", "languages: pl", "languages must be a list"),
        ("    kind: radios\n", "    kind: radios\n    kind: text\n", "“kind” is written twice"),
        ("    kind: radios\n", "    kind: radios\n    colour: red\n", "“colour” means nothing here"),
        ("{value: no, ", "{value: yes, ", "is there 2 times"),
        ("{value: no, ", "{", "must have a value"),
        ("kind: radios", "kind: date", "only radios and checkboxes"),
        ("kind: text\n    longest: 100", "kind: area", "is filled by"),
        ("fills: person.called", "fills: nothing", "would be lost"),
        ("states: [emergency]}", "sets: {person.caled: x}}", "no field of the record"),
        ("steps:", "steppes:", "did you mean steps?"),
        ("set: small", "set: [unclosed", "line"),
    ],
)
def test_mistakes_are_said_with_their_place(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(QuestionSetError) as caught:
        parse_set(GOOD.replace(old, new, 1))
    assert any(said in problem for problem in caught.value.problems), caught.value.problems


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(QuestionSetError) as caught:
        parse_set(GOOD.replace("kind: text", "kind: txt").replace("version: 1", "version: 0"))
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list", "set: x", "steps: 3", "\t"])
def test_nonsense_is_refused_without_falling_over(text: str) -> None:
    with pytest.raises(QuestionSetError):
        parse_set(text)
