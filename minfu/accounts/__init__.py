"""Staff, posts, delegation: who acts, in which post."""
