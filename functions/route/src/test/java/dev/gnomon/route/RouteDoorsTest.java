package dev.gnomon.route;

import dev.gnomon.verification.doors.DoorsContract;
import dev.gnomon.verification.doors.TokenFiles;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.Map;

@QuarkusTest
@QuarkusTestResource(RouteServers.class)
@TestProfile(RouteDoorsTest.WithTokens.class)
class RouteDoorsTest extends DoorsContract {
  public static class WithTokens implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return TokenFiles.settings();
    }
  }

  @Inject Router router;

  @TestHTTPResource("/")
  URI base;

  @Override
  protected Router router() {
    return router;
  }

  @Override
  protected URI base() {
    return base;
  }

  @Override
  protected List<OwnDoor> withDoorsOfTheirOwn() {
    return List.of();
  }
}
