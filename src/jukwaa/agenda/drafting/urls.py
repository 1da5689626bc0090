from __future__ import annotations

from django.urls import path

from jukwaa.agenda.drafting import views

urlpatterns = [
    path("roadmap/<uuid:row>/owe/", views.owe, name="owe"),
    path("roadmap/<uuid:row>/draft/", views.draft, name="draft"),
    path("roadmap/<uuid:row>/comment/", views.comment, name="comment"),
    path("roadmap/<uuid:row>/say/", views.say, name="say"),
    path("roadmap/<uuid:row>/undo/<uuid:event>/", views.undo, name="undo"),
    path("roadmap/<uuid:row>/align/", views.align, name="align"),
    path("obligations/<uuid:obligation>/edit/", views.edit_obligation, name="edit_obligation"),
    path("obligations/<uuid:obligation>/remove/", views.remove_obligation, name="remove_obligation"),
    path("obligations/<uuid:obligation>/restore/", views.restore_obligation, name="restore_obligation"),
    path("comments/<uuid:comment>/resolve/", views.resolve, name="resolve"),
    path("comments/<uuid:comment>/reopen/", views.reopen, name="reopen"),
    path("comments/<uuid:comment>/remove/", views.remove_comment, name="remove_comment"),
    path("versions/", views.versions, name="versions"),
    path("versions/compare/", views.compare, name="compare"),
    path("versions/freeze/", views.freeze, name="freeze"),
    path("versions/<uuid:version>/", views.version, name="version"),
    path("versions/<uuid:version>/roadmap.json", views.version_json, name="version_json"),
    path("versions/<uuid:version>/remove/", views.remove_version, name="remove_version"),
    path("versions/<uuid:version>/restore/", views.restore_version, name="restore_version"),
    path("goals/", views.goals, name="goals"),
    path("goals.csv", views.goals_csv, name="goals_csv"),
    path("goals/add/", views.add_goal, name="add_goal"),
    path("goals/import/", views.import_goals, name="import_goals"),
    path("goals/<uuid:goal>/edit/", views.edit_goal, name="edit_goal"),
    path("goals/<uuid:goal>/remove/", views.remove_goal, name="remove_goal"),
    path("alignments/<uuid:alignment>/remove/", views.remove_alignment, name="remove_alignment"),
]
