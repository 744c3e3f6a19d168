"""The survey catalogue."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from msgspec import Struct

from router.model.languages import best_text
from router.model.placeholders import filled

Metric = Literal["ces", "nps", "csat"]
METRICS: Final[tuple[Metric, ...]] = get_args(Metric)
Polarity = Literal["lower_is_better", "higher_is_better"]
Presentation = Literal["likert", "emoticons"]


class Text(Struct, frozen=True, omit_defaults=True):
    """The question and its two end labels in one locale.

    `subject` is the line above the message, `introduction` stands before the question, `follow_up` is an open question
    after the score.
    """

    question: str
    low: str
    high: str
    follow_up: str | None = None
    subject: str | None = None
    introduction: str | None = None

    def with_facts(self, facts: Mapping[str, str]) -> "Text":
        """The text with the facts that it names, or what it says without them."""
        question, *others = (
            filled(part, facts) if part else part
            for part in (self.question, self.follow_up, self.subject, self.introduction)
        )
        return Text(question or "", self.low, self.high, *others)


class Survey(Struct, frozen=True):
    """An entry of the catalogue. `scale` holds the lowest and highest answer, both included.

    `purpose` is what customers agree to or object to apart from the channel, such as `research`. `facts` are those that
    the texts name.
    """

    name: str
    metric: Metric
    variant: str
    scale: tuple[int, int]
    polarity: Polarity
    texts: dict[str, Text]
    presentation: Presentation = "likert"
    version: str = "1"
    purpose: str | None = None
    facts: tuple[str, ...] = ()

    def locale_for(self, wanted: str | None, otherwise: str | None) -> str | None:
        """The locale whose text a customer gets, as BCP 47 compares; else that of `otherwise`; else None."""
        for locale in (wanted, otherwise):
            if locale and (best := best_text(locale, tuple(self.texts))) is not None:
                return best
        return None
