"""What the office does: plain async functions, session first, that never commit."""
