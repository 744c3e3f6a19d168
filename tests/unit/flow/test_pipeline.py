"""A batch of records through the pipeline."""

import json

from router.decode import decode
from router.flow.pipeline import Pipeline
from router.model.keyed_hash import KeyedHash
from router.model.record import Record
from router.rules.in_force import InForce
from tests.unit.flow.service import Service, at


async def test_an_id_that_two_customers_share_leads_to_the_address_of_each() -> None:
    service = Service()
    for name in ("c-1", "c-2"):
        await service.agree(name)
    event = {"specversion": "1.0", "id": "1", "source": "/test", "type": "complaint.resolved"}
    event["time"] = at(0).isoformat()
    records = [
        Record(
            "interactions",
            0,
            number,
            0,
            None,
            json.dumps(event | {"subject": name, "data": {"recipient": {"email": address}}}).encode(),
        )
        for number, (name, address) in enumerate(
            [("c-1", "one@example.org"), ("c-2", "two@example.org"), ("c-1", "three@example.org")]
        )
    ]
    hashes = KeyedHash(b"secret")
    pipeline = Pipeline(service.store, InForce(service.rules), service.clock, hashes)
    processed = await pipeline.process(records, decode)
    assert (len(processed.decided), processed.duplicates) == (2, 1)
    assert {one.customer_id for one in processed.planned} == {"c-1", "c-2"}
    planned = service.store.rows.values()
    assert {row.customer_id: json.loads(row.recipient or "") for row in planned} == {
        "c-1": {"email": "one@example.org"},
        "c-2": {"email": "two@example.org"},
    }
