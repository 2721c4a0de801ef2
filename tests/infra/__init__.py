"""What the tests stand on outside Python: a real PostgreSQL server and a real browser."""
