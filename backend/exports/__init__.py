"""Taking pictures along: stored results as common files and as figures. Knows no torch and no HTTP."""
