"""Whether an endpoint keeps the department protocol: every case played, and what to do about each failure."""
