from __future__ import annotations

from django.urls import include, path

from jukwaa.field import views

app_name = "field"
urlpatterns = [
    path("", views.testimonies, name="testimonies"),
    path("add/", views.add_testimony, name="add_testimony"),
    path("themes/", views.themes, name="themes"),
    path("themes/<uuid:theme>/", views.edit_theme, name="edit_theme"),
    path("themes/<uuid:theme>/remove/", views.remove_theme, name="remove_theme"),
    path("quotes/<uuid:quote>/", views.edit_quote, name="edit_quote"),
    path("quotes/<uuid:quote>/remove/", views.remove_quote, name="remove_quote"),
    path("", include("jukwaa.field.collect.urls")),
    path("", include("jukwaa.field.plain.urls")),
    path("", include("jukwaa.field.voices.urls")),
    path("", include("jukwaa.field.coding.urls")),
    path("", include("jukwaa.field.scoping.urls")),
    path("", include("jukwaa.field.visits.urls")),
    path("", include("jukwaa.field.contacts.urls")),
    path("phones/", include("jukwaa.field.collect.phone_urls", namespace="phones")),
    path("v1/", include("jukwaa.field.collect.central_urls")),
    path("<uuid:testimony>/", views.testimony, name="testimony"),
    path("<uuid:testimony>/edit/", views.edit_testimony, name="edit_testimony"),
    path("<uuid:testimony>/quote/", views.take_quote, name="take_quote"),
    path("<uuid:testimony>/slip/", views.slip, name="slip"),
    path("<uuid:testimony>/forget/", views.forget, name="forget"),
    path("<uuid:testimony>/photo/", views.photo, name="photo"),
    path("<uuid:testimony>/recording/", views.recording, name="recording"),
]
