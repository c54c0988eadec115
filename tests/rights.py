"""Who may do what, written down by hand: the table the rights matrix holds the product against.

A route is named ``room:name``, an operation of the API ``api:operation_id``. Each has who may use it at all and, if it is about
one object, whose object: then the table ``SEES`` says who sees that object of the own and of the other area.
"""

from fnmatch import fnmatchcase

#: Everyone who is tried: one of each role (in Fengpu or at the county), one signed in without a post, one not signed in.
STAFF = (
    "worker", "officer", "clerk", "leader", "dispatcher", "road", "mediator", "auditor", "administrator", "partner",
)  # fmt: skip
STRANGER, NOBODY = "stranger", "nobody"

DESK = {"clerk", "dispatcher"}
HANDLERS = DESK | {"worker", "officer", "road", "mediator"}
VIEWERS = HANDLERS | {"leader", "auditor"}
ALL = set(STAFF)
#: A system of others has a post and no person in it: it signs in nowhere and is told nothing on screens.
PARTNER = "partner"
PEOPLE = ALL - {PARTNER}
OPEN, SIGNED_IN = "open", "signed in"

#: Patterns, the first that fits counts: who may use it, and about whose object it is ("" for none).
ROUTES: tuple[tuple[str, object, str], ...] = (
    ("accounts:login", OPEN, ""),
    ("accounts:logout", OPEN, ""),
    ("accounts:choose_post", SIGNED_IN, ""),
    ("accounts:password", SIGNED_IN, ""),
    ("accounts:sessions_end", SIGNED_IN, ""),
    ("accounts:session_end", SIGNED_IN, "session"),
    (":account_login", OPEN, ""),
    (":mfa_authenticate", OPEN, ""),
    (":mfa_login_webauthn", OPEN, ""),
    (":openid_connect_*", OPEN, "nothing"),  # no provider is configured
    (":mfa_view_recovery_codes", SIGNED_IN, "nothing"),  # nobody tried has them
    (":mfa_deactivate_totp", SIGNED_IN, "nothing"),
    (":mfa_remove_webauthn", SIGNED_IN, "passkey"),
    (":mfa_edit_webauthn", SIGNED_IN, "passkey"),
    (":mfa_*", SIGNED_IN, ""),
    (":account_reauthenticate", SIGNED_IN, ""),
    ("accounts:sign_ins", {"administrator", "auditor"}, ""),
    ("accounts:demand_end", {"administrator"}, ""),
    ("accounts:demands", {"administrator"}, ""),
    ("accounts:leave", PEOPLE, ""),
    ("accounts:delegation_end", PEOPLE, "delegation"),
    ("accounts:unit*", {"administrator"}, ""),
    ("accounts:people", {"administrator"}, ""),
    ("accounts:person*", {"administrator"}, ""),
    ("accounts:post_*", {"administrator"}, ""),
    ("accounts:system*", {"administrator"}, ""),
    ("accounts:key_*", {"administrator"}, ""),
    ("accounts:delegation*", {"administrator"}, ""),
    ("places:villages", OPEN, ""),
    ("places:posters", {"worker", "officer", "administrator"} | DESK, ""),
    ("places:poster*", {"worker", "officer", "administrator"} | DESK, "grid"),
    ("places:*", {"dispatcher", "administrator"}, ""),
    ("notices:open", PEOPLE, "notice"),
    ("notices:told", DESK, "told"),
    ("notices:alarm_told", DESK, "alarm"),
    ("notices:phone", DESK, ""),
    ("notices:channels", {"dispatcher", "administrator"}, ""),
    ("notices:channel*", {"administrator"}, ""),
    *((f"notices:{name}", {"dispatcher", "administrator"}, "") for name in ("text*", "quiet", "sent", "caught")),
    ("notices:*", PEOPLE, ""),
    ("cases:inbox", VIEWERS, ""),
    ("cases:grid_options", VIEWERS, ""),
    ("cases:case", VIEWERS, "case"),
    ("cases:print", VIEWERS, "case"),
    ("cases:file", VIEWERS, "case"),
    ("cases:attach", HANDLERS | {"leader"}, "case"),
    ("cases:step", VIEWERS, "case"),
    ("cases:dispatch", DESK, ""),
    ("cases:bulk", DESK, ""),
    ("cases:earlier", DESK, ""),
    ("cases:decide", DESK | {"leader"}, "case"),
    ("cases:help", HANDLERS, "case"),
    ("cases:reveal", HANDLERS, "case"),
    ("cases:data_requests", DESK, ""),
    ("cases:data_request", DESK, "data_request"),
    ("cases:own_data*", OPEN, ""),
    ("cases:intake", HANDLERS | {"leader"}, ""),
    ("cases:suggest", HANDLERS | {"leader"}, ""),
    ("cases:questions", HANDLERS | {"leader"}, ""),
    ("cases:receipt", HANDLERS | {"leader"}, "receipt"),
    ("cases:slip", HANDLERS | {"leader"}, "receipt"),
    ("cases:import_faults", DESK, "run"),
    ("cases:import*", DESK, ""),
    ("cases:export_download", DESK | {"leader", "auditor"}, "run"),
    ("cases:export", DESK | {"leader", "auditor"}, ""),
    ("cases:table_run", DESK | {"leader", "auditor"}, "run"),
    ("cases:field_worker", OPEN, ""),
    ("cases:field_offline", OPEN, ""),
    ("cases:field_manifest", OPEN, ""),
    ("cases:field_accept", HANDLERS, "case"),
    ("cases:field_done_any", HANDLERS, ""),
    ("cases:field_done", HANDLERS, "case"),
    ("cases:field_report", HANDLERS | {"leader"}, ""),
    ("cases:field_case", {"worker", "officer"}, "case"),
    ("cases:field", {"worker", "officer"}, ""),
    ("cases:board*", {"leader", "dispatcher", "auditor"}, ""),
    ("cases:config*", {"dispatcher", "administrator"}, ""),
    ("cases:report*", OPEN, ""),
    ("disputes:config*", {"dispatcher", "administrator"}, ""),
    ("disputes:list", HANDLERS | {"auditor"}, ""),
    ("disputes:reveal", HANDLERS, "mediation"),
    ("disputes:named_paper", HANDLERS, "mediation"),
    ("disputes:*", HANDLERS | {"auditor"}, "mediation"),
    ("cases:follow_photo", OPEN, "nothing"),
    ("cases:follow_link", OPEN, "nothing"),
    ("cases:follow*", OPEN, ""),
    # Open311 knows neither sessions nor people's tokens: its own tests say what a key opens.
    ("open311:requests", OPEN, ""),
    ("open311:updates", OPEN, ""),
    ("open311:request", OPEN, "public"),
    ("open311:photo", OPEN, "nothing"),
    ("open311:*", OPEN, ""),
    ("site:search", SIGNED_IN, ""),
    ("site:gallery", OPEN, "gallery"),
    ("site:assessment", {"administrator", "auditor", "dispatcher"}, ""),
    ("site:*", OPEN, ""),
    (":api-docs", OPEN, ""),
    ("api:openapi-json", OPEN, ""),
    ("api:api-root", OPEN, "nothing"),
    ("api:accounts_issue", OPEN, ""),
    ("api:accounts_choose_password", OPEN, ""),
    ("api:accounts_end_token", ALL, "token"),
    ("api:accounts_*", ALL, ""),
    ("api:units_*", {"administrator"}, ""),
    ("api:people_*", {"administrator"}, ""),
    ("api:systems_*", {"administrator"}, ""),
    ("api:posts_*", {"administrator"}, ""),
    ("api:security_end_own_session", ALL, "session"),
    ("api:security_*own*", ALL, ""),
    ("api:security_look", {"administrator", "auditor"}, ""),
    ("api:security_*", {"administrator"}, ""),
    ("api:delegations_end", PEOPLE, "delegation"),
    ("api:delegations_*", PEOPLE, ""),
    ("api:cases_register", HANDLERS | {"leader"}, ""),
    ("api:cases_by_number", VIEWERS, "case"),
    ("api:cases_*", VIEWERS, ""),
    ("api:bulk_*", DESK, ""),
    ("api:intake_suggest", HANDLERS | {"leader"}, ""),
    ("api:intake_earlier", DESK, ""),
    ("api:tables_import_run", DESK, "run"),
    ("api:tables_faults", DESK, "run"),
    *((f"api:tables_{name}", DESK, "") for name in ("start_import", "imports", "template")),
    ("api:tables_start_export", DESK | {"leader", "auditor"}, ""),
    ("api:tables_exports", DESK | {"leader", "auditor"}, ""),
    ("api:tables_*", DESK | {"leader", "auditor"}, "run"),
    *((f"api:{room}_*", {"dispatcher", "administrator"}, "") for room in ("config", "categories", "calendar")),
    ("api:board_*", {"leader", "dispatcher", "auditor"}, ""),
    ("api:case_reveal", HANDLERS, "case"),
    ("api:case_*", VIEWERS, "case"),
    ("api:steps_help_*", HANDLERS, "case"),
    ("api:steps_grant", DESK | {"leader"}, "case"),
    ("api:steps_refuse", DESK | {"leader"}, "case"),
    ("api:steps_remark", HANDLERS | {"leader"}, "case"),
    *(
        (f"api:steps_{name}", HANDLERS, "case")
        for name in (
            "accept", "object_to", "note", "report", "ask_extension", "ask_pause", "ask_deferral", "resume", "call_help",
        )
    ),
    ("api:steps_*", DESK, "case"),
    ("api:mediations_config", {"dispatcher", "administrator"}, ""),
    ("api:mediations_set_*", {"dispatcher", "administrator"}, ""),
    ("api:mediations_list_mediations", HANDLERS | {"auditor"}, ""),
    ("api:mediations_show", HANDLERS | {"auditor"}, "mediation"),
    ("api:mediations_*", HANDLERS, "mediation"),
    ("api:files_upload", VIEWERS, ""),
    ("api:files_*", VIEWERS, "case"),
    ("api:places_*", ALL, ""),
    ("api:grids_list_grids", ALL, ""),
    *((f"api:{room}_*", {"dispatcher", "administrator"}, "") for room in ("divisions", "grids", "gazetteer")),
    ("api:posters_list_posters", {"worker", "officer", "administrator"} | DESK, ""),
    ("api:posters_*", {"worker", "officer", "administrator"} | DESK, "grid"),
    ("api:notices_told", DESK, "told"),
    ("api:notices_to_phone", DESK, ""),
    ("api:notices_*", PEOPLE, ""),
    *((f"api:channels_{name}", {"administrator"}, "") for name in ("create", "change", "test")),
    ("api:channels_*", {"dispatcher", "administrator"}, ""),
    ("api:wordings_*", {"dispatcher", "administrator"}, ""),
    ("api:reach_alarm_told", DESK, "alarm"),
    ("api:reach_alarms_to_phone", DESK, ""),
    ("api:reach_*", PEOPLE, ""),
    ("api:data_requests_list*", DESK, ""),
    ("api:data_requests_*", DESK, "data_request"),
    ("api:reference_*", VIEWERS, ""),
)  # fmt: skip

#: Who sees an object of Fengpu's first village, and one of Pinghu. Everyone tried has a post in Fengpu or at the county.
COUNTY = {"dispatcher", "auditor"}
SEES: dict[str, dict[str, set[str]]] = {
    "case": {"own": {"worker", "officer", "clerk", "leader", "road"} | COUNTY, "other": COUNTY},
    # Confidential: the village in charge, the desk above it, the county. Mediators of other units once they are asked to sit.
    "mediation": {"own": {"worker", "officer", "clerk"} | COUNTY, "other": COUNTY},
    "gallery": {"own": {"administrator"}, "other": {"administrator"}},
    # Photos of a report are for whoever proved the number that was left; nobody here did.
    "nothing": {"own": set(), "other": set()},
    "public": {"own": {*STAFF, STRANGER, NOBODY}, "other": {*STAFF, STRANGER, NOBODY}},
    "run": {"own": {"clerk"}, "other": set()},
    "receipt": {"own": {"clerk"}, "other": set()},
    "grid": {
        "own": {"worker", "officer", "clerk", "dispatcher", "administrator"},
        "other": {"dispatcher", "administrator"},
    },
    "notice": {"own": {"officer", "worker"}, "other": set()},
    "data_request": {"own": {"clerk", "dispatcher"}, "other": {"dispatcher"}},
    "alarm": {"own": {"clerk", "dispatcher"}, "other": {"dispatcher"}},
    "told": {"own": {"clerk", "dispatcher"}, "other": {"dispatcher"}},
    "token": {"own": {"clerk", "administrator"}, "other": {"administrator"}},
    "session": {"own": {"clerk"}, "other": set()},
    "passkey": {"own": {"clerk"}, "other": set()},
    "delegation": {"own": {"clerk", "administrator"}, "other": {"administrator"}},
}


def classified(name: str) -> tuple[object, str] | None:
    """Return who may use a route and about whose object it is; None for a route nobody classified."""
    return next(((who, about) for pattern, who, about in ROUTES if fnmatchcase(name, pattern)), None)
