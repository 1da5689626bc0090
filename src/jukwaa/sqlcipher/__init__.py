"""Django's SQLite backend on sqlcipher3: a newer SQLite than the system's, encrypted when there is a key."""
