"""The identity vault: sealed identities, who looked at them and why, one-time codes."""

import uuid

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class Identity(models.Model):
    """Who a resident is and how to reach them, encrypted as one sealed value; nothing readable lies beside it.

    ``phone_index`` and ``id_index`` are keyed digests (blind indexes): they find equal values and tell nothing else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed = models.BinaryField()
    phone_index = models.BinaryField(max_length=32, null=True)
    id_index = models.BinaryField(max_length=32, null=True)
    created_at = models.DateTimeField()
    #: When everything sealed here was erased for good; nothing is left but the row that others point to.
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_identity"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True)
                | models.Q(sealed=b"", phone_index__isnull=True, id_index__isnull=True),
                name="erased_is_empty",
            ),
        ]
        indexes = [
            models.Index(
                fields=["phone_index"], name="identity_phone", condition=models.Q(phone_index__isnull=False)
            ),
            models.Index(
                fields=["id_index"], name="identity_id_number", condition=models.Q(id_index__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Reveal(models.Model):
    """One look at a resident's full identity: who, in which post, for what purpose, when. Never changed, never deleted."""

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="reveals")
    purpose = models.CharField(_("用途"), max_length=20)
    explanation = models.CharField(_("说明"), max_length=200)
    at = models.DateTimeField()
    door = models.CharField(max_length=16)
    user_id = models.BigIntegerField()
    post_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    on_behalf_of_post_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=120)

    class Meta:
        db_table = "registry_reveal"
        indexes = [models.Index(fields=["identity", "at"], name="reveal_by_identity")]
        triggers = [
            pgtrigger.Protect(name="reveal_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.at:%Y-%m-%d %H:%M} {self.purpose}"


class Erasure(models.Model):
    """The log of erasures (删除记录): which identity, on what ground, by whom, when. It holds nothing of the person; never
    changed, never deleted.
    """

    class Ground(models.TextChoices):
        RETENTION = "retention", _("保存期限届满")
        REQUEST = "request", _("应本人要求")

    identity = models.OneToOneField(Identity, on_delete=models.PROTECT, related_name="erasure")
    ground = models.CharField(_("原因"), max_length=10, choices=Ground.choices)
    basis = models.CharField(_("依据"), max_length=200)
    at = models.DateTimeField()
    actor_label = models.CharField(max_length=120)

    class Meta:
        db_table = "registry_erasure"
        triggers = [
            pgtrigger.Protect(name="erasure_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.get_ground_display()}"


class OneTimeCode(models.Model):
    """A code sent to the number a resident left; proves that they hold it. Only a keyed digest is kept."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="codes")
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_one_time_code"
        indexes = [models.Index(fields=["identity", "-created_at"], name="code_newest")]

    def __str__(self) -> str:
        return f"code until {self.expires_at:%Y-%m-%d %H:%M}"
