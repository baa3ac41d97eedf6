/** That the process answers. */
export class LivenessDto {
  status: 'ok';
}

/** Whether a part works. Why not is in the log. */
export class PartDto {
  status: 'up' | 'down';
}

/** Parts by name; those that work, those that do not, or all of them. */
export class PartsDto {
  /** Down while the process shuts down. */
  process?: PartDto;

  database?: PartDto;

  /** Down while the database lacks a migration of this version. */
  migrations?: PartDto;

  /** Never down: without Redis other instances are notified later. */
  redis?: PartDto;
}

/** Which parts work. */
export class ReadinessDto {
  status: 'ok' | 'error' | 'shutting_down';

  /** Those that work. */
  info: PartsDto;

  /** Those that do not. */
  error: PartsDto;

  /** All of them. */
  details: PartsDto;
}
