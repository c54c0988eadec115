"""The administrator's screens of posts and delegations, and everyone's own leave."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minfu.accounts import rights
from minfu.accounts.actor import actor_of
from minfu.accounts.forms import show
from minfu.accounts.forms_admin import EndPostForm, GridsForm, LeaveForm, PostForm, PostUnitForm
from minfu.accounts.models import Post, User
from minfu.accounts.rules import access, posts
from minfu.accounts.views.admin import PAGE
from minfu.kernel import clock, gate
from minfu.kernel.errors import Invalid


@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def post_new(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give a person a post: first the unit (``?unit=``), then the rest."""
    actor = actor_of(request)
    context: dict[str, Any] = {"person": access.get_person_for(actor, user_id)}
    chosen = PostUnitForm(request.GET or None, actor=actor)
    if not chosen.is_valid():
        status = 422 if chosen.errors else 200
        return render(request, "accounts/post_unit.html", {**context, "form": chosen}, status=status)
    unit = chosen.cleaned_data["unit"]
    initial = {"starts_on": timezone.localdate(clock.now())}
    form = PostForm(request.POST or None, unit=unit, initial=initial)
    if form.is_valid():
        try:
            posts.give_post(user_id, form.terms(), actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("已任命岗位。"))
            return redirect("accounts:person", user_id)
    context |= {"form": form, "unit": unit}
    return render(request, "accounts/post_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def post_end(request: HttpRequest, post_id: int) -> HttpResponse:
    """End a post on a last day, or at once."""
    actor = actor_of(request)
    post = access.get_post_for(actor, post_id)
    form = EndPostForm(request.POST or None)
    if form.is_valid():
        try:
            posts.end_post(post_id, ends_on=form.ends_on(), reason=form.cleaned_data["reason"], actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("岗位已结束。"))
            return redirect("accounts:person", post.user_id)
    context = {"form": form, "post": post}
    return render(request, "accounts/post_end.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def post_grids(request: HttpRequest, post_id: int) -> HttpResponse:
    """Change which grids a grid worker is responsible for."""
    actor = actor_of(request)
    post = access.get_post_for(actor, post_id)
    form = GridsForm(request.POST or None, post=post, initial={"grids": post.grids.all()})
    if form.is_valid():
        posts.change_grids(post_id, form.grid_ids(), actor=actor)
        messages.success(request, _("负责网格已调整。"))
        return redirect("accounts:person", post.user_id)
    context = {"form": form, "post": post}
    return render(request, "accounts/post_grids.html", context, status=422 if form.errors else 200)


@require_GET
@gate.needs("accounts.manage")
def delegations(request: HttpRequest) -> HttpResponse:
    """List the delegations of the administrator's area, newest first."""
    page = Paginator(access.delegations_for(actor_of(request)), PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/delegations.html", {"page": page, "now": clock.now()})


@require_http_methods(["GET", "POST"])
@gate.needs("accounts.manage")
def delegation_new(request: HttpRequest, post_id: int) -> HttpResponse:
    """Delegate anyone's post during their leave."""
    post = access.get_post_for(actor_of(request), post_id)
    return _leave(request, post, "accounts:delegations")


@require_http_methods(["GET", "POST"])
@gate.needs("accounts.delegate_own")
def leave(request: HttpRequest) -> HttpResponse:
    """Delegate the post one acts in during one's own leave."""
    post = Post.objects.select_related("unit", "user").get(pk=actor_of(request).post_id or 0)
    return _leave(request, post, "accounts:leave")


def _leave(request: HttpRequest, post: Post, done: str) -> HttpResponse:
    """Show and take the form of a delegation; go to the page named ``done`` afterwards."""
    actor = actor_of(request)
    form = LeaveForm(request.POST or None)
    if form.is_valid():
        try:
            posts.delegate(post.pk, form.terms(), actor=actor)
        except Invalid as refusal:
            show(form, refusal.fields)
        else:
            messages.success(request, _("已委托代理。代理期间，办理记录会同时写明岗位和代理人。"))
            return redirect(done)
    context = {
        "form": form,
        "post": post,
        "delegations": access.delegations_for(actor).filter(post=post),
        "colleagues": User.objects.filter(posts__unit_id=post.unit_id, is_active=True).distinct(),
        "now": clock.now(),
    }
    return render(request, "accounts/leave.html", context, status=422 if form.errors else 200)


@require_POST
@gate.needs("accounts.delegate_own")
def delegation_end(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """End a delegation now: one's own, or any of the administrator's area."""
    actor = actor_of(request)
    posts.end_delegation(delegation_id, actor=actor)
    messages.success(request, _("代理已结束。"))
    return redirect("accounts:delegations" if actor.may(rights.MANAGE) else "accounts:leave")
