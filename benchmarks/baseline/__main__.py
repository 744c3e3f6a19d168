import asyncio

from benchmarks.baseline.app import app

asyncio.run(app.run())
