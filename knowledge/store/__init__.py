"""The database: tables, migrations, pseudonyms and sealed values."""
