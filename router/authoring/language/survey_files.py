"""Files with surveys: their keys, and the catalogue that they make."""

import hashlib
import re
from typing import Final, get_args

import msgspec
from msgspec.structs import replace

from router.authoring.language.definitions import Placed
from router.authoring.language.keys import Block, Kind, Schema, named, optional, required
from router.authoring.language.kinds import LOCALE, NAME, TEXT, choice
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.placeholders import placeholders
from router.model.survey import METRICS, Metric, Polarity, Presentation, Survey, Text

MOST_OF_A_SUBJECT: Final = 150
"""Mail programs show less of a subject than this."""

SCALES: Final = {"nps": [(0, 10)], "csat": [(1, 5)], "ces": [(1, 5), (1, 7)]}


def _scale(node: Node, key: str, problems: Problems) -> tuple[int, int] | None:
    ends = [item.value for item in node.value] if isinstance(node.value, list) else []
    if len(ends) == 2 and all(type(end) is int for end in ends) and ends[0] < ends[1]:
        return ends[0], ends[1]
    ends = re.findall(r"[0-9]+", node.value) if isinstance(node.value, str) else [str(end) for end in ends]
    numbers = sorted({int(end) for end in ends if end.isdecimal()})
    hint = (
        f"write [{numbers[0]}, {numbers[-1]}]"
        if len(numbers) > 1
        else "two numbers: [0, 10] for nps, [1, 5] for csat, [1, 5] or [1, 7] for ces"
    )
    problems.wrong(node, key, "the lowest and the highest answer", hint)
    return None


def _fitting(metric: Metric) -> Schema:
    """That the scale and the polarity fit the metric."""
    then: Schema = {"scale": {"enum": [list(scale) for scale in SCALES[metric]]}}
    if metric != "ces":
        then["polarity"] = {"const": "higher_is_better"}
    metric_is = {"properties": {"metric": {"const": metric}}, "required": ["metric"]}
    return {"if": metric_is, "then": {"properties": then}}


_SCALE: Final = Kind(
    _scale,
    {
        "type": "array",
        "items": {"type": "integer"},
        "minItems": 2,
        "maxItems": 2,
        "enum": [list(scale) for scale in sorted({one for known in SCALES.values() for one in known})],
    },
)


class TextKeys(Block, called="a text of a survey"):
    """The text in one locale."""

    question = required(TEXT, "the question")
    low = required(TEXT, "what the lowest answer means")
    high = required(TEXT, "what the highest answer means")
    subject = optional(
        TEXT,
        "the line above the message, such as the subject of a mail: one line, at most 150 characters",
        without="the sender takes the question",
    )
    introduction = optional(TEXT, "a sentence or two before the question")
    follow_up = optional(TEXT, "an open question, to be asked after the score: the answer is the comment")


class SurveyKeys(Block, called="a survey", more={"allOf": [_fitting(metric) for metric in METRICS]}):
    """A survey."""

    metric = required(
        choice(*METRICS),
        "`ces` (customer effort), `nps` (Net Promoter Score) or `csat` (satisfaction)",
    )
    scale = required(
        _SCALE,
        "lowest and highest answer: `nps` is `[0, 10]`, `csat` is `[1, 5]`, `ces` is `[1, 5]` or `[1, 7]`",
    )
    polarity = required(
        choice(*get_args(Polarity)),
        "`lower_is_better` or `higher_is_better`, never guessed; `nps` and `csat` are always the latter",
    )
    texts = required(
        named(TextKeys, "the {name!r} text"),
        "by locale, at least one: the `question`, what the `low` and the `high` end mean; perhaps a `subject`, an"
        " `introduction`, and an open question after the score (`follow_up`)",
        minProperties=1,
        propertyNames=LOCALE.definitions["locale"],
    )
    variant = optional(TEXT, "which wording of the metric this is", without="the survey's name")
    purpose = optional(
        NAME,
        "what customers agree or object to apart from the channel, such as `research`;"
        " see [consent](policy.md#consent-and-suppression)",
        without="none: the channel's consent holds",
    )
    presentation = optional(choice(*get_args(Presentation)), "`likert` (numbers) or `emoticons`", "likert")


class SurveyFile(Block):
    """The questions."""

    surveys = required(named(SurveyKeys, "survey {name!r}"), "the surveys by name")


def read_surveys(file: SurveyFile) -> dict[str, Placed[Survey | None]]:
    """The surveys of one file by name; None for one that, with the problem noted, lacks something."""
    pairs = file.pairs["surveys"][1].value
    return {
        name: Placed(_survey(name, keys), keys.node, pairs[name][0])
        for name, keys in (file.surveys or {}).items()
    }


def _text(keys: TextKeys) -> Text:
    subject = keys.subject.strip() if keys.subject else None
    if subject and (len(subject) > MOST_OF_A_SUBJECT or len(subject.splitlines()) > 1):
        message = f"a subject is one line of at most {MOST_OF_A_SUBJECT} characters"
        keys.problems.add("R171", keys.place("subject"), message, "put the rest into `introduction`")
    return Text(
        keys.question or "", keys.low or "", keys.high or "", keys.follow_up, subject, keys.introduction
    )


def _survey(name: str, keys: SurveyKeys) -> Survey | None:
    metric, scale, polarity = keys.metric, keys.scale, keys.polarity
    problems = keys.problems
    if metric and scale and scale not in SCALES[metric]:
        known = " or ".join(f"[{low}, {high}]" for low, high in SCALES[metric])
        problems.add("R051", keys.place("scale"), f"{metric} has no scale {list(scale)}", f"it is {known}")
    if metric in ("nps", "csat") and polarity == "lower_is_better":
        problems.add("R052", keys.place("polarity"), f"{metric} is not {polarity}", "it is higher_is_better")
    texts = {locale: _text(text) for locale, text in (keys.texts or {}).items()}
    if keys.texts == {}:
        hint = "add a locale: `en: {question: …}`"
        problems.add("R053", keys.place("texts"), "`texts` is empty", hint)
    if not (metric and scale and polarity and texts):
        return None
    # A fingerprint of the wording, so that answers to different wordings are told apart. The open question comes after
    # the score, and the subject is read by whoever answers or not: neither is what the score answers.
    scored = {locale: replace(text, follow_up=None, subject=None) for locale, text in texts.items()}
    version = hashlib.sha256(msgspec.json.encode(scored, order="sorted")).hexdigest()[:12]
    written = [
        part
        for text in texts.values()
        for part in (text.subject, text.introduction, text.question, text.follow_up)
    ]
    facts = {named.fact for part in written if part for named in placeholders(part)}
    return Survey(
        name,
        metric,
        keys.variant or name,
        scale,
        polarity,
        texts,
        keys.presentation,
        version,
        keys.purpose,
        tuple(sorted(facts)),
    )
