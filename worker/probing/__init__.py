"""What a network makes of a clip that somebody brings (docs/probe.md)."""
