"""What an operator sets: environment variables `ROUTER_…` and files of a secrets directory."""

from router.settings.load import load_settings
from router.settings.problems import SettingsError
from router.settings.settings import Settings

__all__ = ["Settings", "SettingsError", "load_settings"]
