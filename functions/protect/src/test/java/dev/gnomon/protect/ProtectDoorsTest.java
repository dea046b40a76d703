package dev.gnomon.protect;

import dev.gnomon.verification.doors.DoorsContract;
import dev.gnomon.verification.doors.TokenFiles;
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
@TestProfile(ProtectDoorsTest.WithTokens.class)
class ProtectDoorsTest extends DoorsContract {
  private static final String FORGED =
      "?evidence=x&expires=99999999999&signature=" + "0".repeat(64);

  public static class WithTokens implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return TokenFiles.ofEvents();
    }

    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(new TestResourceEntry(ProtectPlace.class));
    }

    @Override
    public boolean disableGlobalTestResources() {
      return true;
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
  protected List<String> eventPaths() {
    return List.of("/update", "/shadow", "/rollback", "/notify");
  }

  @Override
  protected List<OwnDoor> withDoorsOfTheirOwn() {
    return List.of(
        new OwnDoor("POST", "/hooks/:sender", "", 401),
        new OwnDoor("GET", "/hooks/:sender/deliveries/:key", "", 401),
        new OwnDoor("POST", "/bucket-notifications", "", 401),
        new OwnDoor("GET", "/approvals/:id", FORGED, 401),
        new OwnDoor("POST", "/approvals/:id", FORGED, 401),
        new OwnDoor("POST", "/dead-letters", "", 401));
  }
}
