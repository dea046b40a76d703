package dev.gnomon.predict;

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
@TestProfile(PredictDoorsTest.WithTokens.class)
class PredictDoorsTest extends DoorsContract {
  public static class WithTokens implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return TokenFiles.ofEvents();
    }

    @Override
    public List<TestResourceEntry> testResources() {
      String tokens = "tokens: [\"file:%s\"]".formatted(TokenFiles.file("token-of-a-collector"));
      return List.of(new TestResourceEntry(PredictPlace.class, Map.of("telemetry", tokens)));
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
    return List.of("/telemetry");
  }

  @Override
  protected List<OwnDoor> withDoorsOfTheirOwn() {
    return List.of(
        new OwnDoor("POST", "/v1/metrics", "", 401),
        new OwnDoor("POST", "/v1/logs", "", 401),
        new OwnDoor("POST", "/v1/lines", "", 401),
        new OwnDoor("POST", "/v1/smart", "", 401),
        new OwnDoor("POST", "/v1/alerts", "", 401));
  }
}
