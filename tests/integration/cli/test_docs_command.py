"""`docs`: what messages name can be read wherever the program is installed."""

import re
from pathlib import Path

import pytest

from router.cli.main import main

HERE = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("page", "file"),
    [
        ("rules/policy", "rules/policy.md"),
        ("docs/rules/policy.md", "rules/policy.md"),
        ("policy", "rules/policy.md"),
        ("operations", "operations/README.md"),
        ("operations/README.md", "operations/README.md"),
        ("R014", "rules/codes/R014.md"),
        ("concepts", "concepts.md"),
    ],
)
def test_a_page_is_printed_as_it_is(page: str, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", page]) == 0
    assert capsys.readouterr().out == (HERE / "docs" / file).read_text(encoding="utf-8")


def test_all_pages_are_listed_with_their_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"operations/settings +Settings", out)
    assert len(out.splitlines()) > 100


@pytest.mark.parametrize(
    ("page", "said"), [("polcy", "docs` lists"), ("rules/polcy", "rules/policy"), ("../README", "docs`")]
)
def test_a_page_that_is_not_there(page: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", page]) == 2
    assert said in capsys.readouterr().err


def test_every_page_that_the_program_names_is_there() -> None:
    named = set()
    for file in [*HERE.glob("router/**/*.py"), *HERE.glob("consumers/**/*.py")]:
        named |= set(re.findall(r"feedback-router docs ([\w/-]+)", file.read_text(encoding="utf-8")))
    assert named
    for page in named:
        assert main(["docs", page]) == 0
