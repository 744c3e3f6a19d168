"""A made-up company and its month, for trying the service out. No data of real people is in it."""
