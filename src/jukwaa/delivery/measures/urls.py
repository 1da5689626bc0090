"""What the programme looks at: its four shifts, their indicators, and the figures."""

from __future__ import annotations

from django.urls import path

from jukwaa.delivery.measures import views

urlpatterns = [
    path("", views.shifts, name="shifts"),
    path("all/", views.indicators, name="indicators"),
    path("shift/<str:cycle>/", views.shift, name="shift"),
    path("figures.csv", views.figures_csv, name="figures_csv"),
    path("catalogue/", views.catalogue, name="catalogue"),
    path("catalogue/<slug:key>/", views.pick_indicator, name="pick_indicator"),
    path("new/", views.add_indicator, name="add_indicator"),
    path("import/", views.import_figures, name="import_figures"),
    path("import/empty.csv", views.empty_sheet, name="empty_sheet"),
    path("figure/<uuid:figure>/", views.figure, name="figure"),
    path("figure/<uuid:figure>/correct/", views.correct_figure, name="correct_figure"),
    path("figure/<uuid:figure>/remove/", views.remove_figure, name="remove_figure"),
    path("figure/<uuid:figure>/restore/", views.restore_figure, name="restore_figure"),
    path("<uuid:indicator>/", views.indicator, name="indicator"),
    path("<uuid:indicator>/figures/", views.figures, name="figures"),
    path("<uuid:indicator>/measure/", views.measure, name="measure"),
    path("<uuid:indicator>/change/", views.change_indicator, name="change_indicator"),
    path("<uuid:indicator>/translate/<str:language>/", views.translate_indicator, name="translate_indicator"),
    path("<uuid:indicator>/remove/", views.remove_indicator, name="remove_indicator"),
    path("<uuid:indicator>/restore/", views.restore_indicator, name="restore_indicator"),
]
