"""Everybody who spoke is told what came of it: by their trace code, by duty, and how far each group's words go."""
