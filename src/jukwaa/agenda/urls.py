from __future__ import annotations

from django.urls import path

from jukwaa.agenda import views

app_name = "agenda"
urlpatterns = [
    path("", views.agenda, name="agenda"),
    path("findings/", views.findings, name="findings"),
    path("findings/<uuid:finding>/take-up/", views.take_up, name="take_up"),
    path("problems/<uuid:problem>/", views.problem, name="problem"),
    path("problems/<uuid:problem>/edit/", views.edit_problem, name="edit_problem"),
    path("problems/<uuid:problem>/remove/", views.remove_problem, name="remove_problem"),
    path("problems/<uuid:problem>/restore/", views.restore_problem, name="restore_problem"),
    path("problems/<uuid:problem>/agree/", views.agree, name="agree"),
    path("problems/<uuid:problem>/rows/add/", views.add_row, name="add_row"),
    path("solutions/<uuid:solution>/edit/", views.edit_solution, name="edit_solution"),
    path("solutions/<uuid:solution>/remove/", views.remove_solution, name="remove_solution"),
    path("roadmap/", views.roadmap, name="roadmap"),
    path("roadmap/print/", views.roadmap_print, name="roadmap_print"),
    path("roadmap.csv", views.roadmap_csv, name="roadmap_csv"),
    path("roadmap/for/<uuid:constituency>/", views.sheet, name="sheet"),
    path("roadmap/<uuid:row>/", views.row, name="row"),
    path("roadmap/<uuid:row>/edit/", views.edit_row, name="edit_row"),
    path("roadmap/<uuid:row>/remove/", views.remove_row, name="remove_row"),
    path("roadmap/<uuid:row>/restore/", views.restore_row, name="restore_row"),
    path("roadmap/<uuid:row>/show/", views.show_row, name="show_row"),
    path("roadmap/<uuid:row>/secure/", views.secure_row, name="secure_row"),
    path("roadmap/<uuid:row>/endorse/<uuid:constituency>/", views.endorse, name="endorse"),
    path("roadmap/<uuid:row>/adopt/", views.adopt, name="adopt"),
    path("roadmap/<uuid:row>/take-back/", views.take_back, name="take_back"),
    path("endorsements/<uuid:endorsement>/remove/", views.remove_endorsement, name="remove_endorsement"),
    path("groups/", views.groups, name="groups"),
    path("groups/add/", views.add_group, name="add_group"),
    path("groups/<uuid:group>/", views.group, name="group"),
    path("groups/<uuid:group>/edit/", views.edit_group, name="edit_group"),
    path("groups/<uuid:group>/remove/", views.remove_group, name="remove_group"),
    path("groups/<uuid:group>/seats/add/", views.add_seat, name="add_seat"),
    path("groups/<uuid:group>/endorse/<uuid:constituency>/", views.endorse_group, name="endorse_group"),
    path("seats/<uuid:seat>/nominate/", views.nominate, name="nominate"),
    path("seats/<uuid:seat>/accept/", views.accept, name="accept"),
    path("seats/<uuid:seat>/stand-down/", views.stand_down, name="stand_down"),
    path("seats/<uuid:seat>/remove/", views.remove_seat, name="remove_seat"),
    path("seats/<uuid:seat>/forget/", views.forget_holders, name="forget_holders"),
]
