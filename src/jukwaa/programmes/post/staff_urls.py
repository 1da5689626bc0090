from __future__ import annotations

from django.urls import path

from jukwaa.programmes.post import views

urlpatterns = [
    path("", views.mail, name="mail"),
    path("again/", views.try_again, name="try_mail_again"),
    path("from-here/", views.send_from_here, name="mail_from_here"),
]
