"""Keep documents of a case, hand them out, withdraw them. What is kept is sealed; what is handed out is logged."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.platform.common.ids import new_id
from leeward.platform.reference.lists import label
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.files import keeping, kinds, pictures, scanning
from leeward.record.cases.models import Case, Document


@transaction.atomic
def add_document(
    *, by: Acting, case: Case, name: str, content: bytes, kind: str, title: str, own_organisation: bool = False
) -> Document:
    """Keep a file: of an allowed kind by its content, scanned, pictures without their metadata, sealed.

    Raises Refused with a sentence for whatever may not be kept. `name` is asked only whether it lies, and not kept.
    """
    by.must(Permission.CASEWORK)
    really = kinds.kind_of(content, name)
    scanned = scanning.scan(content)
    kept = pictures.without_metadata(content, really.media_type)
    document = Document(
        id=new_id(),
        case=case,
        kind=kind,
        title=title.strip(),
        media_type=really.media_type,
        size=len(kept),
        sha256=hashlib.sha256(kept).hexdigest(),
        original_sha256=hashlib.sha256(content).hexdigest(),
        scan=scanned,
        own_organisation=own_organisation,
        uploaded_by_id=by.worker_id,
        organisation_id=by.acts_for,
    )
    keeping.keep(document.id, kept)
    try:
        document.save(force_insert=True)
        add_entry(
            by=by, case=case, kind="document", title=f"{label('document_kind', kind)} added: {document.title}",
            about=("document", document.id), own_organisation=own_organisation,
        )  # fmt: skip
        audit.record("added_document", "document", document.id, person=case.person_id, detail={"size": document.size})
    except BaseException:
        keeping.drop(document.id)  # a sealed file without its row would be kept for nobody
        raise
    return document


def open_document(*, by: Acting, document: Document) -> bytes:
    """The content, checked against its fingerprint and logged. Raises Refused for one that was withdrawn."""
    if document.withdrawn_at is not None:
        raise Refused("This document was withdrawn. Ask the organisation that added it.")
    content = keeping.fetch(document.id)
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise Refused("This file is not what was kept. Tell whoever runs this system: it may have to be restored.")
    audit.record("read_document", "document", document.id, person=document.case.person_id)
    return content


@transaction.atomic
def withdraw_document(*, by: Acting, document: Document, why: str) -> Document:
    """Withdraw a document of one's own organisation: nobody opens it any more; that it was there stays."""
    by.must(Permission.CASEWORK)
    if not why.strip():
        raise Refused("Say why this document is withdrawn.")
    found = (
        Document.objects.select_for_update(of=("self",), no_key=True)
        .select_related("case")
        .filter(id=document.id)
        .first()
    )
    if found is None or found.organisation_id != by.acts_for:
        raise Refused("Only the organisation that added a document can withdraw it.")
    if found.withdrawn_at is not None:
        return found
    found.withdrawn_at, found.withdrawn_by_id, found.withdrawn_reason = timezone.now(), by.user_id, why.strip()[:300]
    found.save(update_fields=["withdrawn_at", "withdrawn_by_id", "withdrawn_reason"])
    add_entry(
        by=by, case=found.case, kind="document", title=f"Document withdrawn: {found.title}", text=why,
        about=("document", found.id), own_organisation=found.own_organisation,
    )  # fmt: skip
    audit.record("withdrew_document", "document", found.id)
    return found
