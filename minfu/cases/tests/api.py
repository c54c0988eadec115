"""Calling the API in tests as programs do."""

import json
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from minfu.accounts import tokens
from minfu.accounts.models import ApiToken
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.kernel import clock

STORY = {
    "description": "村口路灯坏了，晚上看不见路",
    "category": "040101",
    "place": {"village": FENGPU_VILLAGES[0]},
    "person": {"name": "林小满", "phone": "13800001234"},
}


class Caller:
    """A program signed in as one of the world's people."""

    def __init__(self, world: World, name: str):
        """Give the person a token."""
        actor = world.actors[name]
        self.raw = f"mf_{name}"
        ApiToken.objects.get_or_create(
            digest=tokens._digest(self.raw),
            defaults={
                "user_id": actor.user_id or 0,
                "post_id": actor.post_id or 0,
                "created_at": clock.now(),
                "expires_at": clock.now() + timedelta(days=400),
            },
        )
        self.client = Client()

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.raw}", **more}

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        """Read."""
        return self.client.get(f"/api/v1{path}", query or {}, headers=self._headers(headers))

    def post(
        self, path: str, body: Any = None, *, key: str = "", headers: dict[str, str] | None = None
    ) -> Any:
        """Send JSON, with an ``Idempotency-Key`` if told."""
        more = {**(headers or {}), **({"Idempotency-Key": key} if key else {})}
        data = body if isinstance(body, str | bytes) else json.dumps({} if body is None else body)
        return self.client.post(
            f"/api/v1{path}", data, content_type="application/json", headers=self._headers(more)
        )

    def put(self, path: str, body: Any) -> Any:
        """Say how something is from now on."""
        return self.client.put(
            f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=self._headers({})
        )

    def upload(self, path: str, data: bytes, name: str, *, key: str = "", **fields: Any) -> Any:
        """Send a file with further fields, as a form does."""
        file = SimpleUploadedFile(name, data)
        headers = self._headers({"Idempotency-Key": key} if key else {})
        return self.client.post(f"/api/v1{path}", {"file": file, **fields}, headers=headers)

    def register(self, **more: Any) -> dict[str, Any]:
        """Register a demand and return it."""
        response = self.post("/cases", {**STORY, **more})
        assert response.status_code == 201, response.content.decode()
        return dict(response.json())

    def step(self, case_id: int, name: str, **body: Any) -> Any:
        """Take a step."""
        return self.post(f"/cases/{case_id}/steps/{name}", body)
