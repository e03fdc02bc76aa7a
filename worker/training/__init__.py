"""Training on labelled clips."""
