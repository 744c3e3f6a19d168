"""The words of the domain as frozen values. Imports nothing else of this project."""
