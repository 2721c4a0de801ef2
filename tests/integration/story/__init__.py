"""The main job told day by day: a plan of seventeen tasks is issued, kept and broken for years, and judged twice.

`county` holds the facts, `driver` lets the days come through the real services and engine and writes down what
happened, `oracle` reads that log and says, by slow code of its own, what should stand in the rows.
"""
