-- SQLite compresses nothing: this is for PostgreSQL.
SELECT 1;
