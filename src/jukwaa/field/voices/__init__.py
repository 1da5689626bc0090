"""What people said: made into testimonies, read, heard and forgotten."""
