"""`python -m router.authoring.language` writes the pages of all codes, the schemas of rule files and the key tables."""

import sys
from pathlib import Path

from router.authoring.language.pages import files
from router.authoring.language.schema import schema_files
from router.authoring.language.tables import filled

PAGES = (Path("docs", "rules"), Path("docs", "sources"))
CODES = PAGES[0] / "codes"
SCHEMAS = Path("rules", "schema")


def main(root: Path) -> None:
    """Writes the generated files below a checkout."""
    for directory, texts in ((root / CODES, files()), (root / SCHEMAS, schema_files())):
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (directory / name).write_text(text, encoding="utf-8")
    for page in (page for folder in PAGES for page in (root / folder).glob("*.md")):
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
