"""What people ask, read only: why, a customer's history, what is planned, scores and what stands beside them."""
