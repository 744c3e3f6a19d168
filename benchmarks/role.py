"""One role of this service as a process, configured by the environment: `python -m benchmarks.role worker`."""

import asyncio
import os
import sys
from typing import Final

from consumers import TOPICS
from router.flow import rows
from router.service.roles import run_dispatcher, run_worker
from router.settings import load_settings
from router.telemetry.logs import configure_logs

WITHOUT_CELLS: Final = "BENCH_WITHOUT_CELLS"
"""The environment variable under which decisions are stored without coverage."""

if __name__ == "__main__":
    if os.environ.get(WITHOUT_CELLS):
        # Nobody can turn coverage off; a benchmark of its price must.
        rows.coverage_changes = lambda _batch: []
    settings = load_settings()
    configure_logs(settings.log.level, settings.log.format)
    role = {"worker": lambda: run_worker(settings, TOPICS), "dispatcher": lambda: run_dispatcher(settings)}
    asyncio.run(role[sys.argv[1]]())
