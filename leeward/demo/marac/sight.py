"""Who sees what lies on the table now, as listing it would have opened it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from leeward.demo.marac.shapes import Put, Sitting
from leeward.demo.marac.slate import Slate
from leeward.demo.marac.words import ARRANGERS_SEE, EVERY_DAY, REFER_DAYS, SIGHT_DAYS
from leeward.record.cases import models as cases
from leeward.record.people import models as people


class Sight(Slate):
    """Rows of who sees a case."""

    def _open(self) -> None:
        """Involvements that stand now, and the sight that `cases_refresh_sight` makes of them.

        What would end within a fortnight is taken as over: the demonstration is shown for longer than the day it is made.
        """
        table, now = self.table, self.part.now
        opened: dict[int, dict[tuple[int, int], tuple[datetime, datetime, Put]]] = defaultdict(dict)
        seen: list[tuple[Put, list[tuple[Sitting, datetime, datetime]]]] = []
        for put, at, until, held in self.mornings:
            sitting = [seat for seat in table.seats if seat.key in EVERY_DAY]
            arranging = [seat for seat in sitting if seat.part in ("chair", "coordinator")]
            seen.append((put, [(seat, at, until) for seat in (sitting if held else arranging)]))
        for one in self.told:
            ends: list[tuple[Sitting, datetime, datetime]] = []
            arrangers_until = one.at + ARRANGERS_SEE
            ends += [
                (seat, one.at, arrangers_until) for seat in table.seats if seat.part in ("chair", "coordinator")
            ]  # fmt: skip
            if one.meeting is not None and not one.withdrawn and one.meeting <= table.coming:
                begins = table.meetings[one.meeting][1]
                from_at = min(begins - timedelta(days=REFER_DAYS - 1), now - timedelta(hours=9))
                ends += [(seat, from_at, begins + timedelta(days=SIGHT_DAYS)) for seat in table.seats]
            seen.append((one.put, ends))
        for put, ends in seen:
            for seat, from_at, until in ends:
                if until < now + timedelta(days=14):
                    continue
                whom = (seat.organisation_id, seat.user_id)
                known = opened[put.case_id].get(whom)
                if known is None or known[1] < until:
                    opened[put.case_id][whom] = (known[0] if known else from_at, until, put)
        for case_id in sorted(opened):
            for (organisation, user), (from_at, until, put) in sorted(
                opened[case_id].items(), key=lambda pair: pair[0]
            ):
                self._involve(put, organisation, user, from_at, until)

    def _involve(self, put: Put, organisation: int, user: int, from_at: datetime, until: datetime) -> None:
        add = self._add
        add(
            cases.Involvement, case_id=put.case_id, organisation_id=organisation, user_id=user, scope=2, address=False,
            risk=False, status="active", at_once=True, lawful_basis="legitimate_safeguarding", told="told_agreed",
            from_at=from_at, answered_at=from_at, until=until, origin="marac",
        )  # fmt: skip
        add(
            cases.CaseSight, case_id=put.case_id, person_id=put.subject.id, organisation_id=organisation, user_id=user,
            scope=2, address=False, risk=False, is_lead=False, until=until, side="harmed",
            status="closed" if put.closed else "open", reference=put.reference, lead_organisation_id=put.lead,
            risk_level=put.risk, opened_at=put.opened, lead_worker_id=put.worker[0], review_on=put.review,
            source="involvement",
        )  # fmt: skip
        for somebody, part in [(put.subject, ""), *put.people]:
            add(
                people.PersonSight, person_id=somebody.id, organisation_id=organisation, user_id=user, scope=2,
                address=False, risk=False, side="named" if part else "harmed", is_lead=False, is_restricted=False,
                until=until, source_kind="case", source_id=put.case_id, subject_id=put.subject.id,
                harms=part == "said_to_cause_harm",
            )  # fmt: skip
