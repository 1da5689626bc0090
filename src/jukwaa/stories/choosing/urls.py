from __future__ import annotations

from django.urls import path

from jukwaa.stories.choosing import views

urlpatterns = [
    path("significant/", views.significant, name="significant"),
    path("significant/choose/", views.choose, name="choose_story"),
    path("significant/<uuid:selection>/remove/", views.remove, name="remove_selection"),
    path("significant/<uuid:selection>/erase/", views.erase_reasons, name="erase_reasons"),
]
