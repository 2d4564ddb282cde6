"""From the bytes of a page to its text and dates; knows no Beam."""
