"""Vendors' messages with mistakes in them: none makes the mapper raise, and none costs a neighbour anything."""
