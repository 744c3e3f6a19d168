"""Four workers and two dispatchers on the same customers at once; then an audit that shares no code with them."""
