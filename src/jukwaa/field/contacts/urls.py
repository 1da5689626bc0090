from __future__ import annotations

from django.urls import path

from jukwaa.field.contacts import views

urlpatterns = [
    path("contacts/", views.contacts, name="contacts"),
    path("contacts/book.zip", views.take_along, name="contact_book"),
    path("contacts/sealed-anew/", views.bring_back, name="contact_book_back"),
    path("contacts/erase/", views.drop, name="drop_contacts"),
    path("contacts/custodians/<uuid:custodian>/end/", views.end_custodian, name="end_custodian"),
    path("contacts/of/<uuid:participant>/", views.keep, name="keep_contact"),
]
