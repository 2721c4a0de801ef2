"""A whole plan year on seed 001, lived through the pages' own forms: by a test client, and by Chromium."""
