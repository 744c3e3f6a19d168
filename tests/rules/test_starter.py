"""The starter set that `feedback-router init` writes."""

import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from router.authoring.language.load import check_directory, load_texts
from router.authoring.language.load_tests import load_tests
from router.authoring.ruletest import coverage, judged
from router.cli.example_sets import STARTER
from router.cli.main import main

FILES = sorted(path.relative_to(STARTER) for path in STARTER.rglob("*.yaml"))


def test_its_tests_pass_and_touch_everything() -> None:
    texts = check_directory(STARTER).texts
    rules = load_texts(texts)
    judgements = list(judged(load_tests(texts, rules), rules))
    assert all(judgement.passed for judgement in judgements)
    assert {part.kind: part.untouched for part in coverage(judgements, rules)} == dict.fromkeys(
        ("rules", "gates", "steps", "locales"), ()
    )


@pytest.mark.parametrize("file", FILES, ids=str)
def test_every_file_explains_itself(file: Path) -> None:
    assert STARTER.joinpath(file).read_text().startswith("# ")


def test_init_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "rules"
    assert main(["init", str(made)]) == 0
    assert sorted(path.relative_to(made) for path in made.rglob("*.yaml")) == FILES
    assert f"{len(FILES)} files" in capsys.readouterr().out
    assert main(["test", str(made), "--minimum", "100%"]) == 0


def test_the_schema_that_a_file_names_is_there_and_accepts_it(tmp_path: Path) -> None:
    assert main(["init", str(tmp_path)]) == 0
    for file in FILES:
        path = tmp_path / file
        named = path.read_text().splitlines()[0].partition("$schema=")[2]
        schema = json.loads((path.parent / named).read_text())
        jsonschema.Draft7Validator(schema).validate(YAML(typ="safe").load(path))


def test_init_takes_an_empty_directory(tmp_path: Path) -> None:
    assert main(["init", str(tmp_path)]) == 0
    assert (tmp_path / "policy.yaml").is_file()


def test_init_touches_nothing_that_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.yaml").write_text("zone: UTC\n")
    assert main(["init", str(tmp_path)]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]
    assert "is not empty" in capsys.readouterr().err
    assert main(["init", str(tmp_path / "mine.yaml")]) == 2
