from __future__ import annotations

from django.urls import include, path

from jukwaa.delivery import views

app_name = "delivery"
urlpatterns = [
    path("", views.commitments, name="commitments"),
    path("meetings/", include("jukwaa.delivery.meetings.urls")),
    path("promises.csv", views.commitments_csv, name="commitments_csv"),
    path("new/", views.make_commitment, name="make_commitment"),
    path("", include("jukwaa.delivery.promises.urls")),
    path("say/", views.say, name="say"),
    path("say/<uuid:report>/", views.answer, name="answer"),
    path("say/<uuid:report>/dispute/", views.dispute, name="dispute"),
    path("say/<uuid:report>/kept/", views.answered, name="answered"),
    path("reasons/", views.reasons, name="reasons"),
    path("reasons/<uuid:verdict>/", views.screen_reason, name="screen_reason"),
    path("reports/<uuid:report>/photo/", views.photo, name="photo"),
    path("reports/<uuid:report>/show-photo/", views.show_photo, name="show_photo"),
    path("reports/<uuid:report>/file/", views.report_file, name="report_file"),
    path("reports/<uuid:report>/show-file/", views.show_file, name="show_file"),
    path("reports/<uuid:report>/remove/", views.remove_report, name="remove_report"),
    path("outcomes/", views.outcomes, name="outcomes"),
    path("outcomes/new/", views.record_outcome, name="record_outcome"),
    path("outcomes/<uuid:outcome>/", views.outcome, name="outcome"),
    path("outcomes/<uuid:outcome>/change/", views.change_outcome, name="change_outcome"),
    path("outcomes/<uuid:outcome>/remove/", views.remove_outcome, name="remove_outcome"),
    path("", include("jukwaa.delivery.harvest.urls")),
    path("measures/", include("jukwaa.delivery.measures.urls")),
    path("following/", include("jukwaa.delivery.following.urls")),
    path("<uuid:commitment>/", views.commitment, name="commitment"),
    path("<uuid:commitment>/change/", views.change_commitment, name="change_commitment"),
    path("<uuid:commitment>/remove/", views.remove_commitment, name="remove_commitment"),
    path("<uuid:commitment>/report/", views.add_report, name="add_report"),
    path("<uuid:commitment>/link/", views.give_link, name="give_link"),
    path("<uuid:commitment>/end-link/", views.end_link, name="end_link"),
]
