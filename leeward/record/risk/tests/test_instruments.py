"""Definition files: the shipped ones hold together; what is wrong with one is said by place and in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.record.risk.instruments import (
    LEVELS,
    Given,
    InstrumentError,
    demanded,
    demands,
    load_file,
    parse,
    raised,
    score,
    tally,
)
from leeward.record.risk.instruments.checking import unknown_follow_ons, warnings_of
from leeward.record.risk.instruments.loading import FOLDER
from leeward.record.risk.queries.thresholds import topics
from tests.plugin import ROOT

SHIPPED = {file.stem: load_file(file) for file in FOLDER.glob("*.yaml")}
DASH = SHIPPED["dash"]
GRADED = Path(__file__).parent / "files" / "graded.yaml"


def test_what_is_shipped() -> None:
    counted = {key: sum(item.scored for item in one.items.values()) for key, one in SHIPPED.items()}
    assert counted == {"dash": 24, "stalking": 11, "young_person": 24, "first_screen": 6}
    assert all(key in demands() for one in SHIPPED.values() for item in one.items.values() for key in item.demands)
    assert all(follow.instrument in SHIPPED for one in SHIPPED.values() for follow in one.follow_on)


@pytest.mark.parametrize(
    ("points", "level"), [(0, "standard"), (9, "standard"), (10, "medium"), (13, "medium"), (14, "high"), (24, "high")]
)
def test_levels_begin_where_the_file_says(points: int, level: str) -> None:
    scored = [key for key, item in DASH.items.items() if item.scored]
    assert score(DASH, {key: Given("yes") for key in scored[:points]}).level == level


def test_a_partnership_sets_its_own_bands() -> None:
    ten = {key: Given("yes") for key in list(DASH.items)[:10]}
    assert score(DASH, ten, {"medium": 5, "high": 10}).level == "high"


def test_not_known_and_not_asked_are_not_no() -> None:
    result = score(DASH, {"injury": Given("not_known"), "frightened": Given("no"), "low": Given("not_asked")})
    assert (result.points, result.not_known, result.not_asked) == (0, 1, 22), "of the 24 that count"
    assert result.open_beside == 3, "and of those that do not, apart"


def test_stalking_is_offered_when_its_item_is_answered_yes() -> None:
    assert score(DASH, {"stalking": Given("yes")}).follow_on == ("stalking",)
    assert score(DASH, {"stalking": Given("not_known")}).follow_on == ()


@pytest.mark.parametrize(
    ("age", "follows"), [(40, "dash"), (16, "dash"), (15, "young_person"), (13, "young_person"), (None, "dash")]
)
def test_what_follows_a_first_screen_is_for_their_age(age: int | None, follows: str) -> None:
    assert score(SHIPPED["first_screen"], {"hurt": Given("yes")}, age=age).follow_on == (follows,)
    assert score(SHIPPED["first_screen"], {"hurt": Given("no")}, age=age).follow_on == ()


def test_contradictions_are_asked_about() -> None:
    quiet = {key: Given("no") for key in DASH.items}
    assert score(DASH, quiet | {"strangled": Given("yes")}).contradictions
    assert not score(DASH, {"strangled": Given("yes")}).contradictions, "what was not asked contradicts nothing"


def test_what_the_law_asks_for() -> None:
    asked = demanded(DASH, {"strangled": Given("yes"), "care_needs": Given("yes"), "pregnant": Given("no")})
    assert asked == ["strangulation", "adult"]


@given(st.dictionaries(st.sampled_from(sorted(DASH.items)), st.sampled_from(["yes", "no", "not_known", "not_asked"])))
def test_one_more_yes_never_lowers_the_level(answers: dict[str, str]) -> None:
    before = score(DASH, {key: Given(answer) for key, answer in answers.items()})
    for key in DASH.items:
        after = score(DASH, {k: Given(a) for k, a in {**answers, key: "yes"}.items()})
        assert LEVELS.index(after.level) >= LEVELS.index(before.level)
        assert after.points >= before.points


@given(st.sampled_from(["", *LEVELS]), st.sampled_from(["", *LEVELS]))
def test_judgement_never_lowers(scored: str, judged: str) -> None:
    both = raised(scored, judged)
    assert both in (scored, judged)
    assert not scored or LEVELS.index(both) >= LEVELS.index(scored)


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(InstrumentError) as caught:
        parse(
            "instrument: x\nversion: 0\ntitle: T\nsections:\n - title: a\n   items:\n    - {key: aB, label: '', colour: red}\n"
        )
    said = str(caught.value)
    for words in (
        "version must be 1 or more",
        "scales is missing",
        "“aB”, key must be small letters",
        "colour means nothing",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("at_least: 14", "at_least: 99"), "can never be reached"),
        (("at_least: 0", "at_least: 1"), "must begin at 0"),
        (("when: [stalking]", "when: [stalkin]"), "names the item “stalkin”"),
        (("{key: worse,", "{key: injury,"), "written twice"),
        (("ages: {from: 16}", "ages: {from: 16, to: 12}"), "from 16 to 12 is nobody"),
        ((", score: 1, affirms: true", ", score: 1"), "has no answer with affirms: true"),
        (("demands: [stalking]", "demands: [stalkin]"), "next steps that are not known here: stalkin"),
        (("instrument: dash", "instrument: dash\ninstrument: dash"), "written twice"),
        (("sections:", "sections: {"), "line"),
    ],
)
def test_slips_of_the_pen(change: tuple[str, str], words: str) -> None:
    text = (FOLDER / "dash.yaml").read_text()
    assert change[0] in text
    with pytest.raises(InstrumentError, match=words):
        parse(text.replace(*change, 1))


def test_what_is_allowed_and_perhaps_not_meant_is_said() -> None:
    found = [one for file in SHIPPED.values() for one in warnings_of(file, topics())]
    assert len(found) == 1
    assert found[0].startswith("the translation “pl” is not marked as checked")
    (about_alone,) = warnings_of(load_file(GRADED), topics())
    assert "“speaks_alone”" in about_alone
    text = GRADED.read_text().replace("topic: injury", "topic: speaks_alone").replace("[police]", "[polise]")
    found = "\n".join(warnings_of(parse(text), topics()))
    assert "different scales" in found
    assert "“polise”" in found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("      afraid: Czy", "      afraidd: Czy"), "pl: the item “afraid” is missing; .*the item “afraidd” is not in this file"),
        ((', "no": "Nie"', ""), "the answer on yes_no “no” is missing"),
        (("    answers:\n      yes_no:", "    answers:\n      how_often:"), "the scale “yes_no” is missing"),
        (("    not_known: Nie wiadomo\n", ""), "translations, pl, not_known is missing"),
        (("    items:\n      afraid: Czy", "    hints: {afraid: Nikt}\n    items:\n      afraid: Czy"), "the hint of “afraid”"),
        (("translations:\n  pl:", "translations:\n  en:"), "leave it out"),
        (("translations:\n  pl:", "translations:\n  Polski:"), "small letters"),
    ],
)  # fmt: skip
def test_a_translation_is_whole_and_names_nothing_else(change: tuple[str, str], words: str) -> None:
    text = (FOLDER / "first_screen.yaml").read_text()
    assert change[0] in text
    with pytest.raises(InstrumentError, match=words):
        parse(text.replace(*change, 1))


def test_labels_come_by_language_with_english_for_what_is_not_translated() -> None:
    screen, dash = SHIPPED["first_screen"], DASH
    item = screen.items["afraid"]
    assert screen.label_in(item)["pl"].startswith("Czy jest ktoś w domu")
    assert screen.option_in(item, screen.options(item)[0]) == {"en": "Yes", "pl": "Tak"}
    assert screen.hint_in(item) == {}
    assert dash.label_in(dash.items["injury"]) == {"en": dash.items["injury"].label}
    assert not screen.translations["pl"].checked


def test_what_should_follow_must_be_there() -> None:
    graded = load_file(GRADED)
    assert unknown_follow_ons(graded, {"dash", "stalking"}) == []
    assert unknown_follow_ons(graded, {"dash"}) == ["stalking"]


def test_a_first_screen_sends_the_young_to_their_own_variant() -> None:
    screen, afraid = SHIPPED["first_screen"], {"afraid": Given("yes")}
    for age, follows in ((13, "young_person"), (15, "young_person"), (16, "dash"), (40, "dash"), (None, "dash")):
        assert score(screen, afraid, age=age).follow_on == (follows,), age


def test_a_number_says_what_it_counts() -> None:
    assert tally(DASH, 14, 24) == "14 of 24 said yes"
    weighted = parse((FOLDER / "dash.yaml").read_text().replace("score: 1, affirms", "score: 3, affirms"))
    assert tally(weighted, 42, weighted.most) == "42 of 72 points"
    assert tally(load_file(GRADED), 0, 0) == "", "what does not count has no number"


def test_the_how_to_has_every_topic() -> None:
    text = (ROOT / "docs" / "how-to" / "bring-your-own-instrument.md").read_text()
    assert [topic for topic in topics() if f"`{topic}`" not in text] == []
