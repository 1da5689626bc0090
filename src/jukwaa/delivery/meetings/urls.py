from __future__ import annotations

from django.urls import path

from jukwaa.delivery.meetings import views

urlpatterns = [
    path("", views.meetings, name="meetings"),
    path("reply/<str:token>/", views.reply, name="reply"),
    path("rule/<uuid:group>/", views.declare_rule, name="declare_rule"),
    path("call/<uuid:group>/", views.call_meeting, name="call_meeting"),
    path("ask/<uuid:group>/", views.put_question, name="put_question"),
    path("keys/<uuid:group>/", views.give_keys, name="give_keys"),
    path("keys/seats/<uuid:seat>/end/", views.end_key, name="end_key"),
    path("questions/<uuid:question>/", views.question, name="question"),
    path("items/<uuid:item>/", views.change_item, name="change_item"),
    path("items/<uuid:item>/up/", views.raise_item, name="raise_item"),
    path("items/<uuid:item>/remove/", views.remove_item, name="remove_item"),
    path("decisions/<uuid:decision>/remove/", views.remove_decision, name="remove_decision"),
    path("decisions/<uuid:decision>/erase/", views.erase_reasons, name="erase_reasons"),
    path("tasks/<uuid:task>/done/", views.finish_task, name="finish_task"),
    path("tasks/<uuid:task>/remove/", views.remove_task, name="remove_task"),
    path("tasks/<uuid:task>/promise/", views.promise_task, name="promise_task"),
    path("<uuid:meeting>/", views.meeting, name="meeting"),
    path("<uuid:meeting>/change/", views.change_meeting, name="change_meeting"),
    path("<uuid:meeting>/cancel/", views.cancel_meeting, name="cancel_meeting"),
    path("<uuid:meeting>/send/", views.send, name="send_call"),
    path("<uuid:meeting>/print/", views.print_call, name="print_call"),
    path("<uuid:meeting>/sign-in/", views.print_signin, name="print_signin"),
    path("<uuid:meeting>/add/", views.add_item, name="add_item"),
    path("<uuid:meeting>/replies/", views.replies, name="replies"),
    path("<uuid:meeting>/replies/<uuid:seat>/", views.note_reply, name="note_reply"),
    path("<uuid:meeting>/here/", views.attendance, name="meeting_attendance"),
    path("<uuid:meeting>/decide/", views.decide, name="decide"),
    path("<uuid:meeting>/task/", views.give_task, name="give_task"),
    path("<uuid:meeting>/sign/", views.sign_off, name="sign_off"),
    path("<uuid:meeting>/reopen/", views.reopen_minutes, name="reopen_minutes"),
    path("<uuid:meeting>/publish/", views.publish_minutes, name="publish_minutes"),
    path("<uuid:meeting>/minutes/", views.print_minutes, name="print_minutes"),
]
