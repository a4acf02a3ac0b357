"""A MARAC in the demonstration of one journey: people who sit at it, and two cases on the agenda that is out.

Run as a program of its own on the journeys' database, as its owner, through the same actions as everything else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

SITS = (  # persona's e-mail begins with, or its name; part
    ("Grace Obi", "chair"), ("Sam Price", "coordinator"), ("Ines Duarte", "representative"),
    ("Lee Carter", "representative"),
)  # fmt: skip


def lay(name: str) -> dict[str, str]:
    """Lay a table in this database; answers addresses of it."""
    # Not above: reading it names a database of its own, which the program below must not take for its.
    from tests import plugin

    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.marac_site"],
        cwd=plugin.ROOT,
        env={
            **os.environ, "LEEWARD_DEMO": "1", "LEEWARD_QUIET": "1",
            "LEEWARD_OWNER_DATABASE_URL": plugin.owner_url(name), "LEEWARD_WEB_DATABASE_URL": plugin.web_url(name),
        },
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, str] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Make the MARAC, refer two cases, send out the agenda, return some research."""
    import django

    django.setup()
    from datetime import date, time, timedelta

    from django.db import connection, transaction
    from django.utils import timezone

    from leeward.platform.access import acting
    from leeward.platform.access.models import Membership, Partnership, User
    from leeward.platform.common.ids import new_id
    from leeward.record.cases.models import CaseSight
    from leeward.response.marac.actions.agenda import build_agenda, circulate
    from leeward.response.marac.actions.meetings import MeetingFacts, next_free, plan_meetings
    from leeward.response.marac.actions.research import Findings, LineFacts, return_research, save_research
    from leeward.response.marac.models import Item, Marac, MaracAgency, Referral, Research, Seat

    people = {name: User.objects.filter(name=name).order_by("id")[0] for name, _ in SITS}
    chief, adviser = User.objects.get(name="Uma Field"), User.objects.filter(name="Ruth Adeyemi").order_by("id")[0]
    partnership = Partnership.objects.get()
    with transaction.atomic():
        homes = {}
        for name, part in SITS:
            member = Membership.objects.filter(user=people[name]).order_by("id")[0]
            role = "marac_coordinator" if part in ("chair", "coordinator") else "marac_representative"
            member.roles = sorted({*member.roles, role})
            member.save()
            homes[name] = member.organisation_id
        acting.begin(chief.id, None)
        marac = Marac(
            partnership=partnership, name=f"MARAC of the journey {new_id()}", begins=time(9, 30), place="Room 2"
        )
        marac.save(force_insert=True)
        for organisation in sorted(set(homes.values())):
            MaracAgency(marac=marac, organisation_id=organisation, kind="other").save(force_insert=True)
        for name, part in SITS:
            Seat(marac=marac, organisation_id=homes[name], user=people[name], part=part).save(force_insert=True)
        by = acting.begin(adviser.id, None)
        assert by is not None
        seen = CaseSight.objects.filter(
            lead_worker_id=by.user_id, organisation_id=by.organisation_id, status="open", side="harmed", risk=True
        )
        for sight in seen.order_by("-opened_at")[:2]:
            row = Referral(
                marac=marac, case_id=sight.case_id, person_id=sight.person_id, organisation_id=by.acts_for,
                referrer_id=by.worker_id, referrer_name=by.user_name, agency_kind="idva", criteria=["judgement"],
                why="He waits outside her work and has found the new address.",
                wishes="I want the locks changed, and nobody to ring me at home.", aware="told_agreed",
                lawful_basis="consent",
            )  # fmt: skip
            row.save(force_insert=True)
            with connection.cursor() as cursor:
                cursor.execute("SELECT marac_open_to_arrangers(%s)", [row.id])
        by = acting.begin(people["Sam Price"].id, homes["Sam Price"])
        assert by is not None
        on = next_free(timezone.localdate() + timedelta(days=1))
        meeting = plan_meetings(by=by, marac=marac, facts=MeetingFacts(on, time(9, 30), "Room 2"))[0]
        build_agenda(by=by, meeting=meeting)
        circulate(by=by, meeting=meeting)
        items = list(Item.objects.filter(meeting=meeting).order_by("position"))
        by = acting.begin(people["Ines Duarte"].id, homes["Ines Duarte"])
        assert by is not None
        research = Research.objects.get(item=items[0], organisation_id=by.organisation_id)
        lines = (
            LineFacts("fact", "victim", "She asked for a transfer to another town", date(2026, 10, 2), "our record"),
            LineFacts("opinion", "household", "He does not know yet"),
        )
        save_research(by=by, research=research, findings=Findings("known", "", lines), version=0)
        return_research(by=by, research=Research.objects.get(id=research.id))
    sys.stdout.write(json.dumps({"meeting": f"/marac/meetings/{meeting.id}", "item": str(items[0].id)}) + "\n")


if __name__ == "__main__":
    main()
