from __future__ import annotations

from django.urls import path

from jukwaa.field.voices import views

urlpatterns = [
    path("waiting/", views.waiting, name="waiting"),
    path("reviews/", views.reviews, name="reviews"),
    path("writings/<uuid:writing>/", views.writing, name="writing"),
    path("writings/<uuid:writing>/review/", views.review_writing, name="review_writing"),
    path("<uuid:testimony>/transcribe/", views.transcribe, name="transcribe"),
    path("<uuid:testimony>/translate/", views.translate, name="translate"),
    path("waiting/<uuid:submission>/", views.make, name="make_testimonies"),
]
