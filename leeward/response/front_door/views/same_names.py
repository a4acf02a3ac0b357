"""The page on which the data protection lead looks at users who have the name of somebody who is said to cause harm."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leeward.platform.access.web import go, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.response.front_door.actions.same_names import answer_same_name, look_again
from leeward.response.front_door.queries.same_names import same_names


@require_safe
def same_names_list(request: HttpRequest) -> HttpResponse:
    """What waits to be looked at."""
    return render(request, "front_door/same_names.jinja", {"found": same_names(by=who(request))})


@require_POST
def same_name_answer(request: HttpRequest, row_id: int) -> HttpResponse:
    """It is them, and a wall stands; or somebody else."""
    answer = request.POST.get("answer", "")
    if answer not in ("same", "other"):
        messages.error(request, "Choose one of the answers on this page.")
        return go("same_names")
    try:
        answer_same_name(by=who(request), row_id=row_id, is_same=answer == "same")
    except Refused as problem:
        tell(request, problem)
        return go("same_names")
    if answer == "same":
        say(request, "A wall stands between them. It is in the list of walls.")
    else:
        say(request, "Kept: somebody else of that name.", reverse("same_name_again", args=[row_id]))
    return go("same_names")


@require_POST
def same_name_again(request: HttpRequest, row_id: int) -> HttpResponse:
    """Look at it again."""
    try:
        look_again(by=who(request), row_id=row_id)
    except Refused as problem:
        tell(request, problem)
    return go("same_names")
