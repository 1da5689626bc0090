from __future__ import annotations

from django.urls import path

from jukwaa.dialogue.wall import views

urlpatterns = [
    path("gatherings/<uuid:gathering>/projector/", views.projector, name="projector"),
    path("gatherings/<uuid:gathering>/wall/", views.wall, name="wall"),
    path("wall/<str:link>/", views.wall_link, name="wall_link"),
]
