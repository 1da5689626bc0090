"""Forms on phones: XLSForms, and an OpenRosa server that ODK Collect and KoboCollect know."""
