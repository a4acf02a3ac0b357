"""Which cases are referred, when, and to which meeting."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from leeward.demo import living
from leeward.demo.marac.items import Items
from leeward.demo.marac.shapes import Put, Told
from leeward.demo.marac.sight import Sight
from leeward.demo.marac.sittings import Sittings
from leeward.demo.marac.words import REFER_DAYS, REFERRED, REFERRED_SMALL


class Hearings(Sittings, Items, Sight):
    """What one slice refers to one table."""

    def case(self, put: Put) -> None:
        """Whether a case is referred, when, and again."""
        chance, now = self.chance, self.part.now
        self._sex(put)
        self.cases.append(put)
        likely = REFERRED[put.risk]
        if self.small and put.opened > now - timedelta(days=365):
            likely = REFERRED_SMALL[put.risk]
        if chance.random() > likely * (1 if put.children else 0.43):
            return
        for somebody, part in put.people:
            if part == "said_to_cause_harm" and now - put.opened < timedelta(days=420):
                young = somebody.born is not None and somebody.born > self.part.today - timedelta(days=19 * 365)
                self.named.append((young, somebody))
        until = put.closed or now
        at = living.in_the_office(put.opened + timedelta(hours=chance.uniform(3, 90)), chance, put.opened, until)
        while at < until:
            self.told.append(Told(put, at))
            if chance.random() > 0.46:
                break
            at += timedelta(days=28 + chance.expovariate(1 / 40))

    def finish(self, *, first: bool) -> None:
        """Give each referral its meeting, and write all of it; the first slice of a table writes the table too."""
        self._top_up()
        self.told.sort(key=lambda one: (one.at, one.put.case_id))
        room: dict[int, int] = defaultdict(int)
        for one in self.told:
            one.id = self.part._id()
            self._meeting_for(one, room)
        self._mark_waiting()
        self._repeats()
        if first:
            self._table()
        agenda: dict[int, list[tuple[Told, bool]]] = defaultdict(list)
        for one in self.told:
            if one.meeting is None:
                continue
            if one.put_off and one.meeting < self.table.coming:
                agenda[one.meeting].append((one, True))
                one.meeting += 1
            agenda[one.meeting].append((one, False))
        for one in self.told:
            self._referral(one)
        for place in sorted(agenda):
            ordered = sorted(agenda[place], key=lambda pair: (pair[0].put.children == 0, pair[0].at))
            for position, (one, put_off) in enumerate(ordered):
                self._item(one, place, position * self.table.slices + 1, put_off=put_off)
        self._open()

    # which meeting

    def _top_up(self) -> None:
        """The coming meeting, those of the last months and what waits, where too little comes by chance."""
        table, chance = self.table, self.chance
        for place in range(table.coming - 8 if self.small else table.coming + 1, table.coming + 2):
            due = table.meetings[place][1] - timedelta(days=REFER_DAYS)
            before = table.meetings[place - 1][1] - timedelta(days=REFER_DAYS)
            before = min(before, self.part.now - timedelta(days=3))  # nobody was referred tomorrow
            wanted = 12 if place <= table.coming else 6 if self.small else 1
            until = due if place <= table.coming else self.part.now
            known = {one.put.case_id for one in self.told if abs(one.at - due) < timedelta(days=60)}
            free = [
                put
                for put in self.cases
                if put.case_id not in known and put.opened < before and (put.closed is None or put.closed > until)
            ]
            again = {one.put.case_id for one in self.told if one.at < before}
            free.sort(key=lambda put: (put.risk != "high", not put.children, put.case_id))
            listed = sum(before <= one.at <= until for one in self.told)
            for _ in range(max(wanted - listed, 0)):
                repeats = [put for put in free if put.case_id in again]
                from_these = repeats if repeats and chance.random() < 0.1 else free
                if not from_these:
                    break
                put = from_these[chance.randrange(min(len(from_these), 5))]
                free.remove(put)
                at = before + (min(due, until) - before) * chance.uniform(0.1, 0.95)
                if place > table.coming:
                    at = until - (until - before) * chance.uniform(0.02, 0.6)
                at = living.in_the_office(at, chance, before, min(due, until))
                self.told.append(Told(put, at))

    def _meeting_for(self, one: Told, room: dict[int, int]) -> None:
        table, chance = self.table, self.chance
        one.withdrawn = chance.random() < 0.02
        one.put_off = chance.random() < 0.03
        late = chance.random() < 0.07
        for place, (_, begins) in enumerate(table.meetings):
            if begins < one.at + timedelta(hours=20) or room[place] >= self.full:
                continue
            if begins - timedelta(days=REFER_DAYS) < one.at:
                if not late or place >= table.coming:
                    continue
                one.late = True
            if place > table.coming:
                one.withdrawn = one.put_off = False
                return
            one.meeting = place
            room[place] += 1
            return

    def _mark_waiting(self) -> None:
        waiting = [one for one in self.told if one.meeting is None and one.at > self.part.now - timedelta(days=40)]
        for place, one in enumerate(waiting):
            one.returned = place % 6 == 1
            one.late = place % 6 == 3

    def _repeats(self) -> None:
        """The national definition: the same people, within twelve months of the last referral that was heard."""
        last: dict[int, Told] = {}
        for one in self.told:
            before = last.get(one.put.human)
            if before and one.at - before.at < timedelta(days=365) and before.meeting is not None:
                one.again = self.table.meetings[before.meeting][1].date()
            if not one.withdrawn and one.meeting is not None and one.meeting <= self.table.coming:
                last[one.put.human] = one
