"""One role of this service as a process, configured by the environment: `python -m benchmarks.role worker`."""

import asyncio
import sys

from consumers import TOPICS
from router.service.roles import run_dispatcher, run_worker
from router.settings import load_settings
from router.telemetry.logs import configure_logs

if __name__ == "__main__":
    settings = load_settings()
    configure_logs(settings.log.level, settings.log.format)
    role = {"worker": lambda: run_worker(settings, TOPICS), "dispatcher": lambda: run_dispatcher(settings)}
    asyncio.run(role[sys.argv[1]]())
