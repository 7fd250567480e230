-- Rows that were left out of another workbook and that an import brings mended: `came` of those on a sheet of it.
CREATE TABLE mended_rows (
    id BIGINT NOT NULL PRIMARY KEY,
    import_id BIGINT NOT NULL REFERENCES imports (id),
    content_hash TEXT NOT NULL,
    sheet TEXT NOT NULL,
    came BIGINT NOT NULL
);
CREATE INDEX mended_rows_by_import ON mended_rows (import_id);
