"""Every address of minfu, and what fills its holes (``tests/things.py``): for tests that go everywhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver

from minfu.cases.forms.steps import FORMS
from minfu.disputes import forms as dispute_forms
from minfu.documents.forms import FORMS as DOCUMENT_FORMS
from minfu.files.tests import making
from minfu.hazards import forms as hazard_forms
from minfu.kernel import clock
from minfu.returns.forms import FORMS as RETURN_FORMS
from minfu.site.api import api
from minfu.topics.forms import FORMS as TOPIC_FORMS
from minfu.workbooks.forms import FORMS as WORKBOOK_FORMS

CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """An address as patterns name it: its name in ``tests/rights.py``, methods, and the address with holes."""

    name: str
    methods: tuple[str, ...]
    path: str

    @property
    def holes(self) -> list[str]:
        """Return what must be filled in."""
        return CONVERTER.findall(self.path)


def _screens(resolver: URLResolver | None = None, prefix: str = "", space: str = "") -> Iterator[Route]:
    """Yield the routes of screens; operations of the API are named by their own ids."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _screens(entry, path, entry.namespace or space)
        elif isinstance(entry, URLPattern) and entry.name and not _of_api(entry):
            yield Route(f"{space}:{entry.name}", ("GET", "POST"), f"/{path}")


def _of_api(entry: URLPattern) -> bool:
    return "sync_view" in str(entry.lookup_str)


def _operations() -> Iterator[Route]:
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield Route(
                    f"api:{operation.operation_id}",
                    tuple(operation.methods),
                    "/api/v1" + re.sub(r"{(\w+)}", r"<\1>", path),
                )


ALL_ROUTES = [*_screens(), *_operations()]


# --- addresses ------------------------------------------------------------------------------------------------------

#: What ``pk``, ``code`` and ``name`` mean on each screen; the first that fits counts.
MEANT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("cases:decide", {"pk": "approval_id"}),
    ("*:data_request*", {"pk": "data_request", "request_id": "data_request"}),
    ("cases:release", {"pk": "solved_case"}),
    ("api:releases_release", {"case_id": "solved_case"}),
    ("cases:solved_one", {"pk": "release"}),
    ("api:public_one*", {"matter_id": "release"}),
    ("*:release*", {"pk": "release", "release_id": "release"}),
    ("cases:help", {"pk": "help_id"}),
    (":mfa_*", {"pk": "passkey"}),
    ("accounts:person_session_end", {"sign_in_id": "officer_session"}),
    ("api:security_end_own_session", {"session_id": "sign_in_id"}),
    ("api:security_end_session", {"session_id": "officer_session"}),
    ("disputes:*", {"pk": "mediation"}),
    ("answers:*", {"pk": "answer"}),
    ("api:answers_*", {"answer_id": "answer"}),
    ("returns:copy", {"pk": "copy"}),
    ("returns:give_back", {"pk": "copy"}),
    ("api:returns_*", {"copy_id": "copy"}),
    ("returns:collected", {"pk": "form_asked"}),
    ("returns:*", {"pk": "form_draft", "field_id": "field_id"}),
    ("documents:register_close", {"pk": "register_id"}),
    ("documents:*", {"pk": "document"}),
    ("figures:exclusion", {"pk": "exclusion"}),
    ("figures:published_one", {"pk": "published"}),
    ("api:figures_*", {"exclusion_id": "exclusion", "published_id": "published"}),
    ("workbooks:*", {"pk": "workbook"}),
    ("api:documents_*", {"document_id": "document"}),
    ("hazards:config_call_end", {"pk": "call_id"}),
    ("hazards:photo", {"pk": "hazard", "file_id": "hazard_file"}),
    ("api:hazards_photo", {"hazard_id": "hazard", "file_id": "hazard_file"}),
    ("hazards:*", {"pk": "hazard"}),
    ("topics:*", {"pk": "topic"}),
    ("places:place", {"pk": "place"}),
    ("places:*alias", {"pk": "place"}),
    ("cases:config*", {"pk": "rule"}),
    ("cases:import_faults", {"pk": "import"}),
    ("cases:table_run", {"pk": "import"}),
    ("tables:columns*", {"pk": "held"}),
    ("tables:layout*", {"pk": "layout"}),
    ("api:columns_*", {"layout_id": "layout"}),
    ("tables:*", {"pk": "export"}),
    ("api:exports_*", {"run_id": "export"}),
    ("api:tables_*", {"run_id": "import"}),
    ("api:config_rules*", {"row_id": "rule"}),
    ("api:config_limits*", {"row_id": "limit"}),
    ("api:config_diversions*", {"row_id": "diversion"}),
    ("api:config_retention*", {"row_id": "retention"}),
    ("api:config_choices*", {"row_id": "choice"}),
    ("notices:open", {"notice_id": "notice"}),
    ("notices:failed", {"notice_id": "told"}),
    ("notices:channel*", {"pk": "channel_id"}),
    ("*:*alarm_told", {"notice_id": "alarm"}),
    ("open311:token", {"token": "receipt"}),
    ("*:*told", {"notice_id": "told"}),
)
WORDS: tuple[tuple[str, dict[str, tuple[str, ...]]], ...] = (
    (":openid_connect_*", {"provider_id": ("county",)}),
    ("tables:export", {"name": ("cases.inbox",)}),
    ("figures:figure", {"name": ("registered",)}),
    ("opendata:table", {"name": ("dictionary",), "ending": ("csv",)}),
    ("figures:weight", {"key": ("solving_partly",)}),
    ("figures:publish", {"name": ("registered",)}),
    ("api:figures_set_weight", {"key": ("solving_partly",)}),
    ("api:figures_*", {"name": ("registered",)}),
    ("figures:picture", {"name": ("trend",), "ending": ("svg",)}),
    ("cases:step", {"name": tuple(FORMS)}),
    ("answers:*", {"key": ("households",)}),
    ("api:answers_*", {"key": ("households",)}),
    ("returns:step", {"name": tuple(RETURN_FORMS)}),
    ("documents:step", {"name": tuple(DOCUMENT_FORMS)}),
    ("workbooks:cell", {"name": ("0-B2",)}),
    ("workbooks:step", {"name": tuple(WORKBOOK_FORMS)}),
    ("hazards:step", {"name": tuple(hazard_forms.FORMS)}),
    ("hazards:alarm", {"name": tuple(hazard_forms.ALARM_FORMS)}),
    ("topics:step", {"name": tuple(TOPIC_FORMS)}),
    ("hazards:config_grade", {"code": ("minor",)}),
    ("api:hazards_set_grade", {"code": ("minor",)}),
    ("disputes:step", {"name": tuple(dispute_forms.FORMS)}),
    ("disputes:session", {"name": ("hold", "cancel")}),
    ("disputes:agreement_file", {"ending": ("docx", "ofd")}),
    ("disputes:*paper", {"name": ("agreement",)}),
    ("disputes:config_term", {"key": ("confirm",)}),
    ("disputes:config_way", {"code": ("court",)}),
    ("api:mediations_set_*", {"key": ("confirm",), "code": ("court",)}),
    ("notices:channel_new", {"kind": ("sms", "mail")}),
    ("notices:text*", {"key": ("cases.assigned",), "language": ("zh-hans",)}),
    ("api:wordings_*", {"key": ("cases.assigned",), "language": ("zh-hans",)}),
    ("cases:dossier_file", {"ending": ("docx", "ofd")}),
    ("cases:help", {"name": ("come", "finish", "decline", "release")}),
    ("cases:report*", {"name": ("where",), "key": ("nosuchreport",)}),
    ("cases:config_category*", {"code": ("0401",)}),
    ("api:categories_*", {"code": ("0401",)}),
    ("api:calendar_*", {"year": ("2026",)}),
    ("cases:config_calendar*", {"number": ("2026",)}),
    ("cases:config_e*", {"name": ("rules",)}),
    ("cases:config*", {"name": ("rules", "limits", "diversions")}),
    ("open311:service", {"code": ("040101",), "format": ("json", "xml")}),
    ("open311:photo", {"signed": ("nothing",)}),
    ("open311:*", {"format": ("json", "xml")}),
)
#: What an address must be asked with, by route.
ASKED = (("api:figures_split_*", "?by=level"),)


def addresses(route: Route, things: dict[str, Any]) -> list[str]:
    """Return the address of a route for the things of one area; several where it is a word that varies."""
    case, grid = things["case"], things["grid"]
    fill: dict[str, Any] = {
        **things,
        "pk": case.pk,
        "case_id": case.pk,
        "receipt": case.receipt,
        "place_id": things["place"],
        "number": case.number,
        "token": grid.qr_token,
        "code": things["village"] if "/divisions/" in route.path else grid.code,
    }
    fill |= next(
        (
            {hole: things[name] for hole, name in meant.items()}
            for fit, meant in MEANT
            if fnmatchcase(route.name, fit)
        ),
        {},
    )
    words = next((words for fit, words in WORDS if fnmatchcase(route.name, fit)), {})
    varying = next((hole for hole in route.holes if len(words.get(hole, ())) > 1), "")
    fill |= {hole: choices[0] for hole, choices in words.items()}
    turns = words.get(varying, ("",))
    asked = next((query for fit, query in ASKED if fnmatchcase(route.name, fit)), "")
    return [
        CONVERTER.sub(lambda hole, turn=turn: str({**fill, varying: turn}[hole[1]]), route.path) + asked  # type: ignore[misc]  # a library without exact types
        for turn in turns
    ]


# --- bodies of the API ---------------------------------------------------------------------------------------------


#: Something of a type, for what the pool does not name.
LIKE: dict[str, Any] = {"string": "内容", "integer": 1, "array": [1], "boolean": False, "object": {}}


def bodies_of(things: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a body for every operation that takes one: what its description requires, from one pool of good values."""
    case, far = things["case"], (clock.now() + timedelta(days=5)).date().isoformat()
    pool: dict[str, Any] = {
        "username": "x", "password": "x", "post": 1, "description": "路灯坏了", "unit": case.lead_id, "reason": "理由充分",
        "text": "写明情况", "decision": "裁定理由", "finding": "现场看过", "outcome": "solved", "reached": False, "amount": 1,
        "ground": "complex", "until": far, "diversion": "petition", "into": things["twin"], "other": things["twin"],
        "parts": [{"description": "一件"}, {"description": "另一件"}], "village": things["village"], "category": "040101",
        "on": far,
        "new_password": "Linshui-2026-new", "name": "新名称", "kind": "other", "division": things["village"], "active": True,

        "unit_id": case.lead_id, "role": "mediator", "area": things["village"], "starts_on": far, "grids": [], "to": "water",
        "starts_at": f"{far}T00:00:00Z", "ends_at": f"{far}T08:00:00Z",
        "scopes": ["cases.read"], "days": 30, "cases": [things["twin"]], "valid_from": far, "source": "县办〔2026〕1号",
        "label": "正式环境", "url": "https://example.org/hook", "system_id": things["system_id"], "since": f"{far}T00:00:00Z",
        "order": 7, "months": 12, "code": "0403", "advice": "请到县信访局。", "phone": "13800001234",
        "due_on": far, "gone": True, "weight": 1, "wait_minutes": 5, "stage": 1,
        "agreed_on": far, "signed_on": far, "applied_on": far, "decided_on": far, "side": "b", "party": things["party_id"],
        "seat": things["seat_id"], "parties": [things["party_id"]], "seats": [things["seat_id"]], "ways": ["court"],
        "starts": "22:00", "ends": "06:00",
        "case": things["twin"], "why": "台风停电", "period": "2025",
        "mapping": ["来电内容=description"],
        "meaning": "截至年底", "origin": "县里年报", "item": "households", "value": "12", "words": "住户数",
        "least": 5, "licence": "CC BY 4.0",
        "means": "figure:registered", "template": "overdue",
        "what": "照明设施故障", "done": "更换后恢复使用",
        "task": "请来", "result": "好了", "purpose": "contact", "explanation": "电话核实", "files": [str(things["file_id"])],
    }  # fmt: skip
    schema = api.get_openapi_schema()
    found = {}
    for methods in schema["paths"].values():
        for operation in methods.values():
            for about in operation.get("requestBody", {}).get("content", {}).values():
                name = about["schema"].get("$ref", "").rsplit("/", 1)[-1]
                model = schema["components"]["schemas"][name] if name else about["schema"]
                asked = {name: model["properties"][name] for name in model.get("required", ())}
                found[operation["operationId"]] = {
                    name: _value(name, about, pool, schema["components"]["schemas"])
                    for name, about in asked.items()
                }
    return found


def _value(name: str, about: dict[str, Any], pool: dict[str, Any], models: dict[str, Any]) -> Any:
    """Return something that fits a field: a picture for a file, the first of its choices unless the pool's is one."""
    about = models.get(about.get("$ref", "").rsplit("/", 1)[-1], about)
    if about.get("format") == "binary":
        return SimpleUploadedFile("灯.jpg", making.picture())
    if "anyOf" in about:
        return None
    value = pool.get(name, LIKE.get(about.get("type", ""), 1))
    choices = about.get("enum", [value])
    return value if value in choices else choices[0]
