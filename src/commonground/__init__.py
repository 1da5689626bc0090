"""Finds what every group can live with: opinion maps and common ground from votes."""
