"""The engine: any path reaches the end, the unreachable never counts, what was typed comes back."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.platform.ui.forms import ApproximateDate
from leeward.response.front_door.questions import (
    Asking,
    Flow,
    Question,
    QuestionSet,
    Route,
    Step,
    StepForm,
    Value,
    build_form,
    check_answers,
    parse_set,
    question_set,
    result_of,
)
from leeward.response.front_door.questions.fields import NOTHING, RECORD_FIELDS

AREAS = (("E07000001", "Northbank"), ("E07000002", "Southbank"))
ASKING = Asking("en", AREAS)
SETS = {name: question_set(name) for name in ("ask_for_help", "refer", "equality")}
names = st.sampled_from(sorted(SETS))

WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(str.strip)
PHONES = st.sampled_from(["07700 900123", "+44 7700 900982", "01632 960001"])
POSTCODES = st.sampled_from(["LS1 4AP", "ls14ap", "CM1"])
EMAILS = st.sampled_from(["sam@example.org", "a.b+c@example.org"])
YEARS = st.integers(1930, 2020).map(str)


def posted(draw: st.DrawFn, question: Question) -> dict[str, Any]:
    """What a browser would send for a question that somebody answers."""
    key = question.key
    match question.kind:
        case "radios":
            return {key: draw(st.sampled_from([option.value for option in question.options]))}
        case "checkboxes":
            values = [option.value for option in question.options if not option.alone]
            return {key: draw(st.lists(st.sampled_from(values), min_size=1, unique=True))}
        case "area":
            return {key: draw(st.sampled_from(["E07000001", "elsewhere"]))}
        case "phone":
            return {key: draw(PHONES)}
        case "email":
            return {key: draw(EMAILS)}
        case "postcode":
            return {key: draw(POSTCODES)}
        case "number":
            return {key: str(draw(st.integers(0, 12)))}
        case "date" | "approximate_date":
            return {f"{key}-day": "4", f"{key}-month": "3", f"{key}-year": draw(YEARS)}
        case "times":
            days = draw(st.lists(st.sampled_from("0123456"), min_size=1, unique=True))
            return {key: days, f"{key}__from": "10am", f"{key}__to": "14:30"}
    return {key: draw(WORDS)}


class Data(dict[str, Any]):
    """Posted data, as far as forms look at it."""

    def getlist(self, key: str) -> list[Any]:
        value = self.get(key, [])
        return list(value) if isinstance(value, list) else [value]


def fill(draw: st.DrawFn, flow: Flow, step: Step, *, skip: bool | None) -> dict[str, Value | None]:
    """Answer one page, or skip what can be skipped (`None`: as chance will have it)."""
    data = Data()
    for question in flow.questions_on(step):
        leave = not question.required and (draw(st.booleans()) if skip is None else skip)
        if not leave:
            data |= posted(draw, question)
    form = build_form(step, flow, ASKING, data)
    assert form.is_valid(), (step.key, data, form.errors)
    return form.answers


def walk(draw: st.DrawFn, questions: QuestionSet, *, skip: bool | None = None) -> Flow:
    """From the first page to the last, answer by answer."""
    flow = Flow(questions, {})
    step: Step | None = flow.steps[0]
    for _ in range(2 * len(questions.steps)):
        if step is None:
            return flow
        assert flow.may_open(step)
        flow = Flow(questions, {**flow.kept, **fill(draw, flow, step, skip=skip)})
        step = flow.after(step)
    raise AssertionError("The questions never end.")


@st.composite
def walked(draw: st.DrawFn, name: str | None = None) -> Flow:
    return walk(draw, SETS[name or draw(names)])


@settings(max_examples=120, deadline=None)
@given(walked())
def test_any_path_reaches_the_end(flow: Flow) -> None:
    assert flow.is_complete
    assert flow.may_finish
    assert all(flow.may_open(step) for step in flow.steps)
    assert json.loads(json.dumps(flow.kept)) == flow.kept
    result = result_of(flow, ASKING)
    assert set(result.fields) <= set(RECORD_FIELDS)
    if flow.set.name in ("ask_for_help", "refer"):
        assert result.get("contact.about") is not None


@settings(max_examples=40, deadline=None)
@given(st.data(), names)
def test_skipping_everything_that_can_be_skipped_reaches_the_end(data: st.DataObject, name: str) -> None:
    flow = walk(data.draw, SETS[name], skip=True)
    assert flow.is_complete
    required = {question.key for step in flow.steps for question in flow.questions_on(step) if question.required}
    assert {key for key, value in flow.kept.items() if value is not None} == required


@settings(max_examples=80, deadline=None)
@given(st.data(), walked("ask_for_help"), walked("ask_for_help"))
def test_an_answer_that_is_no_longer_reachable_is_dropped(data: st.DataObject, one: Flow, other: Flow) -> None:
    """Two people's paths thrown together, the first winning: nothing of the second survives where it is not asked."""
    mixed = Flow(one.set, {**other.kept, **one.kept})
    asked = {question.key for step in mixed.steps for question in mixed.questions_on(step)}
    assert set(mixed.kept) <= asked
    # What is unreachable never mattered: without it, everything is the same.
    alone = Flow(one.set, mixed.kept)
    assert alone.kept == mixed.kept
    assert alone.steps == mixed.steps
    # The same holds once one answer changes.
    step = data.draw(st.sampled_from(mixed.steps))
    changed = Flow(one.set, {**mixed.kept, **fill(data.draw, mixed, step, skip=None)})
    assert set(changed.kept) <= {question.key for s in changed.steps for question in changed.questions_on(s)}


@settings(max_examples=80, deadline=None)
@given(st.data(), walked())
def test_changing_an_answer_leads_back_to_the_check_over_new_questions_only(data: st.DataObject, flow: Flow) -> None:
    step = data.draw(st.sampled_from(flow.steps))
    changed = Flow(flow.set, {**flow.kept, **fill(data.draw, flow, step, skip=None)})
    while (following := changed.after(step, checking=True)) is not None:
        assert any(question.key not in changed.kept for question in changed.questions_on(following))
        step = following
        changed = Flow(flow.set, {**changed.kept, **fill(data.draw, changed, step, skip=None)})
    assert changed.is_complete


@settings(max_examples=80, deadline=None)
@given(walked())
def test_no_path_fills_a_field_twice_by_accident(flow: Flow) -> None:
    fills = [question.fills for step in flow.steps for question in flow.questions_on(step)]
    # Background is asked in five ways, of which each path has one; times may be given twice, and are put together.
    twice = {field for field in fills if fills.count(field) > 1 and field not in (NOTHING, "extra")}
    assert all(RECORD_FIELDS[field].many for field in twice), twice


@settings(max_examples=60, deadline=None)
@given(st.data(), walked())
def test_opening_a_page_again_and_sending_it_untouched_changes_nothing(data: st.DataObject, flow: Flow) -> None:
    step = data.draw(st.sampled_from(flow.steps))
    shown = build_form(step, flow, ASKING)
    sent = Data()
    for name in shown.fields:
        value = shown[name].value()
        boxes = getattr(shown.fields[name], "boxes", None)
        if boxes:
            sent |= {f"{name}-{part}": text for part, text in boxes(value).items()}
        elif value is not None:
            sent[name] = value
    again = build_form(step, flow, ASKING, sent)
    assert again.is_valid(), again.errors
    assert again.answers == {question.key: flow.kept[question.key] for question in flow.questions_on(step)}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.data(), names)
def test_a_damaged_draft_is_asked_again_and_never_falls_over(data: st.DataObject, name: str) -> None:
    questions = SETS[name]
    answers = data.draw(st.dictionaries(st.sampled_from(sorted(questions.questions)), json_values, max_size=12))
    flow = Flow(questions, answers)
    for key, value in flow.kept.items():
        assert answers[key] == value
    check_answers(flow, ASKING)
    for step in flow.steps:
        build_form(step, flow, ASKING)
    if flow.may_finish:
        result_of(flow, ASKING)


@settings(max_examples=60, deadline=None)
@given(walked(), st.sampled_from(["en", "pl"]))
def test_check_rows_say_everything_that_is_kept(flow: Flow, language: str) -> None:
    rows = [row for section in check_answers(flow, Asking(language, AREAS)) for row in section.rows]
    assert {row.question for row in rows} == set(flow.kept)
    for row in rows:
        assert bool(row.lines) is (flow.kept[row.question] is not None)
        assert row.label
        assert "".join(row.lines) or not row.lines


# ---------------------------------------------------------------- single cases, told as they happen


def ask(**answers: Value | None) -> Flow:
    return Flow(SETS["ask_for_help"], answers)


def form_of(flow: Flow, key: str, data: dict[str, Any] | None = None) -> StepForm:
    step = flow.set.step(key)
    assert step is not None
    return build_form(step, flow, ASKING, None if data is None else Data(data))


def test_the_first_question_cannot_be_skipped() -> None:
    form = form_of(ask(), "about", {})
    assert form.errors["about"] == ["Choose who this is about"]
    with pytest.raises(ValueError, match="cannot be skipped"):
        _ = form.skipped


def test_routes_are_stated_by_the_page_that_calls_for_them() -> None:
    danger = SETS["ask_for_help"].step("danger")
    assert danger is not None
    assert ask(about="me").routes_on(danger) == ()
    assert ask(about="me", danger="adult").routes_on(danger) == (Route.EMERGENCY,)
    flow = ask(about="me", danger="child")
    assert flow.routes_on(danger) == flow.routes == (Route.EMERGENCY, Route.CHILD_PROTECTION)


def test_a_child_hurt_now_stays_so_whatever_is_said_about_children_later() -> None:
    flow = ask(about="me", danger="both", children_any="yes", children_number="2", child_hurt="no")
    assert "child_hurt" not in flow.kept
    assert result_of(flow, ASKING).get("contact.child_in_danger") == "yes"


def test_not_safe_asks_for_no_number() -> None:
    for answer in ("no", "unknown", None):
        keys = {step.key for step in ask(about="me", danger=None, safe=answer).steps}
        assert keys.isdisjoint({"methods", "phone", "email", "times", "messages", "around", "cover"})


def test_the_number_is_dropped_when_it_turns_out_not_to_be_safe() -> None:
    flow = ask(about="me", safe="yes", methods=["phone"], phone="07700 900123", voicemail="yes")
    assert flow.kept["phone"] == "07700 900123"
    changed = Flow(flow.set, {**flow.kept, "safe": "no"})
    assert {"methods", "phone", "voicemail"}.isdisjoint(changed.kept)
    assert "safe.phone" not in result_of(changed, ASKING).fields


def test_a_change_leads_first_to_what_is_newly_asked_and_then_back_to_the_check() -> None:
    done = dict.fromkeys(SETS["ask_for_help"].questions) | {"about": "me", "safe": "no"}
    safe = SETS["ask_for_help"].step("safe")
    assert safe is not None
    assert ask(**done).after(safe, checking=True) is None
    opened = Flow(SETS["ask_for_help"], {**ask(**done).kept, "safe": "yes"})
    following = opened.after(safe, checking=True)
    assert following is not None
    assert following.key == "methods"
    # Without the check, the next page is simply the next one.
    assert opened.after(safe) == following


def test_what_cannot_be_skipped_is_asked_again_when_a_draft_says_it_was() -> None:
    flow = ask(about=None, danger="no")
    assert flow.kept == {"danger": "no"}
    assert flow.unanswered == SETS["ask_for_help"].steps[0]
    assert not flow.may_finish
    assert not flow.may_open(flow.steps[1])


CHAIN = """
set: chain
version: 1
languages: [en]
sections: {one: {en: One}}
steps:
  - {key: first, section: one, kind: radios, label: {en: A}, short: {en: A}, fills: nothing, sensitivity: ordinary,
     options: [{value: yes, label: {en: "Yes"}}, {value: no, label: {en: "No"}}]}
  - {key: second, section: one, show_if: {first: yes}, kind: radios, label: {en: B}, short: {en: B}, fills: nothing,
     sensitivity: ordinary, options: [{value: yes, label: {en: "Yes"}}, {value: no, label: {en: "No"}}]}
  - key: third
    section: one
    title: {en: Three}
    questions:
      - {key: always, kind: text, label: {en: C}, short: {en: C}, fills: extra, sensitivity: ordinary}
      - {key: deep, show_if: {second: yes}, kind: text, label: {en: D}, short: {en: D}, fills: extra,
         sensitivity: ordinary}
"""


def test_a_dropped_answer_influences_nothing_after_it() -> None:
    answers: dict[str, Value | None] = {"first": "no", "second": "yes", "always": "x", "deep": "y"}
    flow = Flow(parse_set(CHAIN), answers)
    assert flow.kept == {"first": "no", "always": "x"}
    assert Flow(flow.set, {**answers, "first": "yes"}).kept == {**answers, "first": "yes"}


def test_texting_is_known_when_it_was_chosen_as_a_way() -> None:
    flow = ask(about="me", safe="yes", methods=["phone", "text"])
    keys = {question.key for step in flow.steps for question in flow.questions_on(step)}
    assert "text_ok" not in keys
    assert result_of(flow, ASKING).get("safe.text") == "yes"


def test_two_safe_times_are_put_together() -> None:
    first: Value = [{"days": [0, 1], "from": "10:00", "to": "12:00"}]
    second: Value = [{"days": [5], "from": "09:00", "to": "09:30"}]
    flow = ask(about="me", safe="windows", times_first=first, times_more="yes", times_second=second)
    assert result_of(flow, ASKING).get("safe.windows") == [*first, *second]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"times_first": ["0"]}, "Enter from when"),
        ({"times_first__from": "10", "times_first__to": "11"}, "Choose the days"),
        ({"times_first": ["0"], "times_first__from": "14:00", "times_first__to": "10:00"}, "later than the beginning"),
        ({"times_first": ["0"], "times_first__from": "25:00", "times_first__to": "26"}, "no such time"),
        ({"times_first": ["9"], "times_first__from": "9", "times_first__to": "10"}, "Choose one of the answers"),
    ],
)
def test_half_a_safe_time_is_asked_again_and_never_guessed(data: dict[str, Any], said: str) -> None:
    form = form_of(ask(about="me", safe="windows"), "times", data)
    assert not form.is_valid()
    assert any(said in words for errors in form.errors.values() for words in errors), form.errors


def test_other_words_for_someone_else_and_for_own_behaviour() -> None:
    def label(flow: Flow, step: str, name: str) -> str:
        return str(form_of(flow, step).fields[name].label)

    assert label(ask(about="me"), "afraid", "afraid") == "Are you afraid of what may happen tonight?"
    assert "to them" in label(ask(about="someone"), "afraid", "afraid")
    assert "to them" in label(ask(about="young", young_who="no"), "afraid", "afraid")
    own = ask(about="behaviour", behaviour_whose="own")
    assert label(own, "danger", "danger") == "Could you hurt someone right now?"
    assert "afraid" not in {step.key for step in own.steps}
    assert result_of(own, ASKING).get("contact.about") == "own_behaviour"


def test_who_is_frightened_by_someones_behaviour_asks_for_themselves() -> None:
    flow = ask(about="behaviour", behaviour_whose="other", behaviour_hurt="me")
    result = result_of(flow, ASKING)
    assert (result.get("contact.about"), result.get("person.is_asking")) == ("me", "yes")
    assert {"called", "consent"} <= {step.key for step in flow.steps}


def test_skipped_declined_and_not_asked_are_three_things() -> None:
    flow = Flow(SETS["equality"], {"sex": "declined", "gender_same": None, "religion": "none"})
    result = result_of(flow, ASKING)
    assert result.states["equality.sex"] == "declined"
    assert result.states["equality.gender_same"] == "declined"
    assert result.states["equality.religion"] == "answered"
    assert "equality.ethnicity_group" not in result.states
    assert "equality.sex" not in result.fields


def test_no_condition_is_an_answer_to_the_question_of_disability() -> None:
    assert result_of(Flow(SETS["equality"], {"condition": "no"}), ASKING).get("equality.disability") == "no"
    limited = Flow(SETS["equality"], {"condition": "yes", "condition_effect": "lot"})
    assert result_of(limited, ASKING).get("equality.disability") == "lot"


def test_one_may_stop_early_and_send_what_there_is() -> None:
    result = result_of(ask(about="me", danger="no", safe="no"), ASKING)
    assert result.fields == {
        "contact.about": "me",
        "person.is_asking": "yes",
        "contact.in_danger_now": "no",
        "safe.permission": "no",
    }
    assert [spoken.question for spoken in result.spoken] == ["about", "danger", "safe"]
    with pytest.raises(ValueError, match="cannot be skipped"):
        result_of(ask(about="young"), ASKING)


def test_what_was_said_is_kept_in_the_words_it_was_asked_in() -> None:
    flow = ask(about="me", wall_needed="yes", wall_people="Dave Smith, the council")
    spoken = {item.question: item for item in result_of(flow, Asking("pl")).spoken}
    assert spoken["about"].asked == "O kogo chodzi?"
    assert spoken["about"].lines == ("O mnie",)
    assert spoken["wall_people"].sensitivity.name == "SEALED"


def test_dates_are_typed_as_far_as_they_are_known() -> None:
    assert result_of(ask(about="me", birth="1987-03"), ASKING).get("person.birth") == ApproximateDate(1987, 3)
    with translation.override("en-gb"):
        rows = [row for section in check_answers(ask(about="me", birth="1987-03"), ASKING) for row in section.rows]
    assert ("March 1987",) in [row.lines for row in rows]


# ---------------------------------------------------------------- what people type


BIDI = "مريم \u202eabc"


@pytest.mark.parametrize(
    ("step", "data", "said"),
    [
        ("birth", {"birth-day": "31", "birth-month": "2", "birth-year": "1990"}, "no such date"),
        ("birth", {"birth-day": "1", "birth-month": "1", "birth-year": str(dt.date.today().year + 1)}, "in the past"),
        ("birth", {"birth-day": "x", "birth-month": "1", "birth-year": "1990"}, "The day must be"),
        ("where", {"postcode": "not one"}, "Enter a postcode"),
        ("story", {"story": "a" * 10_000}, "5,000 characters or fewer"),
        ("story", {"story": "nul\x00byte"}, "hidden character"),
        ("called", {"called": "nul\x00byte"}, "hidden character"),
        ("called", {"called": "a" * 121}, "120 characters or fewer"),
        ("about", {"about": "everyone"}, "Choose one of the answers"),
        ("needs", {"needs": ["money", "a yacht"]}, "Choose one of the answers"),
        ("where", {"area": "E99999999"}, "Choose one of the answers"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(step: str, data: dict[str, Any], said: str) -> None:
    form = form_of(ask(about="me"), step, data)
    assert not form.is_valid()
    assert any(said in words for errors in form.errors.values() for words in errors), form.errors
    field = next(iter(form.errors))
    assert form[field].value() not in (None, "")


@pytest.mark.parametrize("name", ["Y", "🙂", "Zoë O’Neill-Ní Dhomhnaill", BIDI, "名", "<b>Ann</b>"])
def test_names_are_kept_as_they_are(name: str) -> None:
    form = form_of(ask(about="me"), "called", {"called": name})
    assert form.is_valid()
    assert form.answers == {"called": name.strip()}


@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_page_is_wholly_in_its_language(language: str) -> None:
    form = build_form(SETS["ask_for_help"].steps[0], ask(), Asking(language), Data())
    with translation.override("pl" if language == "pl" else "en-gb"):
        words = form.errors["about"][0]
    assert words == {"en": "Choose who this is about", "pl": "Wybierz, o kogo chodzi"}[language]
