"""HTML of /docs: the description as a page without scripts or resources of other sites."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

CURL = {
    "/predict": "curl -F file=@photo.jpg {base}/predict\n"
    "curl -F file=@form.pdf '{base}/predict?page=2'\n"
    "curl -H 'Content-Type: image/png' --data-binary @drawing.png {base}/predict\n"
    "curl -H 'Content-Type: application/json' "
    """-d '{"images": [[[0, ...], ...]]}' {base}/predict""",
    "/v2/models/tenfold/infer": """curl -H 'Content-Type: application/json' -d '{"inputs": """
    """[{"name": "images", "shape": [1, 28, 28], "datatype": "UINT8", "data": [0, ...]}]}' """
    "{base}/v2/models/tenfold/infer",
}


def docs_page(description: Mapping[str, Any]) -> str:
    """Render a description that `describe` made."""
    info = description["info"]
    operations = "".join(
        _operation(path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    )
    schemas = "".join(
        f"<details><summary><code>{escape(name)}</code></summary>{_code(schema)}</details>"
        for name, schema in description["components"]["schemas"].items()
    )
    secured = ""
    if "security" in description:
        secured = "<p>This server asks for a token: <code>Authorization: Bearer TOKEN</code>.</p>"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(info["title"])}: the API</title>
<link rel="stylesheet" href="page.css">
</head>
<body>
<header><h1>{escape(info["title"])}</h1><a href=".">Draw</a></header>
<main class="docs">
<p>{escape(info["description"])} Version {escape(info["version"])}. The same for programs:
<a href="openapi.json">openapi.json</a>.</p>
{secured}
{operations}
<h2>Schemas</h2>
{schemas}
</main>
</body>
</html>
"""


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> str:
    content_types = operation.get("requestBody", {}).get("content", {})
    parameters = "".join(
        f"<li><code>?{escape(parameter['name'])}=</code> {escape(parameter['description'])}</li>"
        for parameter in operation.get("parameters", ())
    )
    answers = "".join(
        f"<li><code>{escape(status)}</code> {escape(answer['description'])}</li>"
        for status, answer in operation["responses"].items()
    )
    example = (
        f"<pre tabindex='0'>{escape(CURL[path].replace('{base}', 'http://127.0.0.1:8000'))}</pre>"
        if path in CURL
        else ""
    )
    bodies = ", ".join(f"<code>{escape(kind)}</code>" for kind in content_types)
    return f"""<section>
<h2><code>{escape(method.upper())} {escape(path)}</code></h2>
<p>{escape(operation["summary"])}. {escape(operation.get("description", ""))}</p>
{f"<p>Takes {bodies}.</p>" if bodies else ""}
{f"<ul>{parameters}</ul>" if parameters else ""}
{example}
<details><summary>Answers</summary><ul>{answers}</ul></details>
</section>
"""


def _code(value: Any) -> str:
    return f"<pre tabindex='0'>{escape(json.dumps(value, indent=2))}</pre>"
