"""One module a page: `PAGE` says who may see it, `layout` draws it without data, `register` adds its callbacks."""
