"""When: `dates` knows how points in time are written, `deadlines` which of them bind, `recurrence` how often."""
