"""The FastStream application: raw Kafka records in, the pipeline called, nothing else."""
