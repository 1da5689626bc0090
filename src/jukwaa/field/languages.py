"""Languages that people speak at the sites, by code, each named in itself. Any other code works too."""

from __future__ import annotations

from jukwaa.programmes.models import Programme

NAMES = {
    "en": "English",
    "sw": "Kiswahili",
    "fr": "Français",
    "mg": "Malagasy",
    "suk": "Kisukuma",
    "nyf": "Kigiryama",
    "ha": "Hausa",
    "tw": "Twi",
    "ee": "Eʋegbe",
    "dga": "Dagaare",
    "pt": "Português",
    "ar": "العربية",
}


def choices(programme: Programme) -> list[tuple[str, str]]:
    """Language codes and names to choose from: the programme's own first, in its order, then the others."""
    own = programme.languages.split()
    return [(code, NAMES.get(code, code)) for code in dict.fromkeys([*own, *NAMES])]
