"""From records to the lake, and what is remembered between passes."""
