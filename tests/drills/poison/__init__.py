"""A next version with changes of the database, good or bad as ``MINFU_TEST_POISON`` says."""
