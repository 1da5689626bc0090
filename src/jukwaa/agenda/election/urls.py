from __future__ import annotations

from django.urls import path

from jukwaa.agenda.election import views

urlpatterns = [
    path("groups/<uuid:group>/election/", views.election, name="election"),
    path("groups/<uuid:group>/terms/", views.word_terms, name="terms"),
    path("groups/<uuid:group>/members/", views.members, name="members"),
    path("groups/<uuid:group>/count/", views.count, name="count"),
    path("groups/<uuid:group>/count/rule/", views.count_rule, name="count_rule"),
    path("groups/<uuid:group>/count/again/", views.recount, name="recount"),
    path("groups/<uuid:group>/count/<uuid:constituency>/", views.count_box, name="count_box"),
    path("groups/<uuid:group>/slips/", views.print_slips, name="print_slips"),
    path("groups/<uuid:group>/slips/give/", views.give_slip, name="give_slip"),
    path("groups/<uuid:group>/slips/<uuid:constituency>/", views.type_in_slip, name="type_in_slip"),
    path("groups/<uuid:group>/slips/<int:number>/remove/", views.take_back_slip, name="take_back_slip"),
    path("groups/<uuid:group>/authorities/", views.endorse_by_authority, name="endorse_by_authority"),
    path("groups/<uuid:group>/propose/", views.propose, name="propose"),
    path("groups/<uuid:group>/confirm/", views.confirm_seats, name="confirm_seats"),
    path("groups/<uuid:group>/object/", views.object_to, name="object_to"),
    path("groups/<uuid:group>/objections/", views.objections, name="objections"),
    path("groups/<uuid:group>/objections/add/", views.note_objection, name="note_objection"),
    path("objections/<uuid:objection>/answer/", views.answer_objection, name="answer_objection"),
    path("groups/<uuid:group>/name-somebody/", views.nominate_by_card, name="nominate_by_card"),
    path("candidates/<uuid:candidate>/link/", views.nominee_link, name="nominee_link"),
    path("candidates/<uuid:candidate>/decline/", views.decline, name="decline"),
    path("nominee/", views.nominee_code, name="nominee_code"),
    path("nominee/<str:token>/", views.nominee, name="nominee"),
    path("seats/<uuid:seat>/link/", views.seat_link, name="seat_link"),
    path("seats/<uuid:seat>/handover/", views.hand_over, name="hand_over"),
    path("holder/<str:token>/", views.holder, name="holder"),
    path("slates/<uuid:slate>/auditors/", views.auditors, name="auditors"),
    path("auditors/<uuid:auditor>/link/", views.auditor_link, name="auditor_link"),
    path("auditors/<uuid:auditor>/end/", views.end_auditor, name="end_auditor"),
    path("audit/<str:token>/", views.audit, name="audit"),
]
