"""The rules of the match: read in words, changed with a reason, taken back to what was shipped."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access.web import who
from leeward.response.accommodation.actions.match_rules import change_rules, go_back_to_shipped
from leeward.response.accommodation.forms.match_rules import RulesForm, ShippedForm
from leeward.response.accommodation.queries.match_rules import rules_page
from leeward.response.accommodation.rules.matching import POINTS
from leeward.response.accommodation.views.common import one_form, sent
from leeward.response.accommodation.views.coordinating import placing

FORM = ["GET", "HEAD", "POST"]


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The rules as they stand."""
    context = {"seen": rules_page(by=who(request)), "points": POINTS}
    return render(request, "accommodation/placement_rules.jinja", context | placing("rules"))


@require_http_methods(FORM)
def change(request: HttpRequest) -> HttpResponse:
    """Change the rules."""
    by = who(request)
    stands = rules_page(by=by).rules
    form = RulesForm(sent(request), rules=stands)
    never = "; ".join(one.title for one in stands.limits if one.floor)

    def do() -> str:
        change_rules(by=by, **form.said())
        return reverse("placement_rules")

    return one_form(
        request, form, do, title="Change the rules of the match", button="Change them", back=reverse("placement_rules"),
        done="Changed. The next search goes by them.", field="why",
        intro="They hold for everybody who looks for a place in the partnership, from the next search on."
        f" These are never a wish, whatever is chosen here: {never}.",
        **placing("rules"),
    )  # fmt: skip


@require_http_methods(FORM)
def shipped_again(request: HttpRequest) -> HttpResponse:
    """Back to the rules as shipped."""
    by = who(request)
    form = ShippedForm(sent(request), initial={"version": rules_page(by=by).rules.version})

    def do() -> str:
        go_back_to_shipped(by=by, why=form.cleaned_data["why"], version=form.cleaned_data["version"] or 0)
        return reverse("placement_rules")

    return one_form(
        request, form, do, title="Back to the rules as shipped", button="Go back to them", field="why",
        back=reverse("placement_rules"), done="The rules are as shipped. What stood before is kept below.",
        **placing("rules"),
    )  # fmt: skip
