"""Meetings of a leadership group: the call, replies, who was there, decisions, tasks, minutes."""
