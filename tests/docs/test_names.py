"""What the documentation names is there, and what is there it names."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from router.cli.main import NAME, app
from router.settings.variables import variables
from router.telemetry.catalogue import METRICS
from tests.docs.pages import DOCS, ROOT, anchors, blocks, pages, prose

MADE = {"cli.md", "settings.md", "metrics.md"}
WRITTEN = [page for page in pages() if page.name not in MADE]
EVERYTHING = "\n".join(page.read_text(encoding="utf-8") for page in WRITTEN)
COMMANDS = typer.main.get_command(app)


def told_commands() -> list[tuple[str, list[str]]]:
    """Each command line of this program in the pages, with where it stands."""
    found = []
    for page in pages():
        lines = [line.strip() for line in prose(page).splitlines() if line.startswith("    ")]
        lines += [line for block in blocks(page) if block.info == "bash" for line in block.text.splitlines()]
        lines += re.findall(rf"`({NAME} [^`]+)`", prose(page))
        for line in lines:
            words = shlex.split(line, comments=True)
            if words[:1] == [NAME] and len(words) > 1:
                found.append((page.name, words[1:]))
    return found


TOLD = told_commands()


@pytest.mark.parametrize(
    ("page", "words"), TOLD, ids=[f"{page}: {' '.join(words)}"[:70] for page, words in TOLD]
)
def test_a_command_that_is_told_exists_with_its_options(page: str, words: list[str]) -> None:
    command, rest = COMMANDS, list(words)
    while rest and not rest[0].startswith("-") and hasattr(command, "commands"):
        assert rest[0] in command.commands, f"{page}: {' '.join(words)}"
        command = command.commands[rest.pop(0)]
    known = {name for parameter in command.params for name in parameter.opts} | {"--help", "-h"}
    assert {word for word in rest if word.startswith("--")} <= known, f"{page}: {' '.join(words)}"


def test_the_two_commands_of_the_readme_are_targets() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = set(re.findall(r"^    make (\w+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert shown == {"demo", "test"}
    assert set(re.findall(r"`?make (\w+)`?", EVERYTHING)) & {"demo", "test", "check", "bench"} <= targets
    assert shown <= targets


def test_what_the_readme_shows_of_the_demo_is_in_its_transcript() -> None:
    (shown,) = [block for block in blocks(ROOT / "README.md") if block.info == "text"]
    transcript = (DOCS / "demo-transcript.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in shown.text.splitlines() if line not in transcript] == []


def test_every_setting_that_is_named_exists() -> None:
    known = {variable.name for variable in variables()}
    foreign = {"ROUTER_KAFKA__BOOTSTRAPS", "ROUTER_SERVICE_HOST", "ROUTER_PORT", "ROUTER_TEST_KAFKA"}
    foreign |= {
        "ROUTER_TEST_POSTGRES",
        "ROUTER_TEST_CHROMIUM",
        "ROUTER_TEST_",
        "ROUTER_TOPICS__",
        "ROUTER_CONSOLE__",
        "ROUTER_",
    }
    assert set(re.findall(r"\bROUTER_[A-Z0-9_]*", EVERYTHING)) - known - foreign == set()


def test_every_setting_and_metric_is_on_its_page() -> None:
    settings = (DOCS / "operations" / "settings.md").read_text(encoding="utf-8")
    assert [variable.name for variable in variables() if f"`{variable.name}`" not in settings] == []
    operations = (DOCS / "operations" / "README.md").read_text(encoding="utf-8")
    assert [metric.name for metric in METRICS if f"`{metric.name}`" not in operations] == []
    assert set(re.findall(r"`(router_[a-z_]+)`", EVERYTHING)) <= {metric.name for metric in METRICS}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_internal_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        leads_to = page.parent / file if file else page
        assert leads_to.exists(), f"{page.name}: {target}"
        if anchor:
            assert anchor in anchors(leads_to), f"{page.name}: {target}"


def test_no_page_is_an_orphan() -> None:
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in pages()
        for target in re.findall(r"\]\(([^)\s]+)\)", prose(page))
        if "://" not in target
    }
    assert [str(page) for page in pages() if page.resolve() not in linked and page.parent != ROOT] == []
