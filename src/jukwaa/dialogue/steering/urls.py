"""What is put to the vote: statements joined, split and worded anew; rounds apart and their release."""

from __future__ import annotations

from django.urls import path

from jukwaa.dialogue.steering import views

urlpatterns = [
    path("bring-in/", views.bring_in, name="bring_in"),
    path("rounds/<uuid:round>/moderation/", views.moderation, name="moderation"),
    path("rounds/<uuid:round>/moderation/now/", views.moderation_now, name="moderation_now"),
    path("rounds/<uuid:round>/order/", views.order_statements, name="order_statements"),
    path("rounds/<uuid:round>/join/", views.join_statements, name="join_statements"),
    path("rounds/<uuid:round>/apart/", views.tell_apart, name="tell_apart"),
    path("rounds/<uuid:round>/pause/", views.pause_round, name="pause_round"),
    path("rounds/<uuid:round>/resume/", views.resume_round, name="resume_round"),
    path("rounds/<uuid:round>/release/", views.release_round, name="release_round"),
    path("rounds/<uuid:round>/release/undo/", views.keep_round_apart, name="keep_round_apart"),
    path("rounds/<uuid:round>/release/ours/", views.release_ours, name="release_ours"),
    path("statements/<uuid:statement>/approve/", views.approve_statement, name="approve_statement"),
    path("statements/<uuid:statement>/reject/", views.reject_statement, name="reject_statement"),
    path("statements/<uuid:statement>/requeue/", views.requeue_statement, name="requeue_statement"),
    path("statements/<uuid:statement>/read/", views.read_statement, name="read_statement"),
    path("statements/<uuid:statement>/place/", views.place_statement, name="place_statement"),
    path("statements/<uuid:statement>/split/", views.split_statement, name="split_statement"),
    path("statements/<uuid:statement>/carry/", views.carry_statement, name="carry_statement"),
    path("statements/<uuid:statement>/undo/", views.take_apart, name="take_apart"),
    path("statements/<uuid:statement>/reword/", views.reword_statement, name="reword_statement"),
    path("statements/<uuid:statement>/wording/undo/", views.take_back_wording, name="take_back_wording"),
    path("wordings/<uuid:wording>/answer/", views.answer_wording, name="answer_wording"),
]
