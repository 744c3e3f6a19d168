"""`schema`: the JSON Schema of a kind of rule file."""

from typing import Annotated, Literal

import typer

FileKind = Literal["rules", "journeys", "surveys", "alerts", "schedules", "sources", "policy", "tests"]


def schema(
    kind: Annotated[FileKind, typer.Argument(help="Kind of file.")],
) -> None:
    """Print the JSON Schema of a kind of rule file.

    Editors with the YAML language server complete and explain keys by it: a file names it in its first line,
    `# yaml-language-server: $schema=../schema/rules.json`.
    """
    from router.authoring.language.schema import schema_text

    print(schema_text(kind), end="")
