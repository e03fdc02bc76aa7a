"""Class Feature Pyramids: what a class score is made of, from the last layer down to the first."""
