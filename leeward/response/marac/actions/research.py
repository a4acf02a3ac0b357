"""An agency's research on an item: its own until its representative shares it in the meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.common.ids import new_id
from leeward.response.marac.actions.table import must_arrange, notify, tick
from leeward.response.marac.models import Item, Meeting, Research, ResearchAnswer, ResearchLine

KNOWN, NOT_KNOWN, NOT_SHARED = "known", "not_known", "not_shared"


@dataclass(frozen=True)
class LineFacts:
    """One thing an agency knows; `id` where it was written down before."""

    kind: str
    about: str
    words: str
    happened_on: date | None = None
    source: str = ""
    id: int = 0


@dataclass(frozen=True)
class Findings:
    """What an agency found on one item."""

    known: str = ""
    not_shared_why: str = ""
    lines: tuple[LineFacts, ...] = ()


@transaction.atomic
def save_research(*, by: Acting, research: Research, findings: Findings, version: int) -> ResearchAnswer:
    """Keep what was typed so far. What was shared in the meeting stays as it was shared.

    Raises Conflict where a colleague of the same agency wrote meanwhile.
    """
    _must_be_ours(by, research)
    answer = ResearchAnswer.objects.select_for_update(no_key=True).filter(research=research).first()
    if answer is not None and answer.version != version:
        raise Conflict(
            f"{answer.author_name} wrote here while you were writing.", theirs=as_stands(research, answer),
            by=answer.author_name,
        )  # fmt: skip
    if answer is None:
        answer = ResearchAnswer(
            research=research, case_id=research.case_id, organisation_id=by.acts_for, known=findings.known,
            not_shared_why=findings.not_shared_why, author_name=by.user_name,
        )  # fmt: skip
        answer.save(force_insert=True)
    elif answer.shared_at is not None:
        raise Refused("This was shared in the meeting already. Add what is new as a line of the minutes.")
    else:
        answer.known, answer.not_shared_why = findings.known, findings.not_shared_why
        answer.author_name, answer.written_at = by.user_name, timezone.now()
        answer.version += 1
        answer.save(update_fields=["known", "not_shared_why", "author_name", "written_at", "version"])
    _keep_lines(by, research, findings.lines)
    audit.record("wrote_research", "research", research.id, detail={"lines": len(findings.lines)})
    return answer


def _keep_lines(by: Acting, research: Research, wanted: Sequence[LineFacts]) -> None:
    """Bring the lines to what was typed. A line's number was made before it was typed, so that it stays one line."""
    there = {row.id: row for row in ResearchLine.objects.filter(research=research)}
    now, kept, new, changed = timezone.now(), set(), [], []
    for position, line in enumerate(wanted):
        row = there.get(line.id)
        if row is not None and row.shared_at is not None:
            continue
        if row is None:
            row = ResearchLine(
                id=line.id or new_id(), research=research, case_id=research.case_id, organisation_id=by.acts_for
            )
            new.append(row)
        else:
            changed.append(row)
        kept.add(row.id)
        row.kind, row.about, row.happened_on, row.ended_at = line.kind, line.about, line.happened_on, None
        row.words, row.source, row.position = line.words, line.source, position
    gone = [row for row in there.values() if row.id not in kept and row.shared_at is None and row.ended_at is None]
    for row in gone:
        row.ended_at = now
    try:
        with transaction.atomic():
            ResearchLine.objects.bulk_create(new)
    except IntegrityError as problem:
        raise Refused("This page lost its place. Copy what you wrote, and open it again.") from problem
    ResearchLine.objects.bulk_update(
        changed, ["kind", "about", "happened_on", "words", "source", "position", "ended_at"]
    )
    ResearchLine.objects.bulk_update(gone, ["ended_at"])


def as_stands(research: Research, answer: ResearchAnswer) -> dict[str, object]:
    """What an agency's own page shows now, for side by side."""
    lines = ResearchLine.objects.filter(research=research, ended_at=None).order_by("position")
    return {
        "known": answer.known,
        "not_shared_why": answer.not_shared_why,
        "lines": "\n".join(line.words for line in lines),
    }


@transaction.atomic
def return_research(*, by: Acting, research: Research) -> Research:
    """Return the research: the chair sees that it is there, and nothing of what it says. Raises Refused for
    contradictory answers."""
    _must_be_ours(by, research)
    answer = ResearchAnswer.objects.filter(research=research).first()
    lines = list(ResearchLine.objects.filter(research=research, ended_at=None))
    if answer is None or not answer.known:
        raise Refused("Say whether they are known to you.")
    if answer.known == NOT_KNOWN and lines:
        raise Refused(
            "You say that they are not known to you, and there are lines about them. Take the lines out, or say that "
            "they are known."
        )
    if answer.known == NOT_SHARED and not answer.not_shared_why.strip():
        raise Refused("Say why you do not share it: the table is told that you know them, and this reason.")
    if answer.known == KNOWN and not lines:
        raise Refused("You say that they are known to you. Write down at least one thing that you know.")
    if research.returned_at is None:
        research.returned_at = timezone.now()
        research.save(update_fields=["returned_at"])
        tick(research.item.meeting_id)
    audit.record("returned_research", "research", research.id, detail={"known": answer.known, "lines": len(lines)})
    return research


@transaction.atomic
def share_research(*, by: Acting, research: Research, lines: Sequence[int] | None = None) -> int:
    """Share an agency's research with the table while its item is spoken of: all of it, or some lines.

    Answers how many lines are shared now.
    """
    answer = _answer_to_share(by, research)
    if answer.known == NOT_SHARED and lines is None:
        return keep_research(by=by, research=research, why=answer.not_shared_why)
    mine = list(ResearchLine.objects.filter(research=research, ended_at=None, shared_at=None))
    chosen = mine if lines is None else [row for row in mine if row.id in set(lines)]
    if lines is not None and not chosen:
        raise Refused("Tick at least one line to share.")
    now = timezone.now()
    for row in chosen:
        row.shared_at = now
    ResearchLine.objects.bulk_update(chosen, ["shared_at"])
    if answer.shared_at is None:
        if answer.known == NOT_SHARED:
            answer.known = KNOWN
        answer.shared_at = now
        answer.save(update_fields=["shared_at", "known"])
    tick(research.item.meeting_id)
    audit.record("shared_research", "research", research.id, listed=[row.id for row in chosen])
    return len(chosen)


@transaction.atomic
def keep_research(*, by: Acting, research: Research, why: str) -> int:
    """Tell the table that the agency knows them and does not share it, with the reason. The lines stay its own."""
    answer = _answer_to_share(by, research)
    if not why.strip():
        raise Refused("Say why you do not share it: the table is told the reason.")
    if answer.shared_at is not None:
        raise Refused("This was shared already.")
    answer.known, answer.not_shared_why, answer.shared_at = NOT_SHARED, why, timezone.now()
    answer.save(update_fields=["known", "not_shared_why", "shared_at"])
    tick(research.item.meeting_id)
    audit.record("kept_research", "research", research.id)
    return 0


def _answer_to_share(by: Acting, research: Research) -> ResearchAnswer:
    _must_be_ours(by, research)
    meeting = Meeting.objects.get(id=research.item.meeting_id)
    if meeting.status != Meeting.OPEN or meeting.current_item_id != research.item_id:
        raise Refused("Research is shared while the meeting speaks of its item. Wait until it is called.")
    answer = ResearchAnswer.objects.select_for_update(no_key=True).filter(research=research).first()
    if answer is None or research.returned_at is None:
        raise Refused("Finish your research first: say whether they are known to you.")
    return answer


def _must_be_ours(by: Acting, research: Research) -> None:
    by.must(Permission.MARAC)
    if research.organisation_id != by.organisation_id:
        raise Refused("This is another agency’s research.")
    if research.item.status == Item.WITHDRAWN:
        raise Refused("This case was withdrawn. There is nothing more to do.")


@transaction.atomic
def chase_research(*, by: Acting, meeting: Meeting, organisation_id: int) -> int:
    """Chase an agency for all that it has not returned for a meeting: a notice, counted; how many items it is about."""
    must_arrange(by, meeting.marac_id)
    rows = list(
        Research.objects.filter(
            item__meeting=meeting, item__status=Item.LISTED, organisation_id=organisation_id, returned_at=None
        )
    )
    if not rows:
        raise Refused("This agency has returned everything.")
    for row in rows:
        row.chased_at, row.chased = timezone.now(), row.chased + 1
    Research.objects.bulk_update(rows, ["chased_at", "chased"])
    notices = notify(by, meeting.marac_id, [organisation_id])
    audit.record(
        "chased_research", "meeting", meeting.id,
        detail={"organisation": organisation_id, "items": len(rows), "notices": notices},
    )  # fmt: skip
    return len(rows)


@transaction.atomic
def chase_all(*, by: Acting, meeting: Meeting) -> int:
    """Chase every agency that has not returned everything for a meeting; how many agencies it was."""
    must_arrange(by, meeting.marac_id)
    missing = Research.objects.filter(item__meeting=meeting, item__status=Item.LISTED, returned_at=None)
    agencies = sorted(set(missing.values_list("organisation_id", flat=True)))
    if not agencies:
        raise Refused("Every agency has returned everything.")
    for organisation_id in agencies:
        chase_research(by=by, meeting=meeting, organisation_id=organisation_id)
    return len(agencies)
