from __future__ import annotations

from django.urls import include, path

from jukwaa.stories import views

app_name = "stories"
urlpatterns = [
    path("", views.library, name="library"),
    path("new/", views.write, name="write"),
    path("publications/new/", views.add_publication, name="add_publication"),
    path("publications/<uuid:publication>/", views.publication, name="publication"),
    path("publications/<uuid:publication>/file/", views.file, name="file"),
    path("publications/<uuid:publication>/change/", views.change_publication, name="change_publication"),
    path("publications/<uuid:publication>/remove/", views.remove_publication, name="remove_publication"),
    path("", include("jukwaa.stories.answering.urls")),
    path("", include("jukwaa.stories.returning.urls")),
    path("", include("jukwaa.stories.choosing.urls")),
    path("<uuid:story>/", views.story, name="story"),
    path("<uuid:story>/photo/", views.photo, name="photo"),
    path("<uuid:story>/change/", views.change, name="change"),
    path("<uuid:story>/tell/", views.tell, name="tell"),
    path("<uuid:story>/take-back/", views.take_back, name="take_back"),
    path("<uuid:story>/remove/", views.remove, name="remove"),
]
