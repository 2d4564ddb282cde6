"""Storage on disk and in buckets, and what is kept there; knows no Beam."""
