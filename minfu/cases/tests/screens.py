"""Browsers in which someone of the small county is signed in."""

from django.test import Client

from minfu.accounts.models import User
from minfu.cases.tests.world import World


def user_of(world: World, name: str) -> User:
    """Return the account of a person of ``world``."""
    return User.objects.get(pk=getattr(world, name).user_id)


def client_of(world: World, name: str) -> Client:
    """Return a browser in which a person of ``world`` is signed in."""
    client = Client()
    client.force_login(user_of(world, name), backend="django.contrib.auth.backends.ModelBackend")
    return client
