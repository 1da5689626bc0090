"""The version of the engine: another one may draw other figures from the same votes."""

__version__ = "0.3.0"
