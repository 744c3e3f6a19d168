from pathlib import Path

from router.cli.reference import document

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "cli.md"


def test_the_page_of_the_commands_is_the_one_the_commands_make() -> None:
    assert PAGE.read_text() == document(), "run `python -m router.cli.reference > docs/reference/cli.md`"
