"""Several files in a form."""

from typing import Any

from django import forms

from minfu.files import door as files


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several; photos are made smaller before they are sent where there is script."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def __init__(self) -> None:
        """Accept what the house accepts."""
        super().__init__(attrs={"accept": files.accepted(), "data-downscale": True})


class FilesField(forms.FileField):
    """Several files, possibly none."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the list of uploads."""
        del initial
        given = data if isinstance(data, list | tuple) else [data]
        # Size and type are judged by ``files.receive``, with sentences of their own; an empty one too.
        return [one for one in given if one]
