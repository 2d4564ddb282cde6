"""What is done to the data: one step a file, named as its PTransform."""
