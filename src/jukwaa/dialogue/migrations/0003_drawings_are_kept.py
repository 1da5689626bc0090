"""Snapshots are kept as they were drawn. They are derived, so those of before go and are drawn again."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dialogue", "0002_votes_say_with_which_chance_they_were_asked"),
    ]

    operations = [
        migrations.DeleteModel(name="Snapshot"),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("engine", models.TextField()),
                ("seed", models.IntegerField()),
                ("inputs", models.TextField()),
                ("drawn_at", models.DateTimeField()),
                ("voters", models.IntegerField()),
                ("votes", models.IntegerField()),
                ("forgotten", models.IntegerField()),
                ("drawn", models.JSONField()),
                (
                    "round",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="snapshots",
                        to="dialogue.round",
                    ),
                ),
            ],
            options={"ordering": ["-drawn_at", "-pk"]},
        ),
        migrations.CreateModel(
            name="LastDrawn",
            fields=[
                (
                    "round",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="last_drawn",
                        serialize=False,
                        to="dialogue.round",
                    ),
                ),
                ("marks", models.TextField()),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="dialogue.snapshot",
                    ),
                ),
            ],
        ),
    ]
