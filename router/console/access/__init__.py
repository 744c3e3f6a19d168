"""How people and programs come in, and what of them is remembered."""
