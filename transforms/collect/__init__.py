"""From a feed address to the bytes of its document and of its pages, politely and safely."""
