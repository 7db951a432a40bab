"""The door: JSON API for departments, agents and applicants."""
