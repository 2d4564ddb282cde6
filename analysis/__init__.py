"""The reading side: knows the lake, never the graph."""
