"""Files with surveys."""

from typing import get_args

from router.authoring.language.read_surveys import SCALES
from router.authoring.schema.shapes import DEFINITIONS, Schema, mapping, named, reference, words
from router.model.survey import Metric, Polarity, Presentation


def survey_file() -> Schema:
    """The schema of a file with `surveys`."""
    return {
        "title": "Surveys",
        **mapping("The questions.", {"surveys": named("The surveys by name.", _survey())}, ("surveys",)),
        "definitions": DEFINITIONS,
    }


def _survey() -> Schema:
    text = mapping(
        "The text in one locale.",
        {
            "question": reference("text", "The question."),
            "low": reference("text", "The label of the lowest answer."),
            "high": reference("text", "The label of the highest answer."),
        },
        ("question", "low", "high"),
    )
    survey = mapping(
        "A survey.",
        {
            "metric": words("What is measured.", get_args(Metric)),
            "variant": reference("text", "The wording, such as ces-2.0; else the survey's name."),
            "scale": {
                "description": "The lowest and the highest answer.",
                "type": "array",
                "items": {"type": "integer"},
                "minItems": 2,
                "maxItems": 2,
                "enum": [
                    list(scale) for scale in sorted({scale for known in SCALES.values() for scale in known})
                ],
            },
            "polarity": words("Whether a low or a high answer is good. Never guessed.", get_args(Polarity)),
            "presentation": words("Numbers or faces.", get_args(Presentation), "likert"),
            "purpose": reference("name", "What customers agree or object to apart from the channel."),
            "texts": named("The texts by locale.", text)
            | {"minProperties": 1, "propertyNames": {"$ref": "#/definitions/locale"}},
        },
        ("metric", "scale", "polarity", "texts"),
    )
    return survey | {"allOf": [_scales(metric) for metric in get_args(Metric)]}


def _scales(metric: Metric) -> Schema:
    then: Schema = {"scale": {"enum": [list(scale) for scale in sorted(SCALES[metric])]}}
    if metric != "ces":
        then["polarity"] = {"const": "higher_is_better"}
    metric_is = {"properties": {"metric": {"const": metric}}, "required": ["metric"]}
    return {"if": metric_is, "then": {"properties": then}}
