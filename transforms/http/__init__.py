"""From an address to the bytes behind it, politely and safely; knows no Beam."""
