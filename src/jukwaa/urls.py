"""Every address: public pages at the top, each room of a programme under /p/<programme>/."""

from __future__ import annotations

from django.urls import include, path

from jukwaa.web import views as web

urlpatterns = [
    # The first to be found, for every vote looks for it.
    path("p/<slug:programme>/dialogue/", include("jukwaa.dialogue.urls")),
    path("", include("jukwaa.web.urls")),
    path("", include("jukwaa.programmes.urls")),
    path("forget/", include("jukwaa.field.leaving.urls")),
    path("reply/", include("jukwaa.delivery.meetings.code_urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("p/<slug:programme>/field/", include("jukwaa.field.urls")),
    path("collect/<str:token>/", include("jukwaa.field.collect.phone_urls")),
    path("p/<slug:programme>/agenda/", include("jukwaa.agenda.urls")),
    path("p/<slug:programme>/delivery/", include("jukwaa.delivery.urls")),
    path("p/<slug:programme>/stories/", include("jukwaa.stories.urls")),
]

handler403 = web.no_access
handler404 = web.not_found
handler500 = web.went_wrong
