"""What a user writes today: one handler call a message, pydantic, an ORM session, rules in a loop."""
