from __future__ import annotations

from django.urls import path

from jukwaa.field.plain import views

urlpatterns = [
    path("fill/<uuid:form>/", views.fill, name="fill"),
    path("fill/unsent/", views.unsent, name="unsent"),
    path("fill/<uuid:form>/whole/", views.fill_whole, name="fill_whole"),
    path("fill/<uuid:form>/send/", views.fill_send, name="fill_send"),
    path("say/<uuid:form>/whole/", views.say_whole, name="say_whole"),
    path("say/<uuid:form>/send/", views.say_send, name="say_send"),
    path("fill/<uuid:form>/kept/", views.filled, name="filled"),
    path("fill/<uuid:form>/ways/", views.ways, name="ways"),
    path("fill/<uuid:form>/cards/", views.let_cards, name="let_cards"),
    path("say/<uuid:form>/", views.say, name="say"),
    path("say/<uuid:form>/kept/", views.said, name="said"),
]
