import { FRAMES, MESSAGES, PARTS, SEGMENTS, WEEKS } from "../store/tables.ts";

/** The version of the tables below. A store of a newer one is refused, so that nothing of it is lost. */
export const SCHEMA_VERSION = 1;

/**
 * All tables that hold something of a project.
 *
 * None has a key or an index: DuckDB checks keys against rows that the same transaction deleted, which forbids taking
 * a row's place, and it holds indexes in memory. Rows of a day lie together in the file, so that looking for an id of a
 * day reads little of it.
 */
export const TABLES = [FRAMES, MESSAGES, PARTS, SEGMENTS, WEEKS];
