from __future__ import annotations

from django.urls import path

from jukwaa.field.collect import views

urlpatterns = [
    path("forms/", views.forms_page, name="forms"),
    path("forms/add/", views.add_form, name="add_form"),
    path("forms/ready/<slug:name>/", views.add_ready_form, name="add_ready_form"),
    path("forms/referral-card/", views.referral_card, name="referral_card"),
    path("forms/referral-card/edit/", views.edit_referral_card, name="edit_referral_card"),
    path("forms/referral-card/print/", views.print_referral_card, name="print_referral_card"),
    path("forms/inbox/", views.inbox, name="inbox"),
    path("forms/unreadable/<uuid:unreadable>/", views.unreadable, name="unreadable"),
    path("forms/unreadable/<uuid:unreadable>/erase/", views.erase_unreadable, name="erase_unreadable"),
    path("forms/<uuid:form>/", views.form, name="form"),
    path("forms/<uuid:form>/submissions.csv", views.submissions_csv, name="submissions_csv"),
    path("forms/<uuid:form>/submissions.xlsx", views.submissions_xlsx, name="submissions_xlsx"),
    path("forms/editions/<uuid:edition>/", views.edition, name="edition"),
    path("forms/<uuid:form>/submissions.zip", views.submissions_zip, name="submissions_zip"),
    path("forms/<uuid:form>/submissions.geojson", views.submissions_geojson, name="submissions_geojson"),
    path("forms/<uuid:form>/import/", views.import_export, name="import_export"),
    path("forms/<uuid:form>/import/<uuid:stashed>/", views.import_rows, name="import_rows"),
    path("forms/<uuid:form>/sites/", views.missing_files, name="missing_files"),
    path("forms/editions/<uuid:edition>/preview/", views.preview, name="preview_edition"),
    path("forms/editions/<uuid:edition>/publish/", views.publish_edition, name="publish_edition"),
    path("forms/editions/<uuid:edition>/renew/", views.renew_edition, name="renew_edition"),
    path("forms/editions/<uuid:edition>/retire/", views.retire_edition, name="retire_edition"),
    path("forms/editions/<uuid:edition>/files/", views.add_form_file, name="add_form_file"),
    path("forms/editions/<uuid:edition>/sheet/", views.sheet, name="edition_sheet"),
    path("forms/submissions/<uuid:submission>/", views.submission, name="submission"),
    path("forms/submissions/<uuid:submission>/review/", views.review, name="review_submission"),
    path("forms/attachments/<uuid:attachment>/", views.attachment, name="attachment"),
    path("collectors/", views.collectors, name="collectors"),
    path("collectors/<uuid:collector>/revoke/", views.revoke_collector, name="revoke_collector"),
]
