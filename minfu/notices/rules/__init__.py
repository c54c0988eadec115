"""Rules of notices: which way a notice goes, when, together with which, and what happens when it fails."""
