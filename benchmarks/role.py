"""One role of this service as a process, configured by the environment: `python -m benchmarks.role worker`."""

import asyncio
import sys

from consumers.services import run_dispatcher, run_worker
from router.settings import load_settings
from router.telemetry.logs import configure_logs

if __name__ == "__main__":
    settings = load_settings()
    configure_logs(settings.log.level, settings.log.format)
    asyncio.run({"worker": run_worker, "dispatcher": run_dispatcher}[sys.argv[1]](settings))
