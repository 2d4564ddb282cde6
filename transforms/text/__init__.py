"""From a text to its actors, topics and quotations; knows no Beam."""
