from __future__ import annotations

from django.urls import path

from jukwaa.dialogue.phone import views

urlpatterns = [
    path("proposals/<uuid:statement>/", views.proposed, name="proposed"),
    path("rounds/<uuid:round>/propose/", views.propose, name="propose"),
    path("rounds/<uuid:round>/ahead.json", views.ahead, name="ahead"),
    path("rounds/<uuid:round>/media/", views.media, name="media"),
    path("statements/<uuid:statement>/picture/", views.picture, name="picture"),
    path("statements/<uuid:statement>/photo/", views.photo, name="statement_photo"),
    path("sounds/<uuid:of>/", views.voice_of, name="voice_of"),
    path("sounds/<uuid:of>/<slug:language>/", views.sound, name="sound"),
    path("gatherings/<uuid:gathering>/kiosk/", views.start_kiosk, name="start_kiosk"),
    path("kiosk/", views.kiosk, name="kiosk"),
    path("kiosk/answer/", views.kiosk_vote, name="kiosk_vote"),
    path("kiosk/end/", views.end_kiosk, name="end_kiosk"),
]
