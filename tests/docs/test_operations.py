"""What the pages for operators say is what the program does."""

import re
import shlex

from router.kafka.topics import needed
from router.settings import Settings
from tests.docs.pages import DOCS, blocks

INSTALL = (DOCS / "operations" / "install.md").read_text(encoding="utf-8")
TOPICS = next(block.text for block in blocks(DOCS / "operations" / "install.md") if "--create" in block.text)


def created() -> set[str]:
    """The topics that the page's commands make, its loops unrolled."""
    found = set()
    for loop, body in re.findall(r"^for topic in (.*?); do\n(.*?)^done", TOPICS, re.DOTALL | re.MULTILINE):
        for name in loop.split():
            found |= set(re.findall(r'--topic "([^"]+)"', body.replace("$topic", name)))
    return found | set(re.findall(r"^kafka-topics.sh .*--topic (\S+)", TOPICS, re.MULTILINE))


def test_the_commands_make_the_topics_that_a_role_asks_for() -> None:
    assert created() == set(needed(Settings()))


def test_the_rights_name_every_topic_that_is_read_or_written() -> None:
    rights = INSTALL[INSTALL.index("## 3.") : INSTALL.index("## 4.")]
    assert "the four input topics" in rights
    assert len(Settings().topics.inputs) == 4
    assert f"the group `{Settings().kafka.group}`" in rights


def test_the_greeting_of_a_run_is_the_one_shown() -> None:
    shown = (DOCS / "quickstart.md").read_text(encoding="utf-8")
    topics = Settings().topics
    assert f"  reads       {', '.join(topics.inputs)}\n" in shown
    assert f"  publishes   {topics.invitations}\n" in shown


def test_the_settings_shown_are_those_without_which_no_role_runs() -> None:
    shown = next(
        block.text for block in blocks(DOCS / "quickstart.md") if "ROUTER_KAFKA__BOOTSTRAP" in block.text
    )
    named = {shlex.split(line)[1].split("=")[0] for line in shown.splitlines() if line.startswith("export")}
    assert {"ROUTER_KAFKA__BOOTSTRAP", "ROUTER_DATABASE__URL", "ROUTER_TOKEN_SECRET"} <= named
