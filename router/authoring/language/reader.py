"""Typed reading of a mapping node: each key once, every mistake noted, unknown keys with a suggestion."""

import re
from datetime import UTC, date, datetime, time, timedelta

from router.authoring.language.amounts import clock_hint, duration, duration_hint, share, share_hint
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.rules import Position

_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])\Z")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")


class Reader:
    """Reads one mapping. What it is asked for is known; `finish` reports the keys nobody asked for."""

    def __init__(self, node: Node, problems: Problems, what: str) -> None:
        self.node, self.problems, self.what = node, problems, what
        self.asked: list[str] = []
        self.pairs: dict[str, tuple[Node, Node]] = {}
        if isinstance(node.value, dict):
            self.pairs = node.value
        elif not node.cut:
            problems.add(
                "R012",
                node.position,
                f"{what} must be a mapping, not {node.kind}",
                "write `key: value` lines",
            )

    @property
    def position(self) -> Position:
        """Where the mapping begins."""
        return self.node.position

    def at(self, key: str) -> Position:
        """Where the key stands; the mapping's own place when it is missing."""
        return self.pairs[key][0].position if key in self.pairs else self.node.position

    def get(self, key: str) -> Node | None:
        """The node under a key, or None."""
        self.asked.append(key)
        pair = self.pairs.get(key)
        return pair[1] if pair else None

    def need(self, key: str) -> Node | None:
        """As `get`, but a missing key is a problem."""
        node = self.get(key)
        if node is None and isinstance(self.node.value, dict) and not self.node.cut:
            self.problems.add("R011", self.position, f"{self.what} lacks `{key}`", f"add `{key}:`")
        return node

    def place(self, key: str) -> Position:
        """Where the value of a key stands; the mapping's own place when it is missing."""
        return self.pairs[key][1].position if key in self.pairs else self.node.position

    def wrong(
        self, node: Node, key: str, expected: str, hint: str | None = None, *, code: str = "R012"
    ) -> None:
        """Reports a value of the wrong kind, with what was expected."""
        if node.cut:
            return
        shown = _shown(node)
        self.problems.add(code, node.position, f"`{key}` must be {expected}, not {shown}", hint)

    def text(self, key: str, *, need: bool = False) -> str | None:
        """A text that is not blank; a number is taken as its digits."""
        node = self.need(key) if need else self.get(key)
        if node is None:
            return None
        if isinstance(node.value, str) and node.value.strip():
            return node.value
        if isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return str(node.value)
        self.wrong(node, key, "text")
        return None

    def name(self, key: str, *, need: bool = False) -> str | None:
        """An identifier: letters, digits, dot, hyphen, underscore."""
        text = self.text(key, need=need)
        if text is not None and not _NAME.match(text):
            self.problems.add(
                "R012",
                self.pairs[key][1].position,
                f"`{key}` must be a name",
                "letters, digits, `.`, `-`, `_`; at most 100",
            )
            return None
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts."""
        node = self.get(key)
        return self.texts_of(node, key) if node else ()

    def texts_of(self, node: Node, key: str) -> tuple[str, ...]:
        """A node that is a text or a list of texts."""
        items = node.value if isinstance(node.value, list) else [node]
        found = []
        for item in items:
            if isinstance(item.value, str) and item.value.strip():
                found.append(item.value)
            else:
                self.wrong(item, key, "text or a list of texts")
        return tuple(found)

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false, unquoted."""
        node = self.get(key)
        if node is None:
            return default
        if isinstance(node.value, bool):
            return node.value
        hint = f"write `{key}: true`" if node.value in ("yes", "on", "no", "off") else None
        self.wrong(node, key, "true or false", hint)
        return default

    def integer(
        self, key: str, default: int | None = None, *, need: bool = False, least: int = 0
    ) -> int | None:
        """A whole number of at least `least`."""
        node = self.need(key) if need else self.get(key)
        if node is None:
            return default
        if isinstance(node.value, int) and not isinstance(node.value, bool) and least <= node.value <= 10**9:
            return node.value
        self.wrong(node, key, f"a whole number of at least {least}", "such as 1; at most 1,000,000,000")
        return default

    def duration(self, key: str, *, need: bool = False, most: timedelta | None = None) -> timedelta | None:
        """A duration, of at most `most`; see the function of that name."""
        node = self.need(key) if need else self.get(key)
        if node is None:
            return None
        span = duration(node.value)
        if span is None:
            expected = "a duration such as 30m, 2h, 5d or 1d12h"
            self.wrong(node, key, expected, duration_hint(node.value), code="R015")
        elif most is not None and span > most:
            self.wrong(node, key, f"at most {most.days}d", "nothing is planned that far ahead", code="R015")
            return None
        return span

    def share(self, key: str, default: float) -> float:
        """A percentage as a share from 0 to 1."""
        node = self.get(key)
        if node is None:
            return default
        found = share(node.value)
        if found is None:
            self.wrong(node, key, "a percentage such as 50%", share_hint(node.value), code="R016")
        return default if found is None else found

    def clock(self, key: str) -> time | None:
        """A time of day; `24:00` is midnight."""
        node = self.need(key)
        if node is None:
            return None
        match = _CLOCK.match(node.value) if isinstance(node.value, str) else None
        if match and (int(match[1]) < 24 or match[2] == "00"):
            return time(int(match[1]) % 24, int(match[2]))
        self.wrong(node, key, 'a time of day such as "21:00"', clock_hint(node.value), code="R017")
        return None

    def moment(self, key: str) -> datetime | None:
        """A date or a time with its offset, as aware UTC."""
        node = self.get(key)
        if node is None:
            return None
        try:
            if isinstance(node.value, str) and len(node.value) == 10:
                day = date.fromisoformat(node.value)
                return datetime(day.year, day.month, day.day, tzinfo=UTC)
            moment = datetime.fromisoformat(node.value)
        except (ValueError, TypeError):
            moment = None
        if moment is None or moment.tzinfo is None:
            expected = "a date such as 2026-11-01 or a time such as 2026-11-01T09:00:00+01:00"
            self.wrong(node, key, expected, "a time needs its offset", code="R018")
            return None
        return moment.astimezone(UTC)

    def choice(
        self, key: str, known: tuple[str, ...], *, need: bool = False, default: str | None = None
    ) -> str | None:
        """One of the known words."""
        node = self.need(key) if need else self.get(key)
        if node is None:
            return default
        if isinstance(node.value, str) and node.value in known:
            return node.value
        if node.cut:
            return default
        self.problems.unknown("R013", node.position, f"value of `{key}`", str(node.value), list(known))
        return default

    def reader(self, key: str, what: str, *, need: bool = False) -> "Reader | None":
        """A mapping under a key."""
        node = self.need(key) if need else self.get(key)
        return Reader(node, self.problems, what) if node else None

    def items(self, key: str, what: str) -> list["Reader"]:
        """A list of mappings."""
        node = self.get(key)
        if node is None:
            return []
        if not isinstance(node.value, list):
            self.wrong(node, key, "a list", "start each entry with `- `")
            return []
        return [Reader(item, self.problems, what) for item in node.value]

    def finish(self) -> None:
        """Reports the keys that nobody asked for."""
        for key, (node, _) in self.pairs.items():
            if key not in self.asked:
                self.problems.unknown("R014", node.position, f"key in {self.what}:", key, self.asked)


def _shown(node: Node) -> str:
    """A value as its author knows it: `true`, not Python's True."""
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return repr(node.value)[:60] if isinstance(node.value, str | int | float) else node.kind
