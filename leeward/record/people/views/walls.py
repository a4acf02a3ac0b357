"""Walls: what I declare myself; what a manager or the data protection lead sets, looks at and lifts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.roles import Permission
from leeward.platform.access.web import go, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.record.people.actions.walls import (
    answer_declaration,
    ask_declaration_back,
    declare_known,
    declare_known_person,
    keep_wall,
    lift_wall,
    set_wall,
    undo_keep,
    undo_lift,
)
from leeward.record.people.forms.finding import (
    AskBackForm,
    DeclareForm,
    KnowThemForm,
    LiftForm,
    WallByNumberForm,
    WallForm,
)
from leeward.record.people.models import Wall
from leeward.record.people.queries.walls import (
    asked_back,
    checks_that_stand_out,
    lifted_walls,
    my_declarations,
    wall_line,
    wall_page,
    who_can_be_walled,
)
from leeward.record.people.views.common import draw, frame_of, save

DECLARED = "Kept. From now on you do not meet a record of this name, and nobody is told why."


@require_http_methods(["GET", "HEAD", "POST"])
def my_walls(request: HttpRequest) -> HttpResponse:
    """Whom I know: what I declared, and one more. Walls that others set are not here."""
    by = who(request)
    form = DeclareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            declare_known(
                by=by, given=data["given"], family=data["family"], born=data["born"], relation=data["relation"]
            )
            say(request, DECLARED)
            return reverse("my_walls")

        if answer := save(request, form, make, "given"):
            return answer
    return draw(request, "my_walls", form=form, rows=my_declarations(by))


@require_http_methods(["GET", "HEAD", "POST"])
def person_know(request: HttpRequest, person_id: int) -> HttpResponse:
    """I know the person of this record: it closes to me at once."""
    frame = frame_of(request, person_id, "person")
    form = KnowThemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            declare_known_person(by=who(request), person_id=person_id, relation=form.cleaned_data["relation"])
            say(request, "Kept. The record is closed to you now. Tell your manager if you were to work with them.")
            return reverse("my_walls")

        if answer := save(request, form, make):
            return answer
    return draw(
        request, "fact_form", frame, "", form=form, title="I know this person", submit_label="Close the record to me",
        back=reverse("person", args=[person_id]),
        intro="The record, the case and everybody’s records around it disappear for you at once: on every page, in "
        "every search and list. Only a manager or the data protection lead can open it again.",
    )  # fmt: skip


@require_safe
def walls(request: HttpRequest) -> HttpResponse:
    """Walls that stand, the possible ones first; for the data protection lead, checks of the index that stand out."""
    by = who(request)
    by.must(Permission.SET_WALLS)
    reviews, after = by.may(Permission.REVIEW_ACCESS), request.GET.get("after", "")
    page = wall_page(by=by, after=after)
    return draw(
        request, "walls", rows=page.lines, often=checks_that_stand_out() if reviews else [], by_number=reviews,
        asked=asked_back(by) if reviews else [], later=f"{reverse('walls')}?after={page.later}" if page.later else "",
        first=reverse("walls") if after else "", lifted=[] if after else lifted_walls(by=by),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def declaration_ask_back(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """Ask for a declaration of one's own to be taken back."""
    by = who(request)
    if not any(row.id == declaration_id for row in my_declarations(by)):
        raise Http404
    form = AskBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            ask_declaration_back(by=by, declaration_id=declaration_id, why=form.cleaned_data["why"])
            say(request, "The data protection lead is asked. Until they answer, nothing changes.")
            return reverse("my_walls")

        if answer := save(request, form, make, "why"):
            return answer
    return draw(
        request, "fact_form", form=form, title="Ask for it to be taken back",
        submit_label="Ask the data protection lead", back=reverse("my_walls"),
        intro="A wall protects somebody from being found, so nobody takes one down alone. The data protection lead "
        "reads what you write here and decides. They see how you know the person, never the name.",
    )  # fmt: skip


@require_POST
def declaration_answer(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """The data protection lead's answer."""
    taken_back = request.POST.get("answer") == "take_back"
    try:
        answer_declaration(by=who(request), declaration_id=declaration_id, taken_back=taken_back)
        say(request, "The declaration is taken back, and its walls are lifted." if taken_back else "It stands.")
    except Refused as problem:
        tell(request, problem)
    return go("walls")


def _chosen(value: str) -> dict[str, int]:
    kind, _, number = value.partition(":")
    return {f"{kind}_id": int(number)}


@require_http_methods(["GET", "HEAD", "POST"])
def wall_set(request: HttpRequest, person_id: int) -> HttpResponse:
    """A wall between this person and a colleague or team."""
    frame = frame_of(request, person_id, "person")
    by = who(request)
    form = WallForm(request.POST or None, choices=who_can_be_walled(by, everywhere=False))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            wall = set_wall(by=by, person_id=person_id, reason=data["reason"], **_chosen(data["who"]))
            say(request, "The wall stands.", reverse("wall_undo_set", args=[wall.id]))
            return reverse("walls")

        if answer := save(request, form, make, "who"):
            return answer
    return draw(
        request, "fact_form", frame, "", form=form, title="Put up a wall", submit_label="Put up the wall",
        back=reverse("person_records", args=[person_id]),
        intro="It acts at once, in open sessions too, and beats everything else. Who is walled is not told.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def wall_set_by_number(request: HttpRequest) -> HttpResponse:
    """The same for the data protection lead, by the number of a record in the log."""
    by = who(request)
    form = WallByNumberForm(request.POST or None, choices=who_can_be_walled(by, everywhere=True))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            wall = set_wall(by=by, person_id=data["number"], reason=data["reason"], **_chosen(data["who"]))
            say(request, "The wall stands.", reverse("wall_undo_set", args=[wall.id]))
            return reverse("walls")

        if answer := save(request, form, make, "number"):
            return answer
    return draw(
        request, "fact_form", None, "", form=form, title="Put up a wall", submit_label="Put up the wall",
        back=reverse("walls"), intro="By the number that the log shows for a person’s record.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def wall_lift(request: HttpRequest, wall_id: int) -> HttpResponse:
    """Lift a wall, with a reason."""
    line = wall_line(by=who(request), wall_id=wall_id)
    if line is None:
        return go("walls")
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            lift_wall(by=who(request), wall_id=wall_id, reason=form.cleaned_data["reason"])
            say(request, "The wall is lifted.", reverse("wall_undo_lift", args=[wall_id]))
            return reverse("walls")

        if answer := save(request, form, make):
            return answer
    return draw(request, "wall_lift", form=form, line=line)


@require_POST
def wall_keep(request: HttpRequest, wall_id: int) -> HttpResponse:
    """A possible wall is right: it stands."""
    try:
        keep_wall(by=who(request), wall_id=wall_id)
        say(request, "The wall stands.", reverse("wall_undo_keep", args=[wall_id]))
    except Refused as problem:
        tell(request, problem)
    return go("walls")


@require_POST
def wall_undo_keep(request: HttpRequest, wall_id: int) -> HttpResponse:
    """Have a possible wall looked at again."""
    try:
        undo_keep(by=who(request), wall_id=wall_id)
        say(request, "The wall waits to be looked at again. It stands meanwhile.")
    except Refused as problem:
        tell(request, problem)
    return go("walls")


@require_POST
def wall_undo_lift(request: HttpRequest, wall_id: int) -> HttpResponse:
    """Put a wall that was lifted back."""
    try:
        undo_lift(by=who(request), wall_id=wall_id)
        say(request, "The wall stands again.")
    except Refused as problem:
        tell(request, problem)
    return go("walls")


@require_POST
def wall_undo_set(request: HttpRequest, wall_id: int) -> HttpResponse:
    """Take back a wall that one has just put up oneself."""
    own = Wall.objects.filter(id=wall_id, set_by_id=who(request).user_id).exists()
    try:
        if not own:
            raise Refused("Only who put it up can take it back: lift it, with a reason.")
        lift_wall(by=who(request), wall_id=wall_id, reason="Taken back right after it was put up")
        say(request, "The wall is taken back.")
    except Refused as problem:
        tell(request, problem)
    return go("walls")
