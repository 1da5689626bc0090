from __future__ import annotations

from django.urls import path

from jukwaa.web.desks import views

urlpatterns = [
    path("desks/", views.desks, name="desks"),
    path("p/<slug:programme>/overview/", views.overview, name="overview"),
    path("p/<slug:programme>/offices/", views.offices, name="offices"),
    path("p/<slug:programme>/offices/<uuid:organisation>/", views.office, name="office"),
]
