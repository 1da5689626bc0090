"""Mail: addresses sealed to the programme's home node, the outbox, and what sends it."""
