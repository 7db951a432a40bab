"""A department system that plays every department of the city over the department protocol."""
