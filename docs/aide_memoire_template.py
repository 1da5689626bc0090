"""Makes the template of the aide-memoire for Word; run it when its tags change, else edit it in Word.

`python -m docs.aide_memoire_template` writes src/jukwaa/dialogue/minutes/aide-memoire.docx.
"""

from pathlib import Path

from docx import Document
from docx.shared import Cm, Pt

TARGET = (
    Path(__file__).resolve().parent.parent / "src" / "jukwaa" / "dialogue" / "minutes" / "aide-memoire.docx"
)


def main() -> None:
    """Write the template: A4, 10 points, the tags of docxtpl where the words go."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(1.8)
    for name, size in [("Normal", 10), ("Title", 16), ("Heading 2", 11)]:
        document.styles[name].font.size = Pt(size)
    document.styles["Normal"].paragraph_format.space_after = Pt(3)
    document.add_paragraph("{{ programme }}")
    document.add_paragraph("{{ title }}", style="Title")
    for tag, style in [
        ("{%p for section in sections %}", "Normal"),
        ("{{ section.title }}", "Heading 2"),
        ("{%p for block in section.blocks %}", "Normal"),
        ("{%p for line in block.lines %}", "Normal"),
        ("{%p if block.kind == 'ul' %}", "Normal"),
        ("{{ line }}", "List Bullet"),
        ("{%p else %}", "Normal"),
        ("{{ line }}", "Normal"),
        ("{%p endif %}", "Normal"),
        ("{%p endfor %}", "Normal"),
        ("{%p endfor %}", "Normal"),
        ("{%p endfor %}", "Normal"),
    ]:
        document.add_paragraph(tag, style=style)
    document.save(str(TARGET))


if __name__ == "__main__":
    main()
