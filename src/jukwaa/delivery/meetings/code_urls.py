from __future__ import annotations

from django.urls import path

from jukwaa.delivery.meetings import views

app_name = "reply"
urlpatterns = [path("", views.code, name="code")]
