"""Who comes in: the desk at the door, how phones join, who might be harmed, and forgetting a list."""
