from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "jukwaa.web"
    default_auto_field = "django.db.models.BigAutoField"
