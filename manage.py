#!/usr/bin/env python3
"""`./manage.py VERB` is `jukwaa manage VERB`, for those whose fingers know it."""

import sys

from jukwaa.cli import main

main(["manage", *sys.argv[1:]])
