"""XLSForms for tests, as pyxform reads them from Markdown."""

from xml.sax.saxutils import escape

TESTIMONY = """
| survey   |                 |             |                      |                          |          |
|          | type            | name        | label::English (en)  | label::Kiswahili (sw)    | required |
|          | select_one site | site        | Which site?          | Mgodi gani?              | yes      |
|          | audio           | voice       | What hurts?          | Kinachoumiza ni nini?    |          |
|          | text            | words       | In words             | Kwa maneno               |          |
|          | begin repeat    | pit         | Pit                  | Shimo                    |          |
|          | integer         | depth       | How deep?            | Kina gani?               |          |
|          | image           | photo       | Photo                | Picha                    |          |
|          | end repeat      |             |                      |                          |          |
| choices  |                 |             |                      |                          |          |
|          | list_name       | name        | label::English (en)  | label::Kiswahili (sw)    |          |
|          | site            | nyarugusu   | Nyarugusu            | Nyarugusu                |          |
| settings |                 |             |                      |                          |          |
|          | form_id         | form_title  | version              |                          |          |
|          | testimony       | Testimony   | {version}            |                          |          |
"""

BROKEN = """
| survey   |      |       |           |             |
|          | type | name  | label     | relevant    |
|          | text | words | In words  | ${nowhere} = 1 |
| settings |      |       |           |             |
|          | form_id | form_title | version | |
|          | broken | Broken | 1 | |
"""


def testimony(version: str = "2026112601") -> bytes:
    """The sheet of a testimony, with a repeat and two kinds of files."""
    return TESTIMONY.format(version=version).encode()


def filled(
    instance_id: str = "uuid:4f0a",
    *,
    version: str = "2026112601",
    words: str = "The water is dirty.",
    voice: str = "voice.amr",
    photos: tuple[str, ...] = ("one.jpg", "two.jpg"),
    form_id: str = "testimony",
    deprecated: str = "",
) -> bytes:
    """What a phone makes of it, as JavaRosa writes it."""
    pits = "".join(f"<pit><depth>{n}</depth><photo>{name}</photo></pit>" for n, name in enumerate(photos, 1))
    edited = f"<orx:deprecatedID>{deprecated}</orx:deprecatedID>" if deprecated else ""
    return (
        "<?xml version='1.0' ?>"
        f'<data id="{form_id}" version="{version}" xmlns:orx="http://openrosa.org/xforms">'
        f"<site>nyarugusu</site><voice>{voice}</voice><words>{escape(words)}</words>{pits}"
        f"<orx:meta><orx:instanceID>{instance_id}</orx:instanceID>{edited}</orx:meta></data>"
    ).encode()


def site_profile(instance_id: str = "uuid:5e1f") -> bytes:
    """The ready site profile as a phone fills it in."""
    return (
        '<jukwaa_site_profile id="jukwaa_site_profile" version="2026112601">'
        "<place>nyakasanda</place><visited_on>2026-05-01</visited_on><minerals>gold salt</minerals>"
        "<works>both</works><workers>50_250</workers><mercury>yes</mercury><notes>One well.</notes>"
        f"<meta><instanceID>{instance_id}</instanceID></meta></jukwaa_site_profile>"
    ).encode()
