import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from router.settings import load_settings

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"
PINNED = re.compile(r"[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z0-9-]+)?")


def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = YAML(typ="safe").load(COMPOSE)
    return parsed


@pytest.mark.parametrize(
    ("schema", "file"),
    [("vendor.compose-spec", COMPOSE), ("vendor.github-workflows", WORKFLOW)],
    ids=["compose", "workflow"],
)
def test_files_for_other_tools_fit_their_published_schema(schema: str, file: Path) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_image_is_pinned() -> None:
    images = [service["image"] for service in compose()["services"].values()]
    images += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)

    assert [image for image in images if not PINNED.fullmatch(image)] == []


def test_the_containers_of_the_service_have_settings_that_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    services = compose()["services"]
    for name in ("migration", "worker", "dispatcher"):
        with monkeypatch.context() as environment:
            for variable, value in services[name]["environment"].items():
                environment.setenv(variable, re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value)))
            settings = load_settings()
            assert settings.health.host == "0.0.0.0", name  # noqa: S104 - of the container
            assert settings.token_secret is not None, name  # its root file system is read-only


def test_variables_that_compose_is_given_are_not_taken_for_settings() -> None:
    given = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text()))
    assert given
    assert not {name for name in given if name.startswith("ROUTER_")}


def test_what_a_service_waits_for_can_come_true() -> None:
    services = compose()["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], (name, needed)
            else:
                assert services[needed]["restart"] == "on-failure", (name, needed)


def test_the_workflow_calls_the_make_targets() -> None:
    steps = YAML(typ="safe").load(WORKFLOW)["jobs"]["test"]["steps"]
    commands = [step["run"].split() for step in steps if "run" in step]
    targets = {target for program, target, *_ in commands if program == "make"}
    assert targets == {"setup", "check", "test"}
    assert targets <= set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_locks_are_hashed_and_name_no_index() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()
        pins = re.findall(r"^[a-z0-9][^\n]*==[^\n]*\\$", text, re.MULTILINE)
        assert pins, lock
        assert len(pins) == len(re.findall(r"^[^#\s]", text, re.MULTILINE)), lock
        assert not re.search(r"https?:|index-url|find-links", text), lock


def test_the_wheel_holds_all_that_the_program_reads(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    for source, place in (("docs", "router/_docs"), ("rules", "router/_rules"), ("router", "router")):
        wanted = [
            file for file in (ROOT / source).rglob("*") if file.suffix in (".md", ".yaml", ".json", ".py")
        ]
        assert wanted
        assert {f"{place}/{file.relative_to(ROOT / source).as_posix()}" for file in wanted} <= held
