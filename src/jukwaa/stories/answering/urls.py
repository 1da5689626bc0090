from __future__ import annotations

from django.urls import path

from jukwaa.stories.answering import views

urlpatterns = [
    path("answers/", views.answers, name="answers"),
    path("answers/far/<slug:reached>/", views.survivors, name="survivors"),
    path("answers/mine/", views.of_my_votes, name="of_my_votes"),
    path("answers/duty/", views.duty, name="duty"),
    path("answers/duty/list.csv", views.duty_csv, name="duty_csv"),
    path("answers/duty/visit/", views.visit_list, name="visit_list"),
    path("answers/duty/letters/", views.letters, name="letters"),
    path("answers/duty/<uuid:said>/", views.tell, name="tell_answer"),
    path("answers/duty/<uuid:said>/take-back/", views.take_back_answer, name="take_back_answer"),
]
