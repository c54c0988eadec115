"""The screens of notices."""
