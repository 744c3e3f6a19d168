"""Quiet hours, business hours and holidays computed a second time, minute by minute, and compared."""
