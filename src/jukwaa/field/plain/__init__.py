"""Forms filled in on a page, without an app."""
