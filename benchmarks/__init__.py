"""Measurements of the product, and the report that all of them write."""
