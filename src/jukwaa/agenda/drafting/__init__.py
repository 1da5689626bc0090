"""Drafting the agenda together: causes, disagreements, amendments, what each side owes, versions, goals."""
