"""What the API has for each screen that changes something: operations, or the reason why there is none.

A new screen that takes a POST gets an operation, and a line here. What residents do stands in no operation of the desk's API:
they sign in to nothing, and other systems speak for them through Open311.
"""

from minfu.cases.forms.steps import FORMS
from minfu.disputes.forms import FORMS as MEDIATION_FORMS
from minfu.documents.forms import FORMS as DOCUMENT_FORMS
from minfu.hazards.forms import FORMS as HAZARD_FORMS
from minfu.topics.forms import FORMS as TOPIC_FORMS

FOR_PEOPLE = "a browser's own: session, language, type; a program has a token instead"
#: Parts of the configuration that are kept as rows with dates.
PARTS = ("rules", "limits", "diversions", "retention", "choices")
RESIDENTS = "residents have no account; programs that speak for them use Open311"
ASKED_BY_PEOPLE = (
    "a form is declared and let in by people who answer for it; programs read what is asked and hand in"
)
COUNTER = "handed over a counter to somebody whose papers were seen; a program sees nobody"
FOR_THE_SCREEN = "a program keeps its file itself and sends it with the mapping; nothing of it waits here"
FILLED_BY_PEOPLE = (
    "a form from above is filled in and answered for by people; programs read the figures themselves"
)
ITSELF = "is an interface for programs itself"

#: A step's operation is named after it; ``object`` is a word of Python's.
STEPS = tuple(f"steps_{'object_to' if name == 'object' else name}" for name in FORMS)

#: By the name of the route; patterns, the first that fits counts. Operations by their ids, without ``api:``.
COUNTERPARTS: tuple[tuple[str, str | tuple[str, ...]], ...] = (
    # --- accounts ---
    ("accounts:login", ("accounts_issue",)),
    ("accounts:logout", ("accounts_revoke", "accounts_end_token")),
    ("accounts:choose_post", ("accounts_issue",)),
    ("accounts:password", ("accounts_choose_password",)),
    ("accounts:leave", ("delegations_delegate",)),
    ("accounts:session_end", ("security_end_own_session",)),
    ("accounts:sessions_end", ("security_end_own_sessions",)),
    ("accounts:sign_ins", ("security_look",)),
    ("accounts:demands", ("security_demand",)),
    ("accounts:demand_end", ("security_end_demand",)),
    ("accounts:unit_new", ("units_create",)),
    ("accounts:unit", ("units_change",)),
    ("accounts:person_new", ("people_create",)),
    ("accounts:person", ("people_rename",)),
    ("accounts:person_reset", ("people_reset",)),
    ("accounts:person_active", ("people_set_active",)),
    ("accounts:person_factors", ("security_reset_factors",)),
    ("accounts:person_identity", ("security_register_identity",)),
    ("accounts:person_session_end", ("security_end_session",)),
    ("accounts:post_new", ("posts_give",)),
    ("accounts:post_end", ("posts_end",)),
    ("accounts:post_grids", ("posts_change_grids",)),
    ("accounts:delegation_new", ("delegations_delegate",)),
    ("accounts:delegation_end", ("delegations_end",)),
    ("accounts:system_new", ("systems_create",)),
    ("accounts:system", ("systems_change",)),
    ("accounts:system_end", ("systems_end",)),
    ("accounts:key_new", ("systems_issue_key",)),
    ("accounts:key_end", ("systems_end_key",)),
    # --- webhooks ---
    ("webhooks:endpoint_new", ("webhooks_create",)),
    ("webhooks:endpoint", ("webhooks_change",)),
    ("webhooks:renew", ("webhooks_renew",)),
    ("webhooks:switch_on", ("webhooks_switch_on",)),
    ("webhooks:switch_off", ("webhooks_switch_off",)),
    ("webhooks:replay_since", ("webhooks_replay_since",)),
    ("webhooks:replay", ("webhooks_replay",)),
    # --- places ---
    ("places:rename", ("divisions_rename",)),
    ("places:end", ("divisions_end",)),
    ("places:new_grid", ("grids_create",)),
    ("places:grid", ("grids_change",)),
    ("places:renew", ("grids_renew",)),
    ("places:import_grids", ("grids_import_",)),
    ("places:new_place", ("gazetteer_create",)),
    ("places:place", ("gazetteer_change",)),
    ("places:add_alias", ("gazetteer_add_alias",)),
    ("places:remove_alias", ("gazetteer_remove_alias",)),
    # --- notices ---
    ("notices:read", ("notices_read",)),
    ("notices:told", ("notices_told",)),
    ("notices:alarm_told", ("reach_alarm_told",)),
    ("notices:mine_save", ("reach_choose",)),
    ("notices:mine_forget", ("reach_forget",)),
    ("notices:channel_new", ("channels_create",)),
    ("notices:channel", ("channels_change",)),
    ("notices:channel_try", ("channels_test",)),
    ("notices:text", ("wordings_save_text", "wordings_preview_text")),
    ("notices:text_shipped", ("wordings_ship_text",)),
    ("notices:quiet", ("wordings_set_quiet_hours",)),
    ("notices:keeping", ("wordings_set_deliveries_kept",)),
    # --- disputes ---
    ("disputes:step", tuple(f"mediations_{name}" for name in MEDIATION_FORMS)),
    ("disputes:declare", ("mediations_declare",)),
    ("disputes:decide", ("mediations_decide",)),
    ("disputes:session", ("mediations_hold", "mediations_cancel")),
    ("disputes:reveal", ("mediations_reveal",)),
    ("disputes:named_paper", ("mediations_reveal",)),
    ("disputes:config_term", ("mediations_set_term",)),
    ("disputes:config_way*", ("mediations_set_way",)),
    # --- open data ---
    ("opendata:config", ("open_set_terms",)),
    # --- figures ---
    ("figures:exclusion_new", ("figures_ask_exclusion",)),
    ("figures:exclusion", ("figures_grant_exclusion", "figures_refuse_exclusion", "figures_end_exclusion")),
    ("figures:weight", ("figures_set_weight",)),
    ("figures:publish", ("figures_publish",)),
    # --- documents ---
    ("documents:begin", ("documents_begin",)),
    ("documents:step", tuple(f"documents_{name}" for name in DOCUMENT_FORMS)),
    ("documents:register_new", ("documents_set_register",)),
    ("documents:register_close", ("documents_close_register",)),
    # --- answers ---
    ("answers:tell", ("answers_tell",)),
    ("answers:correct", ("answers_correct",)),
    ("answers:item_new", ("answers_declare",)),
    ("answers:item_end", ("answers_end",)),
    ("answers:synonym_new", ("answers_set_synonym",)),
    # --- workbooks ---
    ("workbooks:*", FILLED_BY_PEOPLE),
    # --- topics ---
    ("topics:step", tuple(f"topics_{name}" for name in TOPIC_FORMS)),
    # --- returns ---
    ("returns:copy", ("returns_hand_in",)),
    ("returns:give_back", ("returns_give_back",)),
    ("returns:*", ASKED_BY_PEOPLE),
    # --- hazards ---
    ("hazards:step", tuple(f"hazards_{name}" for name in HAZARD_FORMS)),
    ("hazards:alarm", ("hazards_acknowledge", "hazards_end_alarm")),
    ("hazards:config_grade*", ("hazards_set_grade",)),
    ("hazards:config_call_new", ("hazards_add_call",)),
    ("hazards:config_call_end", ("hazards_end_call",)),
    # --- cases: taking in ---
    ("cases:intake", ("cases_register", "files_upload")),
    ("cases:suggest", ("intake_suggest",)),
    ("cases:inbox", ("cases_list_cases", "cases_search")),  # a POST only so that no number stands in the address
    ("site:search", ("cases_by_number", "cases_search")),
    ("cases:search", ("cases_find",)),  # a POST only so that no word stands in the address
    ("cases:earlier", ("intake_earlier",)),
    ("cases:field_report", ("cases_register", "files_upload")),
    # --- cases: handling ---
    ("cases:step", STEPS),
    ("cases:field_accept", ("steps_accept",)),
    ("cases:field_done*", ("steps_report", "files_add")),
    ("cases:attach", ("files_upload", "files_add")),
    ("cases:bulk", ("bulk_assign",)),
    ("cases:decide", ("steps_grant", "steps_refuse")),
    ("cases:help", ("steps_help_come", "steps_help_finish", "steps_help_decline", "steps_help_release")),
    ("cases:reveal", ("case_reveal",)),
    ("cases:hand_out", COUNTER),
    ("cases:release_row", ("releases_withdraw",)),
    ("cases:release", ("releases_release",)),
    ("cases:data_request", ("data_requests_answer_data_request",)),
    # --- cases: tables ---
    ("cases:import", ("tables_start_import",)),
    ("tables:columns", ("columns_look", "tables_start_import")),
    ("tables:columns_drop", FOR_THE_SCREEN),
    ("tables:layout", ("columns_change",)),
    ("tables:layout_forget", ("columns_forget",)),
    ("tables:export", ("exports_start",)),
    # --- cases: configuration ---
    ("cases:config_category_new", ("categories_create",)),
    ("cases:config_category", ("categories_revise",)),
    ("cases:config_category_end", ("categories_end",)),
    ("cases:config_tree_import", ("categories_import_tree",)),
    ("cases:config_notice", ("calendar_notice",)),
    *(
        (f"cases:config_{screen}", tuple(f"config_{part}_{verb}" for part in PARTS))
        for screen, verb in (("new", "create"), ("edit", "revise"), ("end", "end"))
    ),
    # --- nobody of the staff ---
    ("cases:report*", RESIDENTS),
    ("cases:follow*", RESIDENTS),
    ("cases:own_data*", RESIDENTS),
    ("site:language", FOR_PEOPLE),
    ("open311:*", ITSELF),
)  # fmt: skip
