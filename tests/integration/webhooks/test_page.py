"""The lines of the page, run as they stand: a shell signs, curl sends, the shipped mapping makes an interaction."""

import asyncio
import re
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from router.authoring.language.load import load_texts
from router.cli.vendor_mappings import mapping_of, vendors
from router.model.record import Record
from router.model.webhooks import PRESETS
from router.sources.records import decode_mapped
from router.sources.remembering import Memory
from tests.docs.pages import DOCS, blocks, code_spans, table_rows
from tests.integration.webhooks.serving import serving

PAGE = DOCS / "sources" / "webhooks.md"
LINES = {
    found[1]: block.text
    for block in blocks(PAGE)
    if block.info == "sh" and (found := re.search(r"localhost:8081/webhooks/([\w-]+) ", block.text))
}
SECRETS = {"plain-json": "whsec_YS1zZWNyZXQ=", "servicenow": "router:a-secret"}
ADDRESS = "localhost:8081"


def test_every_mapping_with_a_webhook_has_its_lines() -> None:
    texts = {vendor: mapping_of(vendor) for vendor in vendors()}
    hooked = [vendor for vendor in vendors() if b"\nwebhook: " in texts[vendor]]
    assert sorted(LINES) == hooked


def test_the_page_names_every_preset_with_its_header() -> None:
    rows = {code_spans(row[0])[0]: row[1] for row in table_rows(PAGE, "Preset")}
    assert set(rows) == set(PRESETS)
    for name, preset in PRESETS.items():
        assert preset.header.lower() in rows[name].lower()
        assert preset.prefix.strip().lower() in rows[name].lower() or name == "standard"


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="needs curl and openssl")
@pytest.mark.parametrize("vendor", LINES)
async def test_the_lines_are_answered_with_202_and_mapped(vendor: str) -> None:
    texts = {vendor: mapping_of(vendor)}
    mappers = load_texts(texts).mappers
    topic = next(iter(mappers))
    secret = SECRETS.get(vendor, "a-secret")
    async with serving(
        texts=texts,
        allowed={topic},
        secrets=f"{vendor}={secret}",
        public_url=f"http://{ADDRESS}",
        now=lambda: datetime.now(UTC),
    ) as running:
        reach = f"curl --silent --noproxy '*' --connect-to {ADDRESS}:127.0.0.1:{running.port.port} "
        lines = LINES[vendor].replace("curl ", reach)
        done = await asyncio.to_thread(
            subprocess.run,
            ["bash", "-euo", "pipefail", "-c", lines],
            capture_output=True,
            timeout=60,
            check=True,
        )
    assert done.stdout.startswith(b"HTTP/1.1 202 "), done.stdout
    (stored,) = running.stored
    now = int(datetime.now(UTC).timestamp() * 1000)
    record = Record(topic, 0, 0, now, stored.key, stored.value, tuple(stored.headers))
    decoded = decode_mapped(record, datetime.now(UTC), mappers)
    assert decoded.dead is None
    memory = Memory()
    assert sum(memory.hold(decoded.changes.get(place, ())) for place in range(len(decoded.interactions))) == 1
