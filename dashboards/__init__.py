"""The Dash pages: an app shell, one module a page, components as functions from rows to parts."""
