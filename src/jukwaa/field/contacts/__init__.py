"""How people who gave testimony can be reached: sealed to custodians, readable by nobody here."""
