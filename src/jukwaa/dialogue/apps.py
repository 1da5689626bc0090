from django.apps import AppConfig


class DialogueConfig(AppConfig):
    name = "jukwaa.dialogue"
    default_auto_field = "django.db.models.BigAutoField"
