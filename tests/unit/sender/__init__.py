"""The reference sender's letters."""
