"""Which conditions can meet, by bit masks over the values they test for equality; bit n is the n-th condition."""

from typing import Final

from router.authoring.language.satisfiable import OPEN
from router.model.rules import All, Condition, Test

MAX_FIELDS: Final = 200


class Masks:
    """Narrows down, without comparing any two in full, which conditions overlap or cover one."""

    def __init__(self, conditions: list[Condition]) -> None:
        self.all = (1 << len(conditions)) - 1
        self.accepted = [_accepted(condition) for condition in conditions]
        self.tested: dict[str, int] = {}
        self.values: dict[tuple[str, str], int] = {}
        for number, fields in enumerate(self.accepted):
            for field, values in fields.items():
                self.tested[field] = self.tested.get(field, 0) | 1 << number
                for value in values:
                    self.values[field, value] = self.values.get((field, value), 0) | 1 << number
        # The fields that most conditions test rule out most. Without the others a few more are compared in full.
        kept = sorted(self.tested, key=lambda field: (-self.tested[field].bit_count(), field))
        self.fields = kept[:MAX_FIELDS]

    def overlapping(self, number: int) -> int:
        """The conditions that accept a value of each field that this one tests, or do not test it."""
        mask = self.all
        for field, values in self.accepted[number].items():
            accepting = self.all & ~self.tested[field]
            for value in values:
                accepting |= self.values[field, value]
            mask &= accepting
        return mask

    def covering(self, number: int) -> int:
        """The conditions that test no further field, and accept all values that this one accepts."""
        mask = self.all
        accepted = self.accepted[number]
        for field in self.fields:
            untested = ~self.tested[field]
            for value in accepted.get(field, ()):
                mask &= self.values[field, value] | untested
            if field not in accepted:
                mask &= untested
            if not mask:
                break
        return mask


def _accepted(condition: Condition) -> dict[str, tuple[str, ...]]:
    """The texts that a condition wants a field to be one of, by field; of a field tested twice the first."""
    accepted: dict[str, tuple[str, ...]] = {}
    for part in condition.parts if isinstance(condition, All) else (condition,):
        if not isinstance(part, Test) or part.operator not in ("eq", "in") or part.field == OPEN:
            continue
        values = part.value if part.operator == "in" else (part.value,)
        if values and all(isinstance(value, str) for value in values):
            accepted.setdefault(part.field, tuple(values))
    return accepted
