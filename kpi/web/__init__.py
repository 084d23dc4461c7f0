"""The Flask application: sign-in, the guard, the error map, security headers, the JSON API."""
