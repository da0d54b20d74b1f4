"""The application that the pipeline releases: one page for people, one answer for health checks."""

from flask import Flask, jsonify, render_template

import release
import settings


def create_app():
    """Builds the application. The release is read once: files may be replaced under a running process."""
    app = Flask(__name__)
    commit, version = release.commit(), release.version()

    @app.get("/")
    def index():
        return render_template(
            "index.html", headline=settings.HEADLINE, accent=settings.ACCENT, version=version, commit=commit
        )

    @app.get("/healthz")
    def healthz():
        return jsonify(status="ok", version=version, commit=commit)

    return app
