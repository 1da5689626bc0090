from __future__ import annotations

from django.urls import path

from jukwaa.stories.returning import views

urlpatterns = [
    path("back/", views.returns, name="returns"),
    path("back/<slug:kind>/<uuid:pk>/", views.returned, name="returned"),
    path("back/<slug:kind>/<uuid:pk>/print/", views.print_return, name="print_return"),
    path("back/<slug:kind>/<uuid:pk>/words.txt", views.script, name="return_script"),
    path("back/<slug:kind>/<uuid:pk>/words.ogg", views.sound, name="return_sound"),
    path("back/<slug:kind>/<uuid:pk>/correct/", views.correct, name="correct"),
    path("back/corrections/<uuid:correction>/remove/", views.remove_correction, name="remove_correction"),
]
