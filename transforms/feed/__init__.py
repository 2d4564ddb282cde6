"""Feed documents and what is remembered of a feed; knows no Beam."""
