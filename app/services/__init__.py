"""Use cases: check, load, decide, write; each one transaction and one entry in the ledger."""
