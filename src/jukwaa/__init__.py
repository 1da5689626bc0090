"""Runs a dialogue programme from what was said at a mine site to what became of it."""

__version__ = "0.1.0.dev0"
