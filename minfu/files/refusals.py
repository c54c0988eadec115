"""Why a picture is refused; apart from ``images``, whose libraries only they load who read pictures."""


class UnusableImageError(ValueError):
    """A picture that cannot be used; its text is the sentence for the user."""
