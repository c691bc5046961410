-- A word of one letter, as in the id A-S00012345, is looked up among beginnings too.

DROP TABLE search_words;

CREATE VIRTUAL TABLE search_words USING fts5 (
    content, content = '', contentless_delete = 1, prefix = '1 2 3',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
);

INSERT INTO search_words (rowid, content) SELECT number, content FROM search;
