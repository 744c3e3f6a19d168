"""The worker as `faststream run consumers.app:app` starts it, configured by the environment."""

from consumers import TOPICS
from router.service.roles import make_worker
from router.settings import load_settings
from router.telemetry.logs import configure_logs

settings = load_settings()
configure_logs(settings.log.level, settings.log.format)
app = make_worker(settings, TOPICS).app
