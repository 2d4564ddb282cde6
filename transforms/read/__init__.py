"""From bytes to entries and plain text."""
