"""Two simulated years of a county with a thousand tasks: people at random, an engine that fails, holidays published
late, rules that change; judged by an oracle that recomputes everything from the ledger.

`county` makes the facts and the rows, `driver` lets people act, `clockwork` lets the engine turn (or not), `oracle`
reads the ledger and says what should stand in the rows, `judge` compares.
"""
