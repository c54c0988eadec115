"""Pages of the site itself."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from minfu.kernel import gate
from minfu.site import health


@gate.open_to_all("monitoring programs ask it; it holds no data")
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, migrations and jobs are well, else 503; ``problems`` says what is not."""
    del request
    parts = health.report()
    problems = {part: words for part, words in parts.items() if words}
    body = {part: "bad" if words else "ok" for part, words in parts.items()}
    return JsonResponse(
        {"status": "bad" if problems else "ok", **body, "problems": problems},
        status=503 if problems else 200,
        json_dumps_params={"ensure_ascii": False},
    )
