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
    path(f"{AT}attendance/print/", views.print_attendance, name="print_attendance"),
    path(f"{AT}attendance.csv", views.attendance_csv, name="attendance_csv"),
    path(f"{AT}joining/", views.joining, name="joining"),
    path(f"{AT}joining/print/", views.join_sheet, name="join_sheet"),
    path(f"{AT}risks/", views.risks, name="risks"),
    path(f"{AT}risks/add/", views.add_risk, name="add_risk"),
    path("risks/<uuid:risk>/", views.edit_risk, name="edit_risk"),
    path("risks/<uuid:risk>/remove/", views.remove_risk, name="remove_risk"),
    path(f"{AT}happened/", views.write_incident, name="write_incident"),
    path("happened/", views.incidents, name="incidents"),
    path("happened/<uuid:incident>/", views.incident, name="incident"),
    path(f"{AT}freeze/", views.freeze, name="freeze"),
    path(f"{AT}show-lists/", views.show_lists, name="show_lists"),
    path(f"{AT}purge/", views.purge, name="purge"),
]
