"""What a gathering comes to: minutes, aide-memoire, exports, and what is carried over."""

from __future__ import annotations

from django.urls import path

from jukwaa.dialogue.minutes import views

urlpatterns = [
    path("gatherings/<uuid:gathering>/minutes/", views.minutes, name="minutes"),
    path("gatherings/<uuid:gathering>/minutes/print/", views.print_minutes, name="print_minutes"),
    path("gatherings/<uuid:gathering>/notes/", views.notes, name="notes"),
    path("notes/<uuid:note>/edit/", views.edit_note, name="edit_note"),
    path("notes/<uuid:note>/remove/", views.remove_note, name="remove_note"),
    path("gatherings/<uuid:gathering>/export/", views.export_page, name="export"),
    path("gatherings/<uuid:gathering>/export.<str:ending>", views.export_file, name="export_file"),
    path("rounds/<uuid:round>/polis.zip", views.polis_file, name="polis_file"),
    path("gatherings/<uuid:gathering>/backup/", views.backups, name="backup"),
]
