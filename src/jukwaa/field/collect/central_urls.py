"""ODK Central's addresses, as far as they are answered here (central.py)."""

from __future__ import annotations

from django.urls import path

from jukwaa.field.collect import central

app_name = "central"
urlpatterns = [
    path("sessions", central.sessions, name="sessions"),
    path("users/current", central.current_user, name="current_user"),
    path("projects", central.projects, name="projects"),
    path("projects/<int:project>", central.project, name="project"),
    path("projects/<int:project>/app-users", central.app_users, name="app_users"),
    path("projects/<int:project>/forms", central.forms, name="forms"),
    path("projects/<int:project>/forms/<str:form>.xml", central.form_xml, name="form_xml"),
    path("projects/<int:project>/forms/<str:form>.svc", central.service, name="service"),
    path("projects/<int:project>/forms/<str:form>.svc/$metadata", central.metadata, name="metadata"),
    path("projects/<int:project>/forms/<str:form>.svc/<str:table>", central.table, name="table"),
    path("projects/<int:project>/forms/<str:form>", central.form, name="form"),
    path("projects/<int:project>/forms/<str:form>/submissions", central.submissions, name="submissions"),
    path(
        "projects/<int:project>/forms/<str:form>/submissions/<str:instance>",
        central.submission,
        name="submission",
    ),
    path(
        "projects/<int:project>/forms/<str:form>/submissions/<str:instance>/attachments",
        central.attachments,
        name="attachments",
    ),
    path(
        "projects/<int:project>/forms/<str:form>/submissions/<str:instance>/attachments/<str:name>",
        central.attachment,
        name="attachment",
    ),
]
