-- The tables of `hosts/store/src/sqlite/schema.sql`, for many hosts. Ids that tables share are not checked by the database:
-- that would lock rows in another order than commits do.

-- What holds for the whole store.
CREATE TABLE store (
  one     BIGINT PRIMARY KEY CHECK (one = 1),
  version BIGINT NOT NULL,                  -- of the tables
  begins  BIGINT,                           -- from when on it knows what happened; NULL: nothing happened before
  latest  BIGINT,                           -- the greatest instant of a judging
  salt    BYTEA NOT NULL                    -- of the digests by which judgings are known
);

-- The numbers of changes.
CREATE SEQUENCE changes;

-- Counters, marks and starts of outcomes, by their ids.
CREATE TABLE items (
  id     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind   TEXT NOT NULL,                     -- counter, mark, first
  item   TEXT COLLATE "C" NOT NULL,         -- eu.violations
  shadow BOOLEAN NOT NULL,
  UNIQUE (kind, item, shadow)
);

-- Counters with each of their meanings.
CREATE TABLE counters (
  id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  item       BIGINT NOT NULL,
  meaning    TEXT COLLATE "C" NOT NULL,     -- a digest
  policy     TEXT NOT NULL,                 -- untilreversed, onceupheld
  keeps      BIGINT,                        -- window and lateness in nanoseconds; NULL before it was adopted
  known      BIGINT,                        -- from when on nothing is missing; NULL: nothing is
  in_service BOOLEAN NOT NULL,
  UNIQUE (item, meaning)
);

-- Whom something is kept about.
CREATE TABLE keys (
  id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  item     BIGINT NOT NULL,
  of       TEXT COLLATE "C" NOT NULL,       -- a JSON array; of a long one the beginning and a digest
  whole    TEXT,                            -- the long one
  revision BIGINT NOT NULL,                 -- the number of its last change
  rows     BIGINT NOT NULL,                 -- how many entries it has
  known    BIGINT,                          -- from when on no entry was dropped; NULL: none was
  UNIQUE (item, of)
);

-- What records add to counters.
CREATE TABLE entries (
  key     BIGINT NOT NULL,
  counter BIGINT NOT NULL,
  record  TEXT COLLATE "C" NOT NULL,
  author  TEXT NOT NULL,                    -- of the record; empty: nobody is known, or there are shares
  sure    SMALLINT,                         -- 1: certain, 0: maybe, NULL: it counts nothing
  at      BIGINT,                           -- when it counts, nanoseconds since 1970
  weight  BIGINT,
  sum     BIGINT,                           -- of the weights of this and all earlier ones that are as sure
  value   TEXT COLLATE "C",                 -- after `distinct`
  last    BIGINT,                           -- when no window needs it any more; NULL: at
  entry   TEXT,                             -- the whole entry as JSON; NULL: it is certain, by the condition alone
  shares  TEXT,                             -- JSON: what each of several authors has in it who used the same id
  PRIMARY KEY (key, counter, record)
);
CREATE INDEX entries_in_time ON entries (key, counter, sure, at, record)
  WHERE sure IS NOT NULL;
CREATE INDEX entries_of_record ON entries (record);

-- What was done to marks.
CREATE TABLE acts (
  key    BIGINT NOT NULL,
  at     BIGINT NOT NULL,
  act    TEXT COLLATE "C" NOT NULL,         -- JSON
  author TEXT COLLATE "C" NOT NULL,         -- of the record; empty: nobody is known, or a person did it
  record TEXT COLLATE "C",                  -- on which a rule did it; NULL: a person did
  PRIMARY KEY (key, at, act, author)
);
CREATE INDEX acts_of_record ON acts (record) WHERE record IS NOT NULL;

-- What persons said about what rules did to marks.
CREATE TABLE rulings (
  key    BIGINT NOT NULL,
  actor  TEXT COLLATE "C" NOT NULL,         -- JSON
  author TEXT COLLATE "C" NOT NULL,
  record TEXT COLLATE "C",
  ruled  TEXT NOT NULL,                     -- JSON
  PRIMARY KEY (key, actor, author)
);
CREATE INDEX rulings_of_record ON rulings (record) WHERE record IS NOT NULL;

-- When outcomes were first asked for.
CREATE TABLE firsts (
  key    BIGINT NOT NULL,
  author TEXT COLLATE "C" NOT NULL,         -- of the record; empty: nobody is known
  at     BIGINT NOT NULL,
  PRIMARY KEY (key, author)
);
CREATE INDEX firsts_of_author ON firsts (author);

-- The log, in the order of the commits.
CREATE TABLE judgings (
  number    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id        BYTEA NOT NULL UNIQUE,          -- salted digest of the judging
  record    TEXT COLLATE "C",
  author    TEXT,
  judging   TEXT,                           -- JSON
  decided   TEXT,                           -- JSON: the decisions with their receipt
  state     TEXT,                           -- JSON: the snapshot on which they rest
  forgotten TEXT,                           -- salted digest of what was logged; all but id and version is then NULL
  version   BYTEA                           -- if it was forgotten: salted digest of author, record and version
);
CREATE INDEX judgings_of_record ON judgings (record) WHERE record IS NOT NULL;
CREATE INDEX judgings_of_author ON judgings (author) WHERE author IS NOT NULL;
CREATE INDEX judgings_of_version ON judgings (version) WHERE version IS NOT NULL;

-- What is to be sent out.
CREATE TABLE outbox (
  number  BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  record  TEXT COLLATE "C" NOT NULL,
  kind    TEXT NOT NULL,
  payload TEXT NOT NULL                     -- JSON
);

-- How far streams were worked off.
CREATE TABLE positions (
  stream TEXT COLLATE "C" PRIMARY KEY,
  at     TEXT NOT NULL
);
