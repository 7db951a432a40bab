"""The law and the arithmetic: pure functions, no input or output."""
