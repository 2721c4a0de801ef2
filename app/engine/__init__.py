"""The background engine: a turn (open periods, climb ladders), the outbox (deliver), the metronome (run)."""
