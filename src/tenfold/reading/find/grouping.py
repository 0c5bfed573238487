"""Which components may be pieces of one digit."""

from __future__ import annotations

from tenfold.reading.find.ink_part import InkPart
from tenfold.reading.find.parts import InkParts

JOIN_GAP = 0.2  # of a digit's height: main parts with a smaller gap may be one broken digit
JOIN_OVERLAP = 0.25  # of the narrower part's width
JOIN_HEIGHT, JOIN_WIDTH = 1.35, 1.25  # of a digit's height: no single digit is larger


def groups_of(parts: InkParts) -> list[list[InkPart]]:
    """The main parts in groups: parts that may be pieces of one digit are in the same group."""
    main = sorted(parts.main, key=lambda part: part.left)
    owner = list(range(len(main)))

    def root(index: int) -> int:
        while owner[index] != index:
            index = owner[index]
        return index

    for i, part in enumerate(main):
        for j in range(i + 1, len(main)):
            if main[j].left > part.right + JOIN_GAP * parts.digit_height:
                break
            if may_join(part, main[j], parts.digit_height):
                owner[root(j)] = root(i)
    groups: dict[int, list[InkPart]] = {}
    for i, part in enumerate(main):
        groups.setdefault(root(i), []).append(part)
    return [sorted(group, key=lambda part: part.middle) for group in groups.values()]


def may_join(a: InkPart, b: InkPart, digit_height: float) -> bool:
    """Whether two parts may be pieces of one digit: near, overlapping, and small together."""
    height = max(a.bottom, b.bottom) - min(a.top, b.top)
    width = max(a.right, b.right) - min(a.left, b.left)
    if height > JOIN_HEIGHT * digit_height or width > JOIN_WIDTH * digit_height:
        return False
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    if across >= JOIN_OVERLAP * min(a.width, b.width):
        return -down <= 2 * JOIN_GAP * digit_height
    broken = min(a.height, b.height) < 0.75 * digit_height
    return broken and -across <= JOIN_GAP * digit_height and down > 0
