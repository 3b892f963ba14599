-- What holds for the whole store.
CREATE TABLE store (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  begins  INTEGER,            -- from when on it knows what happened; NULL: nothing happened before
  latest  INTEGER,            -- the greatest instant of a judging
  changes INTEGER NOT NULL,   -- the number of the last change
  salt    BLOB NOT NULL       -- of the digests by which judgings are known
) STRICT;

-- Counters, marks and starts of outcomes, by their ids.
CREATE TABLE items (
  id     INTEGER PRIMARY KEY,
  kind   TEXT NOT NULL,       -- counter, mark, first
  item   TEXT NOT NULL,       -- eu.violations
  shadow INTEGER NOT NULL,
  UNIQUE (kind, item, shadow)
) STRICT;

-- Counters with each of their meanings.
CREATE TABLE counters (
  id         INTEGER PRIMARY KEY,
  item       INTEGER NOT NULL REFERENCES items,
  meaning    TEXT NOT NULL,   -- a digest
  policy     TEXT NOT NULL,   -- untilreversed, onceupheld
  keeps      INTEGER,         -- window and lateness in nanoseconds; NULL before it was adopted
  known      INTEGER,         -- from when on nothing is missing; NULL: nothing is
  in_service INTEGER NOT NULL,
  UNIQUE (item, meaning)
) STRICT;

-- Whom something is kept about.
CREATE TABLE keys (
  id       INTEGER PRIMARY KEY,
  item     INTEGER NOT NULL REFERENCES items,
  of       TEXT NOT NULL,     -- a JSON array
  revision INTEGER NOT NULL,  -- the number of its last change
  rows     INTEGER NOT NULL,  -- how many entries it has
  known    INTEGER,           -- from when on no entry was dropped; NULL: none was
  UNIQUE (item, of)
) STRICT;

-- What records add to counters.
CREATE TABLE entries (
  key     INTEGER NOT NULL REFERENCES keys,
  counter INTEGER NOT NULL REFERENCES counters,
  record  TEXT NOT NULL,
  author  TEXT NOT NULL,      -- of the record; empty: nobody is known, or there are shares
  sure    INTEGER,            -- 1: certain, 0: maybe, NULL: it counts nothing
  at      INTEGER,            -- when it counts, nanoseconds since 1970
  weight  INTEGER,
  sum     INTEGER,            -- of the weights of this and all earlier ones that are as sure
  value   TEXT,               -- after `distinct`
  last    INTEGER,            -- when no window needs it any more; NULL: at
  entry   TEXT,               -- the whole entry as JSON; NULL: it is certain, by the condition alone
  shares  TEXT,               -- JSON: what each of several authors has in it who used the same id
  PRIMARY KEY (key, counter, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_in_time ON entries (key, counter, sure, at, record, weight, sum, value)
  WHERE sure IS NOT NULL;
CREATE INDEX entries_of_record ON entries (record);

-- What was done to marks.
CREATE TABLE acts (
  key    INTEGER NOT NULL REFERENCES keys,
  at     INTEGER NOT NULL,
  act    TEXT NOT NULL,       -- JSON
  author TEXT NOT NULL,       -- of the record; empty: nobody is known, or a person did it
  record TEXT,                -- on which a rule did it; NULL: a person did
  PRIMARY KEY (key, at, act, author)
) STRICT, WITHOUT ROWID;
CREATE INDEX acts_of_record ON acts (record) WHERE record IS NOT NULL;

-- What persons said about what rules did to marks.
CREATE TABLE rulings (
  key    INTEGER NOT NULL REFERENCES keys,
  actor  TEXT NOT NULL,       -- JSON
  author TEXT NOT NULL,
  record TEXT,
  ruled  TEXT NOT NULL,       -- JSON
  PRIMARY KEY (key, actor, author)
) STRICT, WITHOUT ROWID;
CREATE INDEX rulings_of_record ON rulings (record) WHERE record IS NOT NULL;

-- When outcomes were first asked for.
CREATE TABLE firsts (
  key    INTEGER NOT NULL REFERENCES keys,
  author TEXT NOT NULL,       -- of the record; empty: nobody is known
  at     INTEGER NOT NULL,
  PRIMARY KEY (key, author)
) STRICT, WITHOUT ROWID;
CREATE INDEX firsts_of_author ON firsts (author);

-- The log, in the order of the commits.
CREATE TABLE judgings (
  number    INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE, -- salted digest of the judging
  record    TEXT,
  author    TEXT,
  judging   TEXT,             -- JSON
  decided   TEXT,             -- JSON: the decisions with their receipt
  state     TEXT,             -- JSON: the snapshot on which they rest
  forgotten TEXT,             -- salted digest of what was logged; all but id and version is then NULL
  version   BLOB              -- if it was forgotten: salted digest of author, record and version
) STRICT;
CREATE INDEX judgings_of_record ON judgings (record) WHERE record IS NOT NULL;
CREATE INDEX judgings_of_author ON judgings (author) WHERE author IS NOT NULL;
CREATE INDEX judgings_of_version ON judgings (version) WHERE version IS NOT NULL;

-- What is to be sent out.
CREATE TABLE outbox (
  number  INTEGER PRIMARY KEY AUTOINCREMENT,
  record  TEXT NOT NULL,
  kind    TEXT NOT NULL,
  payload TEXT NOT NULL       -- JSON
) STRICT;

-- How far streams were worked off.
CREATE TABLE positions (
  stream TEXT PRIMARY KEY,
  at     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
