"""Photos and files added to a demand that is worked on."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.files.forms import FilesField
from minfu.kernel.forms import Form


class AttachForm(Form):
    """Photos of the work, documents."""

    #: Made when the page was shown; the same form sent again adds nothing.
    token = forms.CharField(widget=forms.HiddenInput, max_length=60)
    photos = FilesField(label=gettext_lazy("照片或文件"))

    def __init__(self, *args: Any, **kwargs: Any):
        """Say what is accepted."""
        super().__init__(*args, **kwargs)
        said = _(
            "可一次选几个：照片、PDF、Word（docx）、Excel（xlsx），每个不超过 %(most)d MB。照片里的拍摄地点会自动去掉。"
        )
        self.fields["photos"].help_text = said % {"most": settings.MINFU_UPLOAD_MB}

    def clean_photos(self) -> list[Any]:
        """Return the uploads; without any there is nothing to add."""
        given: list[Any] = self.cleaned_data["photos"]
        if not given:
            raise forms.ValidationError(_("请先选择照片或文件。"))
        return given
