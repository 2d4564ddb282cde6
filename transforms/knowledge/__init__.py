"""Data, not code: what newsbeam knows, in files that a person can edit."""
