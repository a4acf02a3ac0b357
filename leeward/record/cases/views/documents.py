"""Documents of a case: add, hand out, withdraw. Never shown inside a page of ours."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import attempt, go, once_only, redirect_to, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.documents import add_document, open_document, withdraw_document
from leeward.record.cases.files.kinds import MEGABYTES, kind_for
from leeward.record.cases.forms.documents import DocumentForm, WithdrawForm
from leeward.record.cases.models import Document
from leeward.record.cases.queries.case import case_frame
from leeward.record.cases.views.common import draw


@require_safe
def case_documents(request: HttpRequest, case_id: int) -> HttpResponse:
    """The documents of a case, newest first."""
    by, frame = who(request), case_frame(case_id)
    documents = list(Document.objects.filter(case_id=case_id).order_by("-uploaded_at")[:300])
    audit.record("listed_documents", "case", case_id, person=frame.case.person_id)
    return draw(request, "documents", frame, "documents", documents=documents, mine=by.organisation_id)


@require_http_methods(["GET", "POST"])
def case_document_add(request: HttpRequest, case_id: int) -> HttpResponse:
    """Add a document. What cannot be kept is refused beside the field, in words."""
    by, frame = who(request), case_frame(case_id)
    form = DocumentForm(request.POST or None, request.FILES or None) if request.method == "POST" else DocumentForm()
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def make() -> str:
            add_document(
                by=by, case=frame.case, name=said["file"].name, content=said["file"].read(), kind=said["kind"],
                title=said["title"], own_organisation=said["own_organisation"],
            )  # fmt: skip
            return reverse("case_documents", args=[case_id])

        if address := attempt(form, lambda: once_only(form.once, make), "file"):
            say(request, "The document was added.")
            return redirect_to(address)
    return draw(request, "document_form", frame, "documents", form=form, megabytes=MEGABYTES)


@require_safe
def document_file(request: HttpRequest, document_id: int) -> HttpResponse:
    """The file itself, to be saved: never opened inside the browser, under a name that tells nothing."""
    document = _document(document_id)
    try:
        content = open_document(by=who(request), document=document)
    except Refused as problem:
        tell(request, problem)
        return go("case_documents", document.case_id)
    kind = kind_for(document.media_type)
    answer = HttpResponse(content, content_type=document.media_type if kind else "application/octet-stream")
    ending = kind.ending if kind else "bin"
    answer.headers["Content-Disposition"] = f'attachment; filename="document-{document.id % 100_000:05}.{ending}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
def document_withdraw(request: HttpRequest, document_id: int) -> HttpResponse:
    """Withdraw a document, and why."""
    by, document = who(request), _document(document_id)
    if document.organisation_id != by.organisation_id:
        raise Http404
    frame = case_frame(document.case_id)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: withdraw_document(by=by, document=document, why=form.cleaned_data["why"]), "why")
        if done is not None:
            say(request, "The document was withdrawn. Nobody can open it any more.")
            return go("case_documents", document.case_id)
    audit.record("read_document_entry", "document", document.id, person=frame.case.person_id)
    return draw(request, "document_withdraw", frame, "documents", form=form, document=document)


def _document(document_id: int) -> Document:
    document = Document.objects.select_related("case").filter(id=document_id).first()
    if document is None:
        raise Http404
    return document
