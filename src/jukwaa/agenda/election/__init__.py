"""How a leadership group comes to be and goes on: nomination, slips counted by two, objections, term."""
