"""The pages, one a file: each reads, and says which template shows it."""
