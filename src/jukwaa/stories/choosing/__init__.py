"""Which story tells of the most significant change, chosen in the open and with reasons."""
