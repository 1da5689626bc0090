from __future__ import annotations

from django.urls import include, path

from jukwaa.stories.answering import views as answering
from jukwaa.web import views
from jukwaa.web.feeds import Library

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("answer/", answering.trace, name="trace"),
    path("answer/sound/<str:token>/", answering.sound, name="answer_sound"),
    path("feed/", Library(), name="feed"),
    path("", include("jukwaa.web.desks.urls")),
    path("p/<slug:programme>/", views.road, name="road"),
    path("p/<slug:programme>/thread/<str:kind>/<uuid:pk>/", views.thread, name="thread"),
]
