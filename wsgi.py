"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi …`."""

from app import create_app
from config import from_env

app = create_app(from_env())
