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
    path("codes/one-is-enough/", views.take_single_codes, name="take_single_codes"),
    path("codes/codebook.csv", views.codebook_csv, name="codebook_csv"),
    path("codes/codebook.qdc", views.codebook_qdc, name="codebook_qdc"),
    path("codes/codebook/import/", views.import_codebook, name="import_codebook"),
    path("quotes/<uuid:quote>/code/", views.code_quote, name="code_quote"),
    path("quotes/<uuid:quote>/settle/", views.settle_code, name="settle_code"),
    path("quotes/<uuid:quote>/check/", views.check_quote, name="check_quote"),
]
