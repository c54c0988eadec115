"""Background jobs: procrastinate, whose jobs are PostgreSQL rows."""

import procrastinate


def on_app_ready(app: procrastinate.App) -> None:
    """Called once Django and procrastinate are ready; tasks are found in each app's ``tasks.py``."""
