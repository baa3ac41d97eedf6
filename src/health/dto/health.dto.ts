/** That the process answers. */
export class LivenessDto {
  status: 'ok';
}

/** Whether a part works. Why not is in the log. */
export class PartDto {
  status: 'up' | 'down';
}

/** Parts by name. */
export class PartsDto {
  /** Down while the process shuts down. */
  process?: PartDto;

  database?: PartDto;

  /** Down while the database lacks a migration of this version. */
  migrations?: PartDto;

  /** Where Redis is configured. It keeps no request away: other instances are only notified later. */
  redis?: PartDto;
}

/** Which parts work. */
export class ReadinessDto {
  status: 'ok' | 'error';

  /** Parts that keep no request away. */
  info: PartsDto;

  /** Parts for which no request should be sent here. */
  error: PartsDto;

  /** All of them. */
  details: PartsDto;
}
