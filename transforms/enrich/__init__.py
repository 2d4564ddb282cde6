"""From text to actors, topics and quotations."""
