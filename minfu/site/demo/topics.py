"""What many of the stories tell of, found as everywhere by the job; the water is taken up as the month's matter."""

from datetime import timedelta

from django.utils import timezone

from minfu.accounts.access import actor_for
from minfu.accounts.models import Post, Role, Unit
from minfu.kernel import clock
from minfu.topics.models import Topic
from minfu.topics.rules import actions, following

TASK = "查清是哪一段管子生锈，换掉，连续两周水质合格。"


def load() -> None:
    """Find topics in what was told so far, unless that was done; the water department gets what is told of water."""
    if Topic.objects.exists():
        return
    while following.follow():
        pass
    following.forget()
    hottest = Topic.objects.filter(title__contains="自来水").order_by("-heat", "pk").first()
    owner = Unit.objects.filter(kind=Unit.Kind.DEPARTMENT, duty="water", level="county").first()
    post = Post.objects.filter(role=Role.COUNTY_DISPATCHER).select_related("user").first()
    actor = actor_for(post.user, post.pk, "screen") if post else None
    if hottest is None or owner is None or actor is None:
        return
    due = timezone.localdate(clock.now()) + timedelta(days=30)
    actions.take_up(actor=actor, pk=hottest.pk, owner_id=owner.pk, due_on=due, task=TASK)
