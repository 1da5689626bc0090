from __future__ import annotations

from django.urls import path

from jukwaa.field.scoping import views

urlpatterns = [
    path("scoping/", views.scoping, name="scoping"),
    path("scoping/stakeholders/", views.stakeholders, name="stakeholders"),
    path("scoping/stakeholders/declared/", views.place_declared, name="place_declared"),
    path("scoping/stakeholders/add/", views.add_stakeholder, name="add_stakeholder"),
    path("scoping/stakeholders/<uuid:stakeholder>/", views.edit_stakeholder, name="edit_stakeholder"),
    path("scoping/stakeholders/<uuid:stakeholder>/move/", views.move_stakeholder, name="move_stakeholder"),
    path(
        "scoping/stakeholders/<uuid:stakeholder>/remove/", views.remove_stakeholder, name="remove_stakeholder"
    ),
    path("scoping/ready/", views.readiness, name="readiness"),
    path("scoping/ready/<str:check>/", views.answer_check, name="answer_check"),
    path("scoping/questions/", views.questions, name="questions"),
    path("scoping/questions/<uuid:question>/", views.edit_question, name="edit_question"),
    path("scoping/questions/<uuid:question>/choose/", views.choose_question, name="choose_question"),
    path("scoping/questions/<uuid:question>/leave/", views.leave_question, name="leave_question"),
    path("scoping/questions/<uuid:question>/undo/", views.reconsider_question, name="reconsider_question"),
    path("scoping/questions/<uuid:question>/move/", views.move_question, name="move_question"),
    path("scoping/questions/<uuid:question>/remove/", views.remove_question, name="remove_question"),
    path("scoping/reference/", views.reference_group, name="reference_group"),
    path("scoping/reference/add/", views.add_reviewer, name="add_reviewer"),
    path("scoping/reference/<uuid:reviewer>/", views.edit_reviewer, name="edit_reviewer"),
    path("scoping/reference/<uuid:reviewer>/forget/", views.forget_reviewer, name="forget_reviewer"),
    path("scoping/reference/<uuid:reviewer>/verdict/", views.add_review, name="add_review"),
    path("scoping/verdicts/<uuid:review>/", views.edit_review, name="edit_review"),
]
