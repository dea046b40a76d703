package dev.gnomon.verification.routes;

import dev.gnomon.core.routes.InMemoryRouteIndex;
import dev.gnomon.core.routes.RouteIndex;

class InMemoryRouteIndexTest extends RouteIndexContract {
  @Override
  protected RouteIndex openEmptyIndex() {
    return new InMemoryRouteIndex();
  }
}
