"""Java programs from Maven Central on the local Java."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.services.service import Unavailable

LEAST_JAVA = 17
JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m")
"""Options of a server that lives for one run of tests."""

_DOWNLOAD_SECONDS = 300


def program(name: str) -> str:
    """The path of a program. Raises Unavailable."""
    path = shutil.which(name)
    if path is None:
        raise Unavailable(f"no {name} on the path")
    return path


def require_java() -> None:
    """Raises Unavailable where there is no Java, or one that is too old."""
    text = subprocess.run([program("java"), "-version"], check=True, capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)', text)
    if version is None or int(version[1]) < LEAST_JAVA:
        raise Unavailable(f"Java {LEAST_JAVA} or later is needed")


def maven(*arguments: str | Path) -> None:
    """Runs Maven. Raises Unavailable."""
    command = [program("mvn"), "--batch-mode", "--quiet", *map(str, arguments)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_DOWNLOAD_SECONDS)
    except subprocess.CalledProcessError as error:
        raise Unavailable(f"Maven failed: {error.stdout.decode(errors='replace')[:300]}") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"Maven was not ready after {_DOWNLOAD_SECONDS} s") from error
