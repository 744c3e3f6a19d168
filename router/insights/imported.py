"""Responses of an older tool, read row by row: each a response, or what is wrong with it and where."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from difflib import get_close_matches
from hashlib import blake2b
from math import isfinite
from typing import Any, Final
from uuid import UUID, uuid5

from msgspec import Struct

from router.model.keys import customer_key
from router.model.preferences import channel_name
from router.model.responses import COMMENT, MOST_COMMENT, AskedContext, ResponseRow
from router.model.written_times import NoTime, Order, written_time
from router.rules.ruleset import RuleSet
from router.scores.answers import read_score
from router.scores.question import Question

NAMESPACE: Final = UUID("1b0d5f3e-5a55-5f0f-9a51-7a1c5a2f6d10")
"""Ids of imported responses are UUIDv5 in this namespace of the import's name and the row's id, joined by a line feed."""

FIELDS: Final[dict[str, str]] = {
    "score": "the answer, a number of the survey's scale",
    "answered_at": "when it was given",
    "survey": "the survey's name in the rules",
    "id": "what tells two responses apart; else the whole row does",
    "happened_at": "when the interaction was that it is about; else when it was answered",
    "customer": "the customer's id; else nobody's",
    "journey": "the journey, as the rules name it",
    "step": "its step, as the rules name it",
    "channel": "the channel of the interaction",
    "asked_on": "the channel of the question",
    "locale": "the language of the question",
    COMMENT: "the customer's own words",
}
"""The fields that a column, or one value for all rows, can be given for. The first three must be."""

REQUIRED: Final = ("score", "answered_at", "survey")
ATTRIBUTE: Final = "attribute."
"""Before the name of a declared attribute, such as `attribute.agent_id`."""

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,6}(?:[.,][0-9]{1,6})?")
_LONGEST: Final = 512
_FEW: Final = 12
_SAY_DATES: Final = "say with --dates dmy or --dates mdy which comes first."


class WrongMapping(Exception):
    """The import cannot begin as it was asked for. The text says what to do."""


class _NotTaken(Exception):
    """A row is not taken because of a field."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


class Trouble(Struct, frozen=True):
    """Why a row is not taken: its line in the file, the column where there is one, and the reason with the way out."""

    line: int
    column: str | None
    reason: str


class Plan(Struct, frozen=True):
    """How rows become responses: the import's `name`, the column or the value of each field, the order of its dates.

    `zone` is that of times without one.
    """

    name: str
    columns: Mapping[str, str]
    values: Mapping[str, str]
    zone: tzinfo
    dates: Order | None = None


def checked(plan: Plan, given: Iterable[str], rules: RuleSet) -> None:
    """Raise WrongMapping unless the plan says all that has to be known, of columns that are `given` and of these rules."""
    columns = list(given)
    for field in (*plan.columns, *plan.values):
        if field not in FIELDS and not (field.startswith(ATTRIBUTE) and field != ATTRIBUTE):
            raise WrongMapping(
                f"{field} is no field of a response{_meant(field, FIELDS) or '.'} There are {', '.join(FIELDS)}, and"
                f" {ATTRIBUTE}NAME."
            )
    for field, column in plan.columns.items():
        if column not in columns:
            raise WrongMapping(
                f"There is no column {column!r} for {field}{_meant(column, columns) or '.'} The file has {', '.join(columns)}."
            )
    for field, known in (("survey", rules.surveys), ("journey", rules.maps)):
        name = plan.values.get(field)
        if name is not None and name not in known:
            raise WrongMapping(
                f"The rules have no {field} {name!r}{_meant(name, known) or '.'} There are {', '.join(known)}."
            )
    if missing := [field for field in REQUIRED if field not in plan.columns and field not in plan.values]:
        raise WrongMapping(
            f"Which column is {' and which is '.join(missing)}? Say it with --map {missing[0]}=COLUMN, or with --set"
            f" {missing[0]}=VALUE where it is the same in all rows. The file has {', '.join(columns)}."
        )


class Importing:
    """Reads rows of one file. A row that repeats an earlier one is a trouble, not a second response."""

    def __init__(self, plan: Plan, rules: RuleSet, now: datetime) -> None:
        self._plan = plan
        self._rules = rules
        self._now = now
        self._lines: dict[bytes, int] = {}

    def read(self, line: int, cells: Mapping[str, Any]) -> ResponseRow | Trouble:
        """The response of a row, or what is wrong with it."""
        try:
            return self._row(line, cells)
        except _NotTaken as refusal:
            return Trouble(line, self._plan.columns.get(refusal.field), str(refusal))

    def _row(self, line: int, cells: Mapping[str, Any]) -> ResponseRow:
        columns = self._plan.columns.items()
        given: dict[str, Any] = {
            **self._plan.values,
            **{field: cells.get(column) for field, column in columns},
        }
        texts = {field: _text(field, value) for field, value in given.items()}
        survey = self._one_of("survey", texts.get("survey"), self._rules.surveys)
        if survey is None:
            raise _NotTaken("survey", "It names no survey.")
        question = Question.of(self._rules.surveys[survey])
        answered_at = self._moment("answered_at", texts.get("answered_at"))
        if answered_at is None:
            raise _NotTaken("answered_at", "It has no time of the answer.")
        happened_at = self._moment("happened_at", texts.get("happened_at")) or answered_at
        if happened_at > answered_at:
            raise _NotTaken(
                "happened_at", "It was answered before it happened: check which day and month are meant."
            )
        journey, step = self._place(texts)
        invitation_id = uuid5(NAMESPACE, f"{self._plan.name}\n{self._identity(line, texts, cells)}")
        context = AskedContext(
            survey=survey,
            metric=question.metric,
            scale=question.scale,
            polarity=question.polarity,
            text_version=question.text_version,
            presentation=question.presentation,
            rule="",
            revision=0,
            happened_at=happened_at,
            locale=texts.get("locale"),
            journey=journey,
            step=step,
            channel=_channel(texts.get("channel")),
            attributes={
                field.removeprefix(ATTRIBUTE): text
                for field, text in texts.items()
                if field.startswith(ATTRIBUTE) and text
            },
        )
        customer = texts.get("customer")
        return ResponseRow(
            customer_id=customer_key(customer) if customer else str(invitation_id),
            invitation_id=invitation_id,
            key=invitation_id,
            context=context,
            status="counted",
            answered_at=answered_at,
            received_at=self._now,
            asked_on=_channel(texts.get("asked_on")),
            score=_score(question, given.get("score")),
            comment=self._comment(texts.get(COMMENT)),
            imported=self._plan.name,
        )

    def _place(self, texts: Mapping[str, str | None]) -> tuple[str | None, str | None]:
        """The journey and the step."""
        journey = self._one_of("journey", texts.get("journey"), self._rules.maps)
        step = texts.get("step")
        if step and journey is None:
            raise _NotTaken(
                "step", "A step needs its journey: say it with --map journey=COLUMN or --set journey=NAME."
            )
        if journey is not None:
            step = self._one_of("step", step, self._rules.maps[journey].definition.steps)
        return journey, step

    def _identity(self, line: int, texts: Mapping[str, str | None], cells: Mapping[str, Any]) -> str:
        """What tells a row from all others. Raises where an earlier row has the same."""
        own = texts.get("id")
        identity = own or "\n".join(f"{name}={value}" for name, value in sorted(cells.items()))
        digest = blake2b(identity.encode(), digest_size=16).digest()
        first = self._lines.setdefault(digest, line)
        if first != line:
            way = (
                "" if own else ": where both are real, say which column tells them apart with --map id=COLUMN"
            )
            raise _NotTaken("id", f"It {'has the id of' if own else 'repeats'} line {first}{way}.")
        return identity if own else digest.hex()

    def _comment(self, given: str | None) -> str | None:
        keeps = self._rules.policy.scores.comments == "keep"
        return given[:MOST_COMMENT] if given and keeps else None

    def _one_of(self, field: str, name: str | None, known: Iterable[str]) -> str | None:
        names = list(known)
        if name and name not in names:
            shown = f" There are {', '.join(names)}." if len(names) <= _FEW else ""
            raise _NotTaken(field, f"The rules have no {field} {name!r}{_meant(name, names) or '.'}{shown}")
        return name or None

    def _moment(self, field: str, text: str | None) -> datetime | None:
        if not text:
            return None
        at = written_time(text, self._plan.dates, self._plan.zone)
        if isinstance(at, NoTime):
            if at.unsaid == "dates":
                raise _NotTaken(field, f"{text!r} may be read in two ways: {_SAY_DATES}")
            raise _NotTaken(field, at.reason)
        if at > self._now:
            raise _NotTaken(field, f"{text!r} is in the future.")
        return at


def _text(field: str, value: Any) -> str | None:
    """A value as text without blanks around it; empty is none."""
    if value is None or isinstance(value, str | int | float):
        text = "" if value is None else str(value).strip()
        if field != COMMENT and len(text) > _LONGEST:
            raise _NotTaken(field, f"It has {len(text):,} characters, and may have {_LONGEST}.")
        return text or None
    raise _NotTaken(field, "It is neither text nor a number.")


def _score(question: Question, value: Any) -> int:
    """A score as people write it: `7`, `7.0`, `7,0`. Nothing is rounded."""
    number: Any = value
    if isinstance(value, str):
        text = value.strip()
        if not text:
            raise _NotTaken("score", "It has no score.")
        if _NUMBER.fullmatch(text) is None:
            raise _NotTaken("score", f"{text[:40]!r} is no number.")
        number = float(text.replace(",", "."))
    if isinstance(number, float) and not isfinite(number):
        raise _NotTaken("score", f"{number} is no number.")
    low, high = question.scale
    score = read_score(question, number)
    if score == "no_score":
        raise _NotTaken("score", "It has no score.")
    if score == "not_a_number":
        raise _NotTaken("score", f"{str(value)[:40]!r} is no number.")
    if score == "not_whole":
        raise _NotTaken(
            "score", f"{value} is not whole, and {question.survey} has whole answers from {low} to {high}."
        )
    if score == "off_scale":
        raise _NotTaken(
            "score", f"{value} is not on the scale of {question.survey}, which is {low} to {high}."
        )
    return int(score)


def _channel(text: str | None) -> str | None:
    return channel_name(text) if text else None


def _meant(given: str, names: Iterable[str]) -> str:
    close = get_close_matches(given, list(names), n=1)
    return f"; did you mean {close[0]}?" if close else ""
