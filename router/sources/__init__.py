"""Vendors' messages to interactions, by mappings that are compiled once."""

from router.sources.mapper import Mapper, Mapping, Taken, mappers_of

__all__ = ["Mapper", "Mapping", "Taken", "mappers_of"]
