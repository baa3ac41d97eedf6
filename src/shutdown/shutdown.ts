import { Injectable } from '@nestjs/common';

/** What has to be wound up before the process stops serving. */
export type DrainTask = (seconds: number) => Promise<void>;

/** The first part of a shutdown: still serving, but no longer to be sent anything new. */
@Injectable()
export class Shutdown {
  private readonly tasks: DrainTask[] = [];
  private draining = false;

  /** True once a shutdown has begun. */
  get isDraining(): boolean {
    return this.draining;
  }

  /** @param task is given the seconds it may take, and resolves when it is done */
  onDrain(task: DrainTask): void {
    this.tasks.push(task);
  }

  /** Resolves when every task is done. */
  async drain(seconds: number): Promise<void> {
    this.draining = true;
    await Promise.all(this.tasks.map((task) => task(seconds)));
  }
}
