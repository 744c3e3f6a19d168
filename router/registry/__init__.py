"""A schema registry: the schemas of what others publish."""

from router.registry.registry import RegistryUnavailable, SchemaRegistry

__all__ = ["RegistryUnavailable", "SchemaRegistry"]
