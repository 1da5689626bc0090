from __future__ import annotations

from django.urls import path

from jukwaa.dialogue.counting import views

urlpatterns = [
    path("rounds/<uuid:round>/mark/", views.mark, name="mark"),
    path("rounds/<uuid:round>/mark/answers/", views.mark_answers, name="mark_answers"),
    path("rounds/<uuid:round>/count/", views.count, name="count"),
    path("rounds/<uuid:round>/count/<uuid:constituency>/", views.count_group, name="count_group"),
    path("rounds/<uuid:round>/count/<uuid:constituency>/undo/", views.undo_count, name="undo_count"),
    path(
        "rounds/<uuid:round>/count/<uuid:constituency>/<str:sheet>.jpg", views.count_photo, name="count_photo"
    ),
    path("rounds/<uuid:round>/paper/", views.paper, name="paper"),
    path("rounds/<uuid:round>/hall/", views.in_the_room, name="in_the_room"),
    path("rounds/<uuid:round>/reasons/", views.reasons, name="reasons"),
    path("gatherings/<uuid:gathering>/counting/", views.rounds_to_count, name="rounds_to_count"),
]
