"""Pages that need nothing else: to open, to print, to pass on. Inline style and drawings, no scripts, no other hosts."""
