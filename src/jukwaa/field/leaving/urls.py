from __future__ import annotations

from django.urls import path

from jukwaa.field.leaving import views

app_name = "leaving"
urlpatterns = [path("", views.ask, name="ask")]
