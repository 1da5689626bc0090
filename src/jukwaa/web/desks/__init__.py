"""Where a coordinator, an office or a company sees in one page how things stand."""
