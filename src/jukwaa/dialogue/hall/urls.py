from __future__ import annotations

from django.urls import path

from jukwaa.dialogue.hall import views

A_GATHERING = "gatherings/<uuid:gathering>"

urlpatterns = [
    path(f"{A_GATHERING}/run-sheet/", views.run_sheet, name="run_sheet"),
    path(f"{A_GATHERING}/run-sheet/begin/", views.begin_run_sheet, name="begin_run_sheet"),
    path(f"{A_GATHERING}/run-sheet/hours/", views.run_sheet_hours, name="run_sheet_hours"),
    path(f"{A_GATHERING}/run-sheet/print/", views.run_sheet_print, name="run_sheet_print"),
    path(f"{A_GATHERING}/run-sheet/add/", views.add_step, name="add_step"),
    path("steps/<uuid:step>/edit/", views.edit_step, name="edit_step"),
    path("steps/<uuid:step>/copy/", views.copy_step, name="copy_step"),
    path("steps/<uuid:step>/move/", views.move_step, name="move_step"),
    path("steps/<uuid:step>/remove/", views.remove_step, name="remove_step"),
    path("steps/<uuid:step>/restore/", views.restore_step, name="restore_step"),
    path(f"{A_GATHERING}/console/", views.console, name="console"),
    path(f"{A_GATHERING}/console/counts/", views.console_counts, name="console_counts"),
    path(f"{A_GATHERING}/console/press/", views.press, name="press"),
    path(f"{A_GATHERING}/hand/", views.hand, name="hand"),
    path(f"{A_GATHERING}/my-table/", views.my_table, name="my_table"),
    path(f"{A_GATHERING}/plenary/", views.plenary, name="plenary"),
    path(f"{A_GATHERING}/plenary/write/", views.table_notes, name="table_notes"),
    path(f"{A_GATHERING}/notes/", views.notes, name="notes"),
    path("notes/<uuid:note>/edit/", views.edit_note, name="edit_note"),
    path("notes/<uuid:note>/remove/", views.remove_note, name="remove_note"),
    path("notes/<uuid:note>/restore/", views.restore_note, name="restore_note"),
    path("notes/<uuid:note>/brought/", views.bring_note, name="bring_note"),
    path("notes/<uuid:note>/vote/", views.note_to_vote, name="note_to_vote"),
]
