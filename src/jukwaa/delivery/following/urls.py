from __future__ import annotations

from django.urls import path

from jukwaa.delivery.following import views

urlpatterns = [
    path("", views.follow, name="follow"),
    path("feed/", views.feed, name="feed"),
    path("confirm/<str:token>/", views.confirm, name="confirm_following"),
    path("row/<uuid:row>/", views.follow_row, name="follow_row"),
    path("row/<uuid:row>/feed/", views.feed_row, name="feed_row"),
    path("promise/<uuid:commitment>/", views.follow_promise, name="follow_promise"),
    path("promise/<uuid:commitment>/feed/", views.feed_promise, name="feed_promise"),
    path("mail/<slug:kind>/<uuid:of>/", views.give_mail, name="give_mail"),
    path("mail/<slug:kind>/<uuid:of>/end/", views.end_mail, name="end_mail"),
]
