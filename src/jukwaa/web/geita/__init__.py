"""The demo programme "Geita": invented sites and people, real problems, built through the actions."""
