"""The page of common wishes: every section is checked without a warning, and its tests pass, on the starter set."""

import re
from typing import NamedTuple

import pytest

from router.authoring.language.load import check_texts
from router.authoring.language.load_tests import load_tests
from router.authoring.ruletest import judged, report
from router.cli.example_sets import STARTER
from tests.docs.pages import DOCS, Block, blocks

PAGE = DOCS / "rules" / "common-wishes.md"
POLICY = "policy.yaml"
_FILE = re.compile(r"# (\S+\.yaml)\n")
_KEY = re.compile(r"^\w+(?=:)", re.MULTILINE)


class Wish(NamedTuple):
    """A section: its heading, and its files by name, each with its blocks."""

    heading: str
    files: dict[str, list[Block]]


def _wishes() -> list[Wish]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    heads = [(number, line[3:]) for number, line in enumerate(lines, start=1) if line.startswith("## ")]
    wishes = []
    for (begin, heading), (end, _) in zip(heads, [*heads[1:], (len(lines) + 1, "")], strict=True):
        files: dict[str, list[Block]] = {}
        for block in blocks(PAGE):
            if block.info == "yaml" and begin < _line(block) < end:
                files.setdefault(_name(block), []).append(block)
        wishes.append(Wish(heading, files))
    return wishes


def _line(block: Block) -> int:
    return int(block.place.rpartition(":")[2])


def _name(block: Block) -> str:
    named = _FILE.match(block.text)
    assert named, f"{block.place}: the first line of a block is the name of its file, such as `# {POLICY}`"
    return named[1]


def _texts(wish: Wish) -> dict[str, bytes]:
    """The starter set without its tests, and what the section puts in its place."""
    texts = {
        str(path.relative_to(STARTER)): path.read_text(encoding="utf-8")
        for path in STARTER.rglob("*.yaml")
        if path.parent.name != "tests"
    }
    own = {name: "".join(block.text for block in found) for name, found in wish.files.items()}
    if POLICY in own:
        own[POLICY] += _without(texts[POLICY], set(_KEY.findall(own[POLICY])))
    return {name: text.encode() for name, text in {**texts, **own}.items()}


def _without(policy: str, keys: set[str]) -> str:
    parts = re.split(r"^(?=\w+:)", policy, flags=re.MULTILINE)
    return "".join(part for part in parts[1:] if part.partition(":")[0] not in keys)


WISHES = _wishes()


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish.heading)
def test_a_wish_is_free_of_problems_and_its_tests_pass(wish: Wish) -> None:
    texts = _texts(wish)
    checked = check_texts(texts)
    assert [str(problem) for problem in checked.problems] == []
    assert checked.rules is not None

    tests = load_tests(texts, checked.rules)
    assert tests, "a section shows that it is true: give it a block `# tests/….yaml`"
    for judgement in judged(tests, checked.rules):
        assert judgement.passed, report(judgement)


def test_no_block_is_left_open() -> None:
    for block in blocks(PAGE):
        assert "\n## " not in block.text, f"{block.place}: its fence is not closed"
