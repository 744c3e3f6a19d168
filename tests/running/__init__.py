"""The service started, fed and looked at by tests, in this process or as processes of its own."""
