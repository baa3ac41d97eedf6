import type { INestApplication, Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { ACCESS, type Access } from '../http/access.decorator.js';

/** What a handler says of its route, beyond what Nest documents of it. */
export interface Route {
  /** Undefined: whoever has a token. */
  access: Access | undefined;
  /** Classes that validate the body and the query. */
  body: Type<object> | undefined;
  query: Type<object> | undefined;
}

/** Every route by its id in the document, `QuestionController_list`. */
export function readRoutes(app: INestApplication): Map<string, Route> {
  const reflector = app.get(Reflector);
  const routes = new Map<string, Route>();
  for (const { controllers } of app.get(ModulesContainer).values()) {
    for (const { metatype } of controllers.values()) {
      const controller = metatype as Type<object>;
      const handlers = controller.prototype as Record<string, () => unknown>;
      for (const name of new MetadataScanner().getAllMethodNames(handlers)) {
        routes.set(`${controller.name}_${name}`, {
          access: reflector.getAllAndOverride(ACCESS, [handlers[name]!, controller]),
          body: classOf(controller, name, RouteParamtypes.BODY),
          query: classOf(controller, name, RouteParamtypes.QUERY),
        });
      }
    }
  }
  return routes;
}

/** That of the parameter which takes the whole body, or the whole query. */
function classOf(
  controller: Type<object>,
  handler: string,
  kind: RouteParamtypes,
): Type<object> | undefined {
  const given = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) as
    Record<string, { index: number; data?: unknown }> | undefined;
  const whole = Object.entries(given ?? {}).find(
    ([key, { data }]) => key.startsWith(`${kind}:`) && data === undefined,
  );
  const prototype: unknown = controller.prototype;
  const types = Reflect.getMetadata(
    'design:paramtypes',
    prototype as object,
    handler,
  ) as Type<object>[];
  return whole && types[whole[1].index];
}
