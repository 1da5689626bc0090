"""Promises and whoever keeps them: offices and their links, transfers, more time, answers by card."""
