"""Known networks, a file per family: modules, cards, and how other projects name their weights."""
