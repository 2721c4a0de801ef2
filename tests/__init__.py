"""The tests of the house; `conftest.py` and `world.py` are what they stand on."""
