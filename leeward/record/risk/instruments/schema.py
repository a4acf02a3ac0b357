"""What a definition file of an instrument is made of. Pydantic checks it; nothing here changes once it is read."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

# Two answers that every item has beside those of its scale: "she does not know" and "we did not ask" are not "no".
NOT_KNOWN, NOT_ASKED = "not_known", "not_asked"

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]  # as the pages name it: pl, ur
Level = Literal["standard", "medium", "high"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(_Part):
    """One answer of a scale. `affirms`: it says that the thing is so; follow-ons and demands look at that."""

    value: Key
    label: Words
    score: int = Field(default=0, ge=0, le=20)
    affirms: bool = False


class Item(_Part):
    """One question. `topic` is what it asks about, the same in every instrument that asks about it."""

    key: Key
    label: Words
    hint: str = ""
    scale: Key = "yes_no"
    topic: Key | Literal[""] = ""
    scored: bool = True
    demands: tuple[Key, ...] = ()

    @property
    def about(self) -> str:
        """The topic; the key where the file names none."""
        return self.topic or self.key


class Section(_Part):
    """Items under a heading."""

    title: Words
    intro: str = ""
    items: tuple[Item, ...] = Field(min_length=1)


class Band(_Part):
    """From how many points on a level is reached."""

    level: Level
    at_least: int = Field(ge=0, le=500)


class Ages(_Part):
    """Whom it is for, in years; no upper end: for all above."""

    youngest: int = Field(alias="from", ge=0, le=120)
    oldest: int | None = Field(default=None, alias="to", ge=0, le=120)

    def fit(self, age: int | None) -> bool:
        """Whether somebody of this age is meant. An age that is not known fits."""
        return age is None or (self.youngest <= age and (self.oldest is None or age <= self.oldest))


class FollowOn(_Part):
    """Another instrument that is offered when one of these items is affirmed, or when the level is reached."""

    instrument: Key
    when: tuple[Key, ...] = ()
    from_level: Level | None = None
    ages: Ages | None = None  # None: for everybody

    def fits(self, age: int | None) -> bool:
        """Whether it is for somebody of this age. Where the age is not known, what has no upper end is for them."""
        if self.ages is None:
            return True
        return self.ages.oldest is None if age is None else self.ages.fit(age)


class Check(_Part):
    """Answers that contradict one another: all of `so` affirmed and all of `not_so` denied. Asked, never forbidden."""

    so: tuple[Key, ...] = Field(min_length=1)
    not_so: tuple[Key, ...] = ()
    words: Words


class Translation(_Part):
    """The labels in another language, for pages that are shown in it. The answers themselves are the same.

    `intro` stands above the questions in that language, and says so itself where nobody who grew up with the language
    has checked it (`checked: false`).
    """

    checked: bool = False
    intro: Words
    not_known: Words
    items: dict[Key, Words]
    hints: dict[Key, Words] = {}
    answers: dict[Key, dict[Key, Words]]  # scale, answer


class Instrument(_Part):
    """A whole instrument in one version. Raise the version when a question, an answer or a band changes."""

    instrument: Key
    version: int = Field(ge=1, le=10_000)
    title: Words
    short: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    about: Words
    source: Words
    verified: bool = False
    ages: Ages
    completed_by: Words
    # Roles here, or kinds of organisation, that may complete it; none: whoever works with cases. Others are warned.
    meant_for: tuple[Key, ...] = ()
    scales: dict[Key, tuple[Option, ...]]
    sections: tuple[Section, ...] = Field(min_length=1)
    # None: it gives no level of its own (a follow-on, a grading by judgement alone).
    bands: tuple[Band, ...] = ()
    follow_on: tuple[FollowOn, ...] = ()
    checks: tuple[Check, ...] = ()
    translations: dict[Language, Translation] = {}

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item by key, in order."""
        return {item.key: item for section in self.sections for item in section.items}

    @cached_property
    def counts_yes(self) -> bool:
        """Whether its points are just how many items were said to be so; else they are points, and called so."""
        return all(
            option.score == int(option.affirms)
            for item in self.items.values()
            if item.scored
            for option in self.options(item)
        )

    def options(self, item: Item) -> tuple[Option, ...]:
        """What can be answered, without the two answers that every item has."""
        return self.scales[item.scale]

    def option(self, item: Item, answer: str) -> Option | None:
        """The option that an answer is; None for not known and not asked."""
        return next((option for option in self.options(item) if option.value == answer), None)

    def label_in(self, item: Item) -> dict[str, str]:
        """An item's label by language, English among them."""
        return {"en": item.label} | {code: words.items[item.key] for code, words in self.translations.items()}

    def hint_in(self, item: Item) -> dict[str, str]:
        """An item's hint by language; nothing where it has none."""
        found = {"en": item.hint} | {code: words.hints.get(item.key, "") for code, words in self.translations.items()}
        return {code: words for code, words in found.items() if words}

    def option_in(self, item: Item, option: Option) -> dict[str, str]:
        """The label of an answer by language, English among them."""
        return {"en": option.label} | {
            code: words.answers[item.scale][option.value] for code, words in self.translations.items()
        }

    def affirms(self, key: str, answer: str) -> bool:
        """Whether an answer says that what the item asks about is so."""
        option = self.option(self.items[key], answer)
        return option is not None and option.affirms

    @cached_property
    def most(self) -> int:
        """The most points that can be given."""
        return sum(
            max((option.score for option in self.options(item)), default=0)
            for item in self.items.values()
            if item.scored
        )

    @model_validator(mode="after")
    def _holds_together(self) -> Instrument:
        problems = []
        keys = [item.key for section in self.sections for item in section.items]
        problems += [f"the item “{key}” is written twice" for key in sorted({k for k in keys if keys.count(k) > 1})]
        for item in self.items.values():
            if item.scale not in self.scales:
                problems.append(f"the item “{item.key}” has the scale “{item.scale}”, which is not under scales")
        for name, options in self.scales.items():
            values = [option.value for option in options]
            if len(set(values)) != len(values) or not values:
                problems.append(f"the scale “{name}” needs at least one answer, and each value once")
            if {NOT_KNOWN, NOT_ASKED} & set(values):
                problems.append(f"the scale “{name}” must not have not_known or not_asked: every item has them anyway")
        named = [(key, "follow_on") for one in self.follow_on for key in one.when]
        named += [(key, "checks") for one in self.checks for key in (*one.so, *one.not_so)]
        problems += [
            f"{where} names the item “{key}”, which there is not" for key, where in named if key not in self.items
        ]
        points = [band.at_least for band in self.bands]
        if points != sorted(points) or len({band.level for band in self.bands}) != len(self.bands):
            problems.append("bands must rise, and have each level once")
        if self.bands and points[0] != 0:
            problems.append("the first band must begin at 0 points, so that every score has a level")
        if self.bands and not problems and points[-1] > self.most:
            problems.append(f"the band from {points[-1]} points can never be reached: the most is {self.most}")
        problems += self._untranslated() if not problems else []
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _untranslated(self) -> list[str]:
        """A translation is whole, and names nothing that there is not: half a page in another language misleads."""
        found = []
        hinted = {item.key for item in self.items.values() if item.hint}
        scales = {item.scale for item in self.items.values()}
        for code, words in self.translations.items():
            where = f"translations, {code}"
            if code == "en":
                found.append("translations: en is what the file itself is in; leave it out")
            parts = [("the item", set(words.items), set(self.items)), ("the hint of", set(words.hints), hinted),
                     ("the scale", set(words.answers), scales)]  # fmt: skip
            for name in sorted(scales & set(words.answers)):
                values = {option.value for option in self.scales[name]}
                parts.append((f"the answer on {name}", set(words.answers[name]), values))
            for what, given, wanted in parts:
                found += [f"{where}: {what} “{key}” is missing" for key in sorted(wanted - given)]
                found += [f"{where}: {what} “{key}” is not in this file" for key in sorted(given - wanted)]
        return found
