"""The database: declarative base and column types, the engine, and the store's read and write sessions."""
