from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "jukwaa.record"
    default_auto_field = "django.db.models.BigAutoField"
