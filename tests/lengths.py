"""How long the harnesses try: briefly in `make test`, at length in `make soak`."""

import os

AT_LENGTH = "JUKWAA_SOAK" in os.environ

# Histories of the record's nodes in each of a round's parts, and the parts, so that both cores have some.
RECORD_HISTORIES, RECORD_PARTS = (1_500, 4) if AT_LENGTH else (8, 4)
# Of these, on PostgreSQL, where each node is a database of its own and a history takes twice as long.
RECORD_HISTORIES_ON_POSTGRESQL = 1_500 if AT_LENGTH else 4
# Histories of phones that send forms over a network that fails.
COLLECT_HISTORIES = 2_000 if AT_LENGTH else 40
# Of pages that there are many of, so many are opened by whoever follows every link of the demo.
PAGES_OF_A_KIND = 6 if AT_LENGTH else 1
# How often a shared tablet goes from hand to hand, half of them with scripts.
HAND_OVERS = 500 if AT_LENGTH else 8
# Programmes, of people by chance, on every page that everybody can open.
DISCLOSED_PROGRAMMES = 200 if AT_LENGTH else 3
# How often a server is killed under eight phones that vote.
KILLS = 100 if AT_LENGTH else 2
# How often a backup is killed at work.
BACKUP_KILLS = 40 if AT_LENGTH else 2
# How many cast one vote at the same moment, and how often.
CROWD, CROWD_ROUNDS = (200, 50) if AT_LENGTH else (24, 3)
# Submissions with a file of so many bytes that come through a network which cuts connections so often.
SUBMISSIONS, CUTS, LARGE = (200, 200, 5_000_000) if AT_LENGTH else (4, 4, 300_000)
