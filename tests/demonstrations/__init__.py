"""Promises of the service shown at size, each by a program that anybody can run."""
