from __future__ import annotations

from django.urls import path

from jukwaa.field.coding import views

urlpatterns = [
    path("codes/", views.coding, name="coding"),
    path("codes/next/", views.code_next, name="code_next"),
    path("codes/differences/", views.differences, name="differences"),
    path("codes/check/", views.check, name="check"),
    path("codes/draft/", views.draft, name="draft"),
    path("codes/heard/", views.heard, name="heard"),
    path("quotes/<uuid:quote>/code/", views.code_quote, name="code_quote"),
    path("quotes/<uuid:quote>/settle/", views.settle_code, name="settle_code"),
    path("quotes/<uuid:quote>/check/", views.check_quote, name="check_quote"),
]
