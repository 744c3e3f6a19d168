import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest

from router.console.console import Console
from tests.integration.console.visiting import opened


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the newest schema, to be copied."""
    made = tmp_path_factory.mktemp("console")

    async def make() -> None:
        async with opened(made):
            pass

    asyncio.run(make())
    return made


@pytest.fixture
async def console(empty: Path, tmp_path: Path) -> AsyncIterator[Console]:
    copytree(empty, tmp_path, dirs_exist_ok=True)
    async with opened(tmp_path) as made:
        yield made
