"""What counts against a picture besides the prior: terms that read maps of the network."""
