from __future__ import annotations

from django.urls import path

from jukwaa.field.visits import views

urlpatterns = [
    path("sites/", views.sites, name="sites"),
    path("sites/districts.geojson", views.districts_geojson, name="districts_geojson"),
    path("sites/profiles/add/", views.add_profile, name="add_profile"),
    path("sites/profiles/<uuid:profile>/erase/", views.erase_profile, name="erase_profile"),
    path("sites/forms/<uuid:submission>/", views.take_profile, name="take_profile"),
    path("sites/<uuid:place>/", views.site, name="site"),
    path("sites/<uuid:place>/map/", views.set_spot, name="set_spot"),
    path("visits/", views.visits, name="visits"),
    path("visits/add/", views.plan_visit, name="plan_visit"),
    path("visits/<uuid:visit>/", views.visit, name="visit"),
    path("visits/<uuid:visit>/print/", views.print_visit, name="print_visit"),
    path("visits/<uuid:visit>/edit/", views.edit_visit, name="edit_visit"),
    path("visits/<uuid:visit>/mark/", views.mark_visit, name="mark_visit"),
    path("visits/<uuid:visit>/forget/", views.forget_visit, name="forget_visit"),
    path("visits/<uuid:visit>/note/", views.add_note, name="add_note"),
    path("visits/notes/<uuid:note>/photo/", views.note_photo, name="note_photo"),
    path("visits/notes/<uuid:note>/erase/", views.erase_note, name="erase_note"),
    path("meetings/add/", views.note_meeting, name="note_meeting"),
    path("meetings/<uuid:meeting>/", views.meeting, name="meeting"),
    path("meetings/<uuid:meeting>/edit/", views.edit_meeting, name="edit_meeting"),
    path("meetings/<uuid:meeting>/release/", views.release, name="release_meeting"),
    path("meetings/<uuid:meeting>/release/undo/", views.keep_apart, name="keep_meeting_apart"),
    path("meetings/<uuid:meeting>/forget/", views.forget_meeting, name="forget_meeting"),
    path("meetings/problems/<uuid:problem>/", views.edit_problem, name="edit_problem"),
    path("meetings/problems/<uuid:problem>/erase/", views.erase_problem, name="erase_problem"),
]
