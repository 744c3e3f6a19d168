"""`python -m router.authoring.language` writes the pages of all codes and the schemas of rule files."""

import sys
from pathlib import Path

from router.authoring.language.pages import files
from router.authoring.schema import schema_files

CODES = Path("docs", "rules", "codes")
SCHEMAS = Path("rules", "schema")


def main(root: Path) -> None:
    """Writes the generated files below a checkout."""
    for directory, texts in ((root / CODES, files()), (root / SCHEMAS, schema_files())):
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (directory / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
