"""Plumbing that knows nothing of approvals."""
