"""Foundation: working calendar, transition engine, append-only record, rights, jobs, codes. Knows no other storey."""
