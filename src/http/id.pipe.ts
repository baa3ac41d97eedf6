import { BadRequestException, Injectable, type PipeTransform } from '@nestjs/common';

/** Largest value of an INTEGER column. */
export const MAX_ID = 2_147_483_647;

/** What is answered to anything else in the place of an id. */
export const INVALID_ID = `id must be an integer from 1 to ${MAX_ID}`;

/** An id in a path: an integer from 1 to {@link MAX_ID}, written plainly; anything else is a 400. */
@Injectable()
export class IdPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    const id = Number(text);
    if (!/^[1-9]\d{0,9}$/.test(text) || id > MAX_ID) {
      throw new BadRequestException(INVALID_ID);
    }
    return id;
  }
}
