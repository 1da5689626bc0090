"""What phones with ODK Collect or KoboCollect ask for: under an address with the token in it (namespace
`collect`), or under one without it, where the phone logs in (`field:phones`)."""

from __future__ import annotations

from django.urls import path

from jukwaa.field.collect import phones

app_name = "collect"
urlpatterns = [
    path("formList", phones.form_list, name="form_list"),
    path("submission", phones.submission, name="submission"),
    path("forms/<uuid:edition>.xml", phones.form, name="form"),
    path("forms/<uuid:edition>/manifest", phones.manifest, name="manifest"),
    path("forms/<uuid:edition>/files/<str:name>", phones.form_file, name="form_file"),
]
