"""Measurements, run by `make bench` (`python -m bench`): one JSON object a line.

`python -m bench SECTION...` measures `intake` (documents), `pages` (the desk) or `engine` (tick and relay) alone.

Every figure stands beside a plain piece of work done in the same run on the same database, so that `ratio` can be
compared between machines: a slower disk slows both; `share`, in the engine's lines, is how much of the plain work's
rate is kept. Seconds are the median of `rounds`; `peak_mib` is what one
untimed round allocated (tracemalloc), `rss_mib` the largest the process has been so far.

SQLite is always measured. PostgreSQL too when LUOSHI_BENCH_DATABASE_URL names a server (a database of our own is made
in it and dropped again), or when the machine has the programs to start one.
"""
