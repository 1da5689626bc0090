from __future__ import annotations

from django.urls import path

from jukwaa.dialogue.printing import views

urlpatterns = [
    path("gatherings/<uuid:gathering>/print/", views.print_kit, name="print_kit"),
    path("gatherings/<uuid:gathering>/print/<slug:sheet>/", views.print_sheet, name="print_sheet"),
    path("gatherings/<uuid:gathering>/print/<slug:sheet>.pdf", views.print_pdf, name="print_pdf"),
]
