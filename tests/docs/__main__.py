"""Writes behind every rule example of the documentation what it is refused with now.

Only where there is a `text` block already: a legal example that broke is not silently called illegal.
"""

from tests.docs.examples import problems_of
from tests.docs.pages import RULE_PAGES, examples


def main() -> None:
    for page in RULE_PAGES:
        text = page.read_text(encoding="utf-8")
        for example, told in examples(page):
            problems = problems_of(example.text, part_of_rule=example.info != "yaml")
            if told is not None and problems:
                fresh = "".join(f"{problem}\n" for problem in problems)
                text = text.replace(
                    f"{example.text}```\n\n```text\n{told.text}", f"{example.text}```\n\n```text\n{fresh}"
                )
        page.write_text(text, encoding="utf-8")


main()
