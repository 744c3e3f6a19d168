"""The sets of `init --example`: each is right, tested whole, and explains itself."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from router.authoring.language.load import check_texts
from router.authoring.language.load_tests import load_tests
from router.authoring.ruletest import coverage, judged, report
from router.cli.example_sets import EXAMPLES, Trade, example_set
from router.cli.main import main

TRADES = pytest.mark.parametrize("trade", list(Trade), ids=str)


@TRADES
def test_it_has_no_problem_and_its_tests_pass_and_touch_everything(trade: Trade) -> None:
    texts = example_set(trade)
    checked = check_texts(texts)
    assert [str(problem) for problem in checked.problems] == []
    assert checked.rules is not None

    tests = load_tests(texts, checked.rules)
    judgements = list(judged(tests, checked.rules))
    for judgement in judgements:
        assert judgement.passed, report(judgement)
    assert {part.kind: part.untouched for part in coverage(judgements, checked.rules)} == dict.fromkeys(
        ("rules", "gates", "steps", "locales"), ()
    )


@TRADES
def test_it_has_what_a_set_of_a_trade_has(trade: Trade) -> None:
    rules = check_texts(example_set(trade)).rules
    assert rules is not None
    assert len(rules.maps) >= 3
    assert len(rules.rules) >= 3
    assert all({"en", "nl"} <= set(survey.texts) for survey in rules.surveys.values())
    assert rules.policy.channels, "a misspelt channel should be a mistake"


@TRADES
def test_every_file_explains_itself(trade: Trade) -> None:
    for name, text in example_set(trade).items():
        modeline, *lines = text.decode().splitlines()
        assert modeline.startswith("# yaml-language-server: $schema="), name
        assert any(re.match(r" *# [A-Z\"]", line) for line in lines), f"{name} has no comment"


@TRADES
def test_init_writes_it_and_the_schemas_accept_it(
    trade: Trade, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path), "--example", trade]) == 0
    assert f"{len(example_set(trade))} files" in capsys.readouterr().out
    assert main(["check", str(tmp_path), "--strict"]) == 0
    for name in example_set(trade):
        path = tmp_path / name
        named = path.read_text().splitlines()[0].partition("$schema=")[2]
        schema = json.loads((path.parent / named).read_text())
        jsonschema.Draft7Validator(schema).validate(YAML(typ="safe").load(path))


def test_a_trade_that_there_is_no_set_for_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "rules"), "--example", "bakery"]) == 2
    assert "insurer" in capsys.readouterr().err
    assert not (tmp_path / "rules").exists()


def test_no_question_is_worded_in_two_sets() -> None:
    worded: dict[str, str] = {}
    for path in EXAMPLES.rglob("surveys/*.yaml"):
        for question in re.findall(r"question: (.+)", path.read_text()):
            assert question not in worded, f"{path} and {worded.get(question)}"
            worded[question] = str(path)
