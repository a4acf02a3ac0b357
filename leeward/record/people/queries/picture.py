"""Where everybody stands in the picture of a family: older generations above, children below, harm as an arrow."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from leeward.record.people.queries.family import Bond, Claim, Family, Member

WIDTH, HEIGHT = 164, 60
GAP_X, GAP_Y = 56, 96
EDGE = 14
LONGEST, LONGEST_SUB = 17, 23
MOST_A_ROW = 4

# What one step along a relationship means for the generation of `other`, seen from `person`.
_DOWN = {"parent": 1, "step_parent": 1, "grandparent": 2, "child": -1, "step_child": -1, "grandchild": -2}
_COUPLES = {"partner", "former_partner", "spouse", "former_spouse"}


@dataclass(frozen=True)
class Box:
    """One person in the picture."""

    member: Member
    x: int
    y: int
    name: str
    sub: str


@dataclass(frozen=True)
class Line:
    """A relationship or a claim as a path, and what it says at its middle."""

    path: str
    kind: str  # couple, over, descent, other, harm
    words: str = ""
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class Picture:
    """The whole picture, and the words that say what it shows."""

    width: int
    height: int
    boxes: list[Box]
    lines: list[Line]
    words: str


def draw_family(family: Family) -> Picture | None:
    """Lay a family out; None where there is nobody but the one whom the page is about."""
    if len(family.members) < 2:
        return None
    rows = _rows(family)
    widest = max(len(row) for row in rows)
    width = widest * WIDTH + (widest - 1) * GAP_X + 2 * EDGE
    boxes: dict[int, Box] = {}
    for number, row in enumerate(rows):
        taken = len(row) * WIDTH + (len(row) - 1) * GAP_X
        x = (width - taken) // 2
        for member in row:
            boxes[member.id] = Box(member, x, EDGE + number * (HEIGHT + GAP_Y), _short(member.name), _sub(member))
            x += WIDTH + GAP_X
    lines = [_bond(bond, boxes) for bond in family.bonds]
    lines += [_harm(claim, boxes) for claim in _each_pair_once(family.live_claims)]
    height = 2 * EDGE + len(rows) * HEIGHT + (len(rows) - 1) * GAP_Y
    return Picture(width, height, list(boxes.values()), lines, _in_words(family))


def _rows(family: Family) -> list[list[Member]]:
    places = _generations(family)
    by_generation: dict[int, list[Member]] = {}
    for member in family.members:
        by_generation.setdefault(places[member.id], []).append(member)
    rows: list[list[Member]] = []
    for generation in sorted(by_generation):
        row = _couples_together(by_generation[generation], family)
        rows += [row[start : start + MOST_A_ROW] for start in range(0, len(row), MOST_A_ROW)]
    return rows


def _generations(family: Family) -> dict[int, int]:
    steps: dict[int, list[tuple[int, int]]] = {}
    for bond in family.bonds:
        down = _DOWN.get(bond.row.kind, 0)
        steps.setdefault(bond.person.id, []).append((bond.other.id, down))
        steps.setdefault(bond.other.id, []).append((bond.person.id, -down))
    for claim in family.claims:  # two whom only a claim joins stand side by side, unless one is a child
        steps.setdefault(claim.harmed.id, []).append((claim.harming.id, 0))
        steps.setdefault(claim.harming.id, []).append((claim.harmed.id, 0))
    for edges in steps.values():
        edges.sort(key=lambda edge: edge[1] == 0)
    placed: dict[int, int] = {}
    for start in sorted(family.members, key=lambda member: not member.is_root):
        if start.id in placed:
            continue
        placed[start.id] = 1 if start.is_child and not start.is_root else 0
        waiting = deque([start.id])
        while waiting:
            here = waiting.popleft()
            for there, down in steps.get(here, ()):
                if there not in placed:
                    placed[there] = placed[here] + down
                    waiting.append(there)
    return placed


def _couples_together(row: list[Member], family: Family) -> list[Member]:
    partners: dict[int, set[int]] = {}
    for bond in family.bonds:
        if bond.row.kind in _COUPLES:
            partners.setdefault(bond.person.id, set()).add(bond.other.id)
            partners.setdefault(bond.other.id, set()).add(bond.person.id)
    left = sorted(row, key=lambda member: not member.is_root)
    ordered: list[Member] = []
    while left:
        wanted = partners.get(ordered[-1].id, set()) if ordered else set()
        following = next((member for member in left if member.id in wanted), left[0])
        left.remove(following)
        ordered.append(following)
    return ordered


def _short(name: str, longest: int = LONGEST) -> str:
    return name if len(name) <= longest else name[: longest - 1].rstrip(", ") + "…"


def _sub(member: Member) -> str:
    if member.is_root:
        return member.age or "this page"
    words = member.related[0] if member.related else "child" if member.is_child else ""
    return _short(", ".join(part for part in (words.lower(), member.age) if part), LONGEST_SUB)


def _bond(bond: Bond, boxes: dict[int, Box]) -> Line:
    one, two = boxes[bond.person.id], boxes[bond.other.id]
    kind = "descent" if bond.row.kind in _DOWN else "couple" if bond.row.kind in _COUPLES else "other"
    if kind != "descent" and bond.is_over:
        kind = "over"
    if one.y == two.y:
        return _across(one, two, kind, dip=0)
    upper, lower = (one, two) if one.y < two.y else (two, one)
    x1, y1 = upper.x + WIDTH // 2, upper.y + HEIGHT
    x2, y2 = lower.x + WIDTH // 2, lower.y
    middle = y2 - GAP_Y // 3
    return Line(f"M{x1} {y1}V{middle}H{x2}V{y2}", kind)


def _across(one: Box, two: Box, kind: str, dip: int, words: str = "") -> Line:
    left, right = (one, two) if one.x < two.x else (two, one)
    y = left.y + HEIGHT // 2
    if right.x - left.x == WIDTH + GAP_X and not dip:
        return Line(f"M{left.x + WIDTH} {y}H{right.x}", kind, words, left.x + WIDTH + GAP_X // 2, y)
    # over the heads of those who stand between
    top = left.y - 12 if not dip else left.y + HEIGHT + dip
    edge = left.y if not dip else left.y + HEIGHT
    begin, end = left.x + WIDTH // 2 - 16, right.x + WIDTH // 2 + 16
    return Line(f"M{begin} {edge}V{top}H{end}V{edge}", kind, words, (begin + end) // 2, top)


def _each_pair_once(claims: list[Claim]) -> list[Claim]:
    seen: dict[tuple[int, int], Claim] = {}
    for claim in claims:
        seen.setdefault((claim.harming.id, claim.harmed.id), claim)
    return list(seen.values())


def _harm(claim: Claim, boxes: dict[int, Box]) -> Line:
    """From who is said to cause harm to who is harmed; the arrow's head is at the end of the path."""
    one, two = boxes[claim.harming.id], boxes[claim.harmed.id]
    words = "harm, disputed" if claim.row.status == "disputed" else "harm"
    shift = 22
    if one.y == two.y:
        x1, x2 = one.x + WIDTH // 2 + shift, two.x + WIDTH // 2 - shift
        if one.x > two.x:
            x1, x2 = one.x + WIDTH // 2 - shift, two.x + WIDTH // 2 + shift
        y = one.y + HEIGHT
        low = y + GAP_Y // 4
        return Line(f"M{x1} {y}V{low}H{x2}V{y + 7}", "harm", words, (x1 + x2) // 2, low)
    down = one.y < two.y
    x1 = one.x + WIDTH // 2 + shift
    y1, y2 = (one.y + HEIGHT, two.y - 7) if down else (one.y, two.y + HEIGHT + 7)
    x2 = two.x + WIDTH // 2 + shift
    middle = y1 + (GAP_Y // 2 if down else -(GAP_Y // 2))
    return Line(f"M{x1} {y1}V{middle}H{x2}V{y2}", "harm", words, (x1 + x2) // 2, middle)


def _in_words(family: Family) -> str:
    root = next(member for member in family.members if member.is_root)
    said = [
        f"{claim.harming.name} is said to harm {claim.harmed.name} ({claim.row.source})"
        for claim in _each_pair_once(family.live_claims)
    ]
    people = len(family.members) - 1
    begin = f"{root.name} and {people} other{'' if people == 1 else 's'}"
    return f"{begin}. {'. '.join(said)}." if said else f"{begin}. Nothing is said about harm."
