-- The registry on SQLite. The columns of the tables up to `chain` stand in table.rs too.

CREATE TABLE schema (
    version INTEGER PRIMARY KEY,
    sha256  BLOB NOT NULL
) STRICT;

CREATE TABLE customer (
    id            TEXT NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL,
    mail_domains  TEXT NOT NULL,
    customer_type TEXT NOT NULL,
    crm_id        TEXT,
    billing_id    TEXT
) STRICT;

CREATE TABLE contact (
    customer TEXT NOT NULL,
    id       TEXT NOT NULL,
    name     TEXT NOT NULL,
    mail     TEXT NOT NULL,
    company  TEXT NOT NULL,
    PRIMARY KEY (customer, id)
) STRICT;

CREATE TABLE subscription (
    customer  TEXT NOT NULL,
    id        TEXT NOT NULL,
    name      TEXT,
    quarterly INTEGER,
    state     INTEGER NOT NULL,
    state_day INTEGER,
    PRIMARY KEY (customer, id)
) STRICT;

CREATE TABLE instance (
    customer   TEXT NOT NULL,
    id         TEXT NOT NULL,
    report_key BLOB,
    label      TEXT,
    PRIMARY KEY (customer, id)
) STRICT;

CREATE TABLE document (
    customer     TEXT NOT NULL,
    sha256       BLOB NOT NULL,
    subscription TEXT NOT NULL,
    kind         INTEGER NOT NULL,
    id           TEXT NOT NULL,
    serial       INTEGER,
    first_day    INTEGER,
    end_day      INTEGER,
    plan         INTEGER,
    seats        INTEGER,
    issued       INTEGER NOT NULL,
    signed_by    BLOB NOT NULL,
    policy       TEXT,
    order_sha256 BLOB,
    exception    INTEGER NOT NULL,
    placed       INTEGER NOT NULL,
    answered     INTEGER NOT NULL,
    revoked      INTEGER,
    bytes        BLOB NOT NULL,
    PRIMARY KEY (customer, sha256),
    UNIQUE (customer, subscription, serial)
) STRICT;

CREATE INDEX document_sha256 ON document (sha256);
CREATE INDEX document_id ON document (id);
CREATE INDEX document_issued ON document (issued);
CREATE INDEX document_ends ON document (end_day) WHERE serial IS NOT NULL;
CREATE INDEX document_signed ON document (signed_by, issued);
CREATE INDEX document_policy ON document (policy, issued);
CREATE INDEX document_exceptions ON document (issued) WHERE exception = 1;
CREATE INDEX document_open ON document (issued) WHERE kind = 65004 AND answered = 0;

CREATE TABLE note (
    customer     TEXT NOT NULL,
    id           TEXT NOT NULL,
    subscription TEXT NOT NULL,
    content      TEXT NOT NULL,
    remind       INTEGER,
    PRIMARY KEY (customer, id)
) STRICT;

CREATE INDEX note_remind ON note (remind) WHERE remind IS NOT NULL;

CREATE TABLE event (
    customer     TEXT NOT NULL,
    subscription TEXT NOT NULL,
    number       INTEGER NOT NULL,
    previous     BLOB NOT NULL,
    hash         BLOB NOT NULL,
    who          TEXT NOT NULL,
    signer       BLOB,
    made         INTEGER NOT NULL,
    what         TEXT NOT NULL,
    document     BLOB,
    reason       TEXT,
    ticket       TEXT,
    approved_by  TEXT,
    detail       TEXT,
    PRIMARY KEY (customer, subscription, number)
) STRICT;

CREATE INDEX event_document ON event (customer, document) WHERE document IS NOT NULL;
CREATE INDEX event_ticket ON event (ticket) WHERE ticket IS NOT NULL;

CREATE TABLE chain (
    customer     TEXT NOT NULL,
    subscription TEXT NOT NULL,
    number       INTEGER NOT NULL,
    hash         BLOB NOT NULL,
    made         INTEGER NOT NULL,
    serial       INTEGER NOT NULL,
    PRIMARY KEY (customer, subscription)
) STRICT;

CREATE TABLE search (
    number       INTEGER PRIMARY KEY,
    customer     TEXT NOT NULL,
    subscription TEXT NOT NULL,
    content      TEXT NOT NULL,
    UNIQUE (customer, subscription)
) STRICT;

CREATE TABLE called (
    customer     TEXT NOT NULL,
    subscription TEXT NOT NULL,
    name         TEXT NOT NULL,
    PRIMARY KEY (customer, subscription, name)
) STRICT;

CREATE INDEX called_name ON called (name);

CREATE VIRTUAL TABLE search_words USING fts5 (
    content, content = '', contentless_delete = 1, prefix = '2 3',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
);

CREATE VIRTUAL TABLE search_middle USING fts5 (
    content, content = '', contentless_delete = 1, tokenize = 'trigram'
);
