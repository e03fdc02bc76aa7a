"""What a network has learned, in numbers: the paper's findings for any model, from one survey of a set of clips."""
