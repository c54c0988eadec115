"""Addresses of accounts."""

from django.urls import URLPattern, URLResolver, path

from minfu.accounts.views import admin, posts, security, sign_in, systems

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", sign_in.login, name="login"),
    path("logout/", sign_in.logout, name="logout"),
    path("account/post/", sign_in.choose_post, name="choose_post"),
    path("account/password/", sign_in.password, name="password"),
    path("account/leave/", posts.leave, name="leave"),
    path("account/sessions/end/", security.sessions_end, name="sessions_end"),
    path("account/sessions/<int:sign_in_id>/end/", security.session_end, name="session_end"),
    path("admin/sign-ins/", security.sign_ins, name="sign_ins"),
    path("admin/second-factor/", security.demands, name="demands"),
    path("admin/second-factor/<int:rule_id>/end/", security.demand_end, name="demand_end"),
    path("admin/systems/", systems.systems, name="systems"),
    path("admin/systems/new/", systems.system_new, name="system_new"),
    path("admin/systems/<int:system_id>/", systems.system, name="system"),
    path("admin/systems/<int:system_id>/end/", systems.system_end, name="system_end"),
    path("admin/systems/<int:system_id>/keys/new/", systems.key_new, name="key_new"),
    path("admin/systems/<int:system_id>/keys/<int:key_id>/end/", systems.key_end, name="key_end"),
    path("admin/units/", admin.units, name="units"),
    path("admin/units/new/", admin.unit_new, name="unit_new"),
    path("admin/units/<int:unit_id>/", admin.unit, name="unit"),
    path("admin/people/", admin.people, name="people"),
    path("admin/people/new/", admin.person_new, name="person_new"),
    path("admin/people/<int:user_id>/", admin.person, name="person"),
    path("admin/people/<int:user_id>/password/", admin.person_reset, name="person_reset"),
    path("admin/people/<int:user_id>/active/", admin.person_active, name="person_active"),
    path("admin/people/<int:user_id>/factors/", security.person_factors, name="person_factors"),
    path("admin/people/<int:user_id>/identity/", security.person_identity, name="person_identity"),
    path(
        "admin/people/<int:user_id>/sessions/<int:sign_in_id>/end/",
        security.person_session_end,
        name="person_session_end",
    ),
    path("admin/people/<int:user_id>/posts/new/", posts.post_new, name="post_new"),
    path("admin/posts/<int:post_id>/end/", posts.post_end, name="post_end"),
    path("admin/posts/<int:post_id>/grids/", posts.post_grids, name="post_grids"),
    path("admin/posts/<int:post_id>/delegate/", posts.delegation_new, name="delegation_new"),
    path("admin/delegations/", posts.delegations, name="delegations"),
    path("admin/delegations/<int:delegation_id>/end/", posts.delegation_end, name="delegation_end"),
]
