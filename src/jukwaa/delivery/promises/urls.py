from __future__ import annotations

from django.urls import path

from jukwaa.delivery.promises import views

urlpatterns = [
    path("owner/<str:token>/", views.owner, name="owner"),
    path("owner/<str:token>/time/", views.owner_time, name="owner_time"),
    path("office/<str:token>/", views.office, name="office"),
    path("office/<str:token>/print/", views.office_print, name="office_print"),
    path("office/<str:token>/history/", views.office_history, name="office_history"),
    path("office/<str:token>/<uuid:commitment>/", views.office_report, name="office_report"),
    path("office/<str:token>/<uuid:commitment>/time/", views.office_time, name="office_time"),
    path("offices/", views.offices, name="offices"),
    path("offices/links/", views.give_all_links, name="give_all_links"),
    path("offices/<uuid:office>/", views.office_for_staff, name="office_for_staff"),
    path("offices/<uuid:office>/link/", views.give_office_link, name="give_office_link"),
    path("offices/<uuid:office>/end-link/", views.end_office_link, name="end_office_link"),
    path("offices/<uuid:office>/transfer/", views.hand_over, name="hand_over"),
    path("time/<uuid:time>/", views.answer_time, name="answer_time"),
    path("reports/<uuid:report>/answers/", views.take_answers, name="take_answers"),
    path("<uuid:commitment>/sheet/", views.sheet, name="sheet"),
    path("<uuid:commitment>/ask/", views.asked, name="asked"),
]
