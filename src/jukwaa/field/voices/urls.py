from __future__ import annotations

from django.urls import path

from jukwaa.field.voices import views

urlpatterns = [
    path("waiting/", views.waiting, name="waiting"),
    path("waiting/<uuid:submission>/", views.make, name="make_testimonies"),
]
