import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from tests.services.fixtures import Database
from tests.services.service import Kafka, Postgres

pytestmark = pytest.mark.connected


async def test_kafka_gives_back_what_was_published(kafka: Kafka) -> None:
    kafka.create_topics({"services-echo": 3})
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap) as producer:
        await producer.send_and_wait("services-echo", b"hello", key=b"customer")

    consumer = AIOKafkaConsumer(
        "services-echo", bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest", group_id="echo"
    )
    async with consumer:
        record = await consumer.getone()
    assert (record.key, record.value) == (b"customer", b"hello")


async def test_apache_kafka_keeps_records_over_a_restart(apache_kafka: Kafka) -> None:
    if not apache_kafka.restartable:
        pytest.skip(f"the {apache_kafka.kind} Kafka is not ours to stop")
    apache_kafka.create_topics({"services-restart": 1})
    async with AIOKafkaProducer(bootstrap_servers=apache_kafka.bootstrap) as producer:
        await producer.send_and_wait("services-restart", b"before")

    apache_kafka.stop()
    apache_kafka.start()

    async with AIOKafkaConsumer(
        "services-restart", bootstrap_servers=apache_kafka.bootstrap, auto_offset_reset="earliest"
    ) as consumer:
        assert (await consumer.getone()).value == b"before"


async def test_every_test_has_a_postgres_database_of_its_own(
    postgres: Database, postgres_server: Postgres
) -> None:
    engine = create_async_engine(postgres.url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE only_here (id int)"))
        assert await connection.scalar(text("SELECT current_database()")) in postgres.url
    await engine.dispose()

    elsewhere = create_async_engine(postgres_server.url)
    with pytest.raises(DBAPIError, match="only_here"):
        async with elsewhere.connect() as connection:
            await connection.execute(text("SELECT * FROM only_here"))
    await elsewhere.dispose()


async def test_postgres_keeps_rows_over_a_restart(postgres: Database) -> None:
    if not postgres.server.restartable:
        pytest.skip(f"the {postgres.kind} PostgreSQL is not ours to stop")
    address = postgres.url.replace("+asyncpg", "")
    before = await asyncpg.connect(address)
    await before.execute("CREATE TABLE kept AS SELECT 7 AS value")

    postgres.server.stop()
    before.terminate()
    postgres.server.start()

    after = await asyncpg.connect(address)
    assert await after.fetchval("SELECT value FROM kept") == 7
    await after.close()
