"""PDF documents, written object by object, whose pages are drawn with a few strokes."""

from __future__ import annotations

# strokes on a page of 200 x 200 points, 14 points wide; y counts upwards
SEVEN = "14 w 60 170 m 140 170 l 95 30 l S"
ONE = "14 w 100 170 m 100 30 l S"
FOUR = "14 w 110 170 m 55 80 l 150 80 l S 118 120 m 118 25 l S"
BLANK = ""

LOCKED = (
    "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
    f"/O <{'11' * 32}> /U <{'22' * 32}> >> /ID [<00> <00>]"
)


def pdf_of(*pages: str | None, box: str = "0 0 200 200", locked: bool = False) -> bytes:
    """A PDF with a page for each content stream; None is a page that is not there. `box` is the
    MediaBox of all pages. `locked`: encrypted with a password that nobody knows."""
    first = 3  # the objects before the pages: catalogue and page tree
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [{box}] >>",
    ]
    for i, strokes in enumerate(pages):
        page = f"<< /Type /Page /Parent 2 0 R /Contents {first + 2 * i + 1} 0 R >>"
        objects.append("null" if strokes is None else page)
        content = strokes or ""
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"<< /Size {size} /Root 1 0 R {LOCKED if locked else ''} >>"
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n{trailer}\n"
    return body + f"{end}startxref\n{len(body)}\n%%EOF\n".encode()
