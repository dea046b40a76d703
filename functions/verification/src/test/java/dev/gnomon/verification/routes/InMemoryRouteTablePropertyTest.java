package dev.gnomon.verification.routes;

import dev.gnomon.core.routes.InMemoryRouteIndex;
import dev.gnomon.core.routes.RouteIndex;

class InMemoryRouteTablePropertyTest extends RouteTableProperties {
  private final InMemoryRouteIndex index = new InMemoryRouteIndex();

  @Override
  protected RouteIndex index() {
    return index;
  }

  @Override
  protected void loseIndex() {
    index.clear();
  }
}
