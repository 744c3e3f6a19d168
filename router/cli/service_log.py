"""What a service says of itself in its log: which version starts, and why it stops. With JSON logs, nothing else is said."""

import logging
import os
import platform
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

import typer

from router import __version__
from router.cli.faults import FAILED, explained
from router.cli.output import told, told_through

if TYPE_CHECKING:
    from router.settings import Settings

SERVICES: Final = ("run", "worker", "dispatcher", "sender", "console", "webhooks")
_ASKED: Final = "it was asked to (SIGTERM, SIGINT or Ctrl-C)"
_INTERRUPTED: Final = 130


def begin(arguments: Sequence[str]) -> None:
    """Where a service is asked for and its logs are to be JSON, all that is told from here on is a line of JSON.

    This comes before the settings are read: what is wrong with them has to be such a line too.
    """
    command = next((word for word in arguments if not word.startswith("-")), None)
    if command in SERVICES and os.environ.get("ROUTER_LOG__FORMAT", "").strip().lower() == "json":
        from router.telemetry.logs import configure_logs

        configure_logs("INFO", "json")
        _log_what_nobody_caught()

        def logged(message: str, fault: bool) -> None:
            level = logging.ERROR if fault else logging.INFO
            _log().log(level, "told", message=message, version=__version__)

        told_through(logged)


@contextmanager
def service(role: str, settings: "Settings") -> Iterator[None]:
    """Logs by the settings as long as the block runs, its start and its end included.

    An error that was to be expected is told and ends the program with its exit code, any other with its traceback
    in the log.
    """
    from router.telemetry.logs import configure_logs

    configure_logs(settings.log.level, settings.log.format)
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    _log_what_nobody_caught()
    started = {"role": role, "version": __version__, "python": platform.python_version(), "pid": os.getpid()}
    _log().info("service_starts", **started)
    try:
        yield
    except KeyboardInterrupt:
        _log().info("service_stopped", role=role, cause=_ASKED)
        raise typer.Exit(_INTERRUPTED) from None
    except typer.Exit:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it was, the log has to say why the service ended
        raise typer.Exit(_failed(role, error)) from None
    else:
        _log().info("service_stopped", role=role, cause=_ASKED)
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def _failed(role: str, error: Exception) -> int:
    """Says why the service stops; the exit code."""
    fault = explained(error)
    if fault is None:
        _log().critical("service_stopped", role=role, cause="a fault of this program", exc_info=error)
        return FAILED
    lines, code = fault
    for line in lines:
        told(line, fault=True)
    more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
    _log().error("service_stopped", role=role, cause=f"{lines[0] if lines else type(error).__name__}{more}")
    return code


def _log_what_nobody_caught() -> None:
    """Errors of threads, of finalizers and at the very end go to the log, not past it."""

    def uncaught(
        kind: type[BaseException], error: BaseException | None, trace: TracebackType | None, where: str
    ) -> None:
        found = error if error is not None else kind()
        logging.getLogger("router").critical("uncaught in %s", where, exc_info=(kind, found, trace))

    def of_thread(given: Any) -> None:
        name = given.thread.name if given.thread is not None else "a thread"
        uncaught(given.exc_type, given.exc_value, given.exc_traceback, name)

    def unraisable(given: Any) -> None:
        uncaught(given.exc_type, given.exc_value, given.exc_traceback, "a finalizer")

    sys.excepthook = lambda kind, error, trace: uncaught(kind, error, trace, "the main thread")
    threading.excepthook = of_thread
    sys.unraisablehook = unraisable


def _log() -> Any:
    import structlog

    return structlog.get_logger("router.service")
