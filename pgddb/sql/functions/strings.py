"""Define PostgreSQL's string functions.

Source: https://www.postgresql.org/docs/15/functions-string.html
"""

from __future__ import annotations

from pgddb.sql.functions.macros import macros

MACROS = macros(r"""
    pg_substring(s, a) AS system.main.substring(s, greatest(a, 1)), (s, a, b) AS
        CASE WHEN b < 0 THEN error('pgddb.error|22011|negative substring length not allowed')
             ELSE system.main.substring(s, greatest(a, 1), greatest(a + b - greatest(a, 1), 0)) END;
    substring(s, a) AS pgcat.pg_substring(s, a), (s, a, b) AS pgcat.pg_substring(s, a, b);
    substr(s, a) AS pgcat.pg_substring(s, a), (s, a, b) AS pgcat.pg_substring(s, a, b);
    pg_overlay(s, r, a, b) AS
        CASE WHEN a <= 0 THEN error('pgddb.error|22011|negative substring length not allowed')
             ELSE system.main.substring(s, 1, a - 1) || r || system.main.substring(s, greatest(a + b, 1)) END;
    btrim(s) AS system.main.trim(s, ' '), (s, c) AS CASE WHEN c = '' THEN s ELSE system.main.trim(s, c) END;
    ltrim(s) AS system.main.ltrim(s, ' '), (s, c) AS CASE WHEN c = '' THEN s ELSE system.main.ltrim(s, c) END;
    rtrim(s) AS system.main.rtrim(s, ' '), (s, c) AS CASE WHEN c = '' THEN s ELSE system.main.rtrim(s, c) END;
    lpad(s, n) AS system.main.lpad(s, greatest(n, 0)::INTEGER, ' '), (s, n, c) AS
        CASE WHEN c = '' THEN system.main.left(s, greatest(n, 0))
             ELSE system.main.lpad(s, greatest(n, 0)::INTEGER, c) END;
    rpad(s, n) AS system.main.rpad(s, greatest(n, 0)::INTEGER, ' '), (s, n, c) AS
        CASE WHEN c = '' THEN system.main.left(s, greatest(n, 0))
             ELSE system.main.rpad(s, greatest(n, 0)::INTEGER, c) END;
    char_length(s) AS system.main.length(s);
    character_length(s) AS system.main.length(s);
    octet_length(x VARCHAR) AS strlen(x), (x BLOB) AS system.main.octet_length(x);
    bit_length(x VARCHAR) AS strlen(x) * 8, (x BLOB) AS system.main.octet_length(x) * 8;
    length(x BLOB) AS system.main.octet_length(x), (x VARCHAR) AS system.main.length(x);
    pg_length(x) AS system.main.length(x);
    pg_octet_length(x) AS strlen(x);
    pg_bit_length(x) AS strlen(x) * 8;
    pg_bytes_length(x) AS system.main.octet_length(x);
    pg_bytes_octet_length(x) AS system.main.octet_length(x);
    pg_bytes_bit_length(x) AS system.main.octet_length(x) * 8;
    strpos(s, p) AS system.main.instr(s, p);
    split_part(s, d, n) AS
        CASE WHEN n = 0 THEN error('pgddb.error|22023|field position must not be zero')
             WHEN d = '' THEN CASE WHEN n IN (1, -1) THEN s ELSE '' END
             ELSE system.main.split_part(s, d, n) END;
    repeat(s, n) AS system.main.repeat(s, greatest(n, 0));
    replace(s, a, b) AS CASE WHEN a = '' THEN s ELSE system.main.replace(s, a, b) END;
    starts_with(s, p) AS system.main.starts_with(s, p);
    chr(n) AS CASE WHEN n = 0 THEN error('pgddb.error|54000|null character not permitted')
        WHEN n < 0 THEN error('pgddb.error|22023|character number must be positive') ELSE system.main.chr(n) END;
    ascii(s) AS CASE WHEN s = '' THEN 0 ELSE system.main.unicode(s) END;
    initcap(s) AS pgddb_initcap(s);
    quote_literal(x) AS pgddb_quote_literal(x::VARCHAR);
    quote_nullable(x) AS coalesce(pgddb_quote_literal(x::VARCHAR), 'NULL');
    quote_ident(x) AS pgddb_quote_identifier(x);
    md5(x) AS system.main.md5(x);
    to_hex(x INTEGER) AS lower(hex(CASE WHEN x < 0 THEN x::BIGINT + 4294967296 ELSE x::BIGINT END)),
          (x BIGINT) AS lower(hex(x));
    pg_encode(x, f) AS CASE lower(f) WHEN 'hex' THEN lower(hex(x))
        WHEN 'base64' THEN regexp_replace(to_base64(x), '(.{76})', '\1' || chr(10), 'g')
        WHEN 'escape' THEN pgddb_bytes_escape(x)
        ELSE error('pgddb.error|22023|unrecognized encoding: "' || f || '"') END;
    encode(x BLOB, f) AS pgcat.pg_encode(x, f), (x VARCHAR, f) AS pgcat.pg_encode(system.main.encode(x), f);
    decode(x, f) AS CASE lower(f) WHEN 'hex' THEN unhex(x)
        WHEN 'base64' THEN from_base64(regexp_replace(x, '\s', '', 'g'))
        WHEN 'escape' THEN system.main.encode(x)
        ELSE error('pgddb.error|22023|unrecognized encoding: "' || f || '"') END;
    convert_from(x, f) AS CASE WHEN upper(f) IN ('UTF8', 'UTF-8', 'SQL_ASCII') THEN system.main.decode(x)
        ELSE error('pgddb.error|0A000|encoding "' || f || '" is not supported') END;
    convert_to(x, f) AS CASE WHEN upper(f) IN ('UTF8', 'UTF-8') THEN system.main.encode(x)
        ELSE error('pgddb.error|0A000|encoding "' || f || '" is not supported') END;
    normalize(s) AS pgddb_normalize(s, 'NFC'), (s, f) AS pgddb_normalize(s, f);
    string_to_array(s, d) AS CASE WHEN s = '' THEN []::VARCHAR[] WHEN d IS NULL THEN string_split(s, '')
            WHEN d = '' THEN [s] ELSE string_split(s, d) END,
        (s, d, n) AS list_transform(CASE WHEN s = '' THEN []::VARCHAR[] WHEN d IS NULL THEN string_split(s, '')
            WHEN d = '' THEN [s] ELSE string_split(s, d) END, lambda e: CASE WHEN e = n THEN NULL ELSE e END);
    regexp_match(s, p) AS pgddb_regexp_match(s, p, ''), (s, p, f) AS pgddb_regexp_match(s, p, f);
    pg_regexp_matches(s, p) AS pgddb_regexp_matches(s, p, ''), (s, p, f) AS pgddb_regexp_matches(s, p, f);
    regexp_replace(s, p, r) AS pgddb_regexp_replace(s, p, r, ''), (s, p, r, f) AS pgddb_regexp_replace(s, p, r, f),
        (s, p, r, a, n) AS pgddb_regexp_replace_at(s, p, r, a, n, ''),
        (s, p, r, a, n, f) AS pgddb_regexp_replace_at(s, p, r, a, n, f);
    regexp_split_to_array(s, p) AS pgddb_regexp_split(s, p, ''), (s, p, f) AS pgddb_regexp_split(s, p, f);
    pg_regexp_split_to_table(s, p) AS pgddb_regexp_split(s, p, ''), (s, p, f) AS pgddb_regexp_split(s, p, f);
    pg_string_to_table(s, d) AS pgcat.string_to_array(s, d), (s, d, n) AS pgcat.string_to_array(s, d, n);
    regexp_like(s, p) AS pgddb_regexp_like(s, p, ''), (s, p, f) AS pgddb_regexp_like(s, p, f);
    regexp_count(s, p) AS pgddb_regexp_count(s, p, 1, ''), (s, p, a) AS pgddb_regexp_count(s, p, a, ''),
        (s, p, a, f) AS pgddb_regexp_count(s, p, a, f);
    regexp_substr(s, p) AS pgddb_regexp_substr(s, p, 1, 1, '', 0),
        (s, p, a) AS pgddb_regexp_substr(s, p, a, 1, '', 0), (s, p, a, n) AS pgddb_regexp_substr(s, p, a, n, '', 0),
        (s, p, a, n, f) AS pgddb_regexp_substr(s, p, a, n, f, 0),
        (s, p, a, n, f, g) AS pgddb_regexp_substr(s, p, a, n, f, g);
    regexp_instr(s, p) AS pgddb_regexp_instr(s, p, 1, 1, 0, '', 0),
        (s, p, a) AS pgddb_regexp_instr(s, p, a, 1, 0, '', 0), (s, p, a, n) AS pgddb_regexp_instr(s, p, a, n, 0, '', 0),
        (s, p, a, n, e) AS pgddb_regexp_instr(s, p, a, n, e, '', 0),
        (s, p, a, n, e, f) AS pgddb_regexp_instr(s, p, a, n, e, f, 0),
        (s, p, a, n, e, f, g) AS pgddb_regexp_instr(s, p, a, n, e, f, g);
    unistr(s) AS pgddb_unistr(s);
    parse_ident(s) AS pgddb_parse_ident(s, true), (s, b) AS pgddb_parse_ident(s, b);
    pg_normalize(s, f) AS pgddb_normalize(s, f);
    pg_is_normalized(s, f) AS pgddb_normalize(s, f) = s
""")
