-- The registry on PostgreSQL, and on what speaks like it. The columns of the tables up to `chain` stand in
-- table.rs too. Keys are compared byte by byte, as SQLite does, whatever the server's language is.

CREATE TABLE schema (
    version BIGINT PRIMARY KEY,
    sha256  BYTEA NOT NULL
);

CREATE TABLE customer (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL,
    mail_domains  TEXT NOT NULL,
    customer_type TEXT NOT NULL,
    crm_id        TEXT,
    billing_id    TEXT
);

CREATE TABLE contact (
    customer TEXT COLLATE "C" NOT NULL,
    id       TEXT COLLATE "C" NOT NULL,
    name     TEXT NOT NULL,
    mail     TEXT NOT NULL,
    company  TEXT NOT NULL,
    PRIMARY KEY (customer, id)
);

CREATE TABLE subscription (
    customer  TEXT COLLATE "C" NOT NULL,
    id        TEXT COLLATE "C" NOT NULL,
    name      TEXT,
    quarterly BIGINT,
    state     BIGINT NOT NULL,
    state_day BIGINT,
    PRIMARY KEY (customer, id)
);

CREATE TABLE instance (
    customer   TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    report_key BYTEA,
    label      TEXT,
    PRIMARY KEY (customer, id)
);

CREATE TABLE document (
    customer     TEXT COLLATE "C" NOT NULL,
    sha256       BYTEA NOT NULL,
    subscription TEXT COLLATE "C" NOT NULL,
    kind         BIGINT NOT NULL,
    id           TEXT COLLATE "C" NOT NULL,
    serial       BIGINT,
    first_day    BIGINT,
    end_day      BIGINT,
    plan         BIGINT,
    seats        BIGINT,
    issued       BIGINT NOT NULL,
    signed_by    BYTEA NOT NULL,
    policy       TEXT,
    order_sha256 BYTEA,
    exception    BIGINT NOT NULL,
    placed       BIGINT NOT NULL,
    answered     BIGINT NOT NULL,
    revoked      BIGINT,
    bytes        BYTEA NOT NULL,
    PRIMARY KEY (customer, sha256),
    UNIQUE (customer, subscription, serial)
);

CREATE INDEX document_sha256 ON document (sha256);
CREATE INDEX document_id ON document (id);
CREATE INDEX document_issued ON document (issued);
CREATE INDEX document_ends ON document (end_day) WHERE serial IS NOT NULL;
CREATE INDEX document_signed ON document (signed_by, issued);
CREATE INDEX document_policy ON document (policy, issued);
CREATE INDEX document_exceptions ON document (issued) WHERE exception = 1;
CREATE INDEX document_open ON document (issued) WHERE kind = 65004 AND answered = 0;

CREATE TABLE note (
    customer     TEXT COLLATE "C" NOT NULL,
    id           TEXT COLLATE "C" NOT NULL,
    subscription TEXT COLLATE "C" NOT NULL,
    content      TEXT NOT NULL,
    remind       BIGINT,
    PRIMARY KEY (customer, id)
);

CREATE INDEX note_remind ON note (remind) WHERE remind IS NOT NULL;

CREATE TABLE event (
    customer     TEXT COLLATE "C" NOT NULL,
    subscription TEXT COLLATE "C" NOT NULL,
    number       BIGINT NOT NULL,
    previous     BYTEA NOT NULL,
    hash         BYTEA NOT NULL,
    who          TEXT NOT NULL,
    signer       BYTEA,
    made         BIGINT NOT NULL,
    what         TEXT NOT NULL,
    document     BYTEA,
    reason       TEXT,
    ticket       TEXT,
    approved_by  TEXT,
    detail       TEXT,
    PRIMARY KEY (customer, subscription, number)
);

CREATE INDEX event_document ON event (customer, document) WHERE document IS NOT NULL;
CREATE INDEX event_ticket ON event (ticket) WHERE ticket IS NOT NULL;

CREATE TABLE chain (
    customer     TEXT COLLATE "C" NOT NULL,
    subscription TEXT COLLATE "C" NOT NULL,
    number       BIGINT NOT NULL,
    hash         BYTEA NOT NULL,
    made         BIGINT NOT NULL,
    serial       BIGINT NOT NULL,
    PRIMARY KEY (customer, subscription)
);

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE search (
    customer     TEXT COLLATE "C" NOT NULL,
    subscription TEXT COLLATE "C" NOT NULL,
    content      TEXT NOT NULL,
    words        TSVECTOR NOT NULL,
    PRIMARY KEY (customer, subscription)
);

CREATE TABLE called (
    customer     TEXT COLLATE "C" NOT NULL,
    subscription TEXT COLLATE "C" NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (customer, subscription, name)
);

CREATE INDEX called_name ON called (name);

CREATE INDEX search_words ON search USING GIN (words);
CREATE INDEX search_middle ON search USING GIN (content gin_trgm_ops);
