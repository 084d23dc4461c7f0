"""Security headers on every answer, and the cookie that carries the CSRF token to the pages."""

from __future__ import annotations

from flask import Flask, Response, g, request
from flask_wtf.csrf import generate_csrf


def install(app: Flask, *, https_only: bool) -> None:
    """Headers on every answer of `app`.

    Whoever mounts pages with inline scripts puts a function into `app.extensions["kpi_script_hashes"]` that
    gives their CSP hashes.
    """
    app.extensions["kpi_script_hashes"] = list

    @app.after_request
    def _secure(response: Response) -> Response:
        hashes = " ".join(app.extensions["kpi_script_hashes"]()) if response.mimetype == "text/html" else ""
        response.headers.setdefault("Content-Security-Policy", _policy(hashes))
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if https_only:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if g.get("person") and not request.path.startswith(("/assets", "/_dash-component-suites", "/static")):
            response.headers["Cache-Control"] = "no-store"
            if request.method == "GET" and response.mimetype == "text/html":
                response.set_cookie(
                    "_csrf_token", generate_csrf(), samesite="Strict", secure=https_only, httponly=False
                )
        return response


def _policy(hashes: str) -> str:
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {hashes}".strip(),
            "style-src 'self' 'unsafe-inline'",  # Mantine, AG Grid and Plotly style elements directly
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
