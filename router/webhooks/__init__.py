"""Vendors' messages over HTTP: verified, and appended to the topic of their source."""
