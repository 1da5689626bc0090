"""Who comes in: the desk at the door, how phones join, who might be harmed, and forgetting a list."""

from __future__ import annotations

from django.urls import path

from jukwaa.dialogue.door import views

AT = "gatherings/<uuid:gathering>/"

urlpatterns = [
    path(f"{AT}door/", views.door, name="door"),
    path(f"{AT}door/walk-in/", views.walk_in, name="walk_in"),
    path(f"{AT}door/undo/", views.door_undo, name="door_undo"),
    path(f"{AT}door/leave/", views.door_leave, name="door_leave"),
    path(f"{AT}door/<uuid:participant>/", views.door_person, name="door_person"),
]
