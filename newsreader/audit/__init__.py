"""The audit log: who came in, what changed about accounts, and what went in and out. Nobody can change it."""
