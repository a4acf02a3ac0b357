"""The record fields that an answer may fill. What a question set may say is checked against this list.

A partnership that asks something of its own uses `fills: extra`: the answer is kept with the contact, word for word,
and shown to the worker, and nothing is counted from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from leeward.response.front_door.questions.schema import Sensitivity

WRITTEN = frozenset({"text", "longtext", "name"})
CHOSEN = frozenset({"radios"})
EXTRA = "extra"
NOTHING = "nothing"


@dataclass(frozen=True)
class RecordField:
    """A field: which kinds of question can fill it, how sensitive it is at least, which code list its codes are of.

    `many`: several questions may fill it on one path, and their values are put together.
    """

    kinds: frozenset[str]
    sensitivity: Sensitivity
    codes: str = ""
    many: bool = False
    values: frozenset[str] = frozenset()
    longest: int = 0  # characters that the record can hold; 0 where it does not limit


def _f(
    kinds: frozenset[str] | set[str],
    sensitivity: Sensitivity,
    *,
    codes: str = "",
    many: bool = False,
    values: str = "",
    longest: int = 0,
) -> RecordField:
    return RecordField(frozenset(kinds), sensitivity, codes, many, frozenset(values.split()), longest)


P, S, X = Sensitivity.PERSONAL, Sensitivity.SPECIAL, Sensitivity.SEALED

RECORD_FIELDS: dict[str, RecordField] = {
    # What the contact is about.
    "contact.about": _f(CHOSEN, P, codes="contact_about"),
    "contact.own_words": _f(WRITTEN, S),
    "contact.in_danger_now": _f(CHOSEN, S, codes="three_answers"),
    "contact.afraid_tonight": _f(CHOSEN, S, codes="three_answers"),
    "contact.child_in_danger": _f(CHOSEN, S, codes="three_answers"),
    "contact.needs": _f({"checkboxes"}, P, codes="need"),
    "contact.consent": _f(CHOSEN, P, values="yes ask no"),
    # How to reach the person who is asking: always theirs, whoever the contact is about. In a referral: the person's.
    "safe.permission": _f(CHOSEN, P, values="windows yes no unknown"),
    "safe.methods": _f({"checkboxes"}, P, values="phone text email through"),
    "safe.phone": _f({"phone"}, P, longest=254),
    "safe.email": _f({"email"}, P, longest=254),
    "safe.through": _f(WRITTEN, P, longest=254),
    "safe.windows": _f({"times"}, P, many=True),
    "safe.voicemail": _f(CHOSEN, P, codes="three_answers"),
    "safe.text": _f(CHOSEN, P, codes="three_answers"),
    "safe.who_may_answer": _f(WRITTEN, P, longest=200),
    "safe.who_else_sees": _f(WRITTEN, P, longest=200),
    "safe.cover_name": _f(WRITTEN, P, longest=120),
    "safe.code_word": _f(WRITTEN, X, longest=60),
    # Who is asking, where that is somebody else.
    "asker.called": _f(WRITTEN, P, longest=120),
    "asker.relationship": _f(CHOSEN, P, values="friend parent child family neighbour work other"),
    "asker.person_knows": _f(CHOSEN, P, codes="three_answers"),
    "asker.may_be_named": _f(CHOSEN, P, values="yes ask no"),
    # The person who is harmed or at risk; with contact.about = own_behaviour, the person asking.
    "person.called": _f(WRITTEN, P, longest=120),
    "person.is_asking": _f(CHOSEN, P, values="yes no"),
    "person.given": _f(WRITTEN, P, longest=200),
    "person.family": _f(WRITTEN, P, longest=200),
    "person.birth": _f({"date", "approximate_date"}, P),
    "person.age": _f(WRITTEN, P),
    "person.area": _f({"area"}, P),
    "person.postcode": _f({"postcode"}, P),
    "person.children": _f({"number"}, P),
    "person.children_words": _f(WRITTEN, P),
    "person.pregnant": _f(CHOSEN, S, codes="three_answers"),
    "person.language": _f(CHOSEN | {"text"}, P, codes="language"),
    "person.language_other": _f(WRITTEN, P),
    "person.interpreter": _f(CHOSEN, P, codes="three_answers"),
    "person.interpreter_note": _f(WRITTEN, P, longest=300),
    "person.communication_needs": _f({"checkboxes"}, S, values="bsl text_relay large_print easy_read quiet more_time"),
    "person.support_needs": _f(WRITTEN, S, longest=400),
    # The person who causes harm. A claim by whoever answers, with today's date.
    "harming.relationship": _f(CHOSEN, P, codes="relationship"),
    "harming.name": _f({"name", "text"}, P, longest=200),
    "harming.birth": _f({"date", "approximate_date"}, P),
    "harming.lives_with": _f(CHOSEN, P, codes="three_answers"),
    "harming.knows": _f(CHOSEN, P, codes="three_answers"),
    # With contact.about = own_behaviour: what the person they frighten is to them.
    "harmed.relationship": _f(CHOSEN, P, codes="relationship"),
    # People who must never see or be told: read by the few who may put up walls.
    "wall.needed": _f(CHOSEN, X, codes="three_answers"),
    "wall.people": _f(WRITTEN, X, longest=500),
    # A professional's referral.
    "referrer.kind": _f(CHOSEN, P, codes="referrer_kind"),
    "referrer.agency": _f(WRITTEN, P, longest=200),
    "referrer.name": _f(WRITTEN, P, longest=200),
    "referrer.role": _f(WRITTEN, P, longest=120),
    "referrer.phone": _f({"phone"}, P, longest=40),
    "referrer.email": _f({"email"}, P, longest=254),
    "referral.agreed": _f(CHOSEN, P, codes="told"),
    "referral.not_told_reason": _f(WRITTEN, S),
    "referral.basis": _f(CHOSEN, P, codes="lawful_basis"),
    "referral.basis_reason": _f(WRITTEN, S, longest=1000),
    "referral.seen_alone": _f(CHOSEN, P, codes="three_answers"),
    "referral.interpreter_was": _f(CHOSEN, P, values="professional family none unknown"),
    "referral.told_others": _f({"checkboxes"}, P, values="police childrens adults school gp nobody"),
    "referral.history": _f(WRITTEN, S),
    "referral.marac": _f(CHOSEN, S, codes="three_answers"),
    "referral.judgement": _f(CHOSEN, S, codes="risk_level"),
    "referral.judgement_reason": _f(WRITTEN, S),
    "referral.risk_tool": _f(CHOSEN, P, values="none ours other"),
    "referral.risk_score": _f(WRITTEN, S),
    # Equality: asked apart, after the answers were checked, every one of them optional.
    "equality.ethnicity_group": _f(CHOSEN, S, values="white mixed asian black other"),
    "equality.ethnicity": _f(CHOSEN, S, codes="ethnicity"),
    "equality.ethnicity_words": _f(WRITTEN, S, longest=120),
    "equality.sex": _f(CHOSEN, S, codes="sex"),
    "equality.gender_same": _f(CHOSEN, S, codes="gender_same"),
    "equality.gender_words": _f(WRITTEN, S, longest=120),
    "equality.sexual_orientation": _f(CHOSEN, S, codes="sexual_orientation"),
    "equality.sexual_orientation_words": _f(WRITTEN, S, longest=120),
    "equality.religion": _f(CHOSEN, S, codes="religion"),
    "equality.religion_words": _f(WRITTEN, S, longest=120),
    "equality.disability": _f(CHOSEN, S, codes="disability"),
}
