"""Documents, emergency sight and handovers of the fictional partnership: a few of each, in its first slice alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from leeward.record.cases import models as cases

if TYPE_CHECKING:
    from leeward.demo.generate import Slice
    from leeward.demo.partnerships import Provider

MODELS: tuple[type[Any], ...] = (cases.Document, cases.BreakGlass, cases.Handover)
DOCUMENTS = 25
# kind, title, content: letters as somebody typed them, about nobody
LETTERS = (
    ("letter", "Letter from the housing office",
     "We have your application. An officer will ring in the hours that you gave.\nPlease bring the papers named below."),
    ("letter", "Letter to the school about collecting", "From Monday the children are collected by their grandmother only."),
    ("court", "Order, as it was made", "The respondent must not come within 100 metres of the home, nor send messages."),
    ("evidence", "Messages, typed by her", "Monday 21:40 six missed calls.\nTuesday 07:15 'I know where you are.'"),
    ("assessment", "Housing need, our part", "Two rooms and a lift are needed. The present home is known to him."),
    ("letter", "Doctor's letter", "Seen on the 4th. Bruising to the upper arm, older than a day. She was asked alone."),
)  # fmt: skip
EMERGENCIES = (
    (2, 18, "She rang our night line and could not speak; we have to know whether there are children in the home.",
     "", ""),
    (41, 21, "She stands at our door with two children and says that another service knows her.", "justified",
     "The service was rung and did not answer; the case was left closed afterwards. No more follows."),
    (96, 11, "Somebody of this name may come to our group on Thursday, and I wanted to be ready.", "not_justified",
     "That was no emergency: the service could have been rung. Talked over with the worker and the manager."),
)  # fmt: skip


@dataclass
class Filed:
    """An open case that may get a document, or be opened in an emergency."""

    case_id: int
    reference: str
    provider: Provider
    worker: tuple[int, str]
    opened: datetime


@dataclass
class Papers:
    """What one slice keeps of this; `files` are sealed once the rows are there."""

    part: Slice
    open_cases: list[Filed] = field(default_factory=list)
    files: dict[int, bytes] = field(default_factory=dict)

    def finish(self) -> None:
        """Write the rows."""
        for place, filed in enumerate(self.open_cases[:DOCUMENTS]):
            self._document(filed, *LETTERS[place % len(LETTERS)])
        for place, (days, hour, *said) in enumerate(EMERGENCIES):
            at = (self.part.now - timedelta(days=days)).replace(hour=hour, minute=12)
            before = [filed for filed in self.open_cases if filed.opened < at]
            if before:
                self._emergency(before[place % len(before)], at, *said)
        self._handovers()

    def _document(self, filed: Filed, kind: str, title: str, words: str) -> None:
        content = f"{words}\n".encode()
        shown = hashlib.sha256(content).hexdigest()
        at = filed.opened + timedelta(minutes=40)
        made = self.part._add(
            cases.Document, case_id=filed.case_id, kind=kind, title=title, media_type="text/plain", size=len(content),
            sha256=shown, original_sha256=shown, scan="not_scanned", uploaded_by_id=filed.worker[0],
            organisation_id=filed.provider.organisation_id, uploaded_at=at,
        )  # fmt: skip
        self.files[made] = content
        self.part._event(
            filed.case_id, at, "document", f"Added: {title}", "", filed.provider.organisation_id, filed.worker[1],
            about=made, about_kind="document",
        )  # fmt: skip

    def _emergency(self, filed: Filed, at: datetime, reason: str, outcome: str, note: str) -> None:
        """Sight that is over: a day for somebody of another service; the newest waits for its review."""
        part, setting = self.part, self.part.setting
        other = next(one for one in setting.providers if one.organisation_id != filed.provider.organisation_id)
        user, name = other.workers[0]
        made = part._add(
            cases.BreakGlass, case_id=filed.case_id, user_id=user, organisation_id=other.organisation_id,
            partnership_id=setting.partnership_id, reference=filed.reference,
            lead_organisation_id=filed.provider.organisation_id, reason=reason, at=at, until=at + timedelta(days=1),
            reviewed_by_id=setting.by_key["data-protection"] if outcome else None,
            reviewed_at=at + timedelta(hours=15) if outcome else None, outcome=outcome, review_note=note,
        )  # fmt: skip
        part._event(
            filed.case_id, at, "sharing", f"Opened in an emergency by {name}", reason, other.organisation_id, name,
            about=made, about_kind="breakglass", scope=2,
        )  # fmt: skip

    def _handovers(self) -> None:
        """One that was refused last year, and one that waits for a second person."""
        part, setting = self.part, self.part.setting
        outreach = setting.providers[0]
        to = next(one for one in setting.providers if one.organisation_id != outreach.organisation_id)
        asked = (part.now - timedelta(days=400)).replace(hour=10)
        for at, reason, review in (
            (asked, "The contract ends in spring, and another provider may take the work on.",
             "The contract goes on for a year: nothing moves."),
            ((part.now - timedelta(days=1)).replace(hour=14), "The new contract begins next quarter.", ""),
        ):  # fmt: skip
            by: date = (at + timedelta(days=45)).date()
            part._add(
                cases.Handover, partnership_id=setting.partnership_id, from_organisation_id=outreach.organisation_id,
                to_organisation_id=to.organisation_id, reason=reason, lawful_basis="legitimate_safeguarding",
                status="refused" if review else "proposed", proposed_by_id=setting.by_key["manager"], proposed_at=at,
                reviewed_by_id=setting.by_key["partnership"] if review else None,
                reviewed_at=at + timedelta(days=6) if review else None, ask_consent_by=by, review_note=review,
            )  # fmt: skip
