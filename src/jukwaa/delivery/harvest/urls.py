from __future__ import annotations

from django.urls import path

from jukwaa.delivery.harvest import views

urlpatterns = [
    path("results/", views.results, name="results"),
    path("results/iati.xml", views.results_iati, name="results_iati"),
    path("results/results.<slug:ending>", views.results_file, name="results_file"),
    path("outcomes/to-check/", views.to_check, name="to_check"),
    path("outcomes/<uuid:outcome>/evidence/add/", views.add_evidence, name="add_evidence"),
    path("outcomes/<uuid:outcome>/ask/", views.ask, name="ask"),
    path("outcomes/<uuid:outcome>/contribution/", views.contribution, name="contribution"),
    path("evidence/<uuid:evidence>/file/", views.evidence_file, name="evidence_file"),
    path("evidence/<uuid:evidence>/show/", views.show_evidence, name="show_evidence"),
    path("evidence/<uuid:evidence>/remove/", views.remove_evidence, name="remove_evidence"),
    path("asked/<uuid:asked>/link/", views.asked_link, name="asked_link"),
    path("asked/<uuid:asked>/answer/", views.note_answer, name="note_answer"),
    path("asked/<uuid:asked>/remove/", views.remove_asked, name="remove_asked"),
    path("is-it-so/<str:token>/", views.is_it_so, name="is_it_so"),
    path("packages/<uuid:package>/weigh/", views.weigh, name="weigh"),
    path("packages/<uuid:package>/remove/", views.remove_package, name="remove_package"),
]
