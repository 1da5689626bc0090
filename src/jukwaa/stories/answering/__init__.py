"""Everybody who spoke is told what came of it; and how far each group's words go along the road."""
