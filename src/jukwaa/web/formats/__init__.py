"""How a language writes days and numbers, where Django knows it less well than its people do."""
