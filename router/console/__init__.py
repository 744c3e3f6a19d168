"""The console: pages for people over the same reads and actions as the command line, and a JSON API of them."""
