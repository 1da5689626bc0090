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
    path("promise/<uuid:commitment>/owner/", views.owner_mail, name="owner_mail"),
    path("promise/<uuid:commitment>/owner/end/", views.end_owner_mail, name="end_owner_mail"),
]
