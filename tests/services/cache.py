"""Downloads that are kept between runs."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def cached(name: str, fill: Callable[[Path], None]) -> Path:
    """The directory `name` of the user's cache; `fill` makes it when it is not there.

    It appears whole or not at all, also when several runs fill it at once.
    """
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "feedback-router"
    target = root / name
    if target.is_dir():
        return target
    root.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=root))
    try:
        fill(fresh)
        fresh.rename(target)
    except OSError:
        if not target.is_dir():
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target
