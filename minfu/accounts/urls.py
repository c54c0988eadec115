"""Addresses of accounts."""

from django.urls import URLPattern, URLResolver, path

from minfu.accounts.views import sign_in

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", sign_in.login, name="login"),
    path("logout/", sign_in.logout, name="logout"),
    path("account/post/", sign_in.choose_post, name="choose_post"),
    path("account/password/", sign_in.password, name="password"),
]
