"""The policy: 19 gates, each a small pure function from a candidate to a verdict."""
