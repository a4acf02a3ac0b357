"""The HTTP API of the front door: an agency's own system refers somebody, and learns what became of it.

Questions, mistakes and refusals are those of the pages: the body is made from the same question set, and goes through
the same forms and the same action. A partnership that edits the questions has edited the API.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from ninja import Header, NinjaAPI, Schema, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer
from pydantic import BaseModel, ConfigDict, Field, create_model

from leeward.platform.access import once
from leeward.platform.access.acting import Acting
from leeward.platform.access.keys import begin_with_key
from leeward.platform.access.roles import Permission
from leeward.platform.common import vault
from leeward.platform.common.errors import Refused
from leeward.platform.reference.models import Area
from leeward.record.risk.instruments import demands
from leeward.response.front_door.actions.receiving import submit_contact
from leeward.response.front_door.forms.whole import blocks_of, read_answers
from leeward.response.front_door.intake import fills_of, intake_of
from leeward.response.front_door.queries.receipts import own_receipt
from leeward.response.front_door.queries.screen import asked_of
from leeward.response.front_door.questions import Asking, Question, QuestionSet, Route, question_set, result_of
from leeward.response.front_door.questions.screening import PREFIX
from leeward.response.front_door.rules import hash_code

SET = "refer"
ACT_NOW = {
    Route.EMERGENCY: "Someone is in danger now: call 999. This referral does not take the place of that call.",
    Route.CHILD_PROTECTION: "A child is or may be at risk: make a child protection referral by your own rules. This"
    " referral does not take its place.",
}


class KeyAuth(HttpBearer):
    """`Authorization: Bearer <key>`, a key of the organisation (see access.keys)."""

    def authenticate(self, request: HttpRequest, token: str) -> Acting | None:
        """Whoever the key acts as, from here on in this request."""
        used = begin_with_key(token)
        if used is None:
            return None
        request.acting = used.by  # type: ignore[attr-defined]  # as ActingMiddleware does
        request.key_scopes = used.scopes  # type: ignore[attr-defined]  # our own attribute
        return used.by


api = NinjaAPI(
    title="Leeward",
    version="1.0.0",
    description="Refer somebody, and learn what became of the referral. Nothing else leads to a person's record.",
    urls_namespace="api-1.0.0",
    docs_url=None,  # it would load scripts from elsewhere
    openapi_url="/openapi.json",
    auth=KeyAuth(),
)


class Mistake(Schema):
    """One thing to put right, in a sentence. `field` is empty where it is about the whole."""

    field: str
    words: str


class Problem(Schema):
    """Why nothing was done."""

    words: str
    mistakes: list[Mistake] = []


class Receipt(Schema):
    """A referral as its sender may know it."""

    reference: str = Field(description="To speak about it on the telephone.", examples=["KITE-419"])
    status: str = Field(
        description="received, working, accepted, not_reached, passed_on or ended.",
        json_schema_extra={"enum": ["received", "working", "accepted", "not_reached", "passed_on", "ended"]},
    )
    sent_at: datetime
    changed_at: datetime


class Sent(Schema):
    """What the sender gets: keep the code, it is given only here."""

    reference: str
    code: str = Field(description="Opens the receipt.", examples=["ABCD-EFGH-JKMN"])
    act_now: list[str] = Field(description="What cannot wait for us, and what the short screen asks for.")


class Window(BaseModel):
    """A weekly time in which contact is safe. Days: 0 is Monday."""

    model_config = ConfigDict(extra="forbid")
    days: list[int] = Field(min_length=1)
    begins: str = Field(examples=["10:00"])
    ends: str = Field(examples=["14:00"])


def _type_of(question: Question) -> tuple[Any, Any]:
    codes = [option.value for option in question.options]
    words = [question.label.in_("en"), question.hint.in_("en")]
    kind: Any = str
    extra: dict[str, Any] = {}
    match question.kind:
        case "radios":
            extra["enum"] = codes
        case "checkboxes":
            kind, extra["items"] = list[str], {"type": "string", "enum": codes}
        case "number":
            kind, extra["minimum"], extra["maximum"] = int, 0, 50
        case "times":
            kind = Window
        case "area":
            words.append("The GSS code of the area, or `elsewhere`.")
        case "date" | "approximate_date":
            extra["pattern"] = r"^\d{4}(-\d{2}(-\d{2})?)?$"
            words.append("Written 1990, 1990-03 or 1990-03-04.")
        case _ if question.longest:
            extra["maxLength"] = question.longest
    if question.required:
        words.append("Needed wherever the other answers call for it.")
    described = Field(
        default=None, title=question.short.in_("en"), description=" ".join(filter(None, words)), json_schema_extra=extra
    )
    return kind | None, described


class _Answers(BaseModel):
    model_config = ConfigDict(extra="forbid")


SCREEN = Field(
    default=None, title="A short screen", examples=[{"afraid": "yes", "throat": "not_known"}],
    description="Answers to the short screen of the partnership, by item; with `risk_tool` `ours`. Each is an answer of"
    " the item or `not_known`; what is left out was not asked. An item or answer that it does not have is named in the"
    " refusal, with those that it has.",
)  # fmt: skip
# Made from the question set, so that the two cannot differ. Not a ninja Schema: that would let unknown names pass.
ReferralIn: Any = create_model(
    "ReferralIn",
    __base__=_Answers,
    __doc__="The questions of a referral, by key. What the answers do not call for is not kept.",
    screen=(dict[str, str] | None, SCREEN),  # a partnership may use its own version: its items are not known here
    **{key: _type_of(question) for key, question in question_set(SET).questions.items()},  # type: ignore[call-overload]  # made from data
)


def posted(questions: QuestionSet, answers: Mapping[str, Any]) -> QueryDict:
    """Answers as the pages would send them, so that the same forms read both."""
    data = QueryDict(mutable=True)
    screen = answers.get("screen") or {}
    for key, question in questions.questions.items():
        value = screen.get(question.item) if question.item else answers.get(key)
        if value is None:
            continue
        if question.kind in ("date", "approximate_date"):
            parts = [*str(value).split("-"), "", ""][:3]
            for part, text in zip(("year", "month", "day"), parts, strict=True):
                data[f"{key}-{part}"] = text
        elif question.kind == "times":
            data.setlist(key, [str(day) for day in value["days"]])
            data[f"{key}__from"], data[f"{key}__to"] = value["begins"], value["ends"]
        elif isinstance(value, list):
            data.setlist(key, [str(item) for item in value])
        else:
            data[key] = str(value)
    return data


def _screen_mistakes(questions: QuestionSet, answers: Mapping[str, Any]) -> list[Mistake]:
    """What of a screen nobody here could read: said, since an answer about danger is never dropped unseen."""
    screen = answers.get("screen") or {}
    items = {question.item: question for question in questions.questions.values() if question.item}
    if screen and answers.get("risk_tool") != "ours":
        return [Mistake(field="risk_tool", words="With answers to the short screen this is `ours`")]
    if screen and answers.get("about") == "own_behaviour":
        return [Mistake(field="screen", words="The short screen is for somebody who is harmed")]
    found = []
    for key, value in screen.items():
        if key not in items:
            known = ", ".join(items) or "none: it is not used here now"
            found.append(Mistake(field=f"screen.{key}", words=f"The short screen has no such item. It has {known}"))
        elif items[key].option(value) is None:
            offered = ", ".join(option.value for option in items[key].options)
            found.append(Mistake(field=f"screen.{key}", words=f"This item is answered with one of {offered}"))
    return found


@api.post(
    "/referrals",
    response={201: Sent, 401: Problem, 403: Problem, 409: Problem, 422: Problem},
    summary="Refer somebody",
    by_alias=True,
)
def refer(
    request: HttpRequest, body: ReferralIn, idempotency_key: Annotated[str, Header(alias="Idempotency-Key")] = ""
) -> Any:
    """Take in a referral. With the same `Idempotency-Key` a second sending makes nothing and is answered the same."""
    by = _referrer(request, "refer")
    answers = body.model_dump(exclude_none=True)
    token, mark = _token(by, idempotency_key), _mark(answers)
    if token and (led := once.led(token)):
        return _again(token, led, mark)
    questions = asked_of(by=by, name=SET)
    areas = tuple(Area.objects.filter(partnership_id=by.partnership_id).order_by("name").values_list("code", "name"))
    asking, data = Asking("en", areas), posted(questions, answers)
    blocks = blocks_of(questions, asking, data)
    flow = read_answers(questions, blocks, asking, data)
    mistakes = _screen_mistakes(questions, answers) or [
        Mistake(field=_field(name), words=str(words))
        for block in blocks
        for name, found in block.form.errors.items()
        for words in found
    ]
    if mistakes or not flow.may_finish:
        return Status(422, Problem(words="Nothing was sent: some answers need to be put right.", mistakes=mistakes))
    routes = [str(route) for route in flow.routes]
    intake = intake_of(result_of(flow, asking), route="api", fills=fills_of(questions))
    try:
        with transaction.atomic():  # claimed with what it makes: a key whose call was refused can be sent again
            if token and (before := once.claim(token)) is not None:
                return _again(token, before, mark)
            sent = submit_contact(by=by, intake=intake)
            if token:
                kept = {"mark": mark, "r": sent.reference, "c": sent.receipt_code, "n": routes, "d": list(flow.demands)}
                once.keep(token, _sealed(token, kept))
    except Refused as refused:
        return Status(409, Problem(words=refused.words))
    now = _act_now(routes, list(flow.demands))
    return Status(201, Sent(reference=sent.reference, code=sent.receipt_code, act_now=now))


@api.get(
    "/referrals/{code}", response={200: Receipt, 401: Problem, 403: Problem, 404: Problem}, summary="What became of it"
)
def receipt(request: HttpRequest, code: str) -> Any:
    """Where a referral stands that this key has sent."""
    _referrer(request, "receipts")
    found = own_receipt(hash_code(code))
    if found is None:
        return Status(404, Problem(words="There is no referral of yours with this code."))
    answer = Receipt(reference=found.reference, status=found.status, sent_at=found.sent_at, changed_at=found.changed_at)
    return Status(200, answer)


def _referrer(request: HttpRequest, scope: str) -> Acting:
    by: Acting = request.acting  # type: ignore[attr-defined]  # set by KeyAuth
    if scope not in request.key_scopes:  # type: ignore[attr-defined]  # as above
        raise HttpError(403, "This key is not for that.")
    if not by.may(Permission.REFER):
        raise HttpError(403, "The user of this key may not refer.")
    return by


def _token(by: Acting, given: str) -> str:
    if not given:
        return ""
    return hashlib.sha256(f"api:{by.user_id}:{by.organisation_id}:{given}".encode()).hexdigest()


def _mark(answers: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(answers, sort_keys=True, default=str).encode()).hexdigest()[:12]


def _sealed(token: str, answer: Mapping[str, Any]) -> str:
    packed = json.dumps(answer, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(vault.seal(packed, table="access_oncetoken", row=_row(token))).decode()


def _row(token: str) -> int:
    return int(token[:15], 16)


def _again(token: str, kept: str, mark: str) -> Any:
    answer = json.loads(vault.unseal(base64.urlsafe_b64decode(kept), table="access_oncetoken", row=_row(token)))
    if answer["mark"] != mark:
        return Status(409, Problem(words="This Idempotency-Key was used for another referral."))
    now = _act_now(answer["n"], answer.get("d", []))
    return Status(201, Sent(reference=answer["r"], code=answer["c"], act_now=now))


def _act_now(routes: list[str], asked_for: list[str]) -> list[str]:
    known = [one for key in asked_for if (one := demands().get(key))]
    return [ACT_NOW[Route(route)] for route in routes] + [f"{one.title}. {one.step}" for one in known]


def _field(name: str) -> str:
    key = name.partition("__")[0]
    return f"screen.{key.removeprefix(PREFIX)}" if key.startswith(PREFIX) else key


@api.exception_handler(AuthenticationError)
def _no_key(request: HttpRequest, problem: Exception) -> HttpResponse:
    return api.create_response(
        request, {"words": "Send a valid key: Authorization: Bearer …", "mistakes": []}, status=401
    )


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, problem: Any) -> HttpResponse:
    words = str(problem) or HTTPStatus(problem.status_code).phrase
    return api.create_response(request, {"words": words, "mistakes": []}, status=problem.status_code)


@api.exception_handler(ValidationError)
def _not_readable(request: HttpRequest, problem: Any) -> HttpResponse:
    mistakes = []
    for error in problem.errors:
        place = [str(part) for part in error["loc"] if part not in ("body", "header", "path")]
        mistakes.append({"field": ".".join(place[1:] or place), "words": _in_words(error)})
    return api.create_response(
        request, {"words": "Nothing was sent: this could not be read.", "mistakes": mistakes}, status=422
    )


def _in_words(error: Mapping[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return "There is no question of this name"
    if error["type"] == "missing":
        return "This is missing"
    text = str(error.get("msg", "This could not be read"))
    return text[:1].upper() + text[1:]
