"""The names of workers: kept by the data directory, never shared by two that live."""

import subprocess
import sys
from pathlib import Path

import pytest

from router.kafka.instance import claimed
from router.settings import Settings, load_settings


def settings_of(data: Path, **kafka: str) -> Settings:
    return load_settings(data=data, kafka=kafka)


def test_a_directory_keeps_the_name_for_the_next_start(tmp_path: Path) -> None:
    first = claimed(settings_of(tmp_path))
    first.release()
    assert claimed(settings_of(tmp_path)).name == first.name


def test_two_that_live_have_two_names_and_the_freed_one_is_taken_again(tmp_path: Path) -> None:
    one, two = claimed(settings_of(tmp_path)), claimed(settings_of(tmp_path))
    assert one.name != two.name
    one.release()
    assert claimed(settings_of(tmp_path)).name == one.name


def test_directories_never_give_the_same_name(tmp_path: Path) -> None:
    assert claimed(settings_of(tmp_path / "a")).name != claimed(settings_of(tmp_path / "b")).name


def test_a_killed_process_leaves_its_name_free(tmp_path: Path) -> None:
    code = (
        "import os, signal; from pathlib import Path; from router.kafka.instance import claimed;"
        " from router.settings import load_settings; name = claimed(load_settings(data=Path({!r})));"
        " print(name.name, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code.format(str(tmp_path))], capture_output=True, text=True, check=False
    )
    assert ended.stdout.strip()
    assert claimed(settings_of(tmp_path)).name == ended.stdout.strip()


def test_the_consumers_of_a_process_are_told_apart(tmp_path: Path) -> None:
    instance = claimed(settings_of(tmp_path, instance="router-0"))
    assert [instance.of(f"interactions-{number}") for number in range(2)] == [
        "router-0-interactions-0",
        "router-0-interactions-1",
    ]


@pytest.mark.parametrize("content", ["", "\n", "a b\x00c/\u202e", "x" * 5_000])
def test_whatever_the_file_holds_the_name_is_one_that_kafka_takes(tmp_path: Path, content: str) -> None:
    (tmp_path / "worker-1").write_text(content)
    name = claimed(settings_of(tmp_path)).name
    assert name is not None
    assert len(name) < 120
    assert all(letter.isalnum() or letter in "._-" for letter in name)


def test_without_a_place_or_a_wish_there_is_no_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    assert claimed(settings_of(tmp_path / "file")).of("lane") is None
    assert claimed(settings_of(tmp_path, instance="none")).of("lane") is None
