"""Survey files: nodes to the catalogue."""

import hashlib
from typing import Any, get_args

import msgspec

from router.authoring.language.node import Node
from router.authoring.language.parts import Placed
from router.authoring.language.problems import Problems
from router.authoring.language.reader import Reader
from router.model.survey import Metric, Polarity, Presentation, Survey, Text

SCALES = {"nps": {(0, 10)}, "csat": {(1, 5)}, "ces": {(1, 5), (1, 7)}}


def read_surveys(node: Node, problems: Problems) -> dict[str, Placed[Survey | None]]:
    """The surveys of one file by name; None for one that, with the problem noted, lacks something."""
    reader = Reader(node, problems, "a survey file")
    block = reader.reader("surveys", "`surveys`")
    found: dict[str, Placed[Survey | None]] = {}
    for name, (key, body) in block.pairs.items() if block else ():
        survey = _survey(name, Reader(body, problems, f"survey {name!r}"))
        found[name] = Placed(survey, body, key)
    reader.finish()
    return found


def _survey(name: str, reader: Reader) -> Survey | None:
    metric: Any = reader.choice("metric", get_args(Metric), need=True)
    variant = reader.text("variant")
    scale = _scale(reader)
    polarity: Any = reader.choice("polarity", get_args(Polarity), need=True)
    presentation: Any = reader.choice("presentation", get_args(Presentation), default="likert")
    texts = _texts(reader)
    purpose = reader.name("purpose")
    reader.finish()
    if metric and scale and scale not in SCALES[metric]:
        known = " or ".join(f"[{low}, {high}]" for low, high in sorted(SCALES[metric]))
        reader.problems.add(
            "R051", reader.place("scale"), f"{metric} has no scale {list(scale)}", f"it is {known}"
        )
    if metric in ("nps", "csat") and polarity == "lower_is_better":
        reader.problems.add(
            "R052", reader.place("polarity"), f"{metric} is not {polarity}", "it is higher_is_better"
        )
    if not (metric and scale and polarity and texts):
        return None
    return Survey(
        name, metric, variant or name, scale, polarity, texts, presentation, _version(texts), purpose
    )


def _scale(reader: Reader) -> tuple[int, int] | None:
    node = reader.need("scale")
    if node is None:
        return None
    ends = [item.value for item in node.value] if isinstance(node.value, list) else []
    if len(ends) == 2 and all(type(end) is int for end in ends) and ends[0] < ends[1]:
        return ends[0], ends[1]
    reader.wrong(node, "scale", "the lowest and the highest answer", "such as [1, 7]")
    return None


def _texts(reader: Reader) -> dict[str, Text]:
    block = reader.reader("texts", "`texts`", need=True)
    texts = {}
    for locale, (_, body) in block.pairs.items() if block else ():
        labels = Reader(body, reader.problems, f"the {locale!r} text")
        question, low, high = (labels.text(key, need=True) for key in ("question", "low", "high"))
        labels.finish()
        texts[locale] = Text(question or "", low or "", high or "")
    if block is not None and not texts:
        reader.problems.add(
            "R053", reader.place("texts"), "`texts` is empty", "add a locale: `en: {question: …}`"
        )
    return texts


def _version(texts: dict[str, Text]) -> str:
    """A short fingerprint of the wording, so that answers to different wordings are told apart."""
    return hashlib.sha256(msgspec.json.encode(texts, order="sorted")).hexdigest()[:12]
