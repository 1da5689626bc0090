"""Rounds of every kind, and hands, papers and dots counted beside phones."""
