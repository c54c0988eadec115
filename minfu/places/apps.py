"""The places application."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Register the places tables."""

    name = "minfu.places"
