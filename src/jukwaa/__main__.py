"""`python -m jukwaa` is the `jukwaa` command."""

from jukwaa.cli import main

main()
