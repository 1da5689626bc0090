from __future__ import annotations

from django.urls import path

from jukwaa.dialogue import views

app_name = "dialogue"
urlpatterns = [
    path("take-part/", views.take_part, name="take_part"),
    path("rounds/<uuid:round>/vote/", views.vote, name="vote"),
    path("rounds/<uuid:round>/answers/", views.answers, name="answers"),
    path("rounds/<uuid:round>/propose/", views.propose, name="propose"),
    path("proposals/<uuid:statement>/", views.proposed, name="proposed"),
]
