from __future__ import annotations

from django.urls import path

from jukwaa.dialogue import views

app_name = "dialogue"
urlpatterns = [
    path("", views.gatherings, name="gatherings"),
    path("take-part/", views.take_part, name="take_part"),
    path("proposals/<uuid:statement>/", views.proposed, name="proposed"),
    path("gatherings/add/", views.add_gathering, name="add_gathering"),
    path("gatherings/<uuid:gathering>/", views.gathering, name="gathering"),
    path("gatherings/<uuid:gathering>/edit/", views.edit_gathering, name="edit_gathering"),
    path("gatherings/<uuid:gathering>/prepare/", views.prepare_round, name="prepare_round"),
    path("rounds/<uuid:round>/", views.round_page, name="round"),
    path("rounds/<uuid:round>/vote/", views.vote, name="vote"),
    path("rounds/<uuid:round>/answers/", views.answers, name="answers"),
    path("rounds/<uuid:round>/propose/", views.propose, name="propose"),
    path("rounds/<uuid:round>/edit/", views.edit_round, name="edit_round"),
    path("rounds/<uuid:round>/open/", views.open_round, name="open_round"),
    path("rounds/<uuid:round>/close/", views.close_round, name="close_round"),
    path("rounds/<uuid:round>/reopen/", views.reopen_round, name="reopen_round"),
    path("rounds/<uuid:round>/publish/", views.publish_results, name="publish_results"),
    path("rounds/<uuid:round>/add/", views.add_statement, name="add_statement"),
    path("rounds/<uuid:round>/moderation/", views.moderation, name="moderation"),
    path("rounds/<uuid:round>/results/", views.results, name="results"),
    path("rounds/<uuid:round>/differences/", views.differences, name="differences"),
    path("rounds/<uuid:round>/shortlist/", views.shortlist, name="shortlist"),
    path("rounds/<uuid:round>/shortlist.json", views.shortlist_json, name="shortlist_json"),
    path("rounds/<uuid:round>/settled.zip", views.settled_files, name="settled_files"),
    path("rounds/<uuid:round>/results.csv", views.results_csv, name="results_csv"),
    path("rounds/<uuid:round>/results.json", views.results_json, name="results_json"),
    path("rounds/<uuid:round>/map/", views.opinion_map, name="map"),
    path("rounds/<uuid:round>/said/", views.public_results, name="public_results"),
    path("quotes/", views.quotes, name="quotes"),
    path("quotes/statement/", views.statement_from_quotes, name="statement_from_quotes"),
    path("statements/<uuid:statement>/", views.statement, name="statement"),
    path("statements/<uuid:statement>/approve/", views.approve_statement, name="approve_statement"),
    path("statements/<uuid:statement>/reject/", views.reject_statement, name="reject_statement"),
    path("statements/<uuid:statement>/requeue/", views.requeue_statement, name="requeue_statement"),
    path("statements/<uuid:statement>/reword/", views.reword_statement, name="reword_statement"),
    path("statements/<uuid:statement>/translate/", views.translate_statement, name="translate_statement"),
    path("rounds/<uuid:round>/translate/", views.translate_question, name="translate_question"),
    path("statements/<uuid:statement>/take-up/", views.take_up, name="take_up"),
    path("findings/", views.findings, name="findings"),
    path("findings/<uuid:finding>/", views.finding, name="finding"),
]
