"""The commands of ./kinetoscope, one file each."""
