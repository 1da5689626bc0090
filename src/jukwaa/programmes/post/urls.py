from __future__ import annotations

from django.urls import path

from jukwaa.programmes.post import views

urlpatterns = [
    path("mail/end/<str:token>/", views.end_mail, name="end_mail"),
]
