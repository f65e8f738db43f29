"""Stores on the recorders of `eventsourcing`: a SQLite file, or a PostgreSQL server.

Rows are the library's (originator id = stream, originator version = version, notification id = position) with
the envelope in four more columns, so that its readers, notification log, snapshots and tracking work on them.
What is ours is the way events are written and read in bulk.
"""
