"""A program that calls the API, for the tests of every room."""

import io
import json
from typing import Any

from django.test import Client

from minfu.accounts.tests import people


class Program:
    """A program that signs in by itself."""

    def __init__(self, username: str = "", password: str = people.PASSWORD, post: int | None = None):
        """Get a token, if somebody is named."""
        self.headers: dict[str, str] = {}
        if username:
            told = self.ask(
                "post", "/tokens", {"username": username, "password": password, "post_id": post}, status=201
            )
            self.headers = {"Authorization": f"Bearer {told['token']}"}

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Send a request and return what comes back."""
        more = {} if method in ("get", "delete") else {"content_type": "application/json"}
        data = body if method in ("get", "delete") else json.dumps({} if body is None else body)
        call = getattr(Client(raise_request_exception=False), method)
        return self._told(call(f"/api/v1{path}", data, headers=self.headers, **more), status)

    def upload(self, path: str, data: bytes, name: str, *, status: int = 200, **fields: Any) -> Any:
        """Send a file as a form does, with further fields, and return what comes back."""
        file = io.BytesIO(data)
        file.name = name
        client = Client(raise_request_exception=False)
        return self._told(
            client.post(f"/api/v1{path}", {"file": file, **fields}, headers=self.headers), status
        )

    def _told(self, answer: Any, status: int) -> Any:
        assert answer.status_code == status, answer.content.decode()
        if "json" not in answer.headers.get("Content-Type", ""):
            return answer.getvalue()
        return answer.json() if answer.content else None
