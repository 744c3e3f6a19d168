"""Python's garbage collector in a service: what is loaded once is left alone, the rest is looked at rarely."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_THRESHOLDS: Final = (100_000, 20, 100)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collects rarely until left.

    A batch makes some hundred thousand objects without cycles that die by themselves. With the default
    thresholds the collector walks through them every 700, which costs a quarter of a worker's time.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
