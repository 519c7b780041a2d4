/** The schema that holds everything of ours. */
export const SCHEMA = "sotto";

/**
 * Each brings the schema from the version of its place to the next. Never changed once released: a database has gone
 * through them one by one.
 *
 * - `arrived` has a partition a bucket, which collectors fill. Sealing drops it.
 * - `sealed_<segment>` is a table a segment: chunks of a thousand frames, ascending, written by one transaction.
 *   A segment that may be seen is a partition of `published`, which alone decoders may read.
 * - `buckets` and `segments` say which tables there are. No column holds an address, or a time finer than a bucket.
 *
 * Frames and chunks are kept as they are: they are random octets, which no compression makes smaller.
 */
export const MIGRATIONS: readonly string[] = [
  `
  DO $$
  DECLARE role name;
  BEGIN
    FOREACH role IN ARRAY ARRAY['sotto_collector', 'sotto_sealer', 'sotto_decoder'] LOOP
      IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role);
      END IF;
    END LOOP;
    -- What the sealer is to own, only who may become it can give to it.
    IF NOT pg_catalog.pg_has_role(current_user, 'sotto_sealer', 'MEMBER') THEN
      EXECUTE format('GRANT sotto_sealer TO %I', current_user);
    END IF;
  END $$;

  GRANT USAGE ON SCHEMA sotto TO sotto_collector, sotto_sealer, sotto_decoder;
  GRANT SELECT ON sotto.migrations TO sotto_collector, sotto_sealer, sotto_decoder;
  GRANT CREATE ON SCHEMA sotto TO sotto_sealer;

  CREATE TABLE sotto.zones (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    timeline text,
    revision bigint NOT NULL DEFAULT 0
  );

  CREATE TABLE sotto.buckets (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    zone integer NOT NULL REFERENCES sotto.zones,
    starts bigint NOT NULL,
    ends bigint NOT NULL CHECK (ends > starts),
    closed boolean NOT NULL DEFAULT false,
    UNIQUE (zone, starts, ends)
  );

  CREATE TABLE sotto.segments (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    zone integer NOT NULL REFERENCES sotto.zones,
    state text NOT NULL CHECK (state IN ('held', 'released', 'published')),
    starts bigint NOT NULL,
    ends bigint NOT NULL CHECK (ends > starts),
    since bigint NOT NULL,
    frames bigint NOT NULL,
    bytes bigint NOT NULL,
    name text NOT NULL,
    sum bytea NOT NULL,
    sha256 text NOT NULL
  );

  CREATE TABLE sotto.arrived (
    bucket integer NOT NULL,
    frame bytea NOT NULL CHECK (octet_length(frame) = 118)
  ) PARTITION BY LIST (bucket);

  CREATE TABLE sotto.published (
    segment integer NOT NULL,
    chunk integer NOT NULL,
    frames bytea NOT NULL,
    PRIMARY KEY (segment, chunk)
  ) PARTITION BY LIST (segment);

  ALTER TABLE sotto.arrived ALTER COLUMN frame SET STORAGE PLAIN;
  ALTER TABLE sotto.published ALTER COLUMN frames SET STORAGE EXTERNAL;

  CREATE VIEW sotto.published_segments AS
    SELECT z.name AS zone, s.id AS segment, s.name, s.starts, s.ends, s.frames, s.bytes, s.sum, s.sha256
    FROM sotto.segments s JOIN sotto.zones z ON z.id = s.zone WHERE s.state = 'published';

  GRANT INSERT ON sotto.arrived TO sotto_collector;
  GRANT SELECT ON sotto.zones, sotto.buckets, sotto.segments TO sotto_collector, sotto_sealer;
  GRANT INSERT, UPDATE ON sotto.zones TO sotto_sealer;
  GRANT INSERT, UPDATE, DELETE ON sotto.buckets, sotto.segments TO sotto_sealer;
  GRANT USAGE ON SEQUENCE sotto.segments_id_seq TO sotto_sealer;
  GRANT SELECT ON sotto.published, sotto.published_segments TO sotto_decoder;
  ALTER TABLE sotto.arrived OWNER TO sotto_sealer;
  ALTER TABLE sotto.published OWNER TO sotto_sealer;
  `,
];
