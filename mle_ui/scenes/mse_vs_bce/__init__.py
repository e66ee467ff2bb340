"""Squared error against cross-entropy behind a sigmoid."""
