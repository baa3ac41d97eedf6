/** This project's own server without a listener: what a vote costs when nobody is notified. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../dist/src/app.module.js';
import { setUp } from '../../dist/src/app.setup.js';
import { readSettings } from '../../dist/src/config/settings.js';
import { NotificationModule } from '../../dist/src/notification/notification.module.js';

const settings = readSettings(process.env);
const whole = AppModule.forRoot(settings);
const silent = {
  ...whole,
  imports: whole.imports.filter((part) => part !== NotificationModule),
};
const app = await NestFactory.create(silent, { bodyParser: false, logger: ['warn', 'error'] });
setUp(app);
await app.listen(settings.port);
