import type { DataSource } from 'typeorm';

/** Used share of the ids of a SERIAL or identity column. */
export interface IdUsage {
  /** Table and column: `notification.id`. */
  column: string;
  /** 0 to 1; at 1 the sequence or the column is exhausted. */
  ratio: number;
}

/**
 * Returns the usage of every SERIAL and identity column. Reads catalogs and sequences, no tables. The
 * limit is the smaller of the sequence's and the column's: a sequence may exceed its column.
 */
export async function idUsage(dataSource: DataSource): Promise<IdUsage[]> {
  return dataSource.query(`
    SELECT owner.relname || '.' || attribute.attname AS column,
      coalesce(pg_sequence_last_value(sequence.seqrelid), 0)::float8
        / least(sequence.seqmax, CASE attribute.atttypid
            WHEN 'int2'::regtype THEN 32767
            WHEN 'int4'::regtype THEN 2147483647
            ELSE 9223372036854775807 END) AS ratio
    FROM pg_sequence sequence
    JOIN pg_depend dependency ON dependency.classid = 'pg_class'::regclass
      AND dependency.objid = sequence.seqrelid AND dependency.deptype IN ('a', 'i')
      AND dependency.refclassid = 'pg_class'::regclass
    JOIN pg_class owner ON owner.oid = dependency.refobjid
    JOIN pg_attribute attribute ON attribute.attrelid = owner.oid
      AND attribute.attnum = dependency.refobjsubid
    WHERE owner.relnamespace = current_schema()::regnamespace
    ORDER BY 1`);
}
