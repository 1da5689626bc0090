"""What changed: its evidence, who bears it out, what the dialogue had to do with it, results given out."""
