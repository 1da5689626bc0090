"""What a gathering comes to: minutes, aide-memoire, exports, and what is carried over."""

from __future__ import annotations

from django.urls import path

from jukwaa.dialogue.minutes import views

urlpatterns = [
    path("gatherings/<uuid:gathering>/minutes/", views.minutes, name="minutes"),
    path("gatherings/<uuid:gathering>/minutes/print/", views.print_minutes, name="print_minutes"),
    path("gatherings/<uuid:gathering>/memoire/", views.memoire, name="memoire"),
    path("gatherings/<uuid:gathering>/memoire/<slug:language>/", views.memoire_in, name="memoire_in"),
    path(
        "gatherings/<uuid:gathering>/memoire/<slug:language>/edit/", views.edit_memoire, name="edit_memoire"
    ),
    path(
        "gatherings/<uuid:gathering>/memoire/<slug:language>/print/",
        views.print_memoire,
        name="print_memoire",
    ),
    path(
        "gatherings/<uuid:gathering>/memoire/<slug:language>/publish/",
        views.publish_memoire,
        name="publish_memoire",
    ),
    path(
        "gatherings/<uuid:gathering>/memoire/<slug:language>/take-back/",
        views.take_back_memoire,
        name="take_back_memoire",
    ),
    path(
        "gatherings/<uuid:gathering>/memoire/<slug:language>.<str:ending>",
        views.memoire_file,
        name="memoire_file",
    ),
    path(
        "gatherings/<uuid:gathering>/aide-memoire/<slug:language>/",
        views.public_memoire,
        name="public_memoire",
    ),
    path("gatherings/<uuid:gathering>/carry/", views.carry, name="carry"),
    path("statements/<uuid:statement>/take-back/", views.take_back_carried, name="take_back_carried"),
    path("gatherings/<uuid:gathering>/export/", views.export_page, name="export"),
    path("gatherings/<uuid:gathering>/export.<str:ending>", views.export_file, name="export_file"),
    path("rounds/<uuid:round>/polis.zip", views.polis_file, name="polis_file"),
    path("gatherings/<uuid:gathering>/backup/", views.backups, name="backup"),
]
