"""What other nodes know of each recorded model, kept in schemas.json: a change needs a new SCHEMA.

`make docs` takes new models and raised versions into the file, but no change under an old version.
"""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

KEPT = Path(__file__).with_name("schemas.json")
Schemas = dict[str, dict[str, Any]]


def schemas_of(models: Iterable[Any]) -> Schemas:
    """For each recorded model its version, its fields, whose words they are and what should be unique."""
    from jukwaa.record.payload import fields_of

    return {
        model._meta.label: {
            "schema": model.SCHEMA,
            "fields": {name: kind_of(field) for name, field in sorted(fields_of(model).items())},
            "personal": sorted(model.PERSONAL),
            "same": [list(names) for names in model.SAME],
            "class": model.KLASS,
        }
        for model in sorted(models, key=lambda model: model._meta.label)
    }


def kind_of(field: Any) -> str:
    """A field in one line: its kind, what it points to, and what limits its values."""
    _, _, _, options = field.deconstruct()
    limits = [
        f"{name}={options[name]}"
        for name in ("decimal_places", "max_digits", "max_length")
        if name in options
    ]
    target = [field.related_model._meta.label] if field.is_relation else []
    return " ".join([type(field).__name__, *target, *limits, *(["or nothing"] if field.null else [])])


def changed_silently(now: Schemas, kept: Schemas) -> list[str]:
    """The models that changed under an unchanged version, or are not in the file as they are."""
    breaches = []
    for label in sorted(now.keys() | kept.keys()):
        is_now, was = now.get(label), kept.get(label)
        if is_now == was:
            continue
        if is_now and was and is_now["schema"] <= was["schema"]:
            breaches.append(
                f"{label} changed: raise its SCHEMA, teach upcast() the older version, then `make docs`"
            )
        else:
            breaches.append(f"{label} is not in tests/repo/schemas.json as it is: `make docs`")
    return breaches


def accepted(now: Schemas, kept: Schemas) -> Schemas:
    """What the file should hold: all that is now, but the old word where a version was not raised."""
    return {
        label: kept[label] if label in kept and schema["schema"] <= kept[label]["schema"] else schema
        for label, schema in now.items()
    }


def read() -> Schemas:
    """What is kept; nothing when nothing is."""
    found: Schemas = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jukwaa.settings")
    import django

    django.setup()
    from tests.repo.guards import recorded_models

    current = schemas_of(recorded_models())
    KEPT.write_text(json.dumps(accepted(current, read()), indent=1, sort_keys=True) + "\n", "utf-8")
    if silent := changed_silently(current, read()):
        sys.exit("\n".join(silent))
