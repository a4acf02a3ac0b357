"""The result of a question set as an `Intake`."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils import timezone

from leeward.platform.reference.lists import label
from leeward.platform.ui.forms import ApproximateDate
from leeward.record.people.actions import PersonFacts
from leeward.record.risk.instruments import demands
from leeward.response.front_door.actions.receiving import Intake, OtherPerson, ReferrerFacts
from leeward.response.front_door.intake.equality import equality_facts
from leeward.response.front_door.intake.reaching import Reaching, reaching_of
from leeward.response.front_door.questions import Result, Sensitivity
from leeward.response.front_door.questions.kinds import ELSEWHERE

THEMSELVES, REFERRER, ASKER = "Told us themselves", "Told by a professional", "Told by somebody who knows them"
SIDES = {"own_behaviour": "causing_harm", "young_person": "child"}
# What somebody who asks for another person is to them, in the record's list.
ASKER_IS = {"friend": "friend", "parent": "parent", "child": "child", "family": "other_family"}
# Answers that have a place of their own: shown from there, with that place's policy, and not copied into the answers.
APART = frozenset(
    {
        "contact.own_words", "contact.needs", "contact.consent", "safe.phone", "safe.email", "safe.through",
        "person.language", "person.interpreter", "person.communication_needs", "person.support_needs",
        "person.pregnant", "person.postcode", "asker.called", "referrer.kind", "referrer.agency", "referrer.name",
        "referrer.role", "referrer.phone", "referrer.email", "referral.agreed",
    }
)  # fmt: skip
MOST_CHILDREN = 12


def intake_of(
    result: Result,
    *,
    route: str,
    fills: dict[str, str],
    equality: Result | None = None,
    read_in: str = "en",
    today: dt.date | None = None,
) -> Intake:
    """What a contact brings, from the result in English (staff read it, whatever language it was asked in).

    `fills` says for each question of the set which record field it fills (see `fills_of`); `read_in` is the language
    that the pages were shown in, which is no answer to "which language do you speak".
    """
    professional = result.question_set == "refer"
    about = str(result.get("contact.about", "someone"))
    own = about == "own_behaviour" or result.get("person.is_asking") == "yes"
    from_whom = REFERRER if professional else THEMSELVES if own else ASKER
    # The ways to reach somebody are those of whoever asks; in a referral they are the person's.
    asker_apart = not professional and not own
    reaching = reaching_of(result, learned_from=from_whom, who="The person who asked:" if asker_apart else "")
    risk, reason = _risk(result)
    area = str(result.get("person.area", ""))
    return Intake(
        route=route,
        about=about,
        side=SIDES.get(about, "harmed"),
        person=_person(result, from_whom, () if asker_apart else reaching.details),
        others=_others(result, from_whom, reaching if asker_apart else None, today or timezone.localdate()),
        danger_now=result.get("contact.in_danger_now") == "yes",
        child_danger=result.get("contact.child_in_danger") == "yes",
        risk=risk,
        risk_reason=reason,
        area_code="" if area == ELSEWHERE else area,
        postcode=_whole(str(result.get("person.postcode", ""))),
        language=_language(result),
        needs=tuple(result.get("contact.needs", [])),
        children=_children(result),
        is_pregnant=str(result.get("person.pregnant", "unknown")),
        story=str(result.get("contact.own_words", "")),
        answers=_answers(result, fills, read_in),
        question_set=f"{result.question_set} {result.version}",
        may_contact=reaching.may_contact,
        contact_windows=reaching.windows,
        safe_contact=reaching.sentence,
        must_not_know=str(result.get("wall.people", "")),
        consent_to_share=str(result.get("contact.consent", "not_asked")),
        consent_note=_consent_note(result),
        lawful_basis=str(result.get("referral.basis", "")),
        told=str(result.get("referral.agreed", "")),
        referrer=_referrer(result) if professional else None,
        equality=equality_facts(equality) if equality else (),
    )


def _risk(result: Result) -> tuple[str, str]:
    reasons = []
    if result.get("contact.in_danger_now") == "yes":
        reasons.append("Says that someone is in danger now")
    if result.get("contact.child_in_danger") == "yes":
        reasons.append("Says that a child is being hurt or may be")
    if result.get("contact.afraid_tonight") == "yes":
        reasons.append("Afraid of what may happen tonight")
    judged = str(result.get("referral.judgement", "unknown"))
    if judged == "high":
        reasons.append("The referrer judges the risk as high")
    screened = [known for key in result.demands if (known := demands().get(key))]
    # A child's danger goes by its own route, and says nothing yet of how high this risk is.
    is_high = bool(reasons) or any(one.at_once and one.route != "child_protection" for one in screened)
    if screened:
        reasons.append(f"The referrer’s screen: {', '.join(one.title.lower() for one in screened)}")
    if is_high:
        return "high", "; ".join(reasons)
    if judged != "unknown":
        reasons.insert(0, f"The referrer judges the risk as {judged}")
    return judged, "; ".join(reasons)


def split_name(text: str) -> tuple[str, str]:
    """A name as given and family name, where it looks like one: "Maya Anne Lindqvist". Else all of it is the given."""
    words = text.split()
    if not 2 <= len(words) <= 4 or not all(re.fullmatch(r"[^\W\d_][\w’'\-.]*", word) for word in words):
        return text.strip(), ""
    return " ".join(words[:-1]), words[-1]


def _person(result: Result, from_whom: str, details: tuple[Any, ...]) -> PersonFacts:
    called = str(result.get("person.called", ""))
    given, family = str(result.get("person.given", "")), str(result.get("person.family", ""))
    if not given and not family:
        given, family = split_name(called)
    birth = result.get("person.birth")
    return PersonFacts(
        called=(called or given)[:120],
        given=given[:200],
        family=family[:200],
        birth_date=birth.earliest if isinstance(birth, ApproximateDate) else birth,
        birth_precision=birth.precision if isinstance(birth, ApproximateDate) else "day",
        language=_language(result),
        interpreter=str(result.get("person.interpreter", "unknown")),
        communication_needs=_what_helps(result)[:500],
        area_code=area if (area := str(result.get("person.area", ""))) != ELSEWHERE else "",
        learned_from=from_whom,
        contact_details=details,
    )


def _language(result: Result) -> str:
    code = str(result.get("person.language", ""))
    return code or ("other" if result.get("person.language_other") else "")


def _what_helps(result: Result) -> str:
    said = [", ".join(item.lines) for item in result.spoken if item.question == "communication"]
    if support := result.get("person.support_needs"):
        said.append(str(support))
    if other := result.get("person.language_other"):
        said.append(f"Language: {other}")
    if note := result.get("person.interpreter_note"):
        said.append(f"Interpreter: {note}")
    return ". ".join(part.rstrip(".") for part in said if part)


def _others(result: Result, from_whom: str, asker: Reaching | None, today: dt.date) -> tuple[OtherPerson, ...]:
    found = []
    name, relationship = str(result.get("harming.name", "")), str(result.get("harming.relationship", ""))
    birth = result.get("harming.birth")
    if name or relationship:
        given, family = split_name(name)
        facts = PersonFacts(
            called=name[:120], given=given, family=family,
            birth_date=birth.earliest if birth else None, birth_precision=birth.precision if birth else "unknown",
            learned_from=from_whom,
        )  # fmt: skip
        lives = str(result.get("harming.lives_with", "unknown"))
        found.append(OtherPerson(facts, "said_to_cause_harm", relationship, lives))
    if frightened := str(result.get("harmed.relationship", "")):
        # Somebody worried about their own behaviour: whom they may hurt, without a name. No claim is made by this.
        found.append(OtherPerson(PersonFacts(learned_from=from_whom), "other_adult", frightened))
    if asker is not None:
        called = str(result.get("asker.called", ""))
        given, family = split_name(called)
        facts = PersonFacts(
            called=called[:120] or "Whoever asked", given=given, family=family, learned_from="Told us themselves",
            contact_details=asker.details,
        )  # fmt: skip
        relation = ASKER_IS.get(str(result.get("asker.relationship", "")), "other")
        found.append(OtherPerson(facts, "other_adult", relation))
    found += _child_persons(result, from_whom, today)
    return tuple(found)


def _children(result: Result) -> int:
    return int(result.get("person.children", 0) or 0)


def _child_persons(result: Result, from_whom: str, today: dt.date) -> list[OtherPerson]:
    """A record for each child, since each is a victim in their own right; with an age where one was told for each."""
    number = min(_children(result), MOST_CHILDREN)
    ages = [int(age) for age in re.findall(r"(?<!\d)\d{1,2}(?!\d)", str(result.get("person.children_words", "")))]
    known = len(ages) == number and all(age < 19 for age in ages)
    found = []
    for place in range(number):
        born = dt.date(today.year - ages[place], 1, 1) if known else None
        facts = PersonFacts(birth_date=born, birth_precision="about" if born else "unknown", learned_from=from_whom)
        # Whose child it is was not asked: a brother or sister of a young person is a child in the home as well.
        found.append(OtherPerson(facts, "child"))
    return found


def _whole(postcode: str) -> str:
    return postcode if " " in postcode else ""


def _consent_note(result: Result) -> str:
    said = []
    if reason := result.get("referral.basis_reason"):
        said.append(f"Why without agreement: {reason}")
    if reason := result.get("referral.not_told_reason"):
        said.append(f"Why not told: {reason}")
    if named := result.get("asker.may_be_named"):
        words = {"yes": "may be named", "ask": "wants to be asked before being named", "no": "must not be named"}
        said.append(f"The person who asked {words[str(named)]}.")
    if knows := result.get("asker.person_knows"):
        words = {"yes": "knows", "no": "does not know"}
        said.append(f"The person {words.get(str(knows), 'may not know')} that we were asked.")
    return " ".join(said)[:1000]


def _referrer(result: Result) -> ReferrerFacts:
    return ReferrerFacts(
        kind=str(result.get("referrer.kind", "other")),
        organisation_name=str(result.get("referrer.agency", "")),
        name=str(result.get("referrer.name", "")),
        role=str(result.get("referrer.role", "")),
        phone=str(result.get("referrer.phone", "")),
        email=str(result.get("referrer.email", "")),
    )


def fills_of(question_set: Any) -> dict[str, str]:
    """Which record field each question of a set fills."""
    return {key: question.fills for key, question in question_set.questions.items()}


def _answers(result: Result, fills: dict[str, str], read_in: str) -> dict[str, Any]:
    """What was said, as the contact keeps it: (question, answer, key), without what is sealed or kept elsewhere."""
    spoken = []
    for item in result.spoken:
        if item.sensitivity >= Sensitivity.SEALED or fills.get(item.question) in APART or not item.lines:
            continue
        spoken.append([item.asked, "\n".join(item.lines), item.question])
    if outward := str(result.get("person.postcode", "")).partition(" ")[0]:
        spoken.append(["First half of the postcode", outward, "postcode"])
    if read_in != "en":
        spoken.append(["The pages were read in", label("language", read_in), "read_in"])
    if result.screened is None:
        return {"spoken": spoken}
    # In parts as well, for the assessment that it becomes (actions/carrying.py).
    return {"spoken": spoken, "screen": {"made_of": result.screened.made_of, "given": result.screened.given}}
