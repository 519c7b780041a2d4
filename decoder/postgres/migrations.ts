/** What the table `about` says of every schema of ours. */
export const FORMAT = "sotto-decoder records";

/**
 * Each brings a schema from the version of its place to the next; names without a schema are of it. Never changed once
 * released: a database has gone through them one by one.
 *
 * Ids are hashes, so a key begins with the day: rows of a day lie together in its index. Texts have the order of their
 * octets, whatever the database's language. Nothing says when, or in what order within a segment, anything came.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE about (
    format text NOT NULL,
    version integer NOT NULL,
    rewrite text[] NOT NULL DEFAULT '{}'
  );

  CREATE TABLE frames (
    id bytea NOT NULL,
    day integer NOT NULL,
    ephemeral bytea NOT NULL,
    fate text COLLATE "C" NOT NULL,
    message bytea,
    segment bytea NOT NULL,
    pass integer NOT NULL,
    PRIMARY KEY (day, id)
  );

  CREATE TABLE messages (
    id bytea NOT NULL,
    day integer NOT NULL,
    key text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    segment bytea NOT NULL,
    text text COLLATE "C",
    reason text COLLATE "C",
    report text COLLATE "C",
    window_number integer,
    field_values text COLLATE "C",
    session text COLLATE "C",
    PRIMARY KEY (day, id)
  );
  CREATE INDEX messages_of_window ON messages (report, window_number) WHERE state = 'record';

  CREATE TABLE parts (
    message bytea NOT NULL,
    day integer NOT NULL,
    part integer NOT NULL,
    parts integer NOT NULL,
    frame bytea NOT NULL,
    chunk bytea NOT NULL,
    PRIMARY KEY (day, frame)
  );
  CREATE INDEX parts_of_message ON parts (day, message);

  CREATE TABLE segments (
    sha256 bytea PRIMARY KEY,
    start_time bigint NOT NULL,
    end_time bigint NOT NULL,
    zone text COLLATE "C" NOT NULL,
    frames integer NOT NULL,
    tried text COLLATE "C" NOT NULL,
    pass integer NOT NULL
  );

  CREATE TABLE weeks (
    segment bytea NOT NULL,
    week integer,
    foreign_frames integer NOT NULL,
    pending_frames integer NOT NULL,
    no_key_frames integer NOT NULL,
    malformed_frames integer NOT NULL,
    late_frames integer NOT NULL,
    future_frames integer NOT NULL,
    unknown_frames integer NOT NULL,
    duplicate_frames integer NOT NULL,
    taken_frames integer NOT NULL
  );
  CREATE INDEX weeks_of_segment ON weeks (segment);
  `,
];
