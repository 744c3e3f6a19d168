"""What is due out of a million planned: this dispatcher beside two job queues on the same database and Kafka."""
