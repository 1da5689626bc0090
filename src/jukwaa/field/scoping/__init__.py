"""Before the field: who has a stake, whether the time is right, what to find out, and who checks the work."""
