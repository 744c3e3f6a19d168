"""The published contract: JSON Schemas and the AsyncAPI document, made from the types that are read and sent."""

from router.contract.files import contract_files

__all__ = ["contract_files"]
