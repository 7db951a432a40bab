"""The parts of the planner, one concern each; every part looks at a snapshot and says what it sees."""
