"""An atlas: what was computed of some models as a folder of files, for any web host (docs/atlas.md)."""
