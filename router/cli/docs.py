"""`docs`: the documentation that came with the program."""

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final

import typer

from router.cli.faults import Refused
from router.cli.output import console
from router.cli.tables import print_table

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def docs(
    page: Annotated[
        str | None,
        typer.Argument(
            help="Page, such as rules/policy or operations; default: list all pages.",
            metavar="PAGE",
            autocompletion=lambda incomplete: [name for name in pages() if name.startswith(incomplete)],
        ),
    ] = None,
) -> None:
    """Read the documentation.

    Formatted for the terminal; plain Markdown in a pipe.
    """
    found = pages()
    if page is None:
        print_table("Pages", ["page", "about"], [(name, _title(file)) for name, file in found.items()])
        return
    text = found[_named(page, found)].read_text(encoding="utf-8")
    screen = console()
    if screen.is_terminal:
        from rich.markdown import Markdown

        with screen.pager(styles=True):
            screen.print(Markdown(text))
    else:
        print(text, end="")


def pages() -> dict[str, Path]:
    """The pages by name: the path without its ending, and that of a folder for its first page."""
    packaged = _PACKAGE / "_docs"
    folder = packaged if packaged.is_dir() else _PACKAGE.parent / "docs"
    files = sorted(folder.rglob("*.md"))
    return {
        file.relative_to(folder).with_suffix("").as_posix().removesuffix("/README"): file for file in files
    }


def _named(page: str, pages: dict[str, Path]) -> str:
    wanted = page.removeprefix("docs/").removesuffix(".md").removesuffix("/README").strip("/")
    ends = [name for name in pages if name == wanted or name.endswith(f"/{wanted}")]
    # A room of the code may be called like a page for users, who mean theirs.
    ends = [name for name in ends if not name.startswith("architecture/")] or ends
    if wanted in pages or len(ends) == 1:
        return wanted if wanted in pages else ends[0]
    near = ends or get_close_matches(wanted, pages, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`feedback-router docs` lists them all."
    raise Refused(f"There is no page {page!r}: {hint}")


def _title(file: Path) -> str:
    with file.open(encoding="utf-8") as lines:
        return next((line.lstrip("# ").strip() for line in lines if line.startswith("# ")), "")
