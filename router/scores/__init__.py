"""Scores: counted answers in; point, interval, n, distribution and verdict out. Nothing here is rounded."""
