"""Addresses of cases: one section for each module of views."""

from django.urls import URLPattern, URLResolver, path

from minfu.cases.views import (
    attach,
    board,
    config,
    config_calendar,
    config_tree,
    decisions,
    desk,
    dispatch,
    field,
    follow,
    intake,
    offline,
    own_data,
    papers,
    release,
    resident,
    search,
    solved,
    steps,
    tables,
)

app_name = "cases"
urlpatterns: list[URLPattern | URLResolver] = []

# --- desk: lists and one demand ---
urlpatterns += [
    path("cases/", desk.inbox, name="inbox"),
    path("cases/<int:pk>/", desk.case, name="case"),
]

# --- desk: searching by words ---
urlpatterns += [path("cases/search/", search.words, name="search")]

# --- desk: dispatch ---
urlpatterns += [path("cases/dispatch/", dispatch.dispatch, name="dispatch")]

# --- desk: steps ---
urlpatterns += [
    path("cases/<int:pk>/settled/", desk.settled, name="settled"),
    path("cases/<int:pk>/step/<slug:name>/", steps.step, name="step"),
    path("cases/approvals/<int:pk>/", decisions.decide, name="decide"),
    path("cases/helps/<int:pk>/<slug:name>/", decisions.help_step, name="help"),
    path("cases/<int:pk>/hand-out/", own_data.hand_out, name="hand_out"),
    path("cases/<int:pk>/reveal/", decisions.reveal, name="reveal"),
    path("cases/bulk/", decisions.bulk, name="bulk"),
]

# --- desk: paper and attachments ---
urlpatterns += [
    path("cases/<int:pk>/print/", papers.print_case, name="print"),
    path("cases/<int:pk>/dossier.pdf", papers.dossier, name="dossier"),
    path("cases/<int:pk>/dossier.<slug:ending>", papers.dossier_file, name="dossier_file"),
    path("cases/<int:pk>/files/add/", attach.attach, name="attach"),
    path("cases/<int:pk>/files/<uuid:file_id>/", papers.file, name="file"),
]

# --- desk: registering ---
urlpatterns += [
    path("cases/new/", intake.intake, name="intake"),
    path("cases/new/suggest/", intake.suggest, name="suggest"),
    path("cases/new/earlier/", intake.earlier, name="earlier"),
    path("cases/new/questions/", intake.ask, name="questions"),
    path("cases/grids/", intake.grids, name="grid_options"),
    path("cases/<int:pk>/receipt/", intake.receipt, name="receipt"),
    path("cases/<int:pk>/slip/", intake.slip, name="slip"),
    path("cases/<int:pk>/receipt.pdf", intake.receipt_pdf, name="receipt_pdf"),
]

# --- leader's page ---
urlpatterns += [
    path("cases/board/", board.board, name="board"),
    path("cases/board/paper/", board.paper, name="board_paper"),
    path("cases/board/map.json", board.board_map, name="board_map"),
]

# --- residents: report and follow ---
urlpatterns += [
    path("r/", resident.report, name="report"),
    path("r/g/<str:token>/", resident.report_grid, name="report_grid"),
    path("r/<str:key>/what/", resident.what, name="report_what"),
    path("r/<str:key>/check/", resident.check, name="report_check"),
    path("r/<str:key>/done/", resident.done, name="report_done"),
    path("r/<str:key>/<slug:name>/", resident.step, name="report_step"),
    path("f/", follow.follow_form, name="follow"),
    path("f/<str:receipt>/", follow.follow_case, name="follow_case"),
    path("f/<str:receipt>/prove/", follow.prove, name="follow_prove"),
    path("f/<str:receipt>/answer/", follow.answer, name="follow_answer"),
    path("f/<str:receipt>/receipt.pdf", follow.receipt_pdf, name="follow_receipt"),
    path("f/<str:receipt>/add/", follow.add, name="follow_add"),
    path("f/<str:receipt>/mine/", own_data.mine, name="own_data"),
    path("f/<str:receipt>/mine/take/", own_data.take, name="own_data_take"),
    path("f/<str:receipt>/withdraw/", follow.withdraw, name="follow_withdraw"),
    path("f/<str:receipt>/contest/", follow.contest, name="follow_contest"),
    path("a/<str:token>/", follow.link, name="follow_link"),
    path("f/<str:receipt>/photo/<uuid:file_id>/", follow.photo, name="follow_photo"),
]

# --- desk: what residents ask about their data ---
urlpatterns += [
    path("cases/data-requests/", own_data.requests, name="data_requests"),
    path("cases/data-requests/<int:pk>/", own_data.decide, name="data_request"),
]

# --- the public board ---
urlpatterns += [
    path("solved/", solved.board, name="solved"),
    path("solved/<int:pk>/", solved.one, name="solved_one"),
    path("f/<str:receipt>/public/", solved.wish, name="follow_public"),
    path("cases/releases/", release.releases_page, name="releases"),
    path("cases/releases/<int:pk>/", release.release_row, name="release_row"),
    path("cases/<int:pk>/release/", release.release, name="release"),
]

# --- configuration ---
urlpatterns += [
    path("cases/config/", config.home, name="config"),
    path("cases/config/categories/", config_tree.tree, name="config_tree"),
    path("cases/config/categories/new/", config_tree.category, name="config_category_new"),
    path("cases/config/categories/export.csv", config_tree.tree_csv, name="config_tree_csv"),
    path("cases/config/categories/import/", config_tree.tree_import, name="config_tree_import"),
    path("cases/config/categories/<slug:code>/", config_tree.category, name="config_category"),
    path("cases/config/categories/<slug:code>/end/", config_tree.end_category, name="config_category_end"),
    path("cases/config/calendar/", config_calendar.year, name="config_calendar"),
    path("cases/config/calendar/import/", config_calendar.notice, name="config_notice"),
    path("cases/config/calendar/<int:number>/", config_calendar.year, name="config_calendar_year"),
    path("cases/config/understanding/", config.understood, name="understanding"),
    path("cases/config/limits/example/", config.limit_example, name="config_example"),
    path("cases/config/<slug:name>/", config.listing, name="config_list"),
    path("cases/config/<slug:name>/new/", config.edit, name="config_new"),
    path("cases/config/<slug:name>/<int:pk>/", config.edit, name="config_edit"),
    path("cases/config/<slug:name>/<int:pk>/end/", config.end, name="config_end"),
]

# --- tables ---
urlpatterns += [
    path("cases/import/", tables.import_form, name="import"),
    path("cases/import/template.xlsx", tables.template, name="import_template"),
    path("cases/tables/<int:pk>/", tables.run_page, name="table_run"),
    path("cases/tables/<int:pk>/faults.csv", tables.faults, name="import_faults"),
]

# --- in the field: grid workers and village officers ---
urlpatterns += [
    path("field/", field.home, name="field"),
    path("field/sw.js", offline.worker, name="field_worker"),
    path("field/offline/", offline.offline, name="field_offline"),
    path("field/app.webmanifest", offline.manifest, name="field_manifest"),
    path("field/report/", field.report, name="field_report"),
    path("field/done/", field.done_any, name="field_done_any"),
    path("field/<int:pk>/", field.case, name="field_case"),
    path("field/<int:pk>/accept/", field.accept, name="field_accept"),
    path("field/<int:pk>/done/", field.done, name="field_done"),
]
